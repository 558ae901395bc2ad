"""How an entity of Tripletex is declared: its fields, what they hold, and which of them a client may set."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any


class Kind(StrEnum):
    """What a field holds."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    CHOICE = "choice"
    REF = "ref"
    REFS = "refs"
    ADDRESS = "address"
    """A reference to an address that may be written inside its owner."""
    VALUE = "value"
    """Plain JSON that is passed through."""
    CHANGES = "changes"


@dataclass(frozen=True, slots=True)
class Field:
    """One field. `limit` is the greatest length of a text or value of a number; `target` is the entity referred to."""

    name: str
    kind: Kind
    limit: int | None = None
    least: int = 0
    required: bool = False
    read_only: bool = False
    write_only: bool = False
    choices: tuple[str, ...] = ()
    target: str | None = None
    default: Any = None


@dataclass(frozen=True)
class Model:
    """An entity's fields in the order the API shows them, beside id, version, changes and url, which all have."""

    name: str
    dto: str
    path: str
    own: tuple[Field, ...] = field(repr=False)
    unlisted: tuple[Field, ...] = field(default=(), repr=False)
    """Fields that come with `*` although the vendor's specification does not have them."""
    bare: bool = False
    """Whether it lacks id, version, changes and url."""

    @cached_property
    def fields(self) -> dict[str, Field]:
        """Every field by its name."""
        return {each.name: each for each in (() if self.bare else COMMON) + self.own}

    @cached_property
    def defaults(self) -> dict[str, Any]:
        """What a new record holds in every field that is stored and that nobody set."""
        return {each.name: each.default for each in (*self.own, *self.unlisted)}


def text(name: str, limit: int = 255, *, least: int = 0, required: bool = False, write_only: bool = False) -> Field:
    """Declare a text; Tripletex answers `""` where none is set."""
    return Field(name, Kind.TEXT, limit, least, required=required, write_only=write_only, default="")


def integer(name: str, limit: int | None = None, *, default: int = 0) -> Field:
    """Declare a whole number; Tripletex answers 0 where none is set."""
    return Field(name, Kind.INTEGER, limit, default=default)


def number(name: str, limit: int | None = None, *, required: bool = False) -> Field:
    """Declare a number with decimals."""
    return Field(name, Kind.NUMBER, limit, required=required, default=0)


def boolean(name: str, *, default: bool = False) -> Field:
    """Declare a truth value."""
    return Field(name, Kind.BOOLEAN, default=default)


def date(name: str, *, required: bool = False) -> Field:
    """Declare a date, `null` where none is set."""
    return Field(name, Kind.DATE, required=required)


def choice(name: str, *choices: str, default: str | None = None, required: bool = False) -> Field:
    """Declare one of some words."""
    return Field(name, Kind.CHOICE, choices=choices, required=required, default=default)


def ref(name: str, target: str | None = None, *, default: int | None = None, required: bool = False) -> Field:
    """Declare a reference; without a target it can be asked for but is always `null` here."""
    return Field(name, Kind.REF, target=target, required=required, default=default)


def refs(name: str, target: str | None = None) -> Field:
    """Declare a list of references, which only the vendor fills."""
    return Field(name, Kind.REFS, target=target, read_only=True, default=())


def address(name: str) -> Field:
    """Declare an address that lives in its owner."""
    return Field(name, Kind.ADDRESS, target="address")


def shown(name: str, kind: Kind = Kind.TEXT, default: Any = "", target: str | None = None) -> Field:
    """Declare a field that clients can read but not set."""
    return Field(name, kind, read_only=True, default=default, target=target)


COMMON = (
    shown("id", Kind.INTEGER),
    shown("version", Kind.INTEGER),
    shown("changes", Kind.CHANGES),
    shown("url"),
)
