"""The key index in memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

from samspill.engine.model import Side
from samspill.state import FlowKey, StreamKey


class MemoryKeyIndex:
    """See `ports.KeyIndex`."""

    def __init__(self) -> None:
        """Begin empty."""
        self._held: dict[tuple[StreamKey, Side, str], dict[str, None]] = defaultdict(dict)

    def put(self, stream: StreamKey, side: Side, entries: Sequence[tuple[str, str]]) -> None:
        """See `KeyIndex.put`."""
        for key, external_id in entries:
            self._held[stream, side, key][external_id] = None

    def sweep(self, flows: Collection[FlowKey], token: str, limit: int) -> tuple[int, str]:
        """See `KeyIndex.sweep`."""
        rest = sorted((place for place in self._held if repr(place) > token), key=repr)
        found = [place for place in rest[:limit] if place[0].of_flow in flows]
        for place in found:
            del self._held[place]
        return len(found), repr(rest[limit - 1]) if len(rest) > limit else ""

    def find(self, stream: StreamKey, side: Side, wanted: Sequence[str], *, most: int) -> dict[str, list[str]]:
        """See `KeyIndex.find`."""
        held = {key: sorted(self._held.get((stream, side, key), {})) for key in wanted}
        return {key: ids[:most] for key, ids in held.items() if ids}

    def drop(self, stream: StreamKey, side: Side, entries: Sequence[tuple[str, str]]) -> None:
        """See `KeyIndex.drop`."""
        for key, external_id in entries:
            self._held.get((stream, side, key), {}).pop(external_id, None)
