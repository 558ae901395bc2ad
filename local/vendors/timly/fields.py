"""What each kind of record may hold, as the contract says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from local.vendors.contract.kinds import boolean, choice, day, text
from local.vendors.contract.problems import Wrong

type Record = dict[str, Any]
type Check = Callable[[str, Any], list[Wrong]]

KINDS_OF_STATUS = ("active", "inactive")
ITEM_TYPES = ("normal", "stock", "blueprint", "twin", "container")
ATTRIBUTE_TYPES = ("text", "number", "money", "date", "boolean", "choice", "url", "mac")
SCOPES = ("item", "person", "place", "ticket")


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a kind."""

    check: Check
    default: Any = None
    required: bool = False
    fixed: bool = False
    """It is set on create and never changed."""
    references: str = ""
    """The collection whose ids it holds."""


@dataclass(frozen=True, slots=True)
class Table:
    """A collection of records."""

    name: str
    area: str
    """The part of a role that says what may be done with it."""
    fields: Mapping[str, Field]
    used_by: tuple[tuple[str, str], ...] = field(default=())
    """Collections and their fields that keep a record from being deleted."""
    unique: tuple[str, ...] = ()
    scope: str = ""
    """Whose attributes it has."""


def whole_number(name: str, value: Any) -> list[Wrong]:
    """Take null, or a whole number of 0 or more."""
    good = value is None or (isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31)
    return [] if good else [Wrong(name, "wrong_type", "must be a whole number of 0 or more")]


def texts(name: str, value: Any) -> list[Wrong]:
    """Take a list of texts."""
    good = isinstance(value, list) and all(isinstance(each, str) and 0 < len(each) <= 200 for each in value)
    return [] if good else [Wrong(name, "wrong_type", "must be a list of texts")]


def assignee(name: str, value: Any) -> list[Wrong]:
    """Take null, or a place or person."""
    if value is None:
        return []
    if not isinstance(value, dict) or value.keys() != {"type", "id"} or not isinstance(value["id"], str):
        return [Wrong(name, "wrong_type", "must have type and id")]
    return choice("place", "person")(f"{name}.type", value["type"])


def external_refs(name: str, value: Any) -> list[Wrong]:
    """Take a list of references, each of another system."""
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        return [Wrong(name, "wrong_type", "must be a list of references")]
    wrong = [
        Wrong(f"{name}.{part}", "unknown_field", "no such field")
        for each in value
        for part in each.keys() - {"system", "external_id", "url"}
    ]
    for each in value:
        wrong += text(50, least=1, nullable=False)(f"{name}.system", each.get("system"))
        wrong += text(200)(f"{name}.external_id", each.get("external_id"))
        wrong += text(2000)(f"{name}.url", each.get("url"))
    systems = [each.get("system") for each in value]
    return wrong or ([] if len({*systems}) == len(systems) else [Wrong(name, "invalid", "one per system")])


def anything(_name: str, _value: Any) -> list[Wrong]:
    """Take what is looked at elsewhere."""
    return []


def reference(collection: str, *, required: bool = False, fixed: bool = False) -> Field:
    """The id of a record."""
    return Field(text(40, nullable=not required), required=required, fixed=fixed, references=collection)


_NAME = Field(text(200, least=1, nullable=False), required=True)
_ITEM = {
    "name": _NAME,
    "number": Field(text(50, least=1)),
    "item_type": Field(choice(*ITEM_TYPES), default="normal"),
    "blueprint_id": reference("items", fixed=True),
    "container_id": reference("items"),
    "quantity": Field(whole_number),
    "category_id": reference("categories", required=True),
    "organisational_unit_id": reference("organisational_units"),
    "status_id": reference("statuses"),
    "barcode": Field(text(100)),
    "assigned_to": Field(assignee),
    "attributes": Field(anything),
    "external_refs": Field(external_refs, default=[]),
}
TABLES: Mapping[str, Table] = {
    table.name: table
    for table in (
        Table("items", "inventory", _ITEM, (("items", "blueprint_id"), ("items", "container_id")), ("number",), "item"),
        Table(
            "categories",
            "inventory",
            {"name": _NAME, "parent_id": reference("categories")},
            (("items", "category_id"), ("categories", "parent_id")),
        ),
        Table(
            "places",
            "inventory",
            {
                "name": _NAME,
                "parent_id": reference("places"),
                "organisational_unit_id": reference("organisational_units"),
                "address": Field(text(500)),
            },
            (("places", "parent_id"),),
        ),
        Table(
            "organisational_units",
            "inventory",
            {"name": _NAME, "parent_id": reference("organisational_units")},
            (("items", "organisational_unit_id"), ("organisational_units", "parent_id")),
        ),
        Table(
            "statuses",
            "inventory",
            {"name": _NAME, "kind": Field(choice(*KINDS_OF_STATUS), required=True, fixed=True)},
            (("items", "status_id"),),
        ),
        Table(
            "attributes",
            "inventory",
            {
                "key": Field(text(100, least=1, nullable=False), required=True, fixed=True),
                "label": _NAME,
                "scope": Field(choice(*SCOPES), default="item", fixed=True),
                "type": Field(choice(*ATTRIBUTE_TYPES), default="text", fixed=True),
                "is_list": Field(boolean, default=False, fixed=True),
                "choices": Field(texts, default=[]),
                "category_ids": Field(texts, default=[]),
            },
            unique=("key",),
        ),
        Table(
            "people",
            "personnel",
            {
                "first_name": Field(text(100)),
                "last_name": _NAME,
                "email": Field(text(254)),
                "organisational_unit_id": reference("organisational_units"),
                "attributes": Field(anything),
            },
            scope="person",
        ),
        Table(
            "tickets",
            "tickets",
            {
                "item_id": reference("items"),
                "title": _NAME,
                "state": Field(choice("todo", "in_progress", "done", "cancelled"), default="todo"),
                "due_on": Field(day),
                "assignee": Field(assignee),
            },
        ),
    )
}
