"""How records that could be the same are shown."""

from __future__ import annotations

from collections.abc import Sequence

from samspill.cli.desk import Desk
from samspill.engine.model import Candidate


def candidate_rows(desk: Desk, candidates: Sequence[Candidate]) -> list[list[str]]:
    """Return a row for each record that could be the same: id, name, score and why."""
    return [[f"≈ {c.external_id}", c.label, f"{c.score} %  {desk.named(c.why)}"] for c in candidates]
