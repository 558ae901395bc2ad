"""`whatif`: what a change of rules, mapping or lookups would do, shown and not done."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from samspill.cli.records import span_of
from samspill.cli.terminal import Terminal, json_option, pass_terminal
from samspill.usecases import whatif as use_case

if TYPE_CHECKING:
    from samspill.usecases.views.whatif import RecordChange, WhatIf

TOLD_EVERY = 5_000
"""Records between two lines about how far the reading has come."""


@click.command()
@click.argument("flow")
@click.option(
    "--rules",
    "files",
    multiple=True,
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="JSON file with rules, mapping or lookups, as these commands print it with --json; may be repeated.",
)
@click.option("--since", default="30d", show_default=True, help="How far back the journal is searched: 90m, 2h, 30d.")
@json_option
@pass_terminal
def whatif(terminal: Terminal, *, flow: str, files: tuple[Path, ...], since: str) -> None:
    """Show what other rules, mapping or lookups would change. Nothing is written.

    Both systems are read in full. All records are then planned twice, under the present rules and under those of the
    file, and the differences are listed. The journal is searched for what would have been decided otherwise.

    \b
    Examples:
      samspill whatif tripletex-timerabbit --rules rules.json
      samspill whatif tripletex-timerabbit --rules mapping.json --rules lookups.json --since 7d
    """
    key, span = terminal.flow(flow), span_of(terminal, since)
    bodies = {str(path): path.read_bytes() for path in files}
    told: dict[str, int] = {}

    def tell(stream: str, count: int) -> None:
        if count // TOLD_EVERY > told.get(stream, 0) // TOLD_EVERY:
            terminal.tell(terminal.text("whatif.reading", stream=terminal.named(stream), read=count))
        told[stream] = count

    found = use_case.whatif(terminal.world, terminal.actor, key, bodies, span=span, tell=tell)
    _tell_records(terminal, found)
    _tell_past(terminal, found)
    terminal.tell(terminal.text("whatif.nothing_written"))
    terminal.answer(found)


def _tell_records(terminal: Terminal, found: WhatIf) -> None:
    read = sum(each.left + each.right for each in found.read)
    terminal.tell(terminal.text("whatif.differing", count=found.differing, read=read))
    terminal.table(
        terminal.text("whatif.actions.head").split("|"),
        [
            [terminal.named(it.stream), terminal.word(it.now), terminal.word(it.new), str(it.count)]
            for it in found.actions
        ],
    )
    terminal.table(
        terminal.text("whatif.fields.head").split("|"),
        [[terminal.named(it.stream), it.system, terminal.named(it.field), str(it.count)] for it in found.fields],
    )
    rows = [row for each in found.examples for row in _rows(terminal, each)]
    terminal.table(terminal.text("whatif.examples.head").split("|"), rows)
    if found.refused:
        terminal.tell(terminal.text("whatif.refused", count=found.refused))
    for stop in found.guard:
        values = {"what": terminal.worded(stop.what), "count": stop.count, "limit": stop.limit}
        terminal.tell(terminal.text("whatif.guard", stream=terminal.named(stop.stream), system=stop.system, **values))
    for left in found.left_out:
        terminal.tell(terminal.text("whatif.left_out", stream=terminal.named(left.stream)))


def _rows(terminal: Terminal, each: RecordChange) -> list[list[str]]:
    """Return a row per field; one alone where no field would hold another value."""
    record = [terminal.named(each.stream), each.label or each.link, terminal.word(each.new)]
    reason = terminal.reason(each.foreseen or each.reason)
    if not each.fields:
        return [[*record, "", "", "", "", reason]]
    return [
        [*record, f"{it.system}: {terminal.named(it.field)}", *map(_value, (it.held, it.now, it.new)), reason]
        for it in each.fields
    ]


def _value(value: Any) -> str:
    return "" if value is None else str(value)


def _tell_past(terminal: Terminal, found: WhatIf) -> None:
    terminal.tell(terminal.text("whatif.past", since=terminal.moment(found.since)))
    if not found.past:
        terminal.tell(terminal.text("whatif.past.none"))
    terminal.table(
        terminal.text("whatif.past.head").split("|"),
        [
            [terminal.named(it.stream), terminal.named(it.field), str(it.otherwise), str(it.same), str(it.untold)]
            for it in found.past
        ],
    )
    rows = [
        [
            terminal.moment(it.at),
            terminal.named(it.stream),
            it.label or it.link,
            ", ".join(map(terminal.named, it.fields)),
        ]
        for it in found.past_examples
    ]
    terminal.table([""] * 4, rows)
    if any(each.untold for each in found.past):
        terminal.tell(terminal.text("whatif.untold"))


COMMANDS = (whatif,)
