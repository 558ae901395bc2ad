"""The state of one Tripletex account: tables, numbers, changes that are kept or undone together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

from local.vendors.clock import Clock
from local.vendors.tripletex.entity import Entity, Values
from local.vendors.tripletex.faults import TripletexFaults
from local.vendors.tripletex.table import Change, Row, Table

FIRST_ID = 100_001


class World:
    """Everything the account holds.

    `changed` hears, once a transaction is through, of each record that was created, updated or deleted.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        faults: TripletexFaults,
        address: str,
        entities: Iterable[Entity],
        changed: Callable[[Entity, str, Row], None],
    ) -> None:
        """Show urls that begin with `address`, which has no scheme."""
        self.clock = clock
        self.faults = faults
        self.address = address
        self.entities = {entity.model.name: entity for entity in entities}
        self.tables = {name: Table(*entity.indexed) for name, entity in self.entities.items()}
        self.acting_employee = 0
        self.acting_token = ""
        self.stamp = 0
        self.highest: dict[str, int] = {}
        """The highest number given to each kind of record that is numbered automatically."""
        self._changed = changed
        self._ids = count(FIRST_ID)
        self._undo: list[tuple[str, int, Row | None]] = []
        self._told: list[tuple[Entity, str, Row]] = []
        self._frozen: dict[str, dict[int, Row]] | None = None

    # Reading.

    def rows(self, name: str) -> dict[int, Row]:
        """Return the rows as they are."""
        return self.tables[name].rows

    def seen(self, name: str) -> dict[int, Row]:
        """Return the rows as a reader sees them: as they were, when a fault makes reads stale."""
        return self._frozen[name] if self._frozen is not None else self.tables[name].rows

    def get(self, name: str, row_id: int | None) -> Row | None:
        """Return a row as it is, or None."""
        return None if row_id is None else self.tables[name].rows.get(row_id)

    def where(self, name: str, field: str, value: Any) -> list[Row]:
        """Return the rows whose indexed field has this value."""
        return self.tables[name].where(field, value)

    def freeze(self, *, stale: bool) -> None:
        """Let readers see what is there now, whatever is written, until told otherwise."""
        self._frozen = {name: dict(table.rows) for name, table in self.tables.items()} if stale else None
        self.stamp += 1

    def url(self, entity: Entity, row_id: int) -> str:
        """Return a record's address as the API shows it, without a scheme."""
        return f"{self.address}/{entity.model.path}/{row_id}"

    # Writing.

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Keep all changes made inside, or none."""
        self._undo.clear()
        self._told.clear()
        try:
            yield
        except BaseException:
            for name, row_id, old in reversed(self._undo):
                if old is None:
                    self.tables[name].drop(row_id)
                else:
                    self.tables[name].put(old)
            raise
        told, self._told = self._told, []
        for entity, verb, row in told:
            self._changed(entity, verb, row)

    def insert(self, name: str, values: Values) -> Row:
        """Store a new record and return it."""
        entity = self.entities[name]
        row = Row(next(self._ids), entity.first_version, values, (self._change("CREATE"),))
        self._put(name, row)
        self._told.append((entity, "create", row))
        entity.created(self, row)
        return self.rows(name)[row.id]

    def replace(self, name: str, row: Row, values: Values, kind: str = "UPDATE", *, touched: bool = False) -> Row:
        """Store a new state of a record, one version up; the same state is no change, unless a part was `touched`."""
        if values == row.values and not touched:
            return row
        new = Row(row.id, row.version + 1, values, (*row.changes, self._change(kind)))
        self._put(name, new)
        self._told.append((self.entities[name], "update", new))
        return new

    def delete(self, name: str, row: Row) -> None:
        """Take a record away."""
        self._undo.append((name, row.id, row))
        self.tables[name].drop(row.id)
        self.stamp += 1
        self._told.append((self.entities[name], "delete", row))
        self.entities[name].gone(self, row)

    def load(self, name: str, sets: Values, row_id: int | None = None) -> Row:
        """Store a record as it is found: no rules, no webhooks, defaults for what `sets` does not name."""
        entity = self.entities[name]
        values = entity.model.defaults | sets
        row = Row(row_id or next(self._ids), entity.first_version, values, (self._change("CREATE"),))
        self.tables[name].put(row)
        self.stamp += 1
        return row

    def _put(self, name: str, row: Row) -> None:
        self._undo.append((name, row.id, self.rows(name).get(row.id)))
        self.tables[name].put(row)
        self.stamp += 1

    def _change(self, kind: str) -> Change:
        return Change(self.acting_employee, self.clock(), kind)
