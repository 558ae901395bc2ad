"""Rows in the order a client asks for."""

from __future__ import annotations

from typing import Any

from local.vendors.tripletex.entity import Entity
from local.vendors.tripletex.table import Row
from local.vendors.tripletex.world import World


def sort_rows(world: World, entity: Entity, rows: list[Row], keys: list[tuple[list[str], bool]]) -> list[Row]:
    """Sort by the keys, the first one weighing most; what is missing comes first."""
    for path, descending in reversed(keys):
        rows = sorted(rows, key=lambda row, path=path: _key(world, entity, row, path), reverse=descending)  # type: ignore[misc]  # bound early on purpose
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
