"""Exports, as the pipeline asks about them: records of one side are kept, then what is new goes into a file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from samspill.engine.model import Link, Write
from samspill.flows.flow import Stream
from samspill.messages import Message, TaskMessage
from samspill.modes.exports.tasks import WriteExport
from samspill.modes.mode import Mode, tasks
from samspill.ports import World
from samspill.state import Run


class Exports(Mode):
    """See `Mode`."""

    finds_by_scan = True
    tasks = tasks(WriteExport)

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
