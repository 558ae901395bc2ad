"""Lists that the guard stopped, shown as they are now; a stop ends when its list is empty or void."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import orjson

from samspill.engine.guard import ARCHIVE
from samspill.engine.model import Link, Result, detail_of
from samspill.guard.batch import HeldList, blob_of, digest_of
from samspill.guard.pair_count import counted, pairs
from samspill.messages import FetchPage, SweepLinks
from samspill.ports import World
from samspill.state import FlowKey, FlowState, Stop, StreamKey
from samspill.work.flow_state import change_flow

EXAMPLES = 5


def lists(world: World, key: FlowKey) -> list[HeldList]:
    """Return what the guard holds back now, by name."""
    state = world.registry.flow(key)
    waiting: dict[str, dict[str, tuple[Link, str]]] = {name: {} for name in state.held}
    for _, link in world.links.with_result(key, [Result.WAITING]) if waiting else ():
        for name, content in detail_of(link).stops.items():
            waiting.get(name, {})[link.id] = link, content
    found = [_list(world, key, name, stop, waiting[name]) for name, stop in sorted(state.held.items())]
    return [each for each in found if each.entries]


def _list(world: World, key: FlowKey, name: str, stop: Stop, links: Mapping[str, tuple[Link, str]]) -> HeldList:
    labels = dict(_absent(world, key, name, stop))
    entries = dict.fromkeys(labels, "")
    for link, content in links.values():
        entries[link.id] = content
        labels[link.id] = link.label
    examples = tuple(sorted(labels.values())[:EXAMPLES])
    stream = StreamKey(*key, stop.stream)
    total = counted(world, stream)  # who looks at a list may have no right to remember the count
    total = pairs(world, stream) if total is None else total
    return HeldList(name, stop, entries, tuple(sorted(links)), examples, total)


def _absent(world: World, key: FlowKey, name: str, stop: Stop) -> list[list[str]]:
    body = world.blobs.get(blob_of(key, name, stop.listed)) if stop.listed else None
    found: list[list[str]] = orjson.loads(body or b"[]")
    return [row[:2] for row in found]


def hold(world: World, message: FetchPage | SweepLinks, absent: Iterable[tuple[str, str]]) -> HeldList | None:
    """Keep the list of links (id, label) that a whole read lacked, and stop archiving; None if that was settled."""
    key, side = message.flow_key, message.side.other
    name = f"{message.stream}/{side}/{ARCHIVE}"
    rows = sorted([link, label] for link, label in absent)
    digest = digest_of(rows)
    world.blobs.put(blob_of(key, name, digest), orjson.dumps(rows))
    stop = Stop(stream=message.stream, side=side, kind=ARCHIVE, at=world.clock.now(), listed=digest)
    change_flow(world, key, lambda state: {"held": {**state.held, name: stop}})
    return next((each for each in lists(world, key) if each.name == name), None)


def drop(world: World, message: FetchPage | SweepLinks) -> None:
    """Forget a list of absent records that a later whole read made void."""
    name = f"{message.stream}/{message.side.other}/{ARCHIVE}"

    def update(state: FlowState) -> Mapping[str, object] | None:
        stop = state.held.get(name)
        if stop is None or not stop.listed:
            return None
        return {"held": {**state.held, name: stop.model_copy(update={"listed": ""})}}

    change_flow(world, message.flow_key, update)
    forget_settled(world, message.flow_key)


def forget_settled(world: World, key: FlowKey) -> None:
    """Lift the stops whose lists have become empty: what they held was undone where it came from."""
    if world.registry.flow(key).held:
        names = {each.name for each in lists(world, key)}
        change_flow(world, key, lambda state: _only(state, names) if set(state.held) - names else None)


def _only(state: FlowState, names: set[str]) -> Mapping[str, object]:
    return {"held": {name: stop for name, stop in state.held.items() if name in names}}
