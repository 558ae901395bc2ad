"""A flow, a connection, a tenant is removed: nothing of it fires any more, and nothing of it is left."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest

from samspill.engine.model import Side
from samspill.errors import UsageError
from samspill.messages import StartRun
from samspill.pipeline.receive.receive import Answer, receive
from samspill.ports import Told, World
from samspill.state import FlowStatus, StreamKey
from samspill.usecases import exports, removing, setup
from samspill.usecases.removing import SETTLES, Target
from samspill.usecases.views.removing import RemovalStep
from tests.flows.hub import FLOW, Hub
from tests.flows.test_crashes import Died, Fuse, Mortal, _Connectors
from tests.support.actors import admin

TENANT = Target("acme")
PORTS = tuple(
    name
    for name in World.__dataclass_fields__
    if name not in {"clock", "ids", "modes", "hook_url", "notices", "hooks", "connectors", "leases"}
)


def synced() -> Hub:
    hub = Hub(size=6)
    hub.world = hub.reachable()
    hub.world.tenants.note("acme")
    hub.first_sync()
    return hub


def removed(hub: Hub, target: Target) -> list[RemovalStep]:
    """Remove to the end; return what the steps did."""
    removing.begin(hub.world, admin("kari"), target)
    return gone_on(hub, target)


def gone_on(hub: Hub, target: Target) -> list[RemovalStep]:
    steps = [removing.go_on(hub.world, admin("kari"), target)]
    while not steps[-1].is_over:
        assert len(steps) < 200
        if steps[-1].waits_until is not None:
            hub.clock.advance(SETTLES.total_seconds())
        steps.append(removing.go_on(hub.world, admin("kari"), target, steps[-1].token))
    return steps


def left_of_the_flow(hub: Hub) -> dict[str, Any]:
    """Everything that is stored about the flow and does not expire by itself."""
    world = hub.world
    streams = [StreamKey(*FLOW, stream.name) for stream in hub.declaration.streams]
    left: dict[str, Any] = {
        "flow": [state.flow for state in world.registry.flows("acme")],
        "links": [link.id for stream in streams for link in world.links.all(stream)],
        "cursors": [world.cursors.get(stream, side) for stream in streams for side in Side],
        "keys": [key for key, found in cast("Any", world.keys)._held.items() if found],
        "schedules": list(world.schedules.by_flow),
        "blobs": [key for key in world.blobs.keys("") if "acme/tripletex-timerabbit/" in key],
        "files": world.files.latest(FLOW, 10),
    }
    left["cursors"] = [each for each in left["cursors"] if each]
    return {name: each for name, each in left.items() if each}


def test_of_a_flow_that_was_removed_nothing_is_left() -> None:
    hub = synced()
    assert {"flow", "links", "schedules", "blobs"} <= set(left_of_the_flow(hub))

    steps = removed(hub, Target("acme", flow=FLOW.flow))

    assert left_of_the_flow(hub) == {}
    assert sum(step.removed for step in steps) > 6
    assert [connection.id for connection in hub.world.registry.connections("acme")] == ["timerabbit", "tripletex"]


def test_from_the_first_moment_nothing_of_it_fires() -> None:
    hub = synced()
    before = hub.writes("timerabbit")
    hub.tripletex.edit("customer", str(hub.tripletex.rows("customer")[0]["id"]), {"name": "Endret AS"})

    removing.begin(hub.world, admin(), Target("acme", flow=FLOW.flow))
    hub.drain()

    assert hub.world.registry.flow(FLOW).status is FlowStatus.REMOVING
    assert hub.world.schedules.by_flow == {}
    assert hub.writes("timerabbit") == before
    with pytest.raises(UsageError):
        setup.run(hub.world, admin(), FLOW)
    with pytest.raises(UsageError):
        setup.resume(hub.world, admin(), FLOW)
    with pytest.raises(UsageError) as caught:
        setup.enable(hub.world, admin(), "acme", "tripletex-timerabbit", "tripletex", "timerabbit")
    assert caught.value.reason.code == "being_removed"


def test_what_comes_too_late_ends_quietly() -> None:
    hub = synced()
    hub.tripletex.edit("customer", str(hub.tripletex.rows("customer")[0]["id"]), {"name": "Endret AS"})
    hub.deliver_webhooks()
    setup.run(hub.world, admin(), FLOW)
    hub.world.queues.send([StartRun(tenant="acme", flow=FLOW.flow, trigger="schedule")])
    assert hub.world.queues.depth()

    removed(hub, TENANT)
    hub.drain()

    assert hub.world.queues.depth() == 0
    assert not any(hub.world.queues.dead.values())
    late = receive(hub.world, "acme", "tripletex", {}, b"{}")
    assert late.answer is Answer.UNAUTHORIZED
    assert left_of_the_flow(hub) == {}


def test_what_a_function_at_work_leaves_behind_is_removed_before_the_flow_is_forgotten() -> None:
    hub = synced()
    removing.begin(hub.world, admin(), Target("acme", flow=FLOW.flow))
    while (step := removing.go_on(hub.world, admin(), Target("acme", flow=FLOW.flow))).waits_until is None:
        pass
    stream = StreamKey(*FLOW, "customers")
    hub.world.cursors.put(stream, Side.LEFT, "late")
    hub.world.blobs.put("runs/acme/tripletex-timerabbit/late/plan", b"late")

    hub.clock.advance(SETTLES.total_seconds())
    gone_on(hub, Target("acme", flow=FLOW.flow))

    assert step.waits_until is not None
    assert left_of_the_flow(hub) == {}


def test_a_connection_that_a_flow_uses_is_not_removed() -> None:
    hub = synced()

    with pytest.raises(UsageError) as caught:
        removing.begin(hub.world, admin(), Target("acme", connection="tripletex"))

    assert (caught.value.reason.code, caught.value.reason.params["flows"]) == ("connection_in_use", FLOW.flow)
    assert hub.world.secrets.get("acme", "tripletex")


def told(hub: Hub) -> list[Told]:
    """Return what is kept of webhooks in the table."""
    since = hub.clock.now() - timedelta(days=30)
    return [each for name in hub.sandboxes for each in hub.world.deliveries.told("acme", name, since)]


def test_of_a_tenant_neither_keys_nor_webhooks_nor_its_name_are_left() -> None:
    hub = synced()
    assert all(connection.subscriptions for connection in hub.world.registry.connections("acme"))
    hub.tripletex.edit("customer", str(hub.tripletex.rows("customer")[0]["id"]), {"name": "Meldt AS"})
    hub.drain()
    assert told(hub)

    steps = removed(hub, TENANT)

    assert not [step.undone for step in steps if step.undone]
    assert hub.world.registry.connections("acme") == []
    assert hub.world.secrets.get("acme", "tripletex", fresh=True) == {}
    assert hub.world.tenants.all() == []
    assert hub.world.blobs.keys("webhooks/") == []
    assert told(hub) == []
    hub.delivered.clear()
    hub.tripletex.edit("customer", str(hub.tripletex.rows("customer")[0]["id"]), {"name": "Endret AS"})
    hub.timerabbit.edit("customers", str(hub.timerabbit.rows("customers")[0]["id"]), {"name": "Endret"})
    hub.deliver_webhooks()
    assert hub.delivered == [], "the vendors send nothing any more"


def test_a_vendor_that_cannot_be_told_holds_up_nothing_and_is_named() -> None:
    hub = synced()
    hub.tripletex.set_faults({"error_rate": 1.0})

    steps = removed(hub, TENANT)

    (undone,) = [step.undone for step in steps if step.undone]
    assert (undone.connection, undone.reason.code if undone.reason else "") == ("tripletex", "not_unsubscribed")
    assert hub.world.registry.connections("acme") == []
    assert hub.world.tenants.all() == []


def test_an_export_and_the_links_to_it_go_with_their_flow() -> None:
    hub = synced()
    assert exports.files_of(hub.world, admin(), "acme") == []


def test_every_step_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(removing, "SLICE", 5)
    hub = synced()

    steps = removed(hub, TENANT)

    assert max(step.removed for step in steps) <= 5
    assert len(steps) > 10
    assert left_of_the_flow(hub) == {}


def test_nothing_of_another_tenant_or_flow_is_touched() -> None:
    hub = synced()
    other = Hub(size=3, beside=hub, name="second")
    other.first_sync()
    stream = StreamKey("acme", "second", "customers")
    before = sorted(link.id for link in hub.world.links.all(stream))
    hub.world.blobs.put("held/acme-2/f/x", b"1")

    removed(hub, Target("acme", flow=FLOW.flow))

    assert sorted(link.id for link in hub.world.links.all(stream)) == before != []
    assert hub.world.registry.flow(other.flow).status is FlowStatus.ACTIVE
    assert other.flow in hub.world.schedules.by_flow
    assert hub.world.blobs.get("held/acme-2/f/x") == b"1"


def mortal(fuse: Fuse) -> Hub:
    hub = synced()
    ports: dict[str, Any] = {name: Mortal(getattr(hub.world, name), fuse) for name in PORTS}
    ports["connectors"] = _Connectors(hub.world.connectors, fuse)
    hub.world = cast("Any", replace(hub.world, **ports))
    return hub


def length() -> int:
    fuse = Fuse()
    hub = mortal(fuse)
    fuse.steps = 0
    removed(hub, TENANT)
    return fuse.steps


@pytest.mark.parametrize("at", range(1, length() + 1))
def test_whoever_dies_over_it_the_same_command_goes_on(at: int) -> None:
    fuse = Fuse()
    hub = mortal(fuse)
    fuse.steps, fuse.at = 0, at

    try:
        removed(hub, TENANT)
    except Died:
        fuse.at = 0
        if hub.world.tenants.all() or hub.world.registry.connections("acme"):
            removed(hub, TENANT)
    hub.drain()

    fuse.at = 0
    assert left_of_the_flow(hub) == {}
    assert hub.world.registry.connections("acme") == []
    assert hub.world.tenants.all() == []
    assert hub.world.secrets.get("acme", "tripletex", fresh=True) == {}
