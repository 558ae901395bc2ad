"""Creating, changing and deleting one record under the entity's rules, whether by the API or by hand."""

from __future__ import annotations

from typing import Any

from local.vendors.tripletex import messages as m
from local.vendors.tripletex.body import need, read_object, settable
from local.vendors.tripletex.entity import Entity, Values
from local.vendors.tripletex.errors import not_found, revision, rule
from local.vendors.tripletex.model import Kind
from local.vendors.tripletex.table import Row
from local.vendors.tripletex.world import World


def create(world: World, entity: Entity, sent: Any) -> Row:
    """Make a record from a body.

    Raises:
        Refusal: The vendor says no.
    """
    body = read_object(entity, sent)
    if body.get("id"):
        raise rule("id", m.ID_ON_CREATE)
    entity.refuse(body)
    need(entity, body, whole=True)
    values = entity.model.defaults | settable(world, entity, body)
    entity.complete(world, values)
    entity.check(world, values, None)
    for field in entity.model.own:
        if field.kind is Kind.ADDRESS and (body.get(field.name) or field.name in entity.addressed):
            values[field.name] = _new_address(world, body.get(field.name) or {})
    return world.insert(entity.model.name, values)


def update(world: World, entity: Entity, row_id: int, sent: Any, *, by_hand: bool = False) -> Row:
    """Change a record, by the API or `by_hand`; what the body leaves out stays.

    Raises:
        Refusal: The vendor says no, for instance 409/8000 to a stale version.
    """
    row = find(world, entity, row_id)
    body = read_object(entity, sent)
    if body.get("id") not in {None, row_id}:
        raise rule("id", m.BAD_FORMAT)
    if body.get("version") not in {None, row.version}:
        raise revision()
    entity.refuse(body)
    entity.may_change(world, row)
    need(entity, body, whole=False)
    sets = settable(world, entity, body, by_hand=by_hand)
    if entity.nulled:
        sets = {name: None if value in {"", 0} and value is not False else value for name, value in sets.items()}
    values = row.values | sets
    entity.check(world, values, row)
    touched = _change_addresses(world, entity, body, values)
    return world.replace(entity.model.name, row, values, touched=touched)


def delete(world: World, entity: Entity, row_id: int, version: int | None = None) -> None:
    """Delete a record.

    Raises:
        Refusal: It does not exist, is in use, or has another version.
    """
    row = find(world, entity, row_id)
    if version not in {None, row.version}:
        raise revision()
    entity.may_change(world, row)
    entity.may_delete(world, row)
    world.delete(entity.model.name, row)


def find(world: World, entity: Entity, row_id: int) -> Row:
    """Return a row.

    Raises:
        Refusal: 404/6000, there is none.
    """
    row = world.get(entity.model.name, row_id)
    if row is None:
        raise not_found()
    return row


def _address_values(world: World, sent: Any) -> Values:
    entity = world.entities["address"]
    return settable(world, entity, read_object(entity, sent))


def _new_address(world: World, sent: Any) -> int:
    entity = world.entities["address"]
    values = entity.model.defaults | _address_values(world, sent)
    return world.insert("address", values).id


def _change_addresses(world: World, entity: Entity, body: dict[str, Any], values: Values) -> bool:
    """Write addresses that came inside a PUT; they must carry their id (tripletex-api2, examples/json/customer.md).

    A delivery address is left alone: the vendor changes it through a path of its own.
    """
    touched = False
    for name, sent in body.items():
        field = entity.model.fields.get(name)
        if field is None or field.kind is not Kind.ADDRESS or name == "deliveryAddress" or sent is None:
            continue
        present = world.get("address", values[name])
        if present is None:
            values[name] = _new_address(world, sent)
        elif sent.get("id") != present.id:
            raise rule(f"{name}.id", m.NOT_NULL)
        else:
            changed = world.replace("address", present, present.values | _address_values(world, sent))
            touched = touched or changed is not present
    return touched
