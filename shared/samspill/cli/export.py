"""`export`: the links or the journal of a flow, for a spreadsheet or a program."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import timedelta

import click

from samspill.cli.completion import flow_names
from samspill.cli.records import span_of
from samspill.cli.terminal import Terminal, pass_terminal
from samspill.cli.texts import plain
from samspill.usecases import exporting
from samspill.usecases.views.records import Exported

COLUMNS = {
    "links": ("stream", "link", "left_id", "right_id", "state", "label", "result", "reason"),
    "journal": ("at", "stream", "link", "label", "result", "reason", "trigger"),
}
BYTE_ORDER_MARK = "\ufeff"
"""Tells Excel that a file is UTF-8."""


@click.command()
@click.argument("flow", shell_complete=flow_names)
@click.option("--links", is_flag=True, help="Pairs of linked records (the default).")
@click.option("--journal", is_flag=True, help="What happened to each record.")
@click.option(
    "--format",
    "shape",
    type=click.Choice(["csv", "excel", "json"]),
    default="csv",
    show_default=True,
    help="excel: semicolons, local time and words in your language, ready for a spreadsheet.",
)
@click.option("--since", default="90d", show_default=True, help="With --journal: how far back.")
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@pass_terminal
def export(terminal: Terminal, *, flow: str, links: bool, journal: bool, shape: str, since: str, as_json: bool) -> None:
    """Write the links or the journal of a flow to standard output.

    \b
    Examples:
      samspill export tripletex-timerabbit --links > links.csv
      samspill export tripletex-timerabbit --journal --format excel > journal.csv
    """
    if links and journal:
        raise click.UsageError(terminal.text("export.one"))
    what, for_people = "journal" if journal else "links", shape == "excel"
    span = span_of(terminal, since)
    rows = list(_journal(terminal, flow, span, for_people) if journal else _links(terminal, flow, for_people))
    if as_json or shape == "json":
        terminal.as_json = True
        terminal.answer(Exported(what=what, rows=tuple(rows)))
        return
    click.echo(csv_text(COLUMNS[what], rows, for_people), nl=False)


def csv_text(columns: tuple[str, ...], rows: list[dict[str, str]], for_people: bool) -> str:
    """Return rows as a file of text: for programs with commas, for people as a spreadsheet opens it."""
    out = io.StringIO(BYTE_ORDER_MARK * for_people)
    out.seek(0, io.SEEK_END)
    # A spreadsheet would run a cell that begins like a formula: vendors' words are made text.
    plainly = [{name: plain(value) for name, value in row.items()} for row in rows]
    safe = [{k: f"'{v}" if v[:1] in {"=", "+", "-", "@", "\t"} else v for k, v in row.items()} for row in plainly]
    writer = csv.DictWriter(out, fieldnames=columns, delimiter=";" if for_people else ",")
    writer.writeheader()
    writer.writerows(safe)
    return out.getvalue()


def _links(terminal: Terminal, flow: str, for_people: bool) -> Iterator[dict[str, str]]:
    for row in exporting.links(terminal.world, terminal.actor, terminal.flow(flow)):
        words = {"stream": terminal.named(row.stream), "result": terminal.word(row.result)} if for_people else {}
        yield {**row.model_dump(mode="json"), "reason": terminal.reason(row.reason), **words}


def _journal(terminal: Terminal, flow: str, span: timedelta, for_people: bool) -> Iterator[dict[str, str]]:
    for row in exporting.journal(terminal.world, terminal.actor, terminal.flow(flow), span):
        made = {**row.model_dump(mode="json"), "at": row.at.isoformat(), "reason": terminal.reason(row.reason)}
        if for_people:
            made |= {"stream": terminal.named(row.stream), "result": terminal.word(row.result)}
            made |= {"at": terminal.moment(row.at, seconds=True), "trigger": terminal.word(f"trigger.{row.trigger}")}
        yield made


COMMANDS = (export,)
