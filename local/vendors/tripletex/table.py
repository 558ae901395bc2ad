"""Rows in memory: immutable, replaced as a whole, found by id and by a few other fields."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple


class Change(NamedTuple):
    """One entry of a record's history."""

    employee_id: int
    at: datetime
    kind: str


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """A record as it is stored; references are ids."""

    id: int
    version: int
    values: dict[str, Any]
    changes: tuple[Change, ...] = ()

    def __getitem__(self, name: str) -> Any:
        return self.values[name]


class Table:
    """The rows of one entity in the order they were made, with an index for each field named."""

    def __init__(self, *indexed: str) -> None:
        """Keep an index of the fields `indexed`."""
        self.rows: dict[int, Row] = {}
        self._index: dict[str, defaultdict[Any, dict[int, None]]] = {name: defaultdict(dict) for name in indexed}

    def put(self, row: Row) -> None:
        """Store a new row, or a new state of it."""
        old = self.rows.get(row.id)
        late = old is None and bool(self.rows) and next(reversed(self.rows)) > row.id
        self.rows[row.id] = row
        if late:
            self.rows = dict(sorted(self.rows.items()))
        for name, index in self._index.items():
            value = row.values.get(name)
            if old is not None and (before := old.values.get(name)) != value:
                index[before].pop(row.id, None)
            index[value][row.id] = None

    def drop(self, row_id: int) -> None:
        """Take a row away."""
        old = self.rows.pop(row_id)
        for name, index in self._index.items():
            index[old.values.get(name)].pop(row_id, None)

    def where(self, name: str, value: Any) -> list[Row]:
        """Return the rows whose indexed field has this value, oldest first."""
        return [self.rows[row_id] for row_id in self._index[name].get(value, ())]
