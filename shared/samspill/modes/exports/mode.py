"""Exports, as the pipeline asks about them: records of one side are kept, then what is new goes into a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from samspill.engine.model import Link, Observation, Side, Write
from samspill.flows.flow import Stream
from samspill.messages import Message, RecordHint, Subject, TaskMessage, WriteExport
from samspill.modes.mode import Mode
from samspill.ports import Connector, World
from samspill.state import Run
from samspill.work.context import Opened


class Exports(Mode):
    """See `Mode`."""

    finds_by_scan = True
    rules_are_fixed = ""
    settles_s = 0
    """A run is over once all that it read is kept."""

    def view(self, world: World, opened: Opened, stream: Stream, side: Side, connector: Connector) -> Connector:
        """Return the connector as it is."""
        del world, opened, stream, side
        return connector

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
        """Return the subjects as they are: there is no other half."""
        del world, opened, stream
        return list(subjects)

    def concerns(self, stream: Stream, side: Side, link: Link | None) -> bool:
        """Return True: every record is exported."""
        del stream, side, link
        return True

    def is_unfinished(self, stream: Stream, side: Side, link: Link | None, *, tries: bool) -> bool:
        """Return False: what is kept is listed for the next file by itself."""
        del stream, side, link, tries
        return False

    def counted_as(self, write: Write, overwritten: Iterable[str], before: Link | None) -> frozenset[str]:
        """Count nothing: no system is written to."""
        del write, overwritten, before
        return frozenset()

    def do_task(self, world: World, message: TaskMessage) -> None:
        """Write a file, message by message."""
        if isinstance(message, WriteExport):
            from samspill.modes.exports.write_export import write_export

            write_export(world, message)

    def after_full_read(self, run: Run, stream: Stream) -> Sequence[Message]:
        """Have a file written of what is new or has changed."""
        names = {"tenant": run.tenant, "flow": run.flow, "run": run.id, "trigger": run.trigger}
        return [WriteExport.model_validate({**names, "stream": stream.name})]


MODE: Mode = Exports()
