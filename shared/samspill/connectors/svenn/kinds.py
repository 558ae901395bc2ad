"""The kinds of record we speak with Svenn about."""

from __future__ import annotations

from samspill.connectors.contract.kinds import Kind, Kinds
from samspill.connectors.mapping import Row
from samspill.connectors.svenn import mapping
from samspill.connectors.svenn.profile import PROFILE


def _person(row: Row) -> str:
    names = PROFILE.fields["employees"]
    name = " ".join(part for part in (row.get(names["first_name"]), row.get(names["last_name"])) if part)
    number = row.get(names["number"])
    return f"{name} ({number})" if number else name


KINDS = Kinds(
    Kind("customers", mapping.CUSTOMERS, PROFILE, archive={PROFILE.fields["customers"]["is_active"]: False}),
    Kind(
        "projects",
        mapping.PROJECTS,
        PROFILE,
        archive={PROFILE.fields["projects"]["is_active"]: "completed"},
        types={"is_active": str},
    ),
    Kind(
        "employees",
        mapping.EMPLOYEES,
        PROFILE,
        archive={PROFILE.fields["employees"]["is_active"]: False},
        label=_person,
    ),
)
