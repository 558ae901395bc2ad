"""Rows as the API shows them, and rendered rows kept for as long as they stay true."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson

from local.vendors.clock import OSLO
from local.vendors.tripletex.entity import Entity
from local.vendors.tripletex.fields import Pick, Selection, is_flat, parse_fields
from local.vendors.tripletex.model import Kind
from local.vendors.tripletex.table import Row
from local.vendors.tripletex.world import World

MOST_KEPT = 32
"""How many different `fields` filters have their rows kept."""


class Renderer:
    """Shows rows of one world."""

    def __init__(self, world: World) -> None:
        """Show what `world` holds."""
        self._world = world
        self._models = {name: entity.model for name, entity in world.entities.items()}
        self._selections: dict[tuple[str, str], Selection] = {}
        self._kept: dict[tuple[str, str], dict[int, tuple[object, bytes]]] = {}

    def selection(self, entity: Entity, fields: str) -> Selection:
        """Return the parsed `fields` filter.

        Raises:
            Refusal: 400/11000, a name is not a field of the model.
        """
        key = (entity.model.name, fields)
        if key not in self._selections:
            if len(self._selections) >= MOST_KEPT:
                self._selections.clear()
                self._kept.clear()
            self._selections[key] = parse_fields(fields, entity.model, self._models)
        return self._selections[key]

    def show(self, entity: Entity, row: Row, fields: str = "") -> dict[str, Any]:
        """Return one row."""
        return self._view(entity, row, self.selection(entity, fields))

    def many(self, entity: Entity, rows: Iterable[Row], fields: str) -> list[bytes]:
        """Return rows as JSON, taken from what is kept where nothing they show has changed."""
        selection = self.selection(entity, fields)
        kept = self._kept.setdefault((entity.model.name, fields), {})
        stamp = None if entity.own_only and is_flat(selection) else self._world.stamp
        rendered = []
        for row in rows:
            true_for = row if stamp is None else (row, stamp)
            known = kept.get(row.id)
            if known is None or known[0] != true_for:
                known = kept[row.id] = (true_for, orjson.dumps(self._view(entity, row, selection)))
            rendered.append(known[1])
        return rendered

    def _view(self, entity: Entity, row: Row, selection: Selection) -> dict[str, Any]:
        world, values, computed = self._world, row.values, entity.computed
        shown: dict[str, Any] = {}
        for pick in selection:
            name, kind = pick.field.name, pick.field.kind
            if name == "id":
                shown[name] = row.id
            elif name == "version":
                shown[name] = row.version
            elif name == "url":
                shown[name] = world.url(entity, row.id)
            elif kind is Kind.CHANGES:
                shown[name] = [
                    {
                        "employeeId": each.employee_id,
                        "timestamp": each.at.astimezone(OSLO).isoformat(timespec="seconds"),
                        "changeType": each.kind,
                    }
                    for each in row.changes
                ]
            else:
                value = computed[name](world, row) if name in computed else values[name]
                if kind is Kind.REF or kind is Kind.ADDRESS:
                    value = self._ref(pick, value)
                elif kind is Kind.REFS:
                    value = [self._ref(pick, each) for each in value]
                shown[name] = value
        return shown

    def _ref(self, pick: Pick, row_id: int | None) -> dict[str, Any] | None:
        if row_id is None or pick.field.target is None:
            return None
        entity = self._world.entities[pick.field.target]
        row = self._world.get(pick.field.target, row_id) if pick.sub is not None else None
        if row is None:
            return {"id": row_id, "url": self._world.url(entity, row_id)}
        return self._view(entity, row, pick.sub or ())
