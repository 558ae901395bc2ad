"""Blobs that are gone once the work is done: what would be too much for memory, and is nobody else's."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

_LAST = chr(0x10FFFF)


class Scratch:
    """See `Blobs`. They lie in a nameless database of this process, which the system removes with it."""

    def __init__(self, database: sqlite3.Connection) -> None:
        """Begin empty."""
        self._database = database
        database.execute("CREATE TABLE blobs (key TEXT PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID")

    def put(self, key: str, body: bytes) -> None:
        """See `Blobs.put`."""
        self._database.execute("INSERT OR REPLACE INTO blobs VALUES (?, ?)", (key, body))

    def get(self, key: str) -> bytes | None:
        """See `Blobs.get`."""
        found = self._database.execute("SELECT body FROM blobs WHERE key = ?", (key,)).fetchone()
        return found[0] if found else None

    def keys(self, prefix: str) -> list[str]:
        """See `Blobs.keys`."""
        within = (prefix, prefix + _LAST)
        found = self._database.execute("SELECT key FROM blobs WHERE key >= ? AND key < ? ORDER BY key", within)
        return [key for (key,) in found]

    def remove(self, prefix: str, limit: int) -> int:
        """See `Blobs.remove`."""
        gone = self.keys(prefix)[:limit]
        self._database.executemany("DELETE FROM blobs WHERE key = ?", [(key,) for key in gone])
        return len(gone)


@contextmanager
def scratch() -> Iterator[Scratch]:
    """Return empty blobs for as long as they are needed."""
    with closing(sqlite3.connect("", isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode = OFF")
        yield Scratch(database)
