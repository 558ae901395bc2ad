"""How records that could be the same are shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from samspill.cli.terminal import Terminal

if TYPE_CHECKING:
    from samspill.usecases.views.plans import CandidateView


def candidate_rows(terminal: Terminal, candidates: Sequence[CandidateView]) -> list[list[str]]:
    """Return a row for each record that could be the same: id, name, score and why."""
    return [[f"≈ {it.external_id}", it.label, f"{it.score} %  {terminal.named(it.why)}"] for it in candidates]
