"""Everything about Timly's interface that may turn out otherwise: paths, header and names of fields."""

from __future__ import annotations

from collections.abc import Mapping

SYSTEM = "Timly"
"""What people call the vendor."""
HEADER, SCHEME = "Authorization", "Bearer "
"""How the token is sent."""

_ROOT = "/api/v1"
ME = f"{_ROOT}/me"
PATHS: Mapping[str, str] = {
    "items": f"{_ROOT}/items",
    "blueprints": f"{_ROOT}/items",
    "categories": f"{_ROOT}/categories",
    "places": f"{_ROOT}/places",
    "organizational_units": f"{_ROOT}/organisational_units",
    "statuses": f"{_ROOT}/statuses",
    "attributes": f"{_ROOT}/attributes",
    "people": f"{_ROOT}/people",
    "tickets": f"{_ROOT}/tickets",
    "assignments": f"{_ROOT}/items/{{item}}/assignments",
    "status_history": f"{_ROOT}/items/{{item}}/status_history",
}
"""Kind → where its list is; where each item has a list of its own, with the item's id in it."""

_EVERY_ITEM = {
    "name": "name",
    "number": "number",
    "category": "category_id",
    "organizational_unit": "organisational_unit_id",
    "status": "status_id",
    "is_active": "status_kind",
    "barcode": "barcode",
    "created_at": "created_at",
}
FIELDS: Mapping[str, Mapping[str, str]] = {
    "items": _EVERY_ITEM
    | {
        "item_type": "item_type",
        "quantity": "quantity",
        "blueprint": "blueprint_id",
        "container": "container_id",
        "place": "assigned_to",
        "person": "assigned_to",
        "external_refs": "external_refs",
    },
    "blueprints": _EVERY_ITEM,
    "categories": {"name": "name", "parent": "parent_id"},
    "places": {
        "name": "name",
        "parent": "parent_id",
        "organizational_unit": "organisational_unit_id",
        "address": "address",
    },
    "organizational_units": {"name": "name", "parent": "parent_id"},
    "statuses": {"name": "name", "is_active": "kind", "is_builtin": "builtin"},
    "attributes": {
        "name": "label",
        "key": "key",
        "scope": "scope",
        "type": "type",
        "is_list": "is_list",
        "choices": "choices",
        "categories": "category_ids",
    },
    "people": {
        "first_name": "first_name",
        "last_name": "last_name",
        "email": "email",
        "organizational_unit": "organisational_unit_id",
    },
    "tickets": {
        "name": "title",
        "item": "item_id",
        "state": "state",
        "due_on": "due_on",
        "place": "assignee",
        "person": "assignee",
    },
    "assignments": {
        "item": "item_id",
        "place": "assignee",
        "person": "assignee",
        "start": "from",
        "end": "to",
        "is_planned": "planned",
    },
    "status_history": {
        "item": "item_id",
        "status": "status_id",
        "is_active": "status_kind",
        "changed_at": "changed_at",
    },
}
"""Kind → our field → theirs."""
VALUES = "attributes"
"""The field that holds the values of an account's own attributes."""

PAGE, SIZE, MOST = "page", "per_page", 500
SINCE = "updated_since"
EVERY_ITEM: Mapping[str, str] = {"view": "all"}
"""Has the list of items hold twins and what lies in containers, too: the overview leaves them out."""
FILTERS: Mapping[str, str] = {
    "category": "category_id",
    "organizational_unit": "organisational_unit_id",
    "place": "place_id",
    "status": "status_id",
}
"""Our field → the parameter that narrows a list of items to one value."""

PER_DEVICE = frozenset({"serial_number", "mac_addresses", "ip_address"})
"""Attributes that belong to one device, by their keys: a blueprint has none of them, as its twins would inherit it."""


def attribute_filter(key: str) -> str:
    """Return the parameter that narrows a list of items to one value of an attribute."""
    return f"attr[{key}]"
