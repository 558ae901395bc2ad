"""How many pairs a stream has, remembered for a day so that it need not be counted for every message."""

from __future__ import annotations

from samspill.engine.model import LinkState
from samspill.ports import World
from samspill.state import StreamKey


def linked(world: World, key: StreamKey) -> int:
    """Return how many pairs the stream had when they were counted today, or has now; then it is remembered.

    Not every stream is ever read whole, and a limit that is a share of its pairs grows with them.
    """
    known, day = _remembered(world, key)
    if known is None or day != _today(world):
        known = pairs(world, key)
        count(world, key, known)
    return known


def counted(world: World, key: StreamKey) -> int | None:
    """Return how many pairs the stream had when they were last counted; None when they never were."""
    return _remembered(world, key)[0]


def pairs(world: World, key: StreamKey) -> int:
    """Count the pairs the stream has now."""
    return sum(link.state is LinkState.LINKED for link in world.links.all(key))


def count(world: World, key: StreamKey, pairs: int) -> None:
    """Remember how many pairs the stream has today."""
    world.blobs.put(_blob(key), f"{pairs} {_today(world)}".encode())


def _remembered(world: World, key: StreamKey) -> tuple[int | None, str]:
    """Return the last count and its day, in UTC as the guard's days are."""
    body = world.blobs.get(_blob(key))
    number, _, day = (body or b"").decode().partition(" ")
    return (int(number) if number else None), day


def _today(world: World) -> str:
    return f"{world.clock.now():%Y-%m-%d}"


def _blob(key: StreamKey) -> str:
    return f"linked/{'/'.join(key)}"
