"""A key that is refused: a bad minute costs a minute, a revoked key stops everything, and both are told."""

from __future__ import annotations

from typing import Any

import pytest

from samspill.errors import CredentialsError
from samspill.messages import StartRun
from samspill.state import ConnectionStatus, FlowStatus
from samspill.texts.reasons import reason_text
from samspill.usecases import setup
from samspill.work.access import AFTER
from tests.flows.hub import FLOW, Hub
from tests.support.actors import admin

MINUTE_S, HOUR_S, DAY_S = 60, 3600, 86_400
UNTIL_STOPPED_S = int(sum(each.total_seconds() for each in AFTER)) + 60
MOST_CALLS = 2 * (len(AFTER) + 1)
"""Of a key that is revoked: each try may cost two, because a session is asked for anew."""


@pytest.fixture
def hub() -> Hub:
    made = Hub(size=4)
    made.first_sync()
    for sandbox in made.sandboxes.values():
        sandbox.set_faults({"webhook_drop": True})
        sandbox.calls.clear()
    return made


def status(hub: Hub) -> FlowStatus:
    return hub.world.registry.flow(FLOW).status


def codes(hub: Hub) -> list[str]:
    """What the journal says of keys, oldest first."""
    return [entry.reason.code for entry in reversed(hub.journal()) if entry.reason.code in TOLD]


TOLD = ("key_refused", "stopped_for_key", "key_accepted", "no_good_run")


def refuse(hub: Hub, vendor: str, times: int) -> None:
    """Let the vendor answer 401 so often, whatever it is asked."""
    hub.sandboxes[vendor].set_faults(
        {
            "webhook_drop": True,
            "revoke_key": False,
            "fail_next": [{"times": times, "status": 401}] if times else [],
        }
    )


def revoke(hub: Hub, vendor: str) -> None:
    hub.sandboxes[vendor].set_faults({"webhook_drop": True, "revoke_key": True})


def schedule(hub: Hub) -> None:
    hub.world.queues.send([StartRun(tenant=FLOW.tenant, flow=FLOW.flow, trigger="schedule")])
    hub.drain()


def rename(hub: Hub, name: str) -> None:
    linked = {link.ids.get("left") for link in hub.links("customers") if len(link.ids) == 2}  # type: ignore[call-overload]
    row = next(row for row in hub.tripletex.rows("customer") if str(row["id"]) in linked and not row["isInactive"])
    hub.tripletex.edit("customer", str(row["id"]), {"name": name})


def names(hub: Hub) -> set[str]:
    return {row["name"] for row in hub.timerabbit.rows("customers")}


@pytest.mark.parametrize("vendor", ["tripletex", "timerabbit"])
@pytest.mark.parametrize("refusals", [1, 2, 3])
def test_a_bad_minute_stops_nothing_and_every_change_arrives(hub: Hub, vendor: str, refusals: int) -> None:
    rename(hub, "Kom fram AS")
    refuse(hub, vendor, refusals)
    before = hub.clock.now()

    run = hub.sync(full=False)

    assert run.status.is_over
    assert "Kom fram AS" in names(hub)
    assert status(hub) is FlowStatus.ACTIVE
    connection = hub.world.registry.connection("acme", vendor)
    assert (connection.status, connection.refusal) == (ConnectionStatus.TESTED, None)
    assert codes(hub) in (["key_refused", "key_accepted"], [])  # one 401 of Tripletex's costs a new session only
    assert (hub.clock.now() - before).total_seconds() < 30 * MINUTE_S


def test_a_key_that_is_refused_in_the_middle_of_a_write_loses_nothing_and_doubles_nothing(hub: Hub) -> None:
    made = hub.tripletex.add("customer", {"name": "Ny Kunde AS", "organizationNumber": "974760673"})
    before = len(hub.timerabbit.rows("customers"))
    hub.timerabbit.set_faults({"webhook_drop": True, "fail_next": [{"times": 1, "status": 401, "method": "POST"}]})

    hub.sync(full=False)
    hub.drain()

    assert sum(row["name"] == made["name"] for row in hub.timerabbit.rows("customers")) == 1
    assert len(hub.timerabbit.rows("customers")) == before + 1
    assert status(hub) is FlowStatus.ACTIVE


@pytest.mark.parametrize("vendor", ["tripletex", "timerabbit"])
def test_a_revoked_key_stops_everything_is_told_and_makes_few_calls(hub: Hub, vendor: str) -> None:
    rename(hub, "Venter AS")
    revoke(hub, vendor)
    for _ in range(3):  # however many messages meet it
        hub.world.queues.send([StartRun(tenant=FLOW.tenant, flow=FLOW.flow, trigger="schedule", full=True)])
    hub.sandboxes[vendor].calls.clear()

    hub.drain(limit_s=UNTIL_STOPPED_S)

    assert status(hub) is FlowStatus.KEY_INVALID
    assert hub.world.registry.connection("acme", vendor).status is ConnectionStatus.KEY_INVALID
    assert codes(hub) == ["key_refused", "stopped_for_key"]
    [line] = hub.journal("stopped_for_key")
    assert line.reason.because is not None
    assert vendor.title() in reason_text(line.reason, "nb")
    assert len(hub.sandboxes[vendor].calls) <= MOST_CALLS + 4  # each side's first pages were under way
    assert hub.world.queues.depth() == 0
    calls = len(hub.sandboxes[vendor].calls)
    for _ in range(4):
        hub.clock.advance(10 * MINUTE_S)
        schedule(hub)
    assert len(hub.sandboxes[vendor].calls) == calls, "it is left alone for an hour"


