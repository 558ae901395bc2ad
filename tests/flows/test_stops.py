"""Flows that are stopped in the middle of things: by a person, by a dead key, by a function that dies. All go on."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from samspill.errors import ConflictError, CredentialsError, UsageError
from samspill.messages import StartRun
from samspill.pipeline.dispatch import handle
from samspill.state import FlowState, FlowStatus, RunStatus
from samspill.usecases import review, setup
from tests.flows.hub import FLOW, Hub
from tests.support.actors import admin


@pytest.fixture
def hub() -> Hub:
    made = Hub()
    made.connect()
    return made


@pytest.fixture(scope="module")
def after_a_first_sync() -> list[str]:
    made = Hub()
    made.first_sync()
    return names(made)


def names(hub: Hub) -> list[str]:
    return sorted(row["name"] for kind in ("customers", "projects") for row in hub.timerabbit.rows(kind))


def status(hub: Hub) -> FlowStatus:
    return hub.world.registry.flow(FLOW).status


def approve(hub: Hub) -> None:
    setup.approve_plan(hub.world, admin("kari"), FLOW, hub.plan().hash)


class _EnoughError(Exception):
    pass


def until_first_writes(hub: Hub) -> None:
    """Work until the first records stand in Timerabbit and most do not."""

    def enough(_body: str) -> None:
        if hub.writes("timerabbit"):
            raise _EnoughError

    with pytest.raises(_EnoughError):
        hub.drain(before=enough)


def fail_saving(hub: Hub, monkeypatch: pytest.MonkeyPatch, when: Callable[[FlowState], bool], times: int) -> None:
    """Let others be faster at saving the flow, so often that the function gives up."""
    save, left = hub.world.registry.save_flow, [times]

    def saved(flow: FlowState) -> FlowState:
        if when(flow) and left[0]:
            left[0] -= 1
            raise ConflictError("somebody saved it a moment ago")
        return save(flow)

    monkeypatch.setattr(hub.world.registry, "save_flow", saved)


def test_a_plan_is_not_approved_while_another_one_is_being_made(hub: Hub) -> None:
    plan = hub.plan()
    setup.run(hub.world, admin(), FLOW)

    with pytest.raises(UsageError) as caught:
        setup.approve_plan(hub.world, admin("kari"), FLOW, plan.hash)

    assert caught.value.reason.code == "run_under_way"
    assert status(hub) is FlowStatus.APPROVED
    assert hub.writes("timerabbit") == 0


def test_a_key_refused_during_the_first_sync_has_it_planned_again_and_nothing_comes_twice(
    hub: Hub, after_a_first_sync: list[str]
) -> None:
    approve(hub)
    until_first_writes(hub)
    hub.timerabbit.set_faults({"revoke_key": True})
    hub.drain()
    assert (status(hub), hub.writes("timerabbit") > 0) == (FlowStatus.KEY_INVALID, True)

    hub.timerabbit.set_faults({})
    setup.test(hub.world, admin(), FLOW.tenant, "timerabbit")
    state = hub.world.registry.flow(FLOW)
    assert (state.status, state.plan, state.approval) == (FlowStatus.APPROVED, None, None)

    approve(hub)
    hub.drain()
    assert status(hub) is FlowStatus.ACTIVE
    assert names(hub) == after_a_first_sync


def test_a_first_sync_can_be_paused_and_is_planned_again(hub: Hub, after_a_first_sync: list[str]) -> None:
    approve(hub)
    until_first_writes(hub)
    setup.pause(hub.world, admin(), FLOW)
    hub.drain()
    written = hub.writes("timerabbit")
    assert names(hub) != after_a_first_sync

    setup.resume(hub.world, admin("kari"), FLOW)
    hub.drain()
    assert (status(hub), hub.writes("timerabbit")) == (FlowStatus.APPROVED, written)

    approve(hub)
    hub.drain()
    assert status(hub) is FlowStatus.ACTIVE
    assert names(hub) == after_a_first_sync


def test_who_dies_at_the_end_of_the_first_sync_is_repeated_until_the_flow_is_active(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_saving(hub, monkeypatch, lambda flow: flow.status is FlowStatus.ACTIVE, times=5)
    approve(hub)
    with pytest.raises(ConflictError):
        hub.drain()
    assert status(hub) is FlowStatus.MATCHING

    hub.clock.advance(400)
    hub.drain()
    assert status(hub) is FlowStatus.ACTIVE
    assert hub.world.runs.latest(FLOW)[0].status.is_over


def test_a_paused_flow_stays_paused_whatever_becomes_of_its_keys(hub: Hub) -> None:
    hub.first_sync()
    setup.pause(hub.world, admin(), FLOW)
    hub.tripletex.set_faults({"revoke_key": True})
    with pytest.raises(CredentialsError):
        setup.test(hub.world, admin(), FLOW.tenant, "tripletex")
    with pytest.raises(CredentialsError):
        setup.resume(hub.world, admin("kari"), FLOW)
    assert status(hub) is FlowStatus.PAUSED

    hub.tripletex.set_faults({})
    setup.test(hub.world, admin(), FLOW.tenant, "tripletex")
    assert status(hub) is FlowStatus.PAUSED
    assert not hub.world.schedules.by_flow[FLOW].enabled

    setup.resume(hub.world, admin("kari"), FLOW)
    assert status(hub) is FlowStatus.ACTIVE
    assert hub.world.schedules.by_flow[FLOW].enabled


def test_a_flow_is_stopped_although_who_found_the_dead_key_died_before_it(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.first_sync()
    hub.tripletex.set_faults({"revoke_key": True})
    fail_saving(hub, monkeypatch, lambda flow: flow.status is FlowStatus.KEY_INVALID, times=5)
    setup.run(hub.world, admin(), FLOW, full=True)
    with pytest.raises(ConflictError):
        hub.drain()
    assert status(hub) is FlowStatus.ACTIVE

    calls = len(hub.tripletex.calls)
    handle(hub.world, StartRun(tenant=FLOW.tenant, flow=FLOW.flow, trigger="schedule"))
    hub.drain()
    assert status(hub) is FlowStatus.KEY_INVALID
    assert [each.status for each in hub.world.runs.latest(FLOW)][:2] == [RunStatus.STOPPED, RunStatus.STOPPED]
    assert len(hub.tripletex.calls) == calls


def test_what_was_decided_during_a_pause_is_carried_out_after_it() -> None:
    hub = Hub(size=120)
    hub.first_sync()
    stream, link = next((key, link) for key, link in hub.reviews() if key.stream == "customers")
    count = len(hub.timerabbit.rows("customers"))
    setup.pause(hub.world, admin(), FLOW)
    review.decide(hub.world, admin("kari"), stream, [link.id], "create")
    hub.drain()
    assert len(hub.timerabbit.rows("customers")) == count

    setup.resume(hub.world, admin("kari"), FLOW)
    hub.drain()

    assert len(hub.timerabbit.rows("customers")) == count + 1
    assert link.id not in {other.id for _, other in hub.reviews()}
