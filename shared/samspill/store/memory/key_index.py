"""The key index in memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from samspill.engine.model import Side
from samspill.state import StreamKey


class MemoryKeyIndex:
    """See `ports.KeyIndex`."""

    def __init__(self) -> None:
        """Begin empty."""
        self._held: dict[tuple[StreamKey, Side, str], dict[str, None]] = defaultdict(dict)

    def put(self, stream: StreamKey, side: Side, entries: Sequence[tuple[str, str]]) -> None:
        """See `KeyIndex.put`."""
        for key, external_id in entries:
            self._held[stream, side, key][external_id] = None

    def find(self, stream: StreamKey, side: Side, wanted: Sequence[str], *, most: int) -> dict[str, list[str]]:
        """See `KeyIndex.find`."""
        held = {key: sorted(self._held.get((stream, side, key), {})) for key in wanted}
        return {key: ids[:most] for key, ids in held.items() if ids}

    def drop(self, stream: StreamKey, side: Side, entries: Sequence[tuple[str, str]]) -> None:
        """See `KeyIndex.drop`."""
        for key, external_id in entries:
            self._held.get((stream, side, key), {}).pop(external_id, None)
