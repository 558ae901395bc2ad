"""What a connector says about a kind of record: its fields, what they hold, and what they are called. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from samspill.canon.open_enum import OpenEnum
from samspill.reasons import Language

ATTRIBUTES = "attributes."
"""Begins the path of a field of the account's own; the vendor's key for it follows."""


class FieldType(OpenEnum):
    """What a field holds."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    FLAG = "flag"
    DATE = "date"
    CHOICE = "choice"
    REFERENCE = "reference"
    GROUP = "group"
    LIST = "list"


_REFERENCES: Mapping[str, str] = {
    "activity": "activities",
    "customer": "customers",
    "department": "departments",
    "employee": "employees",
    "manager": "employees",
    "parent": "projects",
    "project": "projects",
}
_TYPES: Mapping[str, FieldType] = {
    **dict.fromkeys(_REFERENCES, FieldType.REFERENCE),
    **dict.fromkeys(("postal_address", "period"), FieldType.GROUP),
    "date": FieldType.DATE,
    "level": FieldType.INTEGER,
    "type": FieldType.CHOICE,
}


class Access(StrEnum):
    """What may be done to a field from outside."""

    WRITE = "write"
    CREATE = "create"
    """It is set when the record is created, and never changed."""
    READ = "read"


@dataclass(frozen=True, slots=True)
class Choice:
    """One value that a field of this type may hold."""

    value: str
    labels: Mapping[Language, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SchemaField:
    """One field of a kind. Its path is a canonical name, or `attributes.` and the vendor's own key."""

    path: str
    type: FieldType = FieldType.TEXT
    labels: Mapping[Language, str] = field(default_factory=dict)
    access: Access = Access.WRITE
    required: bool = False
    """No record can be created without it."""
    choices: tuple[Choice, ...] = ()
    references: str = ""
    """The kind whose ids it holds."""
    max_length: int | None = None
    """Most characters of a text; None where that is not known."""

    def label(self, language: Language) -> str:
        """Return what people call it there; in another language where it has no name in theirs, or else its path."""
        return self.labels.get(language) or next(iter(self.labels.values()), self.path.removeprefix(ATTRIBUTES))

    def choice(self, value: str) -> Choice | None:
        """Return the choice with this value."""
        return next((each for each in self.choices if each.value == value), None)


def canonical(
    name: str, type_: FieldType | None = None, *, access: Access, required: bool = False, references: str = ""
) -> SchemaField:
    """Return a field that we name ourselves: it holds what its name says everywhere, unless it is said otherwise."""
    usual = FieldType.FLAG if name.startswith(("is_", "may_")) else _TYPES.get(name, FieldType.TEXT)
    found = FieldType.REFERENCE if references else type_ or usual
    kind = references or _REFERENCES.get(name, "") if found is FieldType.REFERENCE else ""
    return SchemaField(name, found, access=access, required=required, references=kind)


@dataclass(frozen=True)
class Schema:
    """A kind of record, as one account has it at the moment."""

    kind: str
    fields: tuple[SchemaField, ...]

    @cached_property
    def by_path(self) -> Mapping[str, SchemaField]:
        """The fields by path."""
        return {each.path: each for each in self.fields}


class Difference(StrEnum):
    """How a field of an account changed since it was last looked at."""

    NEW = "new"
    MISSING = "missing"
    RETYPED = "retyped"
    """It holds something else, refers to another kind, or may hold less than before."""
    READ_ONLY = "read-only"
    """It could be written, and cannot any more, or only on create."""
    REQUIRED = "required"
    CHOICE_GONE = "choice gone"


def differences(before: Schema, now: Schema) -> list[tuple[Difference, str]]:
    """Return what changed, each with the path of the field, in the order of the paths. New choices break nothing."""
    gone = [(Difference.MISSING, path) for path in before.by_path.keys() - now.by_path.keys()]
    new = [(Difference.NEW, path) for path in now.by_path.keys() - before.by_path.keys()]
    both = before.by_path.keys() & now.by_path.keys()
    changed = ((each, path) for path in both for each in _changed(before.by_path[path], now.by_path[path]))
    return sorted([*gone, *new, *changed], key=lambda told: (told[1], told[0]))


def _changed(before: SchemaField, now: SchemaField) -> Iterable[Difference]:
    shorter = now.max_length is not None and (before.max_length is None or now.max_length < before.max_length)
    if (before.type, before.references) != (now.type, now.references) or shorter:
        yield Difference.RETYPED
    elif {each.value for each in before.choices} - {each.value for each in now.choices}:
        yield Difference.CHOICE_GONE
    order = list(Access)
    if order.index(now.access) > order.index(before.access):
        yield Difference.READ_ONLY
    if now.required and not before.required:
        yield Difference.REQUIRED
