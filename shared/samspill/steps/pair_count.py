"""How many pairs a stream has, remembered so that it need not be counted for every message."""

from __future__ import annotations

from samspill.engine.model import LinkState
from samspill.ports import World
from samspill.state import StreamKey


def linked(world: World, key: StreamKey) -> int:
    """Return how many pairs the stream had at its last whole read, or has now; then it is remembered."""
    known = counted(world, key)
    if known is None:
        known = pairs(world, key)
        count(world, key, known)
    return known


def counted(world: World, key: StreamKey) -> int | None:
    """Return how many pairs the stream had when they were last counted; None when they never were."""
    known = world.blobs.get(f"linked/{'/'.join(key)}")
    return None if known is None else int(known)


def pairs(world: World, key: StreamKey) -> int:
    """Count the pairs the stream has now."""
    return sum(link.state is LinkState.LINKED for link in world.links.all(key))


def count(world: World, key: StreamKey, pairs: int) -> None:
    """Remember how many pairs the stream has, so that it need not be counted for every message."""
    world.blobs.put(f"linked/{'/'.join(key)}", str(pairs).encode())
