"""Keys of a rule under which a record may have several, such as its network addresses.

Two records are compared if they have one in common; so records belong together that are joined by a third. What brings
too many together, such as an address that a maker gave to all its devices, tells nothing and joins nothing. Pure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

CROWD = 30
"""A key that more records have than this tells nothing, and is not looked at."""


class JoinedKeys:
    """The keys of all records of both sides, in groups of which no record is in two."""

    def __init__(self, records: Iterable[Sequence[str]]) -> None:
        """Take in the keys of each record."""
        told = [tuple(dict.fromkeys(keys)) for keys in records]
        count = Counter(key for keys in told for key in keys)
        self.dull = frozenset(key for key, many in count.items() if many > CROWD)
        self._before: dict[str, str] = {}
        """Key → one that comes before it in its group; the first of a group has none."""
        for keys in told:
            telling = self.telling(keys)
            for key in telling[1:]:
                self._join(telling[0], key)

    def telling(self, keys: Sequence[str]) -> list[str]:
        """Return the keys that tell something."""
        return [key for key in keys if key not in self.dull]

    def group(self, keys: Sequence[str]) -> str | None:
        """Return the name of the group that a record with these keys is in; None where none of them tells anything."""
        telling = self.telling(keys)
        return self._first(telling[0]) if telling else None

    def _join(self, one: str, other: str) -> None:
        first, second = sorted((self._first(one), self._first(other)))
        if first != second:
            self._before[second] = first

    def _first(self, key: str) -> str:
        path = []
        while (before := self._before.get(key)) is not None:
            path.append(key)  # pragma: no mutate: the path only shortens the next search
            key = before
        self._before.update(dict.fromkeys(path, key))  # pragma: no mutate: as above
        return key
