"""`audit`: who decided what, and when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from samspill.cli.completion import flow_names
from samspill.cli.export import csv_text
from samspill.cli.records import span_of
from samspill.cli.terminal import Terminal, json_option, json_text, pass_terminal
from samspill.usecases import audit as use_case

if TYPE_CHECKING:
    from samspill.usecases.views.audit import DecisionView

COLUMNS = ("at", "by", "note", "deed", "flow", "connection", "ended", "reason", "asked", "changes")


@click.command()
@click.option("--flow", shell_complete=flow_names, help="Only decisions about this flow.")
@click.option("--who", help="Only decisions of people whose name contains this.")
@click.option("--since", default="30d", show_default=True, help="How far back: 90m, 2h, 1825d.")
@click.option(
    "--format",
    "shape",
    type=click.Choice(["csv", "excel"]),
    help="Write a file to standard output; excel: semicolons, local time and words in your language.",
)
@json_option
@pass_terminal
def audit(terminal: Terminal, *, flow: str | None, who: str | None, since: str, shape: str | None) -> None:
    """List who decided what and when, newest first. That is all that people changed, started, approved or rejected.

    The person shown is the one who was signed in, with the note given by --by. Decisions are kept for years.

    \b
    Examples:
      samspill audit --since 90d
      samspill audit --flow tripletex-timerabbit --who kari
      samspill audit --since 365d --format excel > decisions.csv
    """
    span = span_of(terminal, since)
    found = use_case.audit(terminal.world, terminal.actor, terminal.tenant, span=span, flow=flow, who=who)
    if shape is not None and not terminal.as_json:
        for_people = shape == "excel"
        click.echo(
            csv_text(COLUMNS, [_cells(terminal, each, for_people) for each in found.decisions], for_people), nl=False
        )
        return
    terminal.table(terminal.text("audit.head").split("|"), [_row(terminal, each) for each in found.decisions])
    if not found.decisions:
        terminal.tell(terminal.text("audit.none"))
    terminal.answer(found)


def _row(terminal: Terminal, decision: DecisionView) -> list[str]:
    return [
        terminal.moment(decision.at, seconds=True),
        f"{decision.by} ({decision.note})" if decision.note else decision.by,
        terminal.word(f"deed.{decision.deed}"),
        decision.flow or decision.connection,
        _ended(terminal, decision),
        _changes(decision) or _said(decision.asked),
    ]


def _ended(terminal: Terminal, decision: DecisionView) -> str:
    ended = terminal.word(f"deed.{decision.ended}")
    return f"{ended}: {terminal.reason(decision.reason)}" if decision.reason is not None else ended


def _changes(decision: DecisionView) -> str:
    return ", ".join(
        f"{name}: {_value(change.before)} → {_value(change.after)}" for name, change in decision.changes.items()
    )


def _said(asked: dict[str, Any]) -> str:
    return ", ".join(f"{name}: {_value(value)}" for name, value in asked.items())


def _value(value: Any) -> str:
    return value if isinstance(value, str) else json_text(value)


def _cells(terminal: Terminal, decision: DecisionView, for_people: bool) -> dict[str, str]:
    told = {name: str(value) for name, value in decision.model_dump(mode="json").items() if name in COLUMNS}
    told |= {"reason": terminal.reason(decision.reason), "asked": _said(decision.asked), "changes": _changes(decision)}
    if for_people:
        told |= {"at": terminal.moment(decision.at, seconds=True), "deed": terminal.word(f"deed.{decision.deed}")}
        told |= {"ended": terminal.word(f"deed.{decision.ended}")}
    return told


COMMANDS = (audit,)
