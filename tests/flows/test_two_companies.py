"""One customer with two companies: two flows of one declaration, live at once, over records of the same ids."""

from __future__ import annotations

from typing import Any

import pytest

from samspill.engine.model import LinkState, Side
from samspill.engine.rules import Policy
from samspill.state import ConnectionStatus, FlowKey, FlowStatus, RunStatus
from samspill.usecases import rules, setup
from tests.flows.hub import Hub
from tests.flows.test_hours import Site
from tests.support.actors import admin

NAME = "svenn-tripletex"


class Companies:
    """Oslo's flow is called as its declaration, Bergen's is not. What both hold to begin with is the same."""

    def __init__(self) -> None:
        self.oslo = Hub(size=6, flow=NAME)
        self.bergen = Hub(size=6, flow=NAME, beside=self.oslo, name="bergen")
        for hub in self.both:
            hub.first_sync()
        self.settle()
        self.forget()

    @property
    def both(self) -> tuple[Hub, Hub]:
        return self.oslo, self.bergen

    def settle(self) -> None:
        for _ in range(5):
            for hub in self.both:
                hub.deliver_webhooks()
            self.oslo.drain()

    def forget(self) -> None:
        """Count calls from here."""
        for hub in self.both:
            for sandbox in hub.sandboxes.values():
                sandbox.calls.clear()


@pytest.fixture
def companies() -> Companies:
    return Companies()


def written(hub: Hub) -> tuple[int, int]:
    """How many writes Svenn and Tripletex got."""
    return hub.writes("svenn"), hub.writes("tripletex")


def held(hub: Hub) -> str:
    """Everything both systems of a company hold, as text."""
    return repr([hub.svenn.rows(kind) for kind in ("customers", "projects", "employees")]) + repr(
        [hub.tripletex.rows(kind) for kind in ("customer", "project", "employee")]
    )


def a_pair(hub: Hub) -> tuple[dict[str, Any], dict[str, Any]]:
    """A customer that both systems of a company have."""
    for link in hub.links("customers"):
        if link.state is LinkState.LINKED:
            [left] = (row for row in hub.svenn.rows("customers") if row["id"] == link.ids[Side.LEFT])
            [right] = (row for row in hub.tripletex.rows("customer") if str(row["id"]) == link.ids[Side.RIGHT])
            if not right["isInactive"]:
                return left, right
    raise AssertionError("no customer on both sides")


def test_both_are_live_with_links_runs_and_schedules_of_their_own(companies: Companies) -> None:
    world = companies.oslo.world
    assert [(each.flow, each.declaration, each.status) for each in world.registry.flows("acme")] == [
        ("bergen", NAME, FlowStatus.ACTIVE),
        (NAME, NAME, FlowStatus.ACTIVE),
    ]
    assert set(world.schedules.by_flow) == {FlowKey("acme", "bergen"), FlowKey("acme", NAME)}
    runs = [{run.id for run in world.runs.latest(hub.flow, 9)} for hub in companies.both]
    assert all(runs)
    assert not runs[0] & runs[1]
    ids = [{link.id for link in hub.links("customers")} for hub in companies.both]
    assert ids[0] & ids[1], "the two have records of the same id: only the flow tells them apart"


@pytest.mark.parametrize("here", ["oslo", "bergen"])
@pytest.mark.parametrize("side", Side)
def test_an_edit_in_one_company_reaches_its_other_system_and_never_the_other_company(
    companies: Companies, here: str, side: Side
) -> None:
    hub: Hub = getattr(companies, here)
    [other] = (each for each in companies.both if each is not hub)
    left, right = a_pair(hub)
    before = held(other)

    if side is Side.LEFT:
        hub.svenn.edit("customers", left["id"], {"email": "ny@firma.example"})
    else:
        hub.tripletex.edit("customer", str(right["id"]), {"email": "ny@firma.example"})
    companies.settle()

    now_left, now_right = a_pair(hub)
    assert (now_left["email"], now_right["email"]) == ("ny@firma.example", "ny@firma.example")
    assert sum(written(hub)) == 1
    assert written(other) == (0, 0)
    assert held(other) == before
    assert [entry.label for entry in other.journal("updated") if "email" in entry.fields] == []


