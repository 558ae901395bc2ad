"""The brake before mass changes: how much of one kind may happen in one stream and day, and what is of which kind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from samspill.engine.model import Link, Write

ARCHIVE = "archive"
CREATE = "create"
FIELD = "field:"
"""Before a field's name: the kind of every change that replaces a value of that field."""
AT_MOST = 500
"""Where the share is more than this, as in a very large register, this is the limit."""


@dataclass(frozen=True, slots=True)
class Guard:
    """How much may go at once in one stream. Both limits must be passed to trip, for small registers."""

    at_least: int = 20
    share: float = 0.05
    shrink: float = 0.10
    """How much smaller a side may have become since it was last read whole."""

    def limit(self, linked: int) -> int:
        """Return how many records may meet changes of one kind in a day, among `linked` pairs."""
        return max(self.at_least, min(int(linked * self.share), AT_MOST))

    def trips(self, changes: int, linked: int) -> bool:
        """Tell whether `changes` among `linked` pairs are too many."""
        return changes > self.limit(linked)

    def shrank(self, before: int, now: int) -> bool:
        """Tell whether a side lost so many records that the read itself is doubted."""
        return before >= self.at_least and now < before * (1 - self.shrink)


def kinds(write: Write, overwritten: Iterable[str], before: Link | None) -> frozenset[str]:
    """Return what the guard counts a write as. Filling an empty field replaces nothing, so it is not counted."""
    if write.archive:
        return frozenset({ARCHIVE})
    if write.external_id is None:
        return frozenset({CREATE})
    shadow = before.shadows.get(write.side) if before is not None else None
    known = {name for name, value in shadow.fields.items() if value is not None and value != ""} if shadow else set()
    replaced = (name for name in write.fields if name in known or name in set(overwritten))
    return frozenset(FIELD + name for name in replaced)
