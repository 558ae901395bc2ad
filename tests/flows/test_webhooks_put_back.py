"""Webhooks that nothing came of are put back from what was kept of them: hints again, each record once."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from samspill.engine.model import Side
from samspill.engine.revision import Revision
from samspill.errors import NotAllowedError, UsageError
from samspill.hints import Hints
from samspill.ports import Delivery
from samspill.state import FlowKey, FlowStatus
from samspill.usecases import replaying
from samspill.usecases.actor import Actor, Role
from tests.flows.hub import FLOW, Hub
from tests.support.actors import admin

HOUR = timedelta(hours=1)


@pytest.fixture
def hub() -> Hub:
    """Vendors told a lot, and all that came of it was lost."""
    hub = Hub(size=4)
    hub.first_sync()
    hub.clock.advance(3600)
    for number in range(5):
        edit(hub, "tripletex", 0, f"Omdøpt {number} AS")
    edit(hub, "tripletex", 1, "En annen AS")
    hub.clock.advance(2 * 3600)
    edit(hub, "timerabbit", 2, "Fra høyre AS")
    lose(hub)
    return hub


def edit(hub: Hub, vendor: str, number: int, name: str) -> None:
    pairs = sorted((each for each in hub.links("customers") if len(each.ids) == len(Side)), key=lambda each: each.id)
    side, kind = (Side.LEFT, "customer") if vendor == "tripletex" else (Side.RIGHT, "customers")
    hub.sandboxes[vendor].edit(kind, pairs[number].ids[side], {"name": name})
    hub.deliver_webhooks()


def lose(hub: Hub) -> None:
    while hub.world.queues.depth():
        for delivery in hub.world.queues.receive("fetch"):
            hub.world.queues.done(delivery.handle)


def put_back(hub: Hub, *, dry_run: bool = False, hours: float = 24, **more: Any) -> tuple[int, int]:
    found = replaying.webhooks(hub.world, admin(), FLOW.tenant, span=timedelta(hours=hours), dry_run=dry_run, **more)
    return found.bodies, found.records


def names(hub: Hub, vendor: str) -> set[str]:
    kind = "customer" if vendor == "tripletex" else "customers"
    return {row["name"] for row in hub.sandboxes[vendor].rows(kind)}


def test_what_vendors_told_is_hinted_at_again_each_record_once_and_read_as_it_is_now(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Hints] = []
    really = hub.world.queues.hint

    def hint(hints: Sequence[Hints]) -> None:
        told.extend(hints)
        really(hints)

    monkeypatch.setattr(hub.world.queues, "hint", hint)

    assert put_back(hub) == (7, 3)
    assert [len(each.records) for each in told] == [3]
    hub.drain()

    assert {"Omdøpt 4 AS", "En annen AS"} <= names(hub, "timerabbit")
    assert "Fra høyre AS" not in names(hub, "timerabbit"), "it was looked at: Tripletex owns the name"
    assert not any(name.startswith("Omdøpt") and name != "Omdøpt 4 AS" for name in names(hub, "timerabbit"))


def test_who_only_asks_changes_nothing(hub: Hub) -> None:
    assert put_back(hub, dry_run=True) == (7, 3)
    assert hub.world.queues.depth() == 0


def test_only_what_came_since_then_is_put_back(hub: Hub) -> None:
    assert put_back(hub, hours=1) == (1, 1)
    assert put_back(hub, hours=24 * 400) == (7, 3), "and no more than is kept is looked for"


def test_one_connection_or_one_flow_is_put_back_alone(hub: Hub) -> None:
    assert put_back(hub, connection="timerabbit") == (1, 1)
    assert put_back(hub, flow=FLOW) == (7, 3)
    with pytest.raises(UsageError):
        put_back(hub, connection="nobodys")
    with pytest.raises(UsageError):
        put_back(hub, flow=FlowKey(FLOW.tenant, "no-flow"))


def test_a_flow_at_rest_hears_nothing(hub: Hub) -> None:
    state = hub.world.registry.flow(FLOW)
    hub.world.registry.save_flow(state.model_copy(update={"status": FlowStatus.PAUSED}))

    assert put_back(hub) == (7, 0)
    assert hub.world.queues.depth() == 0


def test_a_body_that_cannot_be_read_is_named_and_the_others_are_put_back(hub: Hub) -> None:
    place = f"webhooks/raw/{FLOW.tenant}/tripletex/{hub.clock.now():%Y-%m-%d/%H%M%S}-x"
    hub.world.blobs.put(place, b"garbage")

    found = replaying.webhooks(hub.world, admin(), FLOW.tenant, span=HOUR * 24, dry_run=False)

    assert (found.bodies, found.records, found.unreadable) == (8, 3, (place,))


def test_bodies_that_a_version_before_kept_without_a_time_are_put_back_too(hub: Hub) -> None:
    for connection in ("tripletex", "timerabbit"):
        for told in list(hub.world.deliveries.told(FLOW.tenant, connection, hub.clock.now() - 24 * HOUR)):
            folder = f"webhooks/raw/{FLOW.tenant}/{connection}/{told.at:%Y-%m-%d}"
            hub.world.blobs.put(f"{folder}/{hashlib.sha256(told.body).hexdigest()}", told.body)
        hub.world.deliveries.remove(FLOW.tenant, connection, 100)

    assert put_back(hub, hours=1) == (7, 3)


@pytest.mark.parametrize("last", ["large", "small"])
def test_of_large_and_small_bodies_what_was_told_last_counts(
    hub: Hub, monkeypatch: pytest.MonkeyPatch, last: str
) -> None:
    """Large ones lie in the bucket; the order in which they came does not depend on where they lie."""
    told: list[Hints] = []
    monkeypatch.setattr(hub.world.queues, "hint", told.extend)
    hub.clock.advance(3600)
    first = "small" if last == "large" else "large"
    for version, size in ((99, first), (98, last)):
        hub.clock.advance(60)
        body = b'{"deliveryId":"%d","event":"customer.updated","id":"1001","version":%d}' % (version, version)
        if size == "small":
            hub.world.deliveries.note(Delivery(FLOW.tenant, "timerabbit", str(version)), body)
        else:
            place = f"webhooks/raw/{FLOW.tenant}/timerabbit/{hub.clock.now():%Y-%m-%d/%H%M%S}-x"
            hub.world.blobs.put(place, body)

    assert put_back(hub, hours=3 / 60, connection="timerabbit") == (2, 1)

    (hints,) = told
    assert [record.version for record in hints.records] == [Revision(98)]


def test_who_may_only_look_puts_nothing_back(hub: Hub) -> None:
    with pytest.raises(NotAllowedError):
        replaying.webhooks(hub.world, Actor("kari", frozenset({Role.VIEWER})), FLOW.tenant, span=HOUR, dry_run=False)
    assert hub.world.queues.depth() == 0
