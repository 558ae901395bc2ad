"""Webhooks stay on: every whole read looks at the subscriptions, and the log tells what vendors had stopped sending."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from samspill.connectors.timerabbit.connector import Timerabbit
from samspill.engine.model import Result, Side
from samspill.errors import TransientError
from samspill.hook_address import address
from samspill.messages import RenewHooks, Replay, StartRun, decode, encode
from samspill.pipeline.dispatch import handle
from samspill.pipeline.replay.dead_letters import answer_dead
from samspill.ports import Subscribed
from samspill.state import FlowStatus, RunStatus
from samspill.texts.reasons import reason_text
from samspill.usecases import setup
from tests.flows.hub import FLOW, STEPS, Hub
from tests.support.actors import admin

VENDORS = ("tripletex", "timerabbit")
DAY_S = 24 * 3600
REFUSED = {
    "tripletex": {"status": 422, "times": 99, "path_prefix": "/v2/event/subscription"},
    "timerabbit": {"status": 422, "times": 99, "path_prefix": "/v1/webhooks"},
}


@pytest.fixture
def hub() -> Hub:
    """A hub that vendors reach, after its first whole read by schedule."""
    hub = Hub(size=3)
    hub.first_sync()
    hub.world = hub.reachable()
    strike(hub)
    return hub


def strike(hub: Hub) -> None:
    """The schedule strikes; what fails for a moment is delivered again."""
    hub.world.queues.send([StartRun(tenant=FLOW.tenant, flow=FLOW.flow, trigger="schedule")])
    for _ in range(2000):
        for step in STEPS:
            for delivery in hub.world.queues.receive(step):
                try:
                    handle(hub.world, decode(delivery.body))
                except TransientError:
                    hub.world.queues.back(delivery.handle, 60)
                else:
                    hub.world.queues.done(delivery.handle)
        if not hub.world.queues.depth():
            return
        hub.clock.advance(1)


def night(hub: Hub) -> None:
    hub.clock.advance(DAY_S)
    strike(hub)


def asked(hub: Hub, vendor: str) -> int:
    """How often the vendor was asked about webhooks."""
    return sum("webhooks" in call.path or "subscription" in call.path for call in hub.sandboxes[vendor].calls)


def switch_off_in_tripletex(hub: Hub) -> None:
    row = next(row for row in hub.tripletex.rows("subscription") if row["event"] == "customer.update")
    hub.tripletex.edit("subscription", str(row["id"]), {"status": "DISABLED_TOO_MANY_ERRORS"})


def switch_off_in_timerabbit(hub: Hub) -> None:
    for held in hub.timerabbit.hooks.held.values():
        held.status = "disabled"


def all_on(hub: Hub) -> bool:
    tripletex = {row["status"] for row in hub.tripletex.rows("subscription")}
    return tripletex == {"ACTIVE"} and {held.status for held in hub.timerabbit.hooks.held.values()} == {"active"}


@pytest.mark.parametrize(
    ("switch_off", "system", "event"),
    [
        (switch_off_in_tripletex, "Tripletex", "customer.update"),
        (switch_off_in_timerabbit, "Timerabbit", "customer.updated"),
    ],
)
def test_what_a_vendor_switched_off_is_on_again_after_a_night_and_the_log_says_so(
    hub: Hub, switch_off: Callable[[Hub], None], system: str, event: str
) -> None:
    switch_off(hub)
    assert not all_on(hub)
    asked_before = [asked(hub, vendor) for vendor in VENDORS]
    strike(hub)
    assert [asked(hub, vendor) for vendor in VENDORS] == asked_before, "a read of changes asks nobody"

    night(hub)

    assert all_on(hub)
    (line,) = hub.journal("webhooks_mended")
    assert (line.result, line.trigger) == (Result.APPLIED, "schedule")
    assert line.reason.params["system"] == system
    assert event in line.reason.params["what"].split(", ")
    row = next(row for row in hub.tripletex.rows("customer") if not row["isInactive"])
    hub.tripletex.edit("customer", str(row["id"]), {"name": "Hørt igjen AS"})
    hub.deliver_webhooks()
    hub.drain()
    assert "Hørt igjen AS" in [each["name"] for each in hub.timerabbit.rows("customers")]
    assert hub.delivered[-1] == 202


def test_what_works_is_left_as_it_is_and_told_to_nobody(hub: Hub) -> None:
    connections = hub.world.registry.connections(FLOW.tenant)
    asked_before = [asked(hub, vendor) for vendor in VENDORS]

    night(hub)

    assert [asked(hub, vendor) - before for vendor, before in zip(VENDORS, asked_before, strict=True)] == [2, 1]
    assert hub.world.registry.connections(FLOW.tenant) == connections
    assert hub.journal("webhooks_mended") == []


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_vendor_that_will_not_send_stops_neither_the_read_nor_the_other_one(hub: Hub, vendor: str) -> None:
    switch_off_in_tripletex(hub)
    switch_off_in_timerabbit(hub)
    hub.sandboxes[vendor].set_faults({"fail_next": [REFUSED[vendor]]})

    night(hub)

    (latest, *_) = hub.world.runs.latest(FLOW, 1)
    assert (latest.full, latest.status.is_over) == (True, True)
    assert latest.status is not RunStatus.STOPPED
    (line,) = hub.journal("webhooks_refused")
    assert (line.result, line.reason.params["connection"]) == (Result.FAILED, vendor)
    assert f"samspill test {vendor}" in reason_text(line.reason, "en")
    (mended,) = hub.journal("webhooks_mended")
    assert mended.reason.params["connection"] != vendor


def test_a_vendor_that_is_down_for_a_moment_is_asked_again(hub: Hub) -> None:
    switch_off_in_timerabbit(hub)
    down = {"status": 503, "times": 6, "path_prefix": "/v1/webhooks"}
    hub.timerabbit.set_faults({"fail_next": [down]})

    night(hub)

    assert all_on(hub)
    assert hub.journal("webhooks_refused") == []


def test_a_hub_that_vendors_cannot_reach_asks_for_nothing() -> None:
    hub = Hub(size=3)
    hub.first_sync()
    asked_before = [asked(hub, vendor) for vendor in VENDORS]

    strike(hub)
    night(hub)

    assert hub.world.registry.flow(FLOW).last_full_at is not None
    assert [asked(hub, vendor) for vendor in VENDORS] == asked_before


def test_a_flow_whose_approval_was_cut_short_has_its_webhooks_after_the_first_scheduled_run() -> None:
    hub = Hub(size=3)
    hub.connect()
    hub.approve(hub.plan())
    hub.world = hub.reachable()
    assert hub.world.registry.flow(FLOW).status is FlowStatus.ACTIVE

    strike(hub)

    assert all(connection.subscriptions for connection in hub.world.registry.connections(FLOW.tenant))
    assert len(hub.journal("webhooks_mended")) == len(VENDORS)


def test_of_flows_that_are_read_whole_at_once_one_asks_about_their_connection(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    switch_off_in_timerabbit(hub)
    before = asked(hub, "timerabbit")
    message = RenewHooks(tenant=FLOW.tenant, flow=FLOW.flow, run="one", side=Side.RIGHT)
    really = Timerabbit.subscribe

    def meanwhile(self: Timerabbit, url: str, kinds: Sequence[str], secret: str, *, renew: bool = False) -> Subscribed:
        monkeypatch.undo()
        handle(hub.world, message.model_copy(update={"run": "another"}))
        assert asked(hub, "timerabbit") == before, "the other one left it to this one"
        return really(self, url, kinds, secret, renew=renew)

    monkeypatch.setattr(Timerabbit, "subscribe", meanwhile)
    handle(hub.world, message)

    assert all_on(hub)
    assert len(hub.timerabbit.hooks.held) == 1
    handle(hub.world, message.model_copy(update={"run": "a third"}))
    assert asked(hub, "timerabbit") == before + 4, "looked, removed, made; and looked again, when the first was done"


def test_a_flow_at_rest_asks_for_nothing(hub: Hub) -> None:
    state = hub.world.registry.flow(FLOW)
    hub.world.registry.save_flow(state.model_copy(update={"status": FlowStatus.PAUSED}))
    hub.clock.advance(DAY_S)
    before = asked(hub, "timerabbit")

    handle(hub.world, RenewHooks(tenant=FLOW.tenant, flow=FLOW.flow, run="one", side=Side.RIGHT))

    assert asked(hub, "timerabbit") == before


def test_a_look_that_was_given_up_is_made_again_by_replay(hub: Hub) -> None:
    switch_off_in_timerabbit(hub)
    hub.clock.advance(DAY_S)
    letter = RenewHooks(tenant=FLOW.tenant, flow=FLOW.flow, run="one", side=Side.RIGHT)
    hub.world.queues.bury("fetch", encode(letter), "")

    (answer,) = answer_dead(hub.world, Replay(tenant=FLOW.tenant, flow=FLOW.flow, dead=True))
    hub.drain()

    assert (answer.reason.code, answer.reads_whole) == ("dead_hooks", False)
    assert all_on(hub)


def sent_to(hub: Hub, vendor: str) -> set[str]:
    """Where the vendor sends what it tells."""
    if vendor == "tripletex":
        return {row["targetUrl"] for row in hub.tripletex.rows("subscription")}
    return {held.url for held in hub.timerabbit.hooks.held.values()}


def signing(hub: Hub, vendor: str, *, generation: int, signed: int, at: int) -> None:
    """Put on record which signing secret is asked for, and which secret and address are in use."""
    connection = hub.world.registry.connection(FLOW.tenant, vendor)
    update = {"hook_generation": generation, "hooks_signed": signed, "hooks_at": at}
    hub.world.registry.save_connection(connection.model_copy(update=update))


@pytest.mark.parametrize("vendor", VENDORS)
def test_subscriptions_of_a_version_that_stored_its_secret_are_signed_anew_by_the_nightly_read(
    hub: Hub, vendor: str
) -> None:
    connection = hub.world.registry.connection(FLOW.tenant, vendor)
    connector = hub.world.connectors.open(connection)
    before = address(hub.world.hook_url, connection.tenant, connection.id)
    connector.subscribe(sent_to(hub, vendor).pop(), [], "what-was-there-a-moment-ago")
    connector.subscribe(before, ["customers", "projects"], "what-an-older-version-stored-itself", renew=True)
    signing(hub, vendor, generation=1, signed=0, at=0)
    hub.delivered.clear()
    edit(hub, vendor, "Gammelt signert AS")
    assert set(hub.delivered) == {401}
    hub.drain()

    night(hub)

    hub.delivered.clear()
    assert hub.world.registry.connection(FLOW.tenant, vendor).hooks_signed == 1
    edit(hub, vendor, "Nytt signert AS")
    assert set(hub.delivered) == {202}
    assert hub.journal("webhooks_mended") == [], "nothing had been switched off"


@pytest.mark.parametrize("vendor", VENDORS)
def test_with_a_new_key_comes_a_new_signing_secret_and_the_old_one_is_good_until_then(hub: Hub, vendor: str) -> None:
    connection = hub.world.registry.connection(FLOW.tenant, vendor)
    tokens = hub.sandboxes[vendor].tokens()

    for _ in range(2):  # the same generation again: it is not in use yet
        setup.connect(hub.world, admin(), "acme", vendor, vendor, connection.base_url, credentials=tokens)

    renewed = hub.world.registry.connection(FLOW.tenant, vendor)
    assert (renewed.hooks_signed, renewed.hook_generation) == (1, 2)
    hub.delivered.clear()
    edit(hub, vendor, "Fortsatt gammel AS")
    assert set(hub.delivered) == {202}
    (before,) = sent_to(hub, vendor)
    night(hub)
    (now,) = sent_to(hub, vendor)
    assert now != before
    assert hub.journal("webhooks_mended") == [], "nothing had been switched off"
    assert hub.world.registry.connection(FLOW.tenant, vendor).hooks_signed == 2
    hub.delivered.clear()
    edit(hub, vendor, "Ny nøkkel AS")
    assert set(hub.delivered) == {202}


@pytest.mark.parametrize("vendor", VENDORS)
def test_subscriptions_at_an_address_that_can_be_guessed_are_made_anew_by_the_nightly_read_and_nothing_is_missed(
    hub: Hub, vendor: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection = hub.world.registry.connection(FLOW.tenant, vendor)
    connector = hub.world.connectors.open(connection)
    secret, plain = hub.world.secrets.hook_secret(FLOW.tenant, vendor, 1), f"https://hub.example/hooks/acme/{vendor}"
    connector.subscribe(sent_to(hub, vendor).pop(), [], secret)
    made = connector.subscribe(plain, ["customers", "projects"], secret)
    signing(hub, vendor, generation=1, signed=1, at=0)
    update = {"subscriptions": dict(made.events)}
    hub.world.registry.save_connection(hub.world.registry.connection(FLOW.tenant, vendor).model_copy(update=update))
    really = type(connector).subscribe

    def meanwhile(self: object, url: str, kinds: Sequence[str], *args: object, **more: object) -> Subscribed:
        done = really(self, url, kinds, *args, **more)  # type: ignore[arg-type]
        edit(hub, vendor, f"Midt i {url[-8:]} AS")
        return done

    monkeypatch.setattr(type(connector), "subscribe", meanwhile)
    hub.delivered.clear()
    night(hub)
    monkeypatch.undo()

    assert hub.delivered
    assert set(hub.delivered) == {202}
    (now,) = sent_to(hub, vendor)
    assert now.startswith(plain + "/1-")
    renewed = hub.world.registry.connection(FLOW.tenant, vendor)
    assert (renewed.hooks_at, renewed.hooks_signed) == (1, 1)
    assert hub.journal("webhooks_mended") == [], "nothing had been switched off"
    assert hub.world.blobs.keys("webhooks/quarantine/") == []


def edit(hub: Hub, vendor: str, name: str) -> None:
    """Rename a linked customer where it was made, and have it told."""
    link = next(each for each in hub.links("customers") if len(each.ids) == len(Side) and not each.conflicts)
    side, kind = (Side.LEFT, "customer") if vendor == "tripletex" else (Side.RIGHT, "customers")
    hub.sandboxes[vendor].edit(kind, link.ids[side], {"name": name})
    hub.deliver_webhooks()
