"""What `receive` takes a delivery for: a repeat, or another connection's of the same name."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest

from samspill.hints import Hints
from samspill.hook_address import token
from samspill.pipeline.receive.receive import Answer, Taken, receive
from samspill.ports import Hook
from samspill.state import FlowKey, FlowStatus
from tests.flows.hub import FLOW, Hub

HOOK = Hook("d-1", "customers", "1", "")


@dataclass
class Read:
    """Every delivery of every vendor says the same."""

    hooks: list[Hook] = field(default_factory=lambda: [HOOK])

    def challenge(self, *_: object) -> None:
        return None

    def read(self, *_: object) -> list[Hook]:
        return self.hooks

    def told(self, *_: object) -> list[Hook]:
        return self.hooks


@pytest.fixture
def hub() -> Hub:
    made = Hub(size=2)
    made.first_sync()
    made.drain()
    made.world = replace(made.world, hooks=Read())
    return made


def take(hub: Hub, connection: str = "tripletex") -> Taken:
    at = token(hub.world.secrets.hook_secret(FLOW.tenant, connection, 1), 1)
    return receive(hub.world, FLOW.tenant, connection, {}, b"{}", token=at)


def test_a_delivery_that_comes_again_is_taken_once(hub: Hub) -> None:
    answers = [take(hub) for _ in range(2)]
    assert [answer.answer for answer in answers] == [Answer.ACCEPTED, Answer.ACCEPTED]
    assert (answers[1].why, hub.world.queues.depth()) == ("delivered before", 1)


def test_deliveries_of_two_connections_under_one_name_are_both_taken(hub: Hub) -> None:
    for connection in ("tripletex", "timerabbit"):
        assert not take(hub, connection).why
    assert hub.world.queues.depth() == 2


def test_a_delivery_of_a_connection_that_several_flows_use_reaches_each_of_them_once(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Hints] = []
    monkeypatch.setattr(hub.world.queues, "hint", told.extend)
    first = hub.world.registry.flow(FLOW)
    for flow, declaration, left, right, status in (
        ("hours", "svenn-tripletex", "svenn", "tripletex", FlowStatus.ACTIVE),
        ("branch", FLOW.flow, "tripletex", "branch-timerabbit", FlowStatus.ACTIVE),
        ("elsewhere", FLOW.flow, "other-tripletex", "other-timerabbit", FlowStatus.ACTIVE),
        ("at-rest", "svenn-tripletex", "other-svenn", "tripletex", FlowStatus.PAUSED),
    ):
        named = {"flow": flow, "declaration": declaration, "left": left, "right": right}
        hub.world.registry.save_flow(first.model_copy(update={**named, "status": status, "revision": 0}))

    take(hub)
    take(hub)

    sides = {FlowKey(each.tenant, each.flow): [record.side for record in each.records] for each in told}
    assert sides == {
        FLOW: ["left"],
        FlowKey("acme", "branch"): ["left"],
        FlowKey("acme", "hours"): ["right"],
    }
    assert len(told) == len(sides)


def test_of_several_events_in_one_delivery_each_is_known_by_its_own_name(hub: Hub) -> None:
    other = replace(HOOK, external_id="2", delivery="d-2")
    take(hub)
    hub.world = replace(hub.world, hooks=Read([HOOK, other]))
    assert not take(hub).why
    assert hub.world.queues.depth() == 2
