"""What people said of lists that the guard stopped: what may go through, and what was refused."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import batched

import orjson

from samspill.guard.batch import blob_of
from samspill.messages import BATCH, RecordHint
from samspill.ports import World
from samspill.state import FlowKey, FlowState, StreamKey
from samspill.work.follow_ups import read_again


def approved(world: World, state: FlowState, name: str) -> dict[str, str]:
    """Return what may be done under a person's yes that still holds: link id → content."""
    given = state.approved_lists.get(name)
    if given is None or given.expires_at <= world.clock.now():
        return {}
    return _entries(world.blobs.get(blob_of(state.key, name, given.hash)))


def refused(world: World, state: FlowState, name: str) -> dict[str, str]:
    """Return what a person refused: link id → content."""
    return _entries(world.blobs.get(blob_of(state.key, name, "refused"))) if name in state.refused else {}


def void(world: World, key: FlowKey, name: str, stream: str, link_ids: Collection[str]) -> None:
    """Forget that a person refused to have these put away: a whole read holds them again."""
    now = refused(world, world.registry.flow(key), name)
    keep_refused(world, key, name, {link: content for link, content in now.items() if link not in link_ids})
    reread(world, key, stream, sorted(link_ids))  # what is told of them is not that they are left as they are


def keep_refused(world: World, key: FlowKey, name: str, entries: Mapping[str, str]) -> None:
    world.blobs.put(blob_of(key, name, "refused"), orjson.dumps(dict(entries)))


def _entries(body: bytes | None) -> dict[str, str]:
    found: dict[str, str] = orjson.loads(body or b"{}")
    return found


def reread(world: World, key: FlowKey, stream: str, link_ids: Sequence[str]) -> None:
    for part in batched(link_ids, BATCH, strict=False):
        links = world.links.get(StreamKey(*key, stream), part).values()
        read_again(world, StreamKey(*key, stream), map(RecordHint.of, links), trigger="manual")
