"""What a mode says of its streams: the pipeline, the plan and the guard ask, and know no mode by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Protocol

from samspill.engine.model import Link, Observation, Side, Write
from samspill.flows.flow import Stream
from samspill.messages import Message, RecordHint, Subject, TaskMessage
from samspill.ports import Connector, World
from samspill.state import Run
from samspill.work.context import Opened


class Mode(Protocol):
    """A way in which a stream works. What is said here holds for a mode that says nothing else."""

    finds_by_scan: bool
    """Whether a stream's links are few enough to look through all of them for one that somebody names."""
    rules_are_fixed: str = ""
    """The code of the reason why an admin may not change field rules; empty where they may."""
    never_taken_back: str = ""
    """The code of the reason why nothing that was written is taken back; empty where it may be."""
    tasks: Mapping[str, type[TaskMessage]] = MappingProxyType({})
    """The mode's own messages, by schema."""
    settles_s: int = 0
    """How long what a run found has to settle before what `after_full_read` returns is done."""

    def view(self, world: World, opened: Opened, stream: Stream, side: Side, connector: Connector) -> Connector:
        """Return the connector of `side` as the stream sees it."""
        del world, opened, stream, side
        return connector

    def read_with(self, stream: Stream, side: Side, external_id: str) -> str:
        """Name what is read together with this record: records of one name cost one place in a call."""
        del stream, side
        return external_id

    def expand(
        self, stream: Stream, hint: RecordHint, read: Mapping[Side, Mapping[str, Observation]]
    ) -> Sequence[RecordHint]:
        """Return what a hint stands for, once what it names was read."""
        del stream, read
        return [hint]

    def pair(self, world: World, opened: Opened, stream: Stream, subjects: Sequence[Subject]) -> list[Subject]:
        """Return the subjects, each with the other half that its name gives away."""
        del world, opened, stream
        return list(subjects)

    def concerns(self, stream: Stream, side: Side, link: Link | None) -> bool:
        """Tell whether a record in a list is the stream's business."""
        del stream, side, link
        return True

    def is_unfinished(self, stream: Stream, side: Side, link: Link | None, *, tries: bool) -> bool:
        """Tell whether an unchanged record has to be looked at; `tries` where refusals are tried again."""
        del stream, side, link, tries
        return False

    def counted_as(self, write: Write, overwritten: Iterable[str], before: Link | None) -> frozenset[str]:
        """Return what the guard counts a write as: `engine.guard.kinds`, or fewer."""
        ...

    def do_task(self, world: World, message: TaskMessage) -> None:
        """Do what the mode asked for by a message of its own, one of `tasks`."""
        del world, message

    def after_full_read(self, run: Run, stream: Stream) -> Sequence[Message]:
        """Return what is to be done once what a whole read found has settled."""
        del run, stream
        return ()


def tasks(*kinds: type[TaskMessage]) -> Mapping[str, type[TaskMessage]]:
    """Return a mode's messages as `Mode.tasks` holds them."""
    return {kind.model_fields["schema_"].default: kind for kind in kinds}