@pytest.mark.parametrize("vendor", ["tripletex", "timerabbit"])
def test_a_stopped_flow_goes_on_by_itself_once_the_key_is_accepted_again(hub: Hub, vendor: str) -> None:
    revoke(hub, vendor)
    hub.sync()
    assert status(hub) is FlowStatus.KEY_INVALID
    rename(hub, "Endret imens AS")
    refuse(hub, vendor, 0)

    hub.clock.advance(HOUR_S)
    schedule(hub)

    assert status(hub) is FlowStatus.ACTIVE
    assert "Endret imens AS" in names(hub)
    assert codes(hub) == ["key_refused", "stopped_for_key", "key_accepted"]
    assert hub.world.registry.connection("acme", vendor).refusal is None


def test_the_tries_of_a_revoked_key_are_one_an_hour(hub: Hub) -> None:
    revoke(hub, "timerabbit")
    hub.sync()
    hub.timerabbit.calls.clear()

    for _ in range(24 * 4):
        hub.clock.advance(15 * MINUTE_S)
        schedule(hub)

    assert 20 <= len(hub.timerabbit.calls) <= 24
    assert len(hub.tripletex.calls) < 100
    assert status(hub) is FlowStatus.KEY_INVALID


def test_a_key_that_works_again_for_another_company_goes_on_with_nothing(hub: Hub) -> None:
    """A vendor may give a refused key, or a host, to somebody else."""
    refuse(hub, "timerabbit", 1)
    me = hub.timerabbit._me

    def another() -> Any:
        response = me()
        response.set_data(response.get_data().replace(b'"accountId":"1"', b'"accountId":"9"'))
        return response

    hub.timerabbit._me = another  # type: ignore[method-assign]
    rename(hub, "Skal ikke ut AS")

    hub.sync(full=False)

    assert status(hub) is FlowStatus.KEY_INVALID
    assert hub.writes("timerabbit") == 0
    assert "Skal ikke ut AS" not in names(hub)
    connection = hub.world.registry.connection("acme", "timerabbit")
    assert connection.reason is not None
    assert connection.reason.code == "other_company"
    hub.clock.advance(HOUR_S)
    schedule(hub)
    assert hub.writes("timerabbit") == 0


def test_a_person_need_not_wait_for_the_next_try(hub: Hub) -> None:
    revoke(hub, "timerabbit")
    hub.sync()
    refuse(hub, "timerabbit", 0)

    setup.test(hub.world, admin(), "acme", "timerabbit")

    assert status(hub) is FlowStatus.ACTIVE
    hub.drain()
    assert sorted(codes(hub)) == ["key_accepted", "key_refused", "stopped_for_key"]


def test_a_new_key_frees_what_the_refused_one_had_stopped(hub: Hub) -> None:
    revoke(hub, "timerabbit")
    hub.sync()
    refuse(hub, "timerabbit", 0)
    connection = hub.world.registry.connection("acme", "timerabbit")

    tokens = hub.timerabbit.tokens()
    setup.connect(hub.world, admin(), "acme", "timerabbit", "timerabbit", connection.base_url, credentials=tokens)

    assert status(hub) is FlowStatus.ACTIVE
    rename(hub, "Etterpå AS")
    hub.sync()
    assert "Etterpå AS" in names(hub)


def test_a_paused_flow_is_not_woken_by_its_key(hub: Hub) -> None:
    revoke(hub, "timerabbit")
    setup.pause(hub.world, admin(), FLOW)
    with pytest.raises(CredentialsError):
        setup.test(hub.world, admin(), "acme", "timerabbit")
    refuse(hub, "timerabbit", 0)

    hub.clock.advance(HOUR_S)
    schedule(hub)

    assert status(hub) is FlowStatus.PAUSED


def test_a_flow_that_is_silent_for_a_day_is_told_once_a_day_and_counted_every_hour(hub: Hub) -> None:
    revoke(hub, "timerabbit")
    hub.sync()
    seen: list[str] = []

    def silent_hours(hours: int) -> int:
        seen.clear()
        for _ in range(hours):
            hub.clock.advance(HOUR_S)
            hub.world.queues.send([StartRun(tenant=FLOW.tenant, flow=FLOW.flow, trigger="schedule")])
            hub.drain(before=seen.append)
        return sum("flows_silent" in body for body in seen)

    assert silent_hours(22) == 0
    assert silent_hours(24) in {22, 23}
    assert len(hub.journal("no_good_run")) in {1, 2}
    refuse(hub, "timerabbit", 0)
    silent_hours(2)
    assert status(hub) is FlowStatus.ACTIVE
    assert silent_hours(30) == 0


def test_a_flow_whose_runs_end_is_never_called_silent(hub: Hub) -> None:
    for _ in range(30):
        hub.clock.advance(HOUR_S)
        schedule(hub)

    assert hub.journal("no_good_run") == []


def test_a_run_that_never_ends_is_told_after_a_day(hub: Hub) -> None:
    run = setup.run(hub.world, admin(), FLOW)
    while hub.world.queues.depth():  # its messages are lost
        for letter in hub.world.queues.receive("fetch"):
            hub.world.queues.done(letter.handle)
    for _ in range(5):
        hub.clock.advance(5 * HOUR_S)
        schedule(hub)

    found = hub.world.runs.get(FLOW, run.id)
    assert found is not None
    assert not found.status.is_over
    assert hub.journal("no_good_run") == [], "later runs ended well"
