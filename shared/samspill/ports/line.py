"""Records that wait to be read together."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from samspill.state import StreamKey


class Waiting(NamedTuple):
    """A record that waits in line."""

    record: str
    hint: str
    """What was told of it last."""
    mark: str
    """Changes whenever it is told again."""


class LineReader(NamedTuple):
    """Who reads a line next."""

    name: str
    queued: bool
    """True once its message is in the queue for sure."""


class Line(Protocol):
    """Records of a stream that wait to be read together, each once, in the order in which they were told."""

    def begin(self, stream: StreamKey, record: str, until: datetime) -> bool:
        """Note that a record is being read for a hint; False when that was noted before, and holds until then."""
        ...

    def put(self, stream: StreamKey, hints: Mapping[str, str], mark: str) -> None:
        """Have records wait, by record. One that waits already keeps its place, and is told again with `mark`.

        Marks sort by time: the first one is its place.
        """
        ...

    def first(self, stream: StreamKey, limit: int) -> list[Waiting]:
        """Return those who wait longest, in order; they go on waiting."""
        ...

    def remove(self, stream: StreamKey, waiting: Sequence[Waiting]) -> None:
        """Have them wait no more, but those told again since they were returned."""
        ...

    def reader(self, stream: StreamKey) -> LineReader | None:
        """Return who reads the line next; None when nobody does, or nothing was heard of them for too long."""
        ...

    def appoint(self, stream: StreamKey, name: str, *, instead_of: LineReader | None, until: datetime) -> bool:
        """Make `name` the reader whose message is to be queued; False when it is not `instead_of` any more."""
        ...

    def queued(self, stream: StreamKey, name: str, until: datetime) -> None:
        """Note that the message of this reader is in the queue, and until when it is waited for."""
        ...

    def dismiss(self, stream: StreamKey, name: str) -> None:
        """End the appointment, if it is still this reader's."""
        ...
