"""How a run ended: how many records, and what to do next."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from samspill.cli.terminal import Terminal

if TYPE_CHECKING:
    from samspill.usecases.views.runs import RunView

COUNTED = ("linked", "created", "updated", "archived")
"""Reasons that are counted by themselves among what was applied."""
ENDS = ("skipped", "waiting", "review", "conflict", "failed")


def tell_result(terminal: Terminal, run: RunView) -> None:
    """Tell how the records of a run ended, and the next command where a person has to do something."""
    ends = Counter[str]()
    for counts in run.results.values():
        ends.update(counts)
    named = {code: run.codes.get(code, 0) for code in COUNTED}
    named["applied"] = max(ends["applied"] - sum(named.values()), 0)
    named |= {end: ends[end] for end in ENDS}
    told = [f"{count} {terminal.word(f'run.{name}')}" for name, count in named.items() if count]
    terminal.tell(", ".join(told) if told else terminal.text("run.nothing"))
    if ends["failed"]:
        terminal.tell(terminal.text("status.failed", flow=run.flow))
    if ends["review"] or ends["conflict"]:
        terminal.tell(terminal.text("status.decide", flow=run.flow))
    if run.status == "stopped":
        terminal.tell(terminal.text("run.stopped", flow=run.flow))
