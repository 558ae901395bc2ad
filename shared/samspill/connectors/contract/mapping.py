"""Fields as our contracts have them, one table per kind made from a vendor's names. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from samspill.canon.customers import address
from samspill.canon.values import Value
from samspill.connectors.mapping import (
    Field,
    Patch,
    Row,
    bad_value,
    day,
    flag,
    text,
    title,
)

COMPLETED = "completed"
"""The status of a project that is over."""
_STATUS = {True: "active", False: COMPLETED}
_MAKERS: Mapping[str, Callable[[str, str], Field]] = {
    "name": title,
    "is_active": flag,
    "is_private": flag,
    "is_internal": flag,
}
"""How our fields are written down; all others are text that may be empty."""


def plain(names: Mapping[str, str], *made: Field) -> tuple[Field, ...]:
    """Return the fields of `names` (ours → theirs) in their usual form, and those `made` in another one."""
    usual = partial(text, empty=None)
    done = {"start", "end", *(field.name for field in made)}
    return (*(_MAKERS.get(ours, usual)(ours, wire) for ours, wire in names.items() if ours not in done), *made)


def postal_address(wire: str, parts: Mapping[str, str]) -> Field:
    """Return the address, an object with the parts named."""
    wires = [parts[part] for part in _PARTS]

    def read(row: Row) -> Any:
        told = row[wire]
        if told is None:
            return None
        return address(*map(told.get, wires))

    def write(value: Any) -> Patch:
        return {wire: None if value is None else {parts[part]: value.get(part) for part in _PARTS}}

    return Field("postal_address", wire, read, write)


_PARTS = ("line1", "line2", "postcode", "city", "country")


def period(start: str, end: str) -> Field:
    """Return first and last day, two fields of theirs and one of ours."""

    def write(value: Any) -> Patch:
        given = value or {}
        return {start: day("period", given.get("start")), end: day("period", given.get("end"))}

    return Field("period", start, lambda row: {"start": row[start], "end": row.get(end)}, write, also=(end,))


def status(wire: str) -> Field:
    """Return whether a project goes on: `active`, or `completed`."""

    def read(row: Row) -> Value:
        if row[wire] not in _STATUS.values():
            raise bad_value(wire, "not one of the known values")
        return bool(row[wire] == _STATUS[True])

    return Field("is_active", wire, read, lambda value: {wire: _STATUS[bool(value)]})
