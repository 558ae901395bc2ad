"""Rows in the order a client asks for."""

from __future__ import annotations

from typing import Any

from local.vendors.tripletex.entity import Entity
from local.vendors.tripletex.table import Row
from local.vendors.tripletex.world import World

type Keys = list[tuple[list[str], bool]]

BY_ID: Keys = [(["id"], False)]
"""The order rows stand in anyhow."""


def sort_rows(world: World, entity: Entity, rows: list[Row], keys: Keys) -> list[Row]:
    """Sort by the keys, the first one weighing most; what is missing comes first."""
    if keys == BY_ID:
        return rows
    rows = list(rows)
    for path, descending in reversed(keys):
        keyed = [(_key(world, entity, row, path), row) for row in rows]
        keyed.sort(key=lambda each: each[0], reverse=descending)
        rows = [row for _, row in keyed]
    return rows


def _key(world: World, entity: Entity, row: Row, path: list[str]) -> tuple[bool, Any]:
    value: Any = None
    here: Row | None = row
    for name in path:
        if here is None:
            return (False, "")
        value = _value(world, entity, here, name)
        target = entity.model.fields[name].target
        if target is None:
            break
        entity, here = world.entities[target], world.get(target, value if isinstance(value, int) else None)
    if value is None:
        return (False, "")
    return (True, value.casefold() if isinstance(value, str) else value)


def _value(world: World, entity: Entity, row: Row, name: str) -> Any:
    if name in {"id", "version"}:
        return getattr(row, name)
    return entity.computed[name](world, row) if name in entity.computed else row.values.get(name)
