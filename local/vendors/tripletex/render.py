"""Rows as the API shows them, and rendered rows kept for as long as they stay true."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import orjson

from local.vendors.clock import OSLO
from local.vendors.tripletex.entity import Entity
from local.vendors.tripletex.fields import Pick, Selection, is_flat, parse_fields
from local.vendors.tripletex.model import Kind
from local.vendors.tripletex.table import Row
from local.vendors.tripletex.world import World

MOST_KEPT = 32
"""How many different `fields` filters have their rows kept."""

type Show = Callable[[Row], Any]


class View(NamedTuple):
    """How one entity looks under one `fields` filter, and its rows that are rendered already."""

    show: Show
    own_only: bool
    """Whether nothing but the row itself is shown, so that it stays true until the row is replaced."""
    kept: dict[int, tuple[object, bytes]]


class Renderer:
    """Shows rows of one world."""

    def __init__(self, world: World) -> None:
        """Show what `world` holds."""
        self._world = world
        self._models = {name: entity.model for name, entity in world.entities.items()}
        self._views: dict[tuple[str, str], View] = {}

    def show(self, entity: Entity, row: Row, fields: str = "") -> dict[str, Any]:
        """Return one row.

        Raises:
            Refusal: 400/11000, a name in `fields` is not a field of the model.
        """
        shown: dict[str, Any] = self._view(entity, fields).show(row)
        return shown

    def many(self, entity: Entity, rows: Iterable[Row], fields: str) -> list[bytes]:
        """Return rows as JSON, taken from what is kept where nothing they show has changed.

        Raises:
            Refusal: 400/11000, a name in `fields` is not a field of the model.
        """
        show, own_only, kept = self._view(entity, fields)
        stamp = 0 if own_only else self._world.stamp
        rendered = []
        for row in rows:
            known = kept.get(row.id)
            if known is None or known[0] != (row, stamp):
                known = kept[row.id] = ((row, stamp), orjson.dumps(show(row)))
            rendered.append(known[1])
        return rendered

    def _view(self, entity: Entity, fields: str) -> View:
        key = (entity.model.name, fields)
        if key not in self._views:
            if len(self._views) >= MOST_KEPT:
                self._views.clear()
            selection = parse_fields(fields, entity.model, self._models)
            self._views[key] = View(self._whole(entity, selection), entity.own_only and is_flat(selection), {})
        return self._views[key]

    def _whole(self, entity: Entity, selection: Selection) -> Show:
        parts = [(pick.field.name, self._part(entity, pick)) for pick in selection]
        return lambda row: {name: part(row) for name, part in parts}

    def _part(self, entity: Entity, pick: Pick) -> Show:
        name, kind, world = pick.field.name, pick.field.kind, self._world
        if name in _HEAD and not entity.model.bare:
            return _HEAD[name] if name != "url" else lambda row: world.url(entity, row.id)
        computed = entity.computed.get(name)
        value: Show = (lambda row: row.values[name]) if computed is None else lambda row: computed(world, row)
        if kind in {Kind.REF, Kind.ADDRESS}:
            refer = self._reference(pick)
            return lambda row: refer(value(row))
        if kind is Kind.REFS:
            refer = self._reference(pick)
            return lambda row: [refer(each) for each in value(row)]
        return value

    def _reference(self, pick: Pick) -> Callable[[int | None], Any]:
        target = pick.field.target
        if target is None:
            return lambda _row_id: None
        world, entity = self._world, self._world.entities[target]
        inner = self._whole(entity, pick.sub) if pick.sub is not None else None

        def refer(row_id: int | None) -> Any:
            row = world.get(target, row_id)
            if row is None or inner is None:
                return None if row_id is None else {"id": row_id, "url": world.url(entity, row_id)}
            return inner(row)

        return refer


def _changes(row: Row) -> list[dict[str, Any]]:
    return [
        {
            "employeeId": each.employee_id,
            "timestamp": each.at.astimezone(OSLO).isoformat(timespec="seconds"),
            "changeType": each.kind,
        }
        for each in row.changes
    ]


_HEAD: dict[str, Show] = {
    "id": lambda row: row.id,
    "version": lambda row: row.version,
    "changes": _changes,
    "url": lambda row: row.id,
}
