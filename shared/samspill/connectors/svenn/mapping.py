"""Svenn's records and ours, one table per kind. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from samspill.canon.numbers import decimal_text
from samspill.canon.text import clean, typed
from samspill.canon.values import Value
from samspill.canon.work import cell_key, split_cell
from samspill.connectors.contract.mapping import period, plain, postal_address, status
from samspill.connectors.mapping import Field, Mapped, Patch, Row, bad_value, computed
from samspill.connectors.svenn.profile import CELL, ENTRY, PROFILE
from samspill.flows.schema import FieldType

_CUSTOMER, _PROJECT, _EMPLOYEE = (PROFILE.fields[kind] for kind in ("customers", "projects", "employees"))

CUSTOMERS = Mapped("customer", plain(_CUSTOMER, postal_address(_CUSTOMER["postal_address"], PROFILE.address)))
PROJECTS = Mapped("project", plain(_PROJECT, period(_PROJECT["start"], _PROJECT["end"]), status(_PROJECT["is_active"])))
EMPLOYEES = Mapped("employee", plain(_EMPLOYEE))


def _activity(of: str, kind: Value) -> Mapped:
    return Mapped("activity", (*plain(PROFILE.fields[of]), computed("type", "id", lambda _row: kind)))


TASKS = _activity("tasks", "project")
TAGS = _activity("tags", "internal")


# --- hours -----------------------------------------------------------------------------------------------------------

_DAY = PROFILE.fields["hours"]
_ACTIVITIES = ("task", "tag")
"""What a line may be put on, and what the ids of our activities begin with."""


def _cell(line: Row) -> str:
    activities = (f"{name}:{line[CELL[name]]}" for name in _ACTIVITIES if line.get(CELL[name]))
    return cell_key(line.get(CELL["project"]), next(activities, None))


def _counting(row: Row) -> Iterator[Row]:
    """Yield the entries that accounting is to know: approved, and more than nothing."""
    return (each for each in row[_DAY["entries"]] if each[ENTRY["approved"]] and each[ENTRY["hours"]] > 0)


def _sums(lines: Iterable[Row]) -> Value:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for line in lines:
        sums[_cell(line)] += line[CELL["hours"]]
    return {cell: decimal_text(hours) for cell, hours in sums.items() if hours > 0}


def _comments(row: Row) -> Value:
    said: dict[str, dict[str | None, str]] = defaultdict(dict)
    for entry in _counting(row):
        if comment := typed(entry.get(ENTRY["comment"])):
            said[_cell(entry)].setdefault(clean(comment), comment.strip())
    return {cell: "; ".join(comments.values()) for cell, comments in said.items()}


def _write_exported(value: Any) -> Patch:
    given: Mapping[str, Any] = value or {}
    lines = ((cell, _decimal(hours)) for cell, hours in sorted(given.items()))
    return {_DAY["exported"]: [_line(cell, hours) for cell, hours in lines if hours > 0]}


def _decimal(hours: object) -> Decimal:
    try:
        value = Decimal(str(hours))
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or value < 0:
        raise bad_value("exported", "not a number")
    return value


def _line(cell: str, hours: Decimal) -> dict[str, str | None]:
    project, activity = split_cell(cell)
    kind, _, activity_id = (activity or "").partition(":")
    if activity and (kind not in _ACTIVITIES or not activity_id):
        raise bad_value("exported", "not one of the known values")
    on = {CELL[name]: activity_id if name == kind else None for name in _ACTIVITIES}
    return {CELL["project"]: project, **on, CELL["hours"]: decimal_text(hours)}


WORKDAYS = Mapped(
    "workday",
    (
        computed("employee", _DAY["employee"], lambda row: row[_DAY["employee"]]),
        computed("date", _DAY["date"], lambda row: row[_DAY["date"]]),
        computed("hours", _DAY["entries"], lambda row: _sums(_counting(row)), FieldType.GROUP),
        computed("comments", _DAY["entries"], _comments, FieldType.GROUP),
        Field(
            "exported",
            _DAY["exported"],
            lambda row: _sums(row[_DAY["exported"]]),
            _write_exported,
            type=FieldType.GROUP,
        ),
    ),
)
