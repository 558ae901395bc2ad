"""Replay: puts failed records back to the start, by key; an old payload is never applied (Dead Letter Channel)."""

from __future__ import annotations

from dataclasses import replace

from samspill.engine.model import Link, Result
from samspill.messages import RecordHint, Replay
from samspill.ports import LinkCommit, World
from samspill.state import StreamKey
from samspill.work.context import open_flow
from samspill.work.follow_ups import read_again

REPLAYABLE = (Result.FAILED, Result.WAITING, Result.CONFLICT)


def replay(world: World, message: Replay) -> list[tuple[StreamKey, Link]]:
    """Have the chosen records read and planned again; return them. With `dry_run`, only return them."""
    opened = open_flow(world, message.flow_key)
    chosen = _chosen(world, message)
    if message.dry_run:
        return chosen
    for stream in opened.flow.streams:
        key = StreamKey(message.tenant, message.flow, stream.name)
        mine = [link for known, link in chosen if known == key]
        # A person asks for it: what was refused is sent once more.
        again = [LinkCommit(replace(link, refused={})) for link in mine if link.refused]
        if again:
            world.links.commit(key, again)
        hints = (RecordHint.of(link) for link in mine)
        read_again(world, key, hints, trigger="replay", run=message.run)
    return chosen


def _chosen(world: World, message: Replay) -> list[tuple[StreamKey, Link]]:
    wanted = set(message.records)
    results = tuple(Result) if wanted else REPLAYABLE[:1]
    found: list[tuple[StreamKey, Link]] = []
    if wanted:
        for stream in open_flow(world, message.flow_key).flow.streams:
            key = StreamKey(message.tenant, message.flow, stream.name)
            found += [(key, link) for link in world.links.get(key, sorted(wanted)).values()]
    else:
        found = list(world.links.with_result(message.flow_key, results))
    found = [
        (key, link)
        for key, link in found
        if (message.stream is None or key.stream == message.stream)
        and (message.code is None or (link.outcome is not None and link.outcome.reason.code == message.code))
    ]
    return found[: message.limit]