def test_what_is_new_in_one_company_is_made_there_alone_with_what_refers_to_it(companies: Companies) -> None:
    before = held(companies.oslo)
    customer = companies.bergen.svenn.add("customers", {"name": "Fløyen Drift AS", "number": "70070"})
    project = {"name": "Fløyen tak", "number": "7007", "customerId": customer["id"], "startDate": "2026-01-01"}
    companies.bergen.svenn.add("projects", project)
    companies.settle()
    companies.bergen.sync()

    [made] = [row for row in companies.bergen.tripletex.rows("customer") if row["name"] == "Fløyen Drift AS"]
    [job] = [row for row in companies.bergen.tripletex.rows("project") if row["name"] == "Fløyen tak"]
    assert job["customer"]["id"] == made["id"]
    assert held(companies.oslo) == before
    assert written(companies.oslo) == (0, 0)
    assert companies.oslo.journal("created") == [
        e for e in companies.oslo.journal("created") if "Fløyen" not in e.label
    ]


def test_hours_of_one_company_are_sent_to_its_accounting_alone() -> None:
    oslo = Hub(size="demo", flow=NAME)
    bergen = Hub(size="demo", flow=NAME, beside=oslo, name="bergen")
    site = Site(oslo)
    bergen.first_sync()
    bergen.sync()
    before = bergen.tripletex.rows("timesheetEntry")
    bergen.tripletex.calls.clear()

    site.enter("7.5")
    site.settle()
    bergen.sync()

    assert [row["hours"] for row in site.rows] == [7.5]
    assert bergen.tripletex.rows("timesheetEntry") == before
    assert bergen.writes("tripletex") == 0


def test_a_rule_of_one_company_is_not_the_others(companies: Companies) -> None:
    rules.change(companies.oslo.world, admin("kari"), companies.bergen.flow, "customers.email", policy=Policy.OFF)
    for hub in companies.both:
        left, _ = a_pair(hub)
        hub.svenn.edit("customers", left["id"], {"email": "ny@firma.example"})
    companies.settle()
    for hub in companies.both:
        hub.sync()

    assert a_pair(companies.oslo)[1]["email"] == "ny@firma.example"
    assert a_pair(companies.bergen)[1]["email"] != "ny@firma.example"
    assert companies.oslo.journal("rule_changed") == []
    assert len(companies.bergen.journal("rule_changed")) == 1


def test_a_pause_of_one_company_stops_nothing_of_the_other(companies: Companies) -> None:
    setup.pause(companies.oslo.world, admin(), companies.bergen.flow)
    for hub in companies.both:
        left, _ = a_pair(hub)
        hub.svenn.edit("customers", left["id"], {"email": "ny@firma.example"})
    companies.settle()

    assert a_pair(companies.oslo)[1]["email"] == "ny@firma.example"
    assert written(companies.bergen) == (0, 0)
    assert companies.oslo.sync().status in {RunStatus.DONE, RunStatus.DONE_WITH_PROBLEMS}


def test_a_key_that_is_revoked_in_one_company_stops_that_company_alone(companies: Companies) -> None:
    companies.bergen.tripletex.set_faults({"revoke_key": True})
    for _ in range(3):
        for hub in companies.both:
            if companies.oslo.world.registry.flow(hub.flow).status is FlowStatus.ACTIVE:
                hub.sync()
        companies.oslo.clock.advance(3600)

    world = companies.oslo.world
    assert world.registry.flow(companies.bergen.flow).status is FlowStatus.KEY_INVALID
    assert world.registry.connection("acme", "bergen-tripletex").status is ConnectionStatus.KEY_INVALID
    assert world.registry.flow(companies.oslo.flow).status is FlowStatus.ACTIVE
    assert world.registry.connection("acme", "tripletex").status is ConnectionStatus.TESTED
