"""A row that cannot be taken may be the partner of another one: nothing is created beside it unasked."""

from __future__ import annotations

from typing import Any

import pytest

from samspill.engine.model import Link, LinkState, Result, Side
from samspill.plan.lines import DraftPlan, PlanLine
from samspill.state import StreamKey
from samspill.texts.reasons import reason_text
from samspill.usecases import review
from tests.flows.hub import FLOW, Hub
from tests.support.actors import admin

SVENN = "svenn-tripletex"


def spoil(hub: Hub, vendor: str, record_id: str, **values: object) -> None:
    """Give a customer values that its system's own rules would not let through."""
    if vendor == "tripletex":
        with hub.tripletex.account.by_hand() as world:
            row = world.rows("customer")[int(record_id)]
            world.replace("customer", row, {**row.values, **values})
        return
    store = (hub.svenn if vendor == "svenn" else hub.timerabbit).store
    kind = store.kinds["customers"]
    held = store.get(kind, record_id)
    store.put(kind, {**held, **values, "version": held["version"] + 1})


def on_both(hub: Hub, contract: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """A customer in use with one number in Tripletex and in the other system: that one's, Tripletex's."""
    rights = {str(row["customerNumber"]): row for row in hub.tripletex.rows("customer") if not row["isInactive"]}
    rows = hub.sandboxes[contract].rows("customers")
    ours = next(row for row in rows if row["number"] in rights and row["active"])
    return ours, rights[ours["number"]]


def in_tripletex(hub: Hub, number: object) -> list[dict[str, Any]]:
    return [row for row in hub.tripletex.rows("customer") if str(row["customerNumber"]) == str(number)]


def in_contract(hub: Hub, vendor: str, number: object) -> list[dict[str, Any]]:
    return [row for row in hub.sandboxes[vendor].rows("customers") if row["number"] == str(number)]


@pytest.fixture
def timerabbit() -> Hub:
    hub = Hub(size=6)
    hub.connect()
    return hub


@pytest.fixture
def svenn() -> Hub:
    hub = Hub(size=6, flow=SVENN)
    hub.connect()
    return hub


def line_of(plan: DraftPlan, side: Side, record_id: object) -> PlanLine:
    lines = [line for line in plan.lines if line.stream == "customers"]
    (found,) = (x for x in lines if (x.left if side is Side.LEFT else x.right) == str(record_id))
    return found


def link_of(hub: Hub, side: Side, record_id: object) -> Link:
    return hub.world.links.of_records(StreamKey(*hub.flow, "customers"), side, [str(record_id)])[str(record_id)]


def reason_of(link: Link) -> tuple[Result, str]:
    assert link.outcome is not None
    return link.outcome.result, link.outcome.reason.code


# --- the first sync, Tripletex to Timerabbit -------------------------------------------------------------------------


def test_no_customer_is_created_beside_one_with_its_number_that_cannot_be_read(timerabbit: Hub) -> None:
    hub = timerabbit
    bad, good = on_both(hub, "timerabbit")
    spoil(hub, "timerabbit", bad["id"], email=7)

    plan = hub.plan()

    line = line_of(plan, Side.LEFT, good["id"])
    assert (line.action, line.reason.code) == ("wait", "partner_unreadable")
    assert [each.external_id for each in line.candidates] == [bad["id"]]
    told = reason_text(line.reason, "en")
    assert f"already as {bad['name']} ({bad['number']}), which cannot be read" in told
    assert "The field email cannot be taken over: not text. Correct it in Timerabbit." in told
    hub.approve(plan)
    hub.sync()
    assert in_contract(hub, "timerabbit", bad["number"]) == [{**bad, "email": 7, "version": bad["version"] + 1}]
    assert reason_of(link_of(hub, Side.LEFT, good["id"])) == (Result.WAITING, "partner_unreadable")


def test_once_the_row_is_mended_the_two_are_joined_without_anybody(timerabbit: Hub) -> None:
    hub = timerabbit
    bad, good = on_both(hub, "timerabbit")
    spoil(hub, "timerabbit", bad["id"], email=7)
    hub.approve(hub.plan())
    count = len(hub.timerabbit.rows("customers"))
    spoil(hub, "timerabbit", bad["id"], email=bad["email"])

    hub.sync()

    link = link_of(hub, Side.LEFT, good["id"])
    assert (link.state, link.ids) == (LinkState.LINKED, {Side.LEFT: str(good["id"]), Side.RIGHT: bad["id"]})
    assert len(hub.timerabbit.rows("customers")) == count


def test_a_person_who_knows_that_it_is_another_has_it_created_once(timerabbit: Hub) -> None:
    hub = timerabbit
    bad, good = on_both(hub, "timerabbit")
    spoil(hub, "timerabbit", bad["id"], email=7)
    plan = hub.plan()
    name = line_of(plan, Side.LEFT, good["id"]).link
    count = len(hub.timerabbit.rows("customers"))
    made = sum(line.action == "create" for line in plan.lines if line.stream == "customers")

    review.decide(hub.world, admin("kari"), StreamKey(*FLOW, "customers"), [name], "create")
    hub.drain()
    hub.approve(hub.present_plan())
    hub.sync()

    assert len(hub.timerabbit.rows("customers")) == count + made + 1
    assert link_of(hub, Side.LEFT, good["id"]).ids[Side.RIGHT] != bad["id"]


def test_a_person_may_link_the_two_before_the_row_is_mended(timerabbit: Hub) -> None:
    hub = timerabbit
    bad, good = on_both(hub, "timerabbit")
    spoil(hub, "timerabbit", bad["id"], name="Noe helt annet", number=None, organizationNumber=None, email=7)
    plan = hub.plan()
    assert line_of(plan, Side.LEFT, good["id"]).action == "create", "nothing that can be read is alike"

    name, stream = f"left-{good['id']}", StreamKey(*FLOW, "customers")
    review.decide(hub.world, admin("kari"), stream, [name], "link", target=bad["id"])
    hub.drain()
    plan = hub.present_plan()
    hub.approve(plan)
    hub.sync()
    assert line_of(plan, Side.LEFT, good["id"]).action == "wait"
    assert reason_of(link_of(hub, Side.LEFT, good["id"])) == (Result.WAITING, "partner_unreadable")
    count = len(hub.timerabbit.rows("customers"))

    spoil(hub, "timerabbit", bad["id"], email=None)
    hub.sync()

    assert link_of(hub, Side.LEFT, good["id"]).ids.get(Side.RIGHT) == bad["id"]
    assert len(hub.timerabbit.rows("customers")) == count


def test_a_name_alone_is_asked_about_because_nothing_looks_for_it_later(timerabbit: Hub) -> None:
    hub = timerabbit
    bad, good = on_both(hub, "timerabbit")
    spoil(hub, "timerabbit", bad["id"], name=good["name"], number=None, organizationNumber=None, email=7)
    count = len(hub.timerabbit.rows("customers"))

    plan = hub.plan()

    line = line_of(plan, Side.LEFT, good["id"])
    made = sum(line.action == "create" for line in plan.lines if line.stream == "customers")
    assert (line.action, line.reason.code) == ("review", "maybe_unreadable")
    hub.approve(plan)
    spoil(hub, "timerabbit", bad["id"], email=None)
    hub.sync()
    assert len(hub.timerabbit.rows("customers")) == count + made
    assert reason_of(link_of(hub, Side.LEFT, good["id"])) == (Result.REVIEW, "maybe_unreadable")

    review.decide(hub.world, admin("kari"), StreamKey(*FLOW, "customers"), [line.link], "link")
    hub.drain()
    assert link_of(hub, Side.LEFT, good["id"]).ids[Side.RIGHT] == bad["id"]


def test_an_unreadable_row_of_the_source_is_not_created_beside_its_namesake_once_it_is_mended(timerabbit: Hub) -> None:
    hub = timerabbit
    right, left = on_both(hub, "timerabbit")
    spoil(hub, "timerabbit", right["id"], name=left["name"], number=None, organizationNumber=None)
    spoil(hub, "tripletex", str(left["id"]), email=7)

    plan = hub.plan()

    line = line_of(plan, Side.LEFT, left["id"])
    assert (line.action, line.reason.code) == ("review", "unreadable_maybe_same")
    hub.approve(plan)
    count = len(hub.timerabbit.rows("customers"))
    spoil(hub, "tripletex", str(left["id"]), email="post@kunde.example")
    hub.sync()
    assert len(hub.timerabbit.rows("customers")) == count
    assert reason_of(link_of(hub, Side.LEFT, left["id"])) == (Result.REVIEW, "unreadable_maybe_same")


def test_a_row_whose_number_cannot_be_read_holds_up_what_could_be_it_until_its_system_is_asked(
    timerabbit: Hub,
) -> None:
    hub = timerabbit
    numbers = {row["number"] for row in hub.timerabbit.rows("customers")}
    new = [row for row in hub.tripletex.rows("customer") if str(row["customerNumber"]) not in numbers]
    bad, good = on_both(hub, "timerabbit")
    spoil(hub, "timerabbit", bad["id"], name="Noe helt annet", number=7, organizationNumber=None)

    plan = hub.plan()

    waiting = [line for line in plan.lines if line.reason.code == "partner_unreadable"]
    assert {line.left for line in waiting} >= {str(good["id"])}
    assert not any(line.action == "create" for line in plan.lines if line.stream == "customers")
    hub.approve(plan)
    spoil(hub, "timerabbit", bad["id"], name=bad["name"], number=bad["number"])
    hub.sync()
    made = [row for row in new if in_contract(hub, "timerabbit", row["customerNumber"])]
    assert made, "what was only held up is created by the next read"
    assert len(in_contract(hub, "timerabbit", bad["number"])) == 1
    assert link_of(hub, Side.LEFT, good["id"]).ids[Side.RIGHT] == bad["id"]


# --- the first sync, both ways ---------------------------------------------------------------------------------------


def test_a_customer_that_tripletex_has_unreadable_is_not_created_there_again(svenn: Hub) -> None:
    hub = svenn
    ours, bad = on_both(hub, "svenn")
    spoil(hub, "tripletex", str(bad["id"]), email=7)

    plan = hub.plan()
    hub.approve(plan)
    hub.sync()

    assert line_of(plan, Side.LEFT, ours["id"]).reason.code == "partner_unreadable"
    assert len(in_tripletex(hub, bad["customerNumber"])) == 1
    spoil(hub, "tripletex", str(bad["id"]), email="post@kunde.example")
    hub.sync()
    assert link_of(hub, Side.LEFT, ours["id"]).ids[Side.RIGHT] == str(bad["id"])
    assert len(in_tripletex(hub, bad["customerNumber"])) == 1


def test_a_customer_that_svenn_has_unreadable_is_not_created_there_again(svenn: Hub) -> None:
    hub = svenn
    bad, theirs = on_both(hub, "svenn")
    spoil(hub, "svenn", bad["id"], email=7)

    plan = hub.plan()
    hub.approve(plan)
    hub.sync()

    assert line_of(plan, Side.RIGHT, theirs["id"]).reason.code == "partner_unreadable"
    assert len(in_contract(hub, "svenn", bad["number"])) == 1
    assert reason_of(link_of(hub, Side.RIGHT, theirs["id"])) == (Result.WAITING, "partner_unreadable")
    spoil(hub, "svenn", bad["id"], email=None)
    hub.sync()
    assert link_of(hub, Side.RIGHT, theirs["id"]).ids[Side.LEFT] == bad["id"]
    assert len(in_contract(hub, "svenn", bad["number"])) == 1


# --- afterwards ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("flow", [FLOW.flow, SVENN])
def test_a_new_customer_is_not_created_beside_an_unreadable_one_of_its_number(flow: str) -> None:
    hub = Hub(size=3, flow=flow)
    hub.first_sync()
    vendor = next(vendor for vendor in hub.vendors.values() if vendor != "tripletex")
    side = next(side for side in Side if hub.vendors[side] == vendor)
    for sandbox in hub.sandboxes.values():
        sandbox.set_faults({"webhook_drop": True})
    bad = hub.sandboxes[vendor].add("customers", {"name": "Ny AS", "number": "77001"})
    spoil(hub, vendor, bad["id"], email=7)
    good = hub.tripletex.add("customer", {"name": "Ny AS", "customerNumber": 77001, "isCustomer": True})
    writes = hub.writes(vendor)

    for _ in range(2):
        hub.sync()

    assert len(in_contract(hub, vendor, 77001)) == 1
    assert hub.writes(vendor) == writes
    assert reason_of(link_of(hub, side.other, good["id"])) == (Result.WAITING, "partner_unreadable")
    spoil(hub, vendor, bad["id"], email=None)
    hub.sync()
    assert link_of(hub, side, bad["id"]).ids[side.other] == str(good["id"])
    assert len(in_contract(hub, vendor, 77001)) == len(in_tripletex(hub, 77001)) == 1


# --- a question that no longer holds ----------------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["it is another", "it is gone"])
def test_whether_a_record_is_an_unreadable_one_is_not_asked_once_that_is_seen_to_be_another(
    timerabbit: Hub, end: str
) -> None:
    hub = timerabbit
    bad, good = on_both(hub, "timerabbit")
    spoil(hub, "timerabbit", bad["id"], name=good["name"], number=None, organizationNumber=None, email=7)
    plan = hub.plan()
    assert line_of(plan, Side.LEFT, good["id"]).reason.code == "maybe_unreadable"
    hub.approve(plan)
    count = len(hub.timerabbit.rows("customers"))
    hub.sync()
    assert len(hub.timerabbit.rows("customers")) == count
    assert reason_of(link_of(hub, Side.LEFT, good["id"])) == (Result.REVIEW, "maybe_unreadable")
    if end == "it is gone":
        hub.timerabbit.remove("customers", bad["id"])
    else:
        spoil(hub, "timerabbit", bad["id"], name="Noe helt annet", number="77001", email=None)
    hub.sync()
    link = link_of(hub, Side.LEFT, good["id"])
    assert link.state is LinkState.LINKED
    assert link.ids[Side.RIGHT] != bad["id"]
    assert len(in_contract(hub, "timerabbit", good["customerNumber"])) == 1
    assert not [each for _, each in hub.reviews() if each.id == link.id]


def test_an_unreadable_record_that_is_seen_to_be_another_once_it_is_mended_is_created(timerabbit: Hub) -> None:
    hub = timerabbit
    right, left = on_both(hub, "timerabbit")
    spoil(hub, "timerabbit", right["id"], name=left["name"], number=None, organizationNumber=None)
    spoil(hub, "tripletex", str(left["id"]), email=7)
    hub.approve(hub.plan())
    assert reason_of(link_of(hub, Side.LEFT, left["id"])) == (Result.REVIEW, "unreadable_maybe_same")
    spoil(hub, "tripletex", str(left["id"]), name="Noe helt annet", email="post@kunde.example")
    hub.sync()
    link = link_of(hub, Side.LEFT, left["id"])
    assert link.state is LinkState.LINKED
    assert link.ids[Side.RIGHT] != right["id"]


def test_while_the_question_holds_a_whole_read_writes_nothing_and_says_nothing_new(timerabbit: Hub) -> None:
    hub = timerabbit
    bad, good = on_both(hub, "timerabbit")
    spoil(hub, "timerabbit", bad["id"], name=good["name"], number=None, organizationNumber=None, email=7)
    hub.approve(hub.plan())
    hub.sync()
    before, told = link_of(hub, Side.LEFT, good["id"]), len(hub.journal("maybe_unreadable"))
    hub.timerabbit.calls.clear()
    hub.sync()
    assert hub.writes("timerabbit") == 0
    assert link_of(hub, Side.LEFT, good["id"]) == before
    assert len(hub.journal("maybe_unreadable")) == told
