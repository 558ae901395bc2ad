"""A record that is deleted after the plan that links it and before anything is written to it."""

from __future__ import annotations

from typing import Any

import pytest

from samspill.engine.model import Link, LinkState, Result, Side
from samspill.messages import FetchRecords, RecordHint
from samspill.state import StreamKey
from samspill.texts.reasons import reason_text
from samspill.usecases import review
from tests.flows.hub import Hub
from tests.support.actors import admin

SVENN = "svenn-tripletex"


def pair(hub: Hub, vendor: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """A customer without projects, one number in Tripletex and in the other system: Tripletex's, that one's."""
    used = {row["customerId"] for row in hub.sandboxes[vendor].rows("projects")}
    used |= {str((row.get("customer") or {}).get("id")) for row in hub.tripletex.rows("project")}
    theirs = {row["number"]: row for row in hub.sandboxes[vendor].rows("customers") if row["id"] not in used}
    rows = [row for row in hub.tripletex.rows("customer") if not row["isInactive"] and str(row["id"]) not in used]
    ours = next(row for row in rows if str(row["customerNumber"]) in theirs)
    return ours, theirs[str(ours["customerNumber"])]


def link_of(hub: Hub, side: Side, record_id: object) -> Link:
    return hub.world.links.of_records(StreamKey(*hub.flow, "customers"), side, [str(record_id)])[str(record_id)]


@pytest.fixture
def hub() -> Hub:
    made = Hub(size=6)
    made.connect()
    return made


def gone_meanwhile(hub: Hub) -> tuple[str, str]:
    """Approve a plan that links two customers that differ, one of which is deleted by then: ids of both."""
    ours, theirs = pair(hub, "timerabbit")
    hub.timerabbit.edit("customers", theirs["id"], {"phone": "+4799999999"})
    plan = hub.plan()
    (line,) = [line for line in plan.lines if line.stream == "customers" and line.left == str(ours["id"])]
    assert (line.action, line.right) == ("link", theirs["id"])
    hub.timerabbit.remove("customers", theirs["id"])
    hub.approve(plan)
    return str(ours["id"]), theirs["id"]


def test_it_is_asked_about_as_one_that_stands_alone(hub: Hub) -> None:
    left, right = gone_meanwhile(hub)
    count = len(hub.timerabbit.rows("customers"))

    for _ in range(3):
        hub.sync()

    link = link_of(hub, Side.LEFT, left)
    assert (link.state, link.ids) == (LinkState.UNLINKED, {Side.LEFT: left})
    assert link.outcome is not None
    assert reason_text(link.outcome.reason, "en").startswith(
        f"The record it was to be linked to, {right}, was deleted in Timerabbit before anything was written."
    )
    assert [link.id for _, link in hub.reviews()].count(link.id) == 1
    assert len(hub.journal("partner_gone")) == 1, "told once"
    assert len(hub.timerabbit.rows("customers")) == count
    (row,) = (row for row in hub.tripletex.rows("customer") if str(row["id"]) == left)
    assert not row["isInactive"]


def test_a_person_has_it_created_anew(hub: Hub) -> None:
    left, right = gone_meanwhile(hub)
    count = len(hub.timerabbit.rows("customers"))

    review.decide(hub.world, admin("kari"), StreamKey(*hub.flow, "customers"), [f"left-{left}"], "create")
    hub.drain()
    hub.sync()

    assert len(hub.timerabbit.rows("customers")) == count + 1
    link = link_of(hub, Side.LEFT, left)
    assert link.state is LinkState.LINKED
    assert link.ids[Side.RIGHT] != right


def test_the_notice_that_it_was_deleted_changes_nothing_more(hub: Hub) -> None:
    left, right = gone_meanwhile(hub)
    writes = hub.writes("timerabbit"), hub.writes("tripletex")
    before = link_of(hub, Side.LEFT, left)

    tell(hub, right)

    assert link_of(hub, Side.LEFT, left) == before
    assert hub.journal("gave_up") == []
    assert (hub.writes("timerabbit"), hub.writes("tripletex")) == writes


def test_one_that_a_vendor_brings_back_is_linked_after_all(hub: Hub) -> None:
    ours, theirs = pair(hub, "timerabbit")
    kept = hub.timerabbit.store.held["customers"][theirs["id"]]
    left, right = gone_meanwhile(hub)
    assert (left, right) == (str(ours["id"]), theirs["id"])
    count = len(hub.timerabbit.rows("customers"))
    hub.timerabbit.store.held["customers"][right] = kept

    hub.sync()

    link = link_of(hub, Side.LEFT, left)
    assert (link.state, link.ids) == (LinkState.LINKED, {Side.LEFT: left, Side.RIGHT: right})
    assert len(hub.timerabbit.rows("customers")) == count + 1


def tell(hub: Hub, right: str) -> None:
    """Have the hub read a customer of Timerabbit, as its webhook would."""
    hint = RecordHint(right=right, deleted=True)
    told = FetchRecords(tenant=hub.flow.tenant, flow=hub.flow.flow, stream="customers", records=(hint,), force=True)
    hub.world.queues.send([told])
    hub.drain()


def test_what_svenn_holds_is_neither_put_away_nor_left_without_a_choice() -> None:
    hub = Hub(size=6, flow=SVENN)
    hub.connect()
    theirs, ours = pair(hub, "svenn")
    hub.svenn.edit("customers", ours["id"], {"email": None, "phone": None})
    hub.tripletex.edit("customer", str(theirs["id"]), {"email": "ny@kunde.example", "phoneNumber": ""})
    hub.svenn.edit("customers", ours["id"], {"phone": "+4722334455"})
    plan = hub.plan()
    hub.tripletex.remove("customer", str(theirs["id"]))

    hub.approve(plan)
    hub.sync()

    link = link_of(hub, Side.LEFT, ours["id"])
    assert link.outcome is not None
    assert (link.outcome.result, link.outcome.reason.code) == (Result.REVIEW, "partner_gone")
    (row,) = (row for row in hub.svenn.rows("customers") if row["id"] == ours["id"])
    assert row["active"]
    assert row["phone"] == "+4722334455"


def test_what_tripletex_holds_stays_when_its_half_in_svenn_is_gone() -> None:
    hub = Hub(size=6, flow=SVENN)
    hub.connect()
    theirs, ours = pair(hub, "svenn")
    hub.svenn.edit("customers", ours["id"], {"email": None})
    hub.tripletex.edit("customer", str(theirs["id"]), {"email": "ny@kunde.example"})
    plan = hub.plan()
    hub.svenn.remove("customers", ours["id"])
    count = len(hub.svenn.rows("customers"))

    hub.approve(plan)
    hub.sync()

    link = link_of(hub, Side.LEFT, ours["id"])
    assert link.state is LinkState.TOMBSTONE
    assert len(hub.svenn.rows("customers")) == count
    (row,) = (row for row in hub.tripletex.rows("customer") if row["id"] == theirs["id"])
    assert (row["isInactive"], row["email"]) == (False, "ny@kunde.example")
