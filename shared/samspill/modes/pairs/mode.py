"""Pairs of records, as the pipeline asks about them: nothing is special, for this is what the engine is about."""

from __future__ import annotations

from collections.abc import Iterable

from samspill.engine.guard import kinds
from samspill.engine.model import Link, Side, Write
from samspill.flows.flow import Stream
from samspill.modes.mode import Mode
from samspill.ports import Connector, World
from samspill.work.context import Opened
from samspill.work.mapped import as_mapped


class Pairs(Mode):
    """See `Mode`."""

    finds_by_scan = True

    def view(self, world: World, opened: Opened, stream: Stream, side: Side, connector: Connector) -> Connector:
        """Return the connector with the fields that an admin mapped."""
        del world
        return as_mapped(opened.state.flow, stream.rules, side, connector)

    def counted_as(self, write: Write, overwritten: Iterable[str], before: Link | None) -> frozenset[str]:
        """Count every write that creates, archives or replaces."""
        return kinds(write, overwritten, before)


MODE: Mode = Pairs()
