"""`lookups`: the value maps of a flow."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from io import StringIO
from pathlib import Path

import click

from samspill.cli.desk import Desk, json_option, pairs, pass_desk
from samspill.engine.model import Side
from samspill.errors import UsageError
from samspill.flows.lookups import Direction, Lookup, LookupRow
from samspill.usecases import lookups as use_case

_HEADINGS = ["left", "right"]


@click.command()
@click.argument("flow")
@click.argument("name", required=False)
@click.argument("left", required=False)
@click.argument("right", required=False)
@click.option("--direction", type=click.Choice([str(each) for each in Direction]), help="Default: both.")
@click.option("--kind", "kinds", multiple=True, metavar="SIDE=KIND", help="left=activities: its values are such ids.")
@click.option("--unset", is_flag=True, help="Remove the row of LEFT, or without it the lookup.")
@click.option("--import", "source", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Rows as CSV.")
@click.option(
    "--export", "target", type=click.Path(dir_okay=False, writable=True, path_type=Path), help="Write as CSV."
)
@json_option
@pass_desk
def lookups(
    desk: Desk,
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
    as_json: bool,
) -> None:
    """Show the flow's lookups, or change one: which value of the left system means which of the right one.

    A value without a row is never guessed: its record waits, and says so. CSV has the heading `left,right`.

    \b
    Examples:
      samspill lookups svenn-tripletex vat-types
      samspill lookups svenn-tripletex vat-types "25 %" 3
      samspill lookups svenn-tripletex vat-types --import vat-types.csv --direction to-right
      samspill lookups svenn-tripletex vat-types "25 %" --unset
    """
    desk.as_json = as_json
    key = desk.flow(flow)
    if name is None:
        found = use_case.get(desk.world, key)
        _show(desk, found)
        return
    if unset and left is None:
        use_case.remove(desk.world, key, name, by=desk.by)
        _show(desk, use_case.get(desk.world, key))
        return
    if left is not None and right is None and not unset:
        raise click.UsageError("name the value on the right, too")
    rows = _read(source) if source else None
    sides = {Side(side): kind for side, kind in pairs(kinds).items() if side in set(Side)}

    def to(lookup: Lookup) -> Lookup:
        way = Direction(direction) if direction else lookup.direction
        after = list(lookup.rows if rows is None else rows)
        if left is not None:
            if unset and left not in {row.left for row in after}:
                raise UsageError.because("no_such_row", lookup=name, value=left)
            # One way to the left, a value of the left may stand in several rows.
            side = Side.RIGHT if way is Direction.TO_LEFT and not unset else Side.LEFT
            given = LookupRow(left=left, right=right or "")
            after = [row for row in after if row.on(side) != given.on(side)] + ([] if unset else [given])
        update = {
            "rows": tuple(after),
            "kinds": {**lookup.kinds, **sides},
            "direction": way,
        }
        return lookup.model_copy(update=update)

    if rows is not None or left is not None or direction or kinds:
        use_case.change(desk.world, key, name, to, by=desk.by)
    found = use_case.get(desk.world, key)
    if name not in found:
        raise UsageError.because("no_such_lookup", lookup=name, lookups=", ".join(sorted(found)) or "-")
    if target is not None:
        _write(target, found[name])
    _show(desk, {name: found[name]})


def _read(path: Path) -> list[LookupRow]:
    lines = list(csv.reader(StringIO(path.read_text(encoding="utf-8-sig"), newline="")))
    if not lines or lines[0] != _HEADINGS:
        raise UsageError.because("lookup_file", line="1")
    rows: list[LookupRow] = []
    for number, line in enumerate(lines[1:], 2):
        if line and len(line) != len(_HEADINGS):
            raise UsageError.because("lookup_file", line=str(number))
        rows += [LookupRow(left=line[0], right=line[1])] if line else []
    return rows


def _write(path: Path, lookup: Lookup) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([_HEADINGS, *([row.left, row.right] for row in lookup.rows)])


def _show(desk: Desk, found: Mapping[str, Lookup]) -> None:
    rows = [[name, str(it.direction), row.left, row.right] for name, it in sorted(found.items()) for row in it.rows]
    desk.table([""] * 4, rows)
    desk.answer([{"name": name, **it.model_dump(mode="json")} for name, it in sorted(found.items())])


COMMANDS = (lookups,)
