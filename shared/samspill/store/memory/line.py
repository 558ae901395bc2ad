"""The line in memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from samspill.ports import Clock, LineReader, Waiting
from samspill.state import StreamKey


class MemoryLine:
    """Records by stream, with their places."""

    def __init__(self, clock: Clock) -> None:
        """Begin empty."""
        self._clock = clock
        self._begun: dict[tuple[StreamKey, str], datetime] = {}
        self._waiting: dict[StreamKey, dict[str, Waiting]] = defaultdict(dict)
        self._readers: dict[StreamKey, tuple[LineReader, datetime]] = {}

    def begin(self, stream: StreamKey, record: str, until: datetime) -> bool:
        """See `Line.begin`."""
        held = self._begun.get((stream, record))
        if held is not None and self._clock.now() < held:
            return False
        self._begun[stream, record] = until
        return True

    def put(self, stream: StreamKey, hints: Mapping[str, str], mark: str) -> None:
        """See `Line.put`. A dictionary keeps the place of a key that is set again."""
        line = self._waiting[stream]
        line.update({record: Waiting(record, hint, mark) for record, hint in hints.items()})

    def first(self, stream: StreamKey, limit: int) -> list[Waiting]:
        """See `Line.first`."""
        return list(self._waiting[stream].values())[:limit]

    def remove(self, stream: StreamKey, waiting: Sequence[Waiting]) -> None:
        """See `Line.remove`."""
        line = self._waiting[stream]
        for each in waiting:
            if each.record in line and line[each.record].mark == each.mark:
                del line[each.record]

    def reader(self, stream: StreamKey) -> LineReader | None:
        """See `Line.reader`."""
        reader, until = self._readers.get(stream, (None, self._clock.now()))
        return reader if self._clock.now() < until else None

    def appoint(self, stream: StreamKey, name: str, *, instead_of: LineReader | None, until: datetime) -> bool:
        """See `Line.appoint`."""
        if self.reader(stream) != instead_of:
            return False
        self._readers[stream] = (LineReader(name, queued=False), until)
        return True

    def queued(self, stream: StreamKey, name: str, until: datetime) -> None:
        """See `Line.queued`."""
        if (held := self._readers.get(stream)) and held[0].name == name:
            self._readers[stream] = (LineReader(name, queued=True), until)

    def dismiss(self, stream: StreamKey, name: str) -> None:
        """See `Line.dismiss`."""
        if (held := self._readers.get(stream)) and held[0].name == name:
            del self._readers[stream]
