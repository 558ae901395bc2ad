"""Cells: hours as accounting holds them, one value per employee, day, project and activity. Pure.

A day sheet of the time system is folded into cells; what accounting holds of them is spread over the sheet again. Two
tasks that accounting has one activity for are one cell: its hours are their sum, set as a whole and never added to.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from samspill.canon.numbers import decimal_text
from samspill.canon.values import Value
from samspill.canon.work import Cell, split_cell
from samspill.engine.model import Detail, DetailKind, Observation
from samspill.reasons import Reason

type ActivityOf = Callable[[str | None, str | None], str | None]
"""(project, task or tag) of the time system → accounting's activity, or None where it has none."""


def fold(sheet: Observation, activity_of: ActivityOf, known: Iterable[str] = ()) -> list[Observation]:
    """Return the cells of a day sheet, and those of `known` (ids of cells) that it has nothing in any more.

    Hours on what accounting has no activity for make a cell with a `problem`: they are no other cell's. A sheet that
    cannot be read says so in every cell that is known of it, or in one that stands for it.
    """
    if sheet.problem is not None:
        names = sorted(known) or [f"{sheet.external_id}||"]
        return [_cell(sheet, Cell.of(name), ()) for name in names]
    lines = _lines(sheet, activity_of)
    empty = {name: () for name in known if name not in lines and Cell.of(name).sheet == sheet.external_id}
    return [_cell(sheet, Cell.of(name), keys) for name, keys in sorted({**lines, **empty}.items())]


def spread(sheet: Observation, held: Mapping[str, Value], activity_of: ActivityOf) -> dict[str, Value]:
    """Return what the sheet is to note as `exported`, once accounting holds these hours (id of a cell → hours).

    Of a cell that several lines of the sheet make up, each gets what it holds, and the last one the rest, so that the
    sum is accounting's. What is noted of other cells stays.
    """
    noted: dict[str, str] = {key: str(value) for key, value in _group(sheet, "exported").items()}
    lines = _lines(sheet, activity_of)
    for name, value in held.items():
        keys = lines.get(name, ())
        for key in keys:
            noted.pop(key, None)
        rest = Decimal(str(value or 0))
        for index, key in enumerate(keys):
            hours = Decimal(str(_group(sheet, "hours").get(key) or 0))
            share = rest if index == len(keys) - 1 else min(hours, rest)
            rest -= share
            if share > 0:
                noted[key] = decimal_text(share)
    return dict(noted)


def _lines(sheet: Observation, activity_of: ActivityOf) -> dict[str, tuple[str, ...]]:
    """Return the ids of the sheet's cells, each with the keys of its lines: those with hours first."""
    if sheet.deleted:
        return {}
    employee, date = sheet.external_id.split("|")
    found: dict[str, list[str]] = defaultdict(list)
    for key in dict.fromkeys([*_group(sheet, "hours"), *_group(sheet, "exported")]):
        project, activity = split_cell(key)
        found[Cell(employee, date, project or "", activity_of(project, activity) or "").id].append(key)
    return {name: tuple(keys) for name, keys in found.items()}


def _cell(sheet: Observation, cell: Cell, keys: Collection[str]) -> Observation:
    hours, exported = (_sum(sheet, group, keys) for group in ("hours", "exported"))
    said = [str(text) for key in keys if (text := _group(sheet, "comments").get(key))]
    fields: dict[str, Value] = {**cell.place, "hours": hours, "comment": "; ".join(dict.fromkeys(said)) or None}
    if keys:
        fields["exported"] = exported
    told = replace(sheet, external_id=cell.id, fields=fields, deleted=False)
    lacking = _lacking(keys) if hours and not cell.activity and sheet.problem is None else ()
    if not lacking:
        return told
    problem = Reason("hours_no_activity", {"activity": ", ".join(lacking)})
    return replace(told, problem=problem, detail=Detail(DetailKind.NO_COUNTERPART, missing=lacking))


def _lacking(keys: Iterable[str]) -> tuple[str, ...]:
    """Return what accounting has no activity for. Hours on nothing at all are another matter."""
    lines = [split_cell(key) for key in keys]
    return tuple(name for project, activity in lines if (name := activity or project))


def _sum(sheet: Observation, group: str, keys: Iterable[str]) -> str | None:
    hours = (Decimal(str(_group(sheet, group).get(key) or 0)) for key in keys)
    total = sum(hours, Decimal())  # pragma: no mutate: 0 would do, but for its type
    return decimal_text(total) if total else None


def _group(sheet: Observation, name: str) -> Mapping[str, Value]:
    value = sheet.fields.get(name)
    return value if isinstance(value, Mapping) else {}
