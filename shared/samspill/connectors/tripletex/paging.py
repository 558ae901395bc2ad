"""How far a list has been read, and what it looked like last time: the page token and the cursor.

A list is read in slices of 1000 new rows, sorted by id; each slice after the first begins with the last row of the one
before, which is asked for on top. When another row stands there, the list has moved, and rows may have been missed.
Where that happens the page says so. `count` has a default there, 1000, but no documented maximum (OpenAPI 2.75.00), so
where a slice ends is told by the rows that came, not by the number asked for.

The cursor holds the digest of every slice. Sent as `If-None-Match` it lets the vendor answer 304 with no body. What the
digest covers is documented two ways (whole list, slice), so it is used per slice, which is right either way. It
does not see changes in indirectly related records or in rights (developer.tripletex.no), so a full read is due nightly.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from samspill.connectors.tripletex.kinds import Query
from samspill.errors import ContractError

SLICE = 1000
MAKE = "rows"
"""Tells cursors that count the rows of a slice from older ones, which are not understood any more."""
ANY_DIGEST = "0"
"""Sent without a known digest: the vendor computes one only when asked (changelog 2.59.0)."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One slice as it was: in which query, where, its digest, its last id, and how many rows it held."""

    query: int
    start: int
    digest: str
    last: str
    rows: int

    @property
    def full(self) -> bool:
        """Whether no further row had fitted in."""
        return self.rows >= SLICE

    @property
    def following(self) -> int:
        """Where the slice behind this one begins: with its last row."""
        return self.start + self.rows - 1


@dataclass(frozen=True, slots=True)
class Token:
    """Where to go on: the queries still to read (the first is under way), where in it, which id must stand there."""

    queries: tuple[Query, ...]
    start: int = 0
    overlap: str = ""
    done: int = 0
    """Queries finished so far."""
    seen: tuple[Seen, ...] = ()
    uncertain: bool = False
    """True once the list moved, or a query was cut in parts and slices have no fixed place: no cursor is kept."""

    @property
    def count(self) -> int:
        """How many rows to ask for: the one that must stand there comes on top."""
        return SLICE + bool(self.overlap)

    def encode(self) -> str:
        """Return the token as text."""
        seen = _rows(self.seen)
        return orjson.dumps([self.queries, self.start, self.overlap, self.done, seen, self.uncertain]).decode()

    @classmethod
    def decode(cls, text: str) -> Token:
        """Read what `encode` wrote; ContractError when it is something else."""
        try:
            queries, start, overlap, done, seen, uncertain = orjson.loads(text)
            return cls(tuple(queries), start, overlap, done, _seen(seen), uncertain)
        except (ValueError, TypeError):
            raise ContractError("page token of another make") from None


def digest_of(envelope: Mapping[str, Any]) -> str:
    """Return a list's digest; empty where the vendor says in words that there is none."""
    told = envelope.get("versionDigest") or ""
    return "" if " " in told else told


def encode_cursor(seen: tuple[Seen, ...]) -> str:
    """Return the cursor of a list whose slices looked like this."""
    return orjson.dumps([MAKE, _rows(seen)]).decode()


def decode_cursor(text: str | None) -> tuple[Seen, ...]:
    """Read a cursor; one that is not ours is as none: everything is read."""
    try:
        make, rows = orjson.loads(text) if text else (MAKE, ())
        return _seen(rows) if make == MAKE else ()
    except (ValueError, TypeError):
        return ()


def _rows(seen: tuple[Seen, ...]) -> list[list[object]]:
    return [[each.query, each.start, each.digest, each.last, each.rows] for each in seen]


def _seen(rows: Any) -> tuple[Seen, ...]:
    return tuple(Seen(*row) for row in rows)
