"""Bodies: strict about names and types, as the vendor is."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import orjson

from local.vendors.tripletex import messages as m
from local.vendors.tripletex.entity import Entity, Values
from local.vendors.tripletex.errors import Issue, Refusal, bean, mapping, not_found, rule
from local.vendors.tripletex.messages import Message
from local.vendors.tripletex.model import Field, Kind
from local.vendors.tripletex.world import World

_DAY = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])\Z")
_REFERENCE = {"id", "url", "version"}

_TYPES: dict[Kind, Callable[[Any], bool]] = {
    Kind.TEXT: lambda value: isinstance(value, str),
    Kind.CHOICE: lambda value: isinstance(value, str),
    Kind.DATE: lambda value: isinstance(value, str),
    Kind.INTEGER: lambda value: isinstance(value, int) and not isinstance(value, bool),
    Kind.NUMBER: lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    Kind.BOOLEAN: lambda value: isinstance(value, bool),
    Kind.REF: lambda value: isinstance(value, dict),
    Kind.ADDRESS: lambda value: isinstance(value, dict),
    Kind.REFS: lambda value: isinstance(value, list),
    Kind.CHANGES: lambda value: isinstance(value, list),
}


def read_json(data: bytes) -> Any:
    """Parse a body.

    Raises:
        Refusal: 422/22000, it is not JSON.
    """
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise Refusal(422, 22000, m.INVALID_JSON, developer=str(error)) from None


def read_object(entity: Entity, body: Any) -> dict[str, Any]:
    """Check names and types of a body against the entity's model, and return it.

    Raises:
        Refusal: 422/16000, a field does not exist or holds the wrong type.
    """
    if not isinstance(body, dict):
        raise mapping([Issue(None, m.WRONG_TYPE)])
    issues = [Issue(name, message) for name, value in body.items() if (message := _wrong(entity, name, value))]
    if issues:
        raise mapping(issues)
    return body


def _wrong(entity: Entity, name: str, value: Any) -> Message | None:
    field = entity.model.fields.get(name)
    if field is None:
        return None if any(name == each.name for each in entity.model.unlisted) else m.NO_SUCH_FIELD
    if value is None or field.kind is Kind.VALUE:
        return None
    if not _TYPES[field.kind](value) or (field.kind is Kind.CHOICE and value not in field.choices):
        return m.WRONG_TYPE
    if field.kind is Kind.DATE and not _DAY.match(value):
        return m.BAD_DATE
    is_ref = field.kind is Kind.REF and not field.read_only
    return m.WRONG_TYPE if is_ref and not isinstance(value.get("id"), int | None) else None


def settable(world: World, entity: Entity, body: dict[str, Any], *, by_hand: bool = False) -> Values:
    """Return what the body sets, as it is stored, apart from addresses. What is read-only is ignored.

    People working `by_hand` may set more than the API lets anybody set.

    Raises:
        Refusal: A text or number is out of bounds, or a reference leads nowhere.
    """
    values: Values = {}
    issues: list[tuple[str, Message]] = []
    for name, value in body.items():
        field = entity.model.fields.get(name)
        if field is None or field.kind is Kind.ADDRESS:
            continue
        if field.read_only and not (by_hand and name in entity.by_hand):
            continue
        if value is None:
            values[name] = field.default if field.kind in {Kind.TEXT, Kind.BOOLEAN, Kind.CHOICE} else None
        elif field.kind is Kind.REF:
            values[name] = _reference(world, field, value)
        else:
            if message := _out_of_bounds(field, value):
                issues.append((name, message))
            values[name] = value
    if issues:
        raise bean(*issues)
    return values


def need(entity: Entity, body: dict[str, Any], *, whole: bool) -> None:
    """Refuse a body without its required fields; `whole` when it is to make a new record.

    Raises:
        Refusal: A required field is missing, null or empty.
    """
    needed = [each.name for each in entity.model.own if each.required and (whole or each.name in body)]
    issues = [(name, m.NOT_NULL) for name in needed if body.get(name) is None]
    issues += [(name, m.NOT_EMPTY) for name in needed if body.get(name) == ""]
    if issues:
        raise bean(*issues)


def _out_of_bounds(field: Field, value: Any) -> Message | None:
    if field.limit is None:
        return None
    if field.kind is Kind.TEXT and not (field.least if value else 0) <= len(value) <= field.limit:
        return m.BAD_LENGTH.about(field.least, field.limit)
    if field.kind in {Kind.INTEGER, Kind.NUMBER} and value > field.limit:
        return m.OVER_MAXIMUM.about(field.limit)
    return None


def _reference(world: World, field: Field, value: dict[str, Any]) -> int | None:
    for name in value:
        if name not in _REFERENCE:
            raise rule(f"{field.name}.{name}", m.REF_BY_ID_ONLY)
    row_id = value.get("id")
    if row_id is None:
        raise rule(f"{field.name}.id", m.NOT_NULL)
    if field.target is None or row_id not in world.rows(field.target):
        raise not_found()
    return int(row_id)
