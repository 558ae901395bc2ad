"""Timly's records and ours, one table per kind. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

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
    nested,
    reference,
    text,
    title,
)
from samspill.connectors.timly.attributed import Attributed
from samspill.connectors.timly.profile import FIELDS, PER_DEVICE
from samspill.flows.schema import FieldType

BLUEPRINT = "blueprint"
ITEM_TYPES = ("normal", "stock", "twin", "container")
"""What an item may be. A blueprint is a template and no device: those are a kind of their own."""
ACTIVE, INACTIVE = "active", "inactive"
"""The two kinds of status. An account may have several of each; what counts is the kind, never the name."""
PLACE, PERSON = "place", "person"
"""What something may be assigned to."""
OURS = "samspill"
"""The name of the external reference that marks what we created."""
_text = partial(text, empty=None)


def chosen(name: str, wire: str, *choices: str) -> Field:
    """Return a field that holds one of these words."""

    def read(told: str | None) -> Value:
        if told not in choices:
            raise bad_value(name, "not one of the known values")
        return told

    return Field(name, wire, plain=read, write=lambda v: {wire: v}, type=FieldType.CHOICE, choices=choices)


def in_use(wire: str) -> Field:
    """Return whether something is in use, by the kind of its status. `bodies` turns the kind into a status."""

    def read(told: str | None) -> Value:
        if told not in {ACTIVE, INACTIVE}:
            raise bad_value("is_active", "not one of the known values")
        return told == ACTIVE

    return Field("is_active", wire, plain=read, write=lambda value: {wire: ACTIVE if value else INACTIVE})


def assignee(name: str, wire: str, kind: str) -> Field:
    """Return the place or the person that something is assigned to. `assigned` makes one value of both."""

    def read(row: Row) -> Value:
        told = row[wire]
        return str(told["id"]) if told is not None and told["type"] == name else None

    return Field(name, wire, read, lambda value: {f"{wire}.{name}": value}, references=kind)


def assigned(body: Patch, wire: str) -> Patch:
    """Return the body with what was written of place and person as the one value they are on the wire.

    Raises:
        MappingError: it is to be at a place and with a person at once.
    """
    told = {name: body[f"{wire}.{name}"] for name in (PLACE, PERSON) if f"{wire}.{name}" in body}
    if not told:
        return body
    wanted = {name: value for name, value in told.items() if value is not None}
    if len(wanted) > 1:
        raise bad_value(PERSON, "not one of the known values")
    rest = {name: value for name, value in body.items() if not name.startswith(f"{wire}.")}
    return {**rest, wire: next(({"type": name, "id": value} for name, value in wanted.items()), None)}


def _quantity(value: Any) -> Patch:
    if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
        raise bad_value("quantity", "not a whole number")
    return {"quantity": value}


def _external_refs(row: Row) -> Value:
    told = [each for each in row["external_refs"] or () if each["system"] != OURS]
    return {str(each["system"]): {"id": each.get("external_id"), "url": each.get("url")} for each in told}


def _write_external_refs(value: Any) -> Patch:
    """Return the references to be set; those of systems that are not named stay, an empty one goes."""
    if not isinstance(value, Mapping) or OURS in value:
        raise bad_value("external_refs", "of an unknown shape")
    refs = [
        {"system": system, "external_id": each and each.get("id"), "url": each and each.get("url")}
        for system, each in value.items()
    ]
    return {"external_refs": refs}


def _every_item(names: Mapping[str, str]) -> tuple[Field, ...]:
    category = reference("category", names["category"], "categories")
    return (
        title("name", names["name"]),
        _text("number", names["number"]),
        Field(
            "category",
            category.wire,
            plain=category.plain,
            write=category.write,
            required=True,
            references="categories",
        ),
        reference("organizational_unit", names["organizational_unit"], "organizational_units"),
        reference("status", names["status"], "statuses"),
        in_use(names["is_active"]),
        _text("barcode", names["barcode"]),
        computed("created_at", names["created_at"], lambda row: str(row[names["created_at"]])),
    )


_item, _place, _status, _attribute = FIELDS["items"], FIELDS["places"], FIELDS["statuses"], FIELDS["attributes"]
_person, _ticket, _assignment, _past = (FIELDS[kind] for kind in ("people", "tickets", "assignments", "status_history"))

ITEMS = Attributed(
    "item",
    "item",
    (
        *_every_item(_item),
        chosen("item_type", _item["item_type"], *ITEM_TYPES),
        Field("quantity", _item["quantity"], plain=lambda told: told, write=_quantity, type=FieldType.INTEGER),
        reference("blueprint", _item["blueprint"], "blueprints"),
        reference("container", _item["container"], "items"),
        assignee(PLACE, _item[PLACE], "places"),
        assignee(PERSON, _item[PERSON], "people"),
        Field("external_refs", _item["external_refs"], _external_refs, _write_external_refs, type=FieldType.GROUP),
    ),
)
BLUEPRINTS = Attributed("blueprint", "item", _every_item(FIELDS["blueprints"]), without=PER_DEVICE)
CATEGORIES = Mapped(
    "category", (title("name", "name"), reference("parent", FIELDS["categories"]["parent"], "categories"))
)
PLACES = Mapped(
    "place",
    (
        title("name", _place["name"]),
        reference("parent", _place["parent"], "places"),
        reference("organizational_unit", _place["organizational_unit"], "organizational_units"),
        _text("address", _place["address"]),
    ),
)
ORGANIZATIONAL_UNITS = Mapped(
    "organisational unit",
    (
        title("name", "name"),
        reference("parent", FIELDS["organizational_units"]["parent"], "organizational_units"),
    ),
)
STATUSES = Mapped(
    "status",
    (
        title("name", _status["name"]),
        in_use(_status["is_active"]),
        computed("is_builtin", _status["is_builtin"], lambda row: bool(row[_status["is_builtin"]])),
    ),
)
ATTRIBUTES = Mapped(
    "attribute",
    (
        title("name", _attribute["name"]),
        title("key", _attribute["key"]),
        chosen("scope", _attribute["scope"], "item", "person", "place", "ticket"),
        chosen("type", _attribute["type"], "text", "number", "money", "date", "boolean", "choice", "url", "mac"),
        flag("is_list", _attribute["is_list"]),
        nested("choices", _attribute["choices"]),
        nested("categories", _attribute["categories"]),
    ),
)
PEOPLE = Attributed(
    "person",
    "person",
    (
        _text("first_name", _person["first_name"]),
        title("last_name", _person["last_name"]),
        _text("email", _person["email"]),
        reference("organizational_unit", _person["organizational_unit"], "organizational_units"),
    ),
)
TICKETS = Mapped(
    "ticket",
    (
        title("name", _ticket["name"]),
        reference("item", _ticket["item"], "items"),
        chosen("state", _ticket["state"], "todo", "in_progress", "done", "cancelled"),
        Field(
            "due_on",
            _ticket["due_on"],
            plain=partial(day, "due_on"),
            write=lambda value: {_ticket["due_on"]: day("due_on", value)},
            type=FieldType.DATE,
        ),
        assignee(PLACE, _ticket[PLACE], "places"),
        assignee(PERSON, _ticket[PERSON], "people"),
    ),
)
ASSIGNMENTS = Mapped(
    "assignment",
    (
        reference("item", _assignment["item"], "items"),
        assignee(PLACE, _assignment[PLACE], "places"),
        assignee(PERSON, _assignment[PERSON], "people"),
        _text("start", _assignment["start"]),
        _text("end", _assignment["end"]),
        flag("is_planned", _assignment["is_planned"]),
    ),
)
STATUS_HISTORY = Mapped(
    "status",
    (
        Field("item", _past["item"], plain=str, references="items"),
        Field("status", _past["status"], plain=str, references="statuses"),
        computed("is_active", _past["is_active"], lambda row: row[_past["is_active"]] == ACTIVE),
        computed("changed_at", _past["changed_at"], lambda row: str(row[_past["changed_at"]])),
    ),
)
