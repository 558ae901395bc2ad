"""Polls are rarer where webhooks tell of changes, and as many as ever from the first change that none told."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samspill.engine.model import Side
from samspill.messages import StartRun
from samspill.runs.polling import QUIET_AFTER, SLOWEST, interval
from samspill.usecases import status as use_case
from tests.flows.hub import FLOW, Hub
from tests.support.actors import admin

MINUTE = timedelta(minutes=1)


@pytest.fixture
def hub() -> Hub:
    """A hub that vendors reach, after a whole read: every quarter of an hour its schedule strikes."""
    hub = Hub(size=2)
    hub.first_sync()
    hub.world = hub.reachable()
    strike(hub, full=True)
    return hub


def strike(hub: Hub, *, full: bool | None = None) -> bool:
    """The schedule strikes; tell whether a run began."""
    before = [run.id for run in hub.world.runs.latest(FLOW, 1)]
    hub.world.queues.send([StartRun(tenant=FLOW.tenant, flow=FLOW.flow, trigger="schedule", full=full)])
    hub.drain()
    return [run.id for run in hub.world.runs.latest(FLOW, 1)] != before


def strikes(hub: Hub, count: int) -> list[bool]:
    """Let the schedule strike so often; tell which strikes began a run."""
    began: list[bool] = []
    for _ in range(count):
        hub.clock.advance(15 * 60)
        began.append(strike(hub))
    return began


def calls(hub: Hub) -> int:
    return sum(len(sandbox.calls) for sandbox in hub.sandboxes.values())


def polled_every_min(hub: Hub) -> int:
    (flow,) = use_case.status(hub.world, admin(), FLOW.tenant, FLOW.flow).flows
    return flow.polled_every_min


def test_a_flow_that_webhooks_tell_of_is_polled_ever_more_seldom_down_to_once_an_hour(hub: Hub) -> None:
    assert strikes(hub, 12).count(True) < 12
    assert polled_every_min(hub) == 60
    before = calls(hub)
    assert sorted(strikes(hub, 4)) == [False, False, False, True]
    one = calls(hub) - before
    before = calls(hub)
    assert strikes(hub, 12).count(True) == 3
    assert calls(hub) - before == 3 * one > 0, "a strike that is left out calls nobody"


def test_a_change_that_no_webhook_told_has_the_flow_polled_at_its_own_interval_again(hub: Hub) -> None:
    strikes(hub, 16)
    hub.tripletex.set_faults({"webhook_drop": True})
    number = hub.links("customers")[0].ids[Side.LEFT]
    hub.tripletex.edit("customer", number, {"name": "Fjordheim AS"})
    hub.deliver_webhooks()

    assert strikes(hub, 4).count(True) >= 1, "found within an hour"
    assert {row["name"] for row in hub.timerabbit.rows("customers")} >= {"Fjordheim AS"}

    hub.tripletex.edit("customer", number, {"name": "Havbris AS"})
    hub.clock.advance(60 * 60)
    assert strike(hub)
    assert polled_every_min(hub) == 15
    assert strikes(hub, 1) == [True]
    assert {row["name"] for row in hub.timerabbit.rows("customers")} >= {"Havbris AS"}


def test_a_change_that_a_webhook_told_leaves_the_polls_rare(hub: Hub) -> None:
    strikes(hub, 16)
    hub.tripletex.edit("customer", hub.links("customers")[0].ids[Side.LEFT], {"name": "Fjordheim AS"})
    hub.deliver_webhooks()
    hub.drain()
    assert {row["name"] for row in hub.timerabbit.rows("customers")} >= {"Fjordheim AS"}

    assert strikes(hub, 4).count(True) == 1
    assert polled_every_min(hub) == 60


def test_a_flow_without_webhooks_of_all_it_reads_is_polled_at_its_interval(hub: Hub) -> None:
    connection = hub.world.registry.connection(FLOW.tenant, "tripletex")
    kinds = connection.told_kinds
    assert kinds
    hub.world.registry.save_connection(connection.model_copy(update={"told_kinds": kinds[1:]}))
    assert strikes(hub, 8) == [True] * 8
    assert polled_every_min(hub) == 15


@pytest.fixture
def untold(hub: Hub) -> Hub:
    """No vendor can be asked for webhooks."""
    hub.world = replace(hub.world, hook_url="")
    hub.tripletex.set_faults({"webhook_drop": True})
    compare(hub)
    return hub


def compare(hub: Hub) -> None:
    """Compare whole, as every night; no vendor tells of anything."""
    strike(hub, full=True)
    for connection in hub.world.registry.connections(FLOW.tenant):
        hub.world.registry.save_connection(connection.model_copy(update={"told_kinds": ()}))


def test_a_flow_without_webhooks_that_found_nothing_for_three_days_is_polled_once_an_hour(untold: Hub) -> None:
    untold.clock.advance(QUIET_AFTER.total_seconds() - 1)
    compare(untold)
    assert polled_every_min(untold) == 15
    untold.clock.advance(1)

    assert polled_every_min(untold) == 60
    assert sorted(strikes(untold, 8)) == [False] * 6 + [True] * 2


def test_the_first_change_after_quiet_days_arrives_within_the_hour_and_the_next_ones_as_ever(untold: Hub) -> None:
    compare(untold)
    untold.clock.advance(QUIET_AFTER.total_seconds())
    compare(untold)
    number = untold.links("customers")[0].ids[Side.LEFT]
    untold.tripletex.edit("customer", number, {"name": "Fjordheim AS"})

    assert strikes(untold, 4).count(True) == 1
    assert {row["name"] for row in untold.timerabbit.rows("customers")} >= {"Fjordheim AS"}
    assert polled_every_min(untold) == 15
    untold.tripletex.edit("customer", number, {"name": "Havbris AS"})
    assert strikes(untold, 1) == [True]
    assert {row["name"] for row in untold.timerabbit.rows("customers")} >= {"Havbris AS"}


def test_a_weekend_is_no_quiet_time(untold: Hub) -> None:
    compare(untold)
    untold.clock.advance(2.5 * 86_400)
    compare(untold)
    assert strikes(untold, 4) == [True] * 4


def test_the_nightly_comparison_is_never_left_out(hub: Hub) -> None:
    strikes(hub, 16)
    assert strike(hub, full=True)
    hub.clock.advance(25 * 3600)
    assert strike(hub), "nor the poll that makes up for it"
    assert hub.world.runs.latest(FLOW, 1)[0].full


@given(st.integers(1, 1440), st.lists(st.booleans(), max_size=8))
def test_no_interval_is_shorter_than_the_flows_own_or_longer_than_the_slowest(
    every_min: int, untold: list[bool]
) -> None:
    every = every_min * MINUTE
    assert every <= interval(every, untold) <= max(every, SLOWEST)
    assert interval(every, [True, *untold]) == every
    assert interval(every, [False, *untold]) >= interval(every, untold[:1] and [True])
