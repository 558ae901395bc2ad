"""Two records that a read holds for one, and of which a person left one out: each is looked at by itself."""

from __future__ import annotations

import pytest

from samspill.engine.model import Decision, Link, Observation, Side
from samspill.messages import FetchRecords, MapRecords, Subject, decode
from samspill.pipeline.map.map_records import map_records
from samspill.ports import LinkCommit
from samspill.state import StreamKey
from tests.flows.hub import FLOW, Hub

KEY = StreamKey(*FLOW, "customers")
FIELDS = {"name": "Berg AS", "number": "90001"}
IDS = {Side.LEFT: "900", Side.RIGHT: "901"}


def decided(side: Side, action: str) -> Link:
    target = IDS[side.other] if action == "link" else None
    return Link(f"{side}-{IDS[side]}", {side: IDS[side]}, decision=Decision(action, "kari", 0, target))


def mapped(*links: Link) -> Hub:
    """Have two records mapped as one, of which these links are known."""
    hub = Hub(size=2)
    hub.first_sync()
    hub.world.links.commit(KEY, [LinkCommit(link) for link in links])
    seen_at = int(hub.clock.now().timestamp() * 1000)
    left, right = (Observation(IDS[side], FIELDS, seen_at=seen_at) for side in Side)
    pair = Subject(left=left, right=right, rule="natural key")
    map_records(hub.world, MapRecords(**FLOW._asdict(), stream="customers", subjects=(pair,)))
    return hub


def links_of(hub: Hub, side: Side) -> list[Link]:
    return [*hub.world.links.of_records(KEY, side, [IDS[side]]).values()]


@pytest.mark.parametrize("side", Side)
def test_they_are_not_joined_and_the_other_one_is_looked_at_next(side: Side) -> None:
    hub = mapped(decided(side, "ignore"))

    (ignored,) = links_of(hub, side)
    assert ignored.outcome is not None
    assert (ignored.ids, ignored.outcome.reason.code) == ({side: IDS[side]}, "ignored_by_person")
    assert links_of(hub, side.other) == []
    (delivery,) = hub.world.queues.receive("fetch", 10)
    again = decode(delivery.body)
    assert isinstance(again, FetchRecords)
    assert [(hint.id_on(side), hint.id_on(side.other), hint.rule) for hint in again.records] == [
        (None, IDS[side.other], "")
    ]


def test_they_are_joined_where_a_person_chose_it_since() -> None:
    hub = mapped(decided(Side.LEFT, "ignore"), decided(Side.RIGHT, "link"))
    (left,), (right,) = (links_of(hub, side) for side in Side)
    assert left.id == right.id
