"""The kinds of record we speak with Svenn about."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Required, TypedDict

from samspill.connectors.contract.kinds import Kind, Kinds, customers, projects
from samspill.connectors.mapping import Row
from samspill.connectors.svenn import mapping
from samspill.connectors.svenn.profile import CELL, ENTRY, PERSON, PROFILE


def _person(row: Row) -> str:
    names = PROFILE.fields["employees"]
    name = " ".join(part for part in (row.get(names["first_name"]), row.get(names["last_name"])) if part)
    number = row.get(names["number"])
    return f"{name} ({number})" if number else name


def _day(row: Row) -> str:
    names = PROFILE.fields["hours"]
    return f"{row.get(PERSON) or row[names['employee']]} {row[names['date']]}"


def _lines(names: Mapping[str, str]) -> Any:
    types = {"hours": Required[Decimal], "approved": Required[bool]}
    shape = {wire: types.get(ours, str | None) for ours, wire in names.items()}
    line = TypedDict("line", shape, total=False)  # type: ignore[misc]  # the names are data
    return list[line]


KINDS = Kinds(
    customers(PROFILE, mapping.CUSTOMERS),
    projects(PROFILE, mapping.PROJECTS),
    Kind(
        "employees",
        mapping.EMPLOYEES,
        PROFILE,
        archive={PROFILE.fields["employees"]["is_active"]: False},
        label=_person,
    ),
    Kind(
        "hours",
        mapping.WORKDAYS,
        PROFILE,
        types={"employee": Required[str], "date": Required[str], "entries": _lines(ENTRY), "exported": _lines(CELL)},
        also={PERSON: str},
        label=_day,
        creatable=False,
    ),
)

ACTIVITIES = Kinds(
    Kind("tasks", mapping.TASKS, PROFILE, prefix="task:"),
    Kind("tags", mapping.TAGS, PROFILE, prefix="tag:"),
)
"""The lists that together are our activities."""
