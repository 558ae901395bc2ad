"""Timerabbit's records and ours, one table per kind. Pure."""

from __future__ import annotations

from typing import Any

from samspill.canon.customers import address
from samspill.canon.values import Value
from samspill.connectors.mapping import (
    Field,
    Mapped,
    Patch,
    Row,
    bad_value,
    computed,
    day,
    flag,
    mail,
    organization,
    telephone,
    text,
    title,
)
from samspill.connectors.timerabbit.profile import PROFILE, Profile

_STATUS = {True: "active", False: "completed"}


def customers(profile: Profile) -> Mapped:
    """Return the table for customers."""
    names = profile.customers
    parts = profile.address

    def read_address(row: Row) -> Any:
        told = row[names["postal_address"]]
        if told is None:
            return None
        line1, line2, postcode, city, country = (told.get(parts[part]) for part in _ADDRESS)
        return address(line1, line2, postcode, city, country)

    def write_address(value: Any) -> Patch:
        given = None if value is None else {parts[part]: value.get(part) for part in _ADDRESS}
        return {names["postal_address"]: given}

    return Mapped(
        "customer",
        (
            title("name", names["name"]),
            text("number", names["number"], empty=None),
            organization("organization_number", names["organization_number"], empty=None),
            mail("email", names["email"], empty=None),
            telephone("phone", names["phone"], empty=None),
            Field("postal_address", names["postal_address"], read_address, write_address),
            flag("is_active", names["is_active"]),
        ),
    )


_ADDRESS = ("line1", "line2", "postcode", "city", "country")


def projects(profile: Profile) -> Mapped:
    """Return the table for projects."""
    names = profile.projects
    start, end, status = names["start"], names["end"], names["is_active"]

    def read_period(row: Row) -> Value:
        return {"start": row[start], "end": row.get(end)}

    def write_period(value: Any) -> Patch:
        given = value or {}
        return {start: day("period", given.get("start")), end: day("period", given.get("end"))}

    def read_status(row: Row) -> Value:
        if row[status] not in _STATUS.values():
            raise bad_value(status, "a status we do not know")
        return bool(row[status] == _STATUS[True])

    return Mapped(
        "project",
        (
            title("name", names["name"]),
            text("number", names["number"], empty=None),
            text("customer", names["customer"], empty=None),
            text("parent", names["parent"], empty=None),
            Field("period", start, read_period, write_period, also=(end,)),
            Field("is_active", status, read_status, lambda value: {status: _STATUS[bool(value)]}),
            flag("is_internal", names["is_internal"]),
            computed("level", names["parent"], lambda row: 1 if row[names["parent"]] is None else 2),
        ),
    )


CUSTOMERS = customers(PROFILE)
PROJECTS = projects(PROFILE)
