"""Records without a partner are remembered by their keys, so that what is created later finds them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from samspill.canon.values import Fields
from samspill.engine.identity import searched_keys
from samspill.engine.model import Side
from samspill.engine.rules import StreamRules
from samspill.ports import World
from samspill.state import StreamKey


def remember(world: World, stream: StreamKey, rules: StreamRules, records: Iterable[tuple[Side, str, Fields]]) -> None:
    """Note records (side, external id, canonical fields) before what makes them known is stored."""
    entries: dict[Side, list[tuple[str, str]]] = defaultdict(list)
    for side, external_id, fields in records:
        entries[side] += [(key, external_id) for key in searched_keys(rules, fields)]
    for side, found in entries.items():
        if found:
            world.keys.put(stream, side, found)
