"""Pairs of records, as the pipeline asks about them: nothing is special, for this is what the engine is about."""

from __future__ import annotations

from collections.abc import Iterable

from samspill.engine.guard import kinds
from samspill.engine.model import Link, Write
from samspill.modes.mode import Mode


class Pairs(Mode):
    """See `Mode`."""

    finds_by_scan = True

    def counted_as(self, write: Write, overwritten: Iterable[str], before: Link | None) -> frozenset[str]:
        """Count every write that creates, archives or replaces."""
        return kinds(write, overwritten, before)


MODE: Mode = Pairs()
