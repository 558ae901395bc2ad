"""`lookups`: the value maps of a flow."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

import click

from samspill.cli.completion import flow_names
from samspill.cli.mapping import tell_notes
from samspill.cli.terminal import Terminal, json_option, pairs, pass_terminal
from samspill.errors import UsageError
from samspill.usecases import lookups as use_case
from samspill.usecases.views.mapping import DIRECTIONS

if TYPE_CHECKING:
    from samspill.usecases.views.mapping import Lookups, LookupView

_HEADINGS = ["left", "right"]


@click.command()
@click.argument("flow", shell_complete=flow_names)
@click.argument("name", required=False)
@click.argument("left", required=False)
@click.argument("right", required=False)
@click.option("--direction", type=click.Choice(DIRECTIONS), help="Direction of translation; both by default.")
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    metavar="SIDE=KIND",
    help="What the values on a side are ids of, such as left=activities. SIDE is left, right or the system's name.",
)
@click.option("--unset", is_flag=True, help="Remove the row of LEFT; without LEFT, the whole lookup.")
@click.option(
    "--import",
    "source",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Replace the rows by those of a CSV file.",
)
@click.option(
    "--export",
    "target",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Write the rows to a CSV file.",
)
@json_option
@pass_terminal
def lookups(
    terminal: Terminal,
    *,
    flow: str,
    name: str | None,
    left: str | None,
    right: str | None,
    direction: str | None,
    kinds: tuple[str, ...],
    unset: bool,
    source: Path | None,
    target: Path | None,
) -> None:
    """Show or change lookups, which translate values between systems.

    A value without a row is never guessed: its record waits until there is one. CSV files have the heading
    `left,right`; an import replaces all rows.

    \b
    Examples:
      samspill lookups svenn-tripletex
      samspill lookups svenn-tripletex vat-types "25 %" 3
      samspill lookups svenn-tripletex vat-types --import vat-types.csv --direction to-right
      samspill lookups svenn-tripletex vat-types "25 %" --unset
    """
    world, actor, key = terminal.world, terminal.actor, terminal.flow(flow)
    if source is not None and left is not None:
        raise click.UsageError(terminal.text("lookups.one"))
    sides = pairs(terminal, kinds)
    if name is None:
        if direction or kinds or unset or source or target:
            raise click.UsageError(terminal.text("lookups.which"))
        found = use_case.show(world, actor, key)
    elif unset:
        found = use_case.remove(world, actor, key, name) if left is None else _unset(terminal, flow, name, left)
    elif source is not None:
        found = use_case.set_rows(world, actor, key, name, _read(source), direction=direction, kinds=sides)
    elif left is not None:
        if right is None:
            raise click.UsageError(terminal.text("lookups.right"))
        found = use_case.set_row(world, actor, key, name, left, right, direction=direction, kinds=sides)
    elif direction or kinds:
        found = use_case.set_form(world, actor, key, name, direction=direction, kinds=sides)
    else:
        found = use_case.show(world, actor, key, name)
    if target is not None:
        _write(target, found.lookups[0])
    _show(terminal, found, flow)


def _unset(terminal: Terminal, flow: str, name: str, left: str) -> Lookups:
    return use_case.unset_row(terminal.world, terminal.actor, terminal.flow(flow), name, left)


def _read(path: Path) -> Sequence[tuple[str, str]]:
    """Return the rows of a file; a spreadsheet may have put semicolons between its values."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError.because("lookup_file_encoding", file=path.name) from None
    lines = list(csv.reader(StringIO(text, newline=""), delimiter=";" if text.startswith("left;") else ","))
    if not lines or lines[0] != _HEADINGS:
        raise UsageError.because("lookup_file", line="1")
    rows: list[tuple[str, str]] = []
    for number, line in enumerate(lines[1:], 2):
        if line and len(line) != len(_HEADINGS):
            raise UsageError.because("lookup_file", line=str(number))
        rows += [(line[0].strip(), line[1].strip())] if line else []
    return rows


def _write(path: Path, lookup: LookupView) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([_HEADINGS, *([row.left, row.right] for row in lookup.rows)])


def _show(terminal: Terminal, found: Lookups, flow: str) -> None:
    if not found.lookups:
        terminal.tell(terminal.text("lookups.none", flow=flow))
    headings = [*terminal.text("lookups.head").split("|"), found.left, found.right]
    rows = [
        [each.name, each.direction, *pair]
        for each in found.lookups
        for pair in [(row.left, row.right) for row in each.rows] or [("-", "-")]
    ]
    terminal.table(headings, rows)
    tell_notes(terminal, found.notes)
    terminal.answer(found)


COMMANDS = (lookups,)
