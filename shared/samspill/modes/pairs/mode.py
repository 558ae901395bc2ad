"""Pairs of records, as the pipeline asks about them: nothing is special, for this is what the engine is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from samspill.engine.guard import kinds
from samspill.engine.model import Link, Observation, Side, Write
from samspill.flows.flow import Stream
from samspill.messages import Message, RecordHint, Subject, TaskMessage
from samspill.modes.mode import Mode
from samspill.ports import Connector, World
from samspill.state import Run
from samspill.work.context import Opened
from samspill.work.mapped import as_mapped


class Pairs(Mode):
    """See `Mode`."""

    finds_by_scan = True
    rules_are_fixed = ""
    settles_s = 0

    def view(self, world: World, opened: Opened, stream: Stream, side: Side, connector: Connector) -> Connector:
        """Return the connector with the fields that an admin mapped."""
        del world
        return as_mapped(opened.state.flow, stream.rules, side, connector)

    def read_with(self, stream: Stream, side: Side, external_id: str) -> str:
        """Return the record's own id: each is read for itself."""
        del stream, side
        return external_id

    def expand(
        self, stream: Stream, hint: RecordHint, read: Mapping[Side, Mapping[str, Observation]]
    ) -> Sequence[RecordHint]:
        """Return the hint: it stands for the record it names."""
        del stream, read
        return [hint]

    def pair(self, world: World, opened: Opened, stream: Stream, subjects: Sequence[Subject]) -> list[Subject]:
        """Return the subjects as they are: no name gives another half away."""
        del world, opened, stream
        return list(subjects)

    def concerns(self, stream: Stream, side: Side, link: Link | None) -> bool:
        """Return True: every record may be one of a pair."""
        del stream, side, link
        return True

    def is_unfinished(self, stream: Stream, side: Side, link: Link | None, *, tries: bool) -> bool:
        """Return False: what is unsettled is told by the link's outcome."""
        del stream, side, link, tries
        return False

    def counted_as(self, write: Write, overwritten: Iterable[str], before: Link | None) -> frozenset[str]:
        """Count every write that creates, archives or replaces."""
        return kinds(write, overwritten, before)

    def do_task(self, world: World, message: TaskMessage) -> None:
        """Do nothing: pairs ask for no task."""
        del world, message

    def after_full_read(self, run: Run, stream: Stream) -> Sequence[Message]:
        """Return nothing: the sweep is part of the read."""
        del run, stream
        return ()


MODE: Mode = Pairs()
