"""A function or a command dies at every call around the guard: a stopped list stays whole, and is done once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import pytest

from samspill.guard import pending
from samspill.usecases import approvals, limits, setup
from tests.flows.hub import FLOW, Hub
from tests.flows.test_crashes import PORTS, Died, Fuse, Mortal, _Connectors, work
from tests.support.actors import admin

BLANKED = 3


def prepared(fuse: Fuse) -> Hub:
    """An active flow whose guard lets one record a day through, and three phone numbers blanked at the source."""
    hub = Hub(size=6)
    hub.first_sync()
    limits.change(hub.world, admin("kari"), FLOW, at_least=1, share=0)
    hub.tripletex.set_faults({"webhook_drop": True})
    linked = {external_id for link in hub.links("customers") for external_id in link.ids.values() if len(link.ids) > 1}
    rows = [row for row in hub.tripletex.rows("customer") if str(row["id"]) in linked and row["phoneNumber"]]
    for row in rows[:BLANKED]:
        hub.tripletex.edit("customer", str(row["id"]), {"phoneNumber": ""})
    ports: dict[str, Any] = {name: Mortal(getattr(hub.world, name), fuse) for name in (*PORTS, "registry", "quotas")}
    ports["connectors"] = _Connectors(hub.world.connectors, fuse)
    hub.world = cast("Any", replace(hub.world, **ports))
    return hub


def phones(hub: Hub) -> int:
    return sum(bool(row["phone"]) for row in hub.timerabbit.rows("customers"))


def stop(hub: Hub, fuse: Fuse, at: int) -> None:
    setup.run(hub.world, admin(), FLOW, full=True)
    fuse.steps, fuse.at = 0, at
    work(hub)
    fuse.at = 0


def approve(hub: Hub, fuse: Fuse, at: int) -> None:
    """Say yes, again if the command dies, and let the hub work."""
    (found,) = pending.lists(hub.world, FLOW)
    fuse.steps, fuse.at = 0, at
    try:
        approvals.approve(hub.world, admin("kari"), FLOW, found.hash)
    except Died:
        approvals.approve(hub.world, admin("kari"), FLOW, found.hash)
    work(hub)


def lengths() -> tuple[int, int]:
    fuse = Fuse()
    hub = prepared(fuse)
    stop(hub, fuse, 0)
    stopping = fuse.steps
    approve(hub, fuse, 0)
    return stopping, fuse.steps


STOPPING, APPROVING = lengths()


@pytest.mark.parametrize("at", range(2, STOPPING + 1, 2))
def test_nothing_of_a_list_goes_out_whoever_dies_while_it_is_stopped(at: int) -> None:
    fuse = Fuse()
    hub = prepared(fuse)
    before = phones(hub)

    stop(hub, fuse, at)

    assert phones(hub) == before
    (found,) = pending.lists(hub.world, FLOW)
    assert found.count == BLANKED


@pytest.mark.parametrize("at", range(2, APPROVING + 1, 2))
def test_an_approved_list_is_carried_out_whoever_dies_meanwhile(at: int) -> None:
    fuse = Fuse()
    hub = prepared(fuse)
    before = phones(hub)
    stop(hub, fuse, 0)

    approve(hub, fuse, at)

    assert phones(hub) == before - BLANKED
    assert pending.lists(hub.world, FLOW) == []
    assert len(hub.journal("list_approved")) == 1
