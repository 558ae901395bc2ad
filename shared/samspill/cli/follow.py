"""Follows a run with live progress, and shows plans."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from samspill.cli import INTERRUPTED
from samspill.cli.candidates import candidate_rows
from samspill.cli.terminal import OK, PERSON_MUST_ACT, Terminal
from samspill.usecases import progress

if TYPE_CHECKING:
    from samspill.state import FlowKey
    from samspill.usecases.views.plans import LineView, PlanView
    from samspill.usecases.views.runs import RunView

POLL_S = 0.5
EXAMPLES = 5
ACTIONS = ("link", "create", "update", "archive", "review", "wait", "skip", "fail", "none")


def follow(terminal: Terminal, key: FlowKey, run_id: str) -> RunView:
    """Show a bar per stream until the run is over; Ctrl-C leaves the run going and says so."""
    try:
        run = _watch(terminal, key, run_id)
    except KeyboardInterrupt:
        terminal.tell(terminal.text("left", id=run_id, flow=key.flow))
        raise click.exceptions.Exit(INTERRUPTED) from None
    terminal.tell(terminal.text("run", id=run.id, status=terminal.word(run.status)))
    if run.reason is not None:
        terminal.tell(terminal.reason(run.reason))
    return run


def exit_code(run: RunView) -> int:
    """Return 1 when a person has to look at something after the run."""
    return PERSON_MUST_ACT if run.needs_person else OK


def _watch(terminal: Terminal, key: FlowKey, run_id: str) -> RunView:
    columns = (TextColumn("  {task.description:<22}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    shown = terminal.columns is not None and not terminal.as_json
    with Progress(*columns, console=terminal.console, disable=not shown) as bars:
        known: dict[str, TaskID] = {}
        while True:
            found = progress.look(terminal.world, terminal.actor, key, run_id)
            for each in found.streams:
                if each.stream not in known:
                    known[each.stream] = bars.add_task(terminal.named(each.stream), total=None)
                name = terminal.text("applying" if each.applies else "reading")
                bars.update(
                    known[each.stream],
                    description=f"{name} {terminal.named(each.stream)}",
                    total=each.total or None,
                    completed=each.done,
                )
            if found.run.is_over:
                return found.run
            time.sleep(POLL_S)


def show_plan(terminal: Terminal, flow: str, plan: PlanView, *, whole: bool = False) -> None:
    """Print a plan: counts, then what deserves a look."""
    terminal.tell("")
    terminal.tell(terminal.text("plan", hash=plan.hash, flow=flow))
    counts = plan.counts
    used = [action for action in ACTIONS if any(action in count for count in counts.values())]
    rows = [
        [terminal.named(stream), *(str(count.get(action, 0)) for action in used)] for stream, count in counts.items()
    ]
    terminal.table(["", *map(terminal.word, used)], rows)
    for each in plan.foreseen:
        about = {"count": each.count, "stream": terminal.named(each.stream), "label": each.label, "link": each.link}
        terminal.tell("\n" + terminal.text("plan.foreseen", **about, why=terminal.reason(each.reason)))
    if plan.foreseen:
        terminal.tell(terminal.text("plan.foreseen.anew", flow=flow))
    for action in used[: -1 if "none" in used else None]:
        _examples(terminal, action, [line for line in plan.lines if line.action == action], whole=whole)


def _examples(terminal: Terminal, action: str, lines: Sequence[LineView], *, whole: bool) -> None:
    terminal.tell(f"\n{terminal.word(action)}")
    rows = []
    shown = lines if whole else lines[:EXAMPLES]
    for line in shown:
        rows.append([terminal.named(line.stream), line.link, line.label, terminal.reason(line.reason)])
        rows += [["", *row] for row in candidate_rows(terminal, line.candidates)]
    terminal.table([""] * 4, rows)
    if len(lines) > len(shown):
        terminal.tell(terminal.text("plan.more", more=len(lines) - len(shown)))
