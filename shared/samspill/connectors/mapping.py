"""The vocabulary of a mapping: one table per kind of record, read in both directions. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from operator import not_
from typing import Any, Final

from samspill.canon.bounds import bounded
from samspill.canon.text import typed
from samspill.canon.value_errors import Misfit
from samspill.canon.values import Fields, Value
from samspill.errors import MappingError
from samspill.flows.schema import Access, Choice, FieldType, Schema, SchemaField, canonical
from samspill.reasons import Reason

type Row = Mapping[str, Any]
type Patch = dict[str, Any]


class _Untold:
    """The vendor's row says nothing about the field."""


UNTOLD: Final = _Untold()


@dataclass(frozen=True, slots=True)
class Field:
    """One canonical field and where it lives at the vendor. Exactly one of `plain` and `read` tells how it is read."""

    name: str
    wire: str
    """The vendor's field; where it is not in a row, the row does not tell the canonical field."""
    read: Callable[[Row], Value | _Untold] | None = None
    """From the whole row, for what is made of several fields."""
    write: Callable[[Any], Patch] | None = None
    """What to send; None for what the vendor computes."""
    plain: Callable[[Any], Value] | None = None
    """From the vendor's value alone."""
    also: tuple[str, ...] = ()
    """Other fields of the vendor this one is made of, for naming it in messages."""
    type: FieldType | None = None
    """What it holds, where that is not what its name says everywhere."""
    required: bool = False
    """No record is created without it."""
    choices: Collection[str] = ()
    """What it may hold, where that is a closed list."""

    def describe(self, access: Access) -> SchemaField:
        """Return what is known of it; what cannot be written at all stays so."""
        told = canonical(self.name, self.type, access=access if self.write else Access.READ, required=self.required)
        return replace(told, choices=tuple(Choice(each) for each in self.choices))


class Mapped:
    """A kind of record in both forms."""

    def __init__(self, what: str, fields: Sequence[Field]) -> None:
        """Name the kind as a person would, for messages."""
        self.what = what
        # Two loops instead of one call more per value: this runs for every field of every record read.
        self._plain = tuple((field.name, field.wire, field.plain) for field in fields if field.plain)
        self._made = tuple((field.name, field.wire, field.read) for field in fields if field.read)
        self._fields = tuple(fields)
        self._write = {field.name: field.write for field in fields}
        self.required = tuple(field.name for field in fields if field.required)
        """The fields that no record is created without."""
        self.names: dict[str, str] = {}
        """The vendor's field → ours; where several are made of one, the first."""
        for field in fields:
            for wire in (field.wire, *field.also):
                self.names.setdefault(wire, field.name)

    def describe(self, kind: str, *, changeable: bool = True, fixed: Collection[str] = ()) -> Schema:
        """Return what is known of the kind. What is `fixed`, or all where it is not `changeable`, is set on create."""
        access = {f.name: Access.CREATE if f.name in fixed or not changeable else Access.WRITE for f in self._fields}
        return Schema(kind, tuple(field.describe(access[field.name]) for field in self._fields))

    def read(self, row: Row) -> dict[str, Value]:
        """Return the canonical fields a row tells; MappingError when a value cannot be taken."""
        out = {name: plain(row[wire]) for name, wire, plain in self._plain if wire in row}
        for name, wire, read in self._made:
            if wire in row:
                value = read(row)
                if not isinstance(value, _Untold):
                    out[name] = value
        return out

    def legible(self, row: Row) -> dict[str, Value]:
        """Return the fields that can be read of a row that cannot be taken: enough to know it again, not to write."""
        read = {name: attempt(plain, row[wire]) for name, wire, plain in self._plain if wire in row}
        made = {name: attempt(each, row) for name, wire, each in self._made if wire in row}
        return {name: value for name, value in {**read, **made}.items() if not isinstance(value, _Untold)}

    def write(self, fields: Fields, *, create: bool = False) -> Patch:
        """Return what to send so that the record gets these fields; a create leaves empty ones out.

        Raises:
            MappingError: the vendor has no such field, does not let it be set, or cannot hold the value.
        """
        patch: Patch = {}
        for name, value in fields.items():
            write = self._write.get(name)
            if write is None:
                raise MappingError(
                    f"{self.what}.{name} cannot be written",
                    reason=Reason("not_changeable", {"what": f"{self.what}.{name}"}),
                    field=name,
                )
            if not (create and value is None):
                patch |= write(value)
        return patch


def attempt(read: Callable[[Any], Value | _Untold], value: Any) -> Value | _Untold:
    """Read what may not have the shape it should have; `UNTOLD` where that does not go."""
    try:
        return read(value)
    except (MappingError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        return UNTOLD


def cannot_map(field: str, misfit: Misfit) -> Reason:
    """Return the reason for a value that cannot be taken over. Whose it is, is told by who knows (`source`)."""
    return Reason("cannot_map", {"field": field, "misfit": misfit})


def bad_value(field: str, misfit: Misfit) -> MappingError:
    """Return the error for a value that cannot be taken over."""
    return MappingError(f"{field}: {misfit}", reason=cannot_map(field, misfit), field=field)


def text(name: str, wire: str, *, empty: str | None = "") -> Field:
    """Text, as it was typed; empty is None, and sent as `empty`."""
    return Field(name, wire, plain=typed, write=lambda value: {wire: empty if value is None else value})


def title(name: str, wire: str) -> Field:
    """A name that is always there."""
    return Field(name, wire, plain=_title, write=lambda value: {wire: _needed(name, value)}, required=True)


def flag(name: str, wire: str) -> Field:
    """Yes or no."""
    return Field(name, wire, plain=bool, write=lambda value: {wire: value})


def inverted(name: str, wire: str) -> Field:
    """Yes where the vendor says no."""
    return Field(name, wire, plain=not_, write=lambda value: {wire: not value})


def computed(name: str, wire: str, read: Callable[[Row], Value | _Untold], of_type: FieldType | None = None) -> Field:
    """Something the vendor tells and nobody sets."""
    return Field(name, wire, read, type=of_type)


def nested(name: str, wire: str) -> Field:
    """Whatever the vendor tells, lists and groups too, within `canon.bounds`; sent as it is."""
    return Field(name, wire, plain=partial(bounded, name), write=lambda value: {wire: value})


def _title(value: str | None) -> str:
    return typed(value) or ""


def day(field: str, value: object) -> str | None:
    """Return an ISO date as it is; MappingError when it is none."""
    if value is None:
        return None
    try:
        return date.fromisoformat(str(value)).isoformat()
    except ValueError:
        raise bad_value(field, "not a date") from None


def _needed(name: str, value: object) -> object:
    if not value:
        raise bad_value(name, "empty")
    return value
