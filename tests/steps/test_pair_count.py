"""How many pairs a stream has is counted once a day: the limits that are a share of them grow as it grows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, cast

import pytest

from samspill.engine.model import Link, LinkState, Side
from samspill.guard.change_guard import Gate
from samspill.guard.pair_count import counted, linked
from samspill.messages import MapRecords, PlannedWrite
from samspill.ports import LinkCommit, World
from samspill.state import StreamKey
from samspill.work.context import open_flow
from samspill.work.follow_ups import FollowUps
from samspill.work.outcomes import Outcomes
from tests.flows.hub import FLOW, Hub
from tests.flows.test_hours import NAME

KEY = StreamKey(*FLOW, "customers")
DAY_S = 86400


@dataclass(slots=True)
class _Counting:
    """Links that note how often all of them were asked for."""

    inner: Any
    counts: list[StreamKey] = field(default_factory=list)

    def all(self, stream: StreamKey) -> Iterator[Link]:
        self.counts.append(stream)
        return cast("Iterator[Link]", self.inner.all(stream))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


@pytest.fixture
def hub() -> Hub:
    return Hub(size=2)


def add(world: World, key: StreamKey, first: int, many: int) -> None:
    links = [Link(f"left-{n}", dict.fromkeys(Side, str(n)), LinkState.LINKED) for n in range(first, first + many)]
    world.links.commit(key, [LinkCommit(link) for link in links])


def test_pairs_are_counted_once_a_day(hub: Hub) -> None:
    links = _Counting(hub.world.links)
    world = replace(hub.world, links=cast("Any", links))
    add(world, KEY, 0, 3)
    assert [linked(world, KEY), linked(world, KEY)] == [3, 3]
    add(world, KEY, 3, 2)
    assert (linked(world, KEY), len(links.counts)) == (3, 1)
    hub.clock.advance(DAY_S)
    assert [linked(world, KEY), linked(world, KEY), counted(world, KEY)] == [5, 5, 5]
    assert links.counts == [KEY, KEY]


def test_a_count_without_a_day_is_shown_until_the_pairs_are_counted_anew(hub: Hub) -> None:
    add(hub.world, KEY, 0, 3)
    hub.world.blobs.put(f"linked/{'/'.join(KEY)}", b"25")
    assert (counted(hub.world, KEY), linked(hub.world, KEY), counted(hub.world, KEY)) == (25, 3, 3)


def test_the_guard_lets_through_a_share_of_the_hours_there_are_by_now() -> None:
    """Hours are never read whole: nothing but the count itself renews it."""
    hub = Hub(size=2, flow=NAME)
    hub.first_sync()
    key = StreamKey(*hub.flow, "hours")
    add(hub.world, key, 0, 25)
    assert let_out(hub, 30) == 0
    add(hub.world, key, 25, 775)
    hub.clock.advance(DAY_S)
    hub.world.registry.save_flow(hub.world.registry.flow(hub.flow).model_copy(update={"held": {}}))
    assert let_out(hub, 40) == 40


def let_out(hub: Hub, many: int) -> int:
    """Return how many of so many cells may be emptied."""
    message = MapRecords(tenant="acme", flow=NAME, trigger="schedule", stream="hours", subjects=())
    gate = Gate(hub.world, open_flow(hub.world, hub.flow), message, Outcomes(hub.world, message), FollowUps(message))
    stored = hub.world.links.get(StreamKey(*hub.flow, "hours"), [f"left-{n}" for n in range(many)])
    writes = [emptied(link) for link in stored.values()]
    return len(gate.let_through(Side.RIGHT, writes, dict(stored)))


def emptied(link: Link) -> PlannedWrite:
    write = {"side": "right", "fields": {"hours": None}, "external_id": link.ids[Side.RIGHT]}
    reason = {"code": "updated", "params": {}}
    told = {"link": link, "write": write, "reason": reason, "overwritten": {"hours": "4"}, "attempt": link.id}
    return PlannedWrite.model_validate(told)
