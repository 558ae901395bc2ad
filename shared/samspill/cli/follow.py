"""Follows a run with live progress, and shows plans."""

from __future__ import annotations

import time

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from samspill.cli.candidates import candidate_rows
from samspill.cli.desk import OK, PERSON_MUST_ACT, Desk
from samspill.plan.lines import DraftPlan, PlanLine
from samspill.state import Run, RunStatus

POLL_S = 0.5
EXAMPLES = 5


def follow(desk: Desk, run: Run) -> Run:
    """Show a bar per stream until the run is over; Ctrl-C leaves the run going and says so."""
    try:
        run = _watch(desk, run)
    except KeyboardInterrupt:
        desk.tell(desk.text("left", id=run.id, flow=run.flow))
        raise click.exceptions.Exit(PERSON_MUST_ACT) from None
    desk.tell(desk.text("run", id=run.id, status=desk.word(run.status)))
    if run.reason is not None:
        desk.tell(desk.reason(run.reason))
    return run


def exit_code(run: Run) -> int:
    """Return 1 when a person has to look at something after the run."""
    return PERSON_MUST_ACT if run.status in {RunStatus.DONE_WITH_PROBLEMS, RunStatus.STOPPED} else OK


def _watch(desk: Desk, run: Run) -> Run:
    declared = desk.declared(run.key)
    streams = [stream.name for stream in (declared.streams if run.purpose == "sync" else declared.planned)]
    columns = (TextColumn("  {task.description:<22}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=desk.console, disable=desk.as_json) as progress:
        bars: dict[str, TaskID] = {}
        while True:
            run = desk.world.runs.get(run.key, run.id) or run
            for name in streams[: run.stage + 1]:
                if name not in bars:
                    bars[name] = progress.add_task(desk.named(name), total=None)
                _show(desk, progress, bars[name], run, name)
            if run.status.is_over:
                return run
            time.sleep(POLL_S)


def _show(desk: Desk, progress: Progress, bar: TaskID, run: Run, stream: str) -> None:
    if run.status is RunStatus.APPLYING or run.purpose in {"apply", "sync"}:
        total, done = run.count(stream, "expected"), run.count(stream, "done")
        name = desk.text("applying")
    else:
        total = done = run.count(stream, "read")
        name = desk.text("reading")
    progress.update(bar, description=f"{name} {desk.named(stream)}", total=total or None, completed=done)


def show_plan(desk: Desk, flow: str, plan: DraftPlan) -> None:
    """Print a plan: counts, then what deserves a look."""
    desk.tell("")
    desk.tell(desk.text("plan", hash=plan.hash, flow=flow))
    actions = ("link", "create", "update", "archive", "review", "wait", "skip", "fail", "none")
    counts = plan.counts()
    used = [action for action in actions if any(count[action] for count in counts.values())]
    rows = [[desk.named(stream), *(str(count[action]) for action in used)] for stream, count in counts.items()]
    desk.table(["", *map(desk.word, used)], rows)
    for action in used[: -1 if "none" in used else None]:
        _examples(desk, action, [line for line in plan.lines if line.action == action])


def _examples(desk: Desk, action: str, lines: list[PlanLine]) -> None:
    if not lines:
        return
    desk.tell(f"\n{desk.word(action)}")
    rows = []
    for line in lines[:EXAMPLES]:
        rows.append([desk.named(line.stream), line.link, line.label, desk.reason(line.reason)])
        rows += [["", *row] for row in candidate_rows(desk, line.candidates)]
    desk.table([""] * 4, rows)
    if len(lines) > EXAMPLES:
        desk.tell(f"… + {len(lines) - EXAMPLES}")
