"""The hub's own state table is restored: it goes on from an earlier moment, between vendors that are further on."""

from __future__ import annotations

from copy import deepcopy
from http import HTTPStatus
from typing import Any

import pytest

from samspill.engine.model import Link, LinkState, Side
from samspill.messages import FetchRecords, RecordHint
from samspill.state import StreamKey
from samspill.usecases import review
from tests.flows.hub import Hub
from tests.flows.test_back_after_delete import ARCHIVED, lone, take_out
from tests.flows.test_hours import NAME, Site
from tests.flows.two_sides import TwoSides
from tests.support.actors import admin

IN_THE_TABLE = ("links", "keys", "registry", "tenants", "runs", "cursors", "leases", "quotas", "line", "files")
"""What lies in the state table; journal, bucket, secrets, noted deliveries and queues are not restored with it."""
HOUR_S = 3600


class Moment:
    """The state table as it was at one moment."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._held = {name: self._contents(name) for name in IN_THE_TABLE}

    def _contents(self, name: str) -> dict[str, Any]:
        store = getattr(self._hub.world, name)
        return deepcopy({field: held for field, held in vars(store).items() if field != "_clock"})

    def restore(self) -> None:
        """Bring it back, an hour later."""
        self._hub.clock.advance(HOUR_S)
        for name, held in self._held.items():
            vars(getattr(self._hub.world, name)).update(deepcopy(held))


def everything(hub: Hub, *kinds: str) -> list[list[dict[str, Any]]]:
    """What both vendors hold of these kinds."""
    tripletex = {"customers": "customer", "projects": "project", "employees": "employee"}
    return [*(hub.svenn.rows(kind) for kind in kinds), *(hub.tripletex.rows(tripletex[kind]) for kind in kinds)]


KINDS = ("customers", "projects", "employees")


def taken(hub: Hub) -> dict[str, int]:
    """How many writes each vendor took: one with an old version as its precondition is refused."""
    writes = {
        vendor: [call for call in sandbox.calls if call.method not in {"GET", "HEAD"} and "token" not in call.path]
        for vendor, sandbox in hub.sandboxes.items()
    }
    return {vendor: sum(call.status == HTTPStatus.OK for call in calls) for vendor, calls in writes.items()}


def go_on(sides: TwoSides, moment: Moment) -> None:
    """Restore, read everything twice, and see that no record of a vendor has another value or version than before."""
    before = deepcopy(everything(sides.hub, *KINDS))
    moment.restore()
    sides.hub.sync()
    sides.settle()
    sides.hub.sync()
    assert everything(sides.hub, *KINDS) == before


def linked(sides: TwoSides, kind: str, side: Side, record_id: object) -> Link:
    link = sides.link(kind, side, record_id)
    assert (link.state, link.conflicts) == (LinkState.LINKED, {})
    return link


def test_edits_that_went_over_since_stay_and_none_is_taken_back_or_asked_about(sides: TwoSides) -> None:
    left, right = sides.pair("customers")
    moment = Moment(sides.hub)
    for number in (1, 2):
        sides.hub.svenn.edit("customers", left["id"], {"email": f"{number}@kunde.example"})
        sides.settle()
        sides.hub.tripletex.edit("customer", str(right["id"]), {"phoneNumberMobile": f"9000000{number}"})
        sides.settle()
    assert sides.written == (2, 2)
    go_on(sides, moment)
    ours, theirs = sides.of("customers", left["id"], right["id"])
    assert (ours["email"], theirs["email"]) == ("2@kunde.example", "2@kunde.example")
    assert theirs["phoneNumberMobile"] == "90000002"
    linked(sides, "customers", Side.LEFT, left["id"])


def test_an_edit_back_to_the_value_of_that_moment_stays(sides: TwoSides) -> None:
    left, right = sides.pair("customers")
    moment = Moment(sides.hub)
    for email in ("ny@kunde.example", left["email"]):
        sides.hub.svenn.edit("customers", left["id"], {"email": email})
        sides.settle()
    go_on(sides, moment)
    assert [each["email"] or None for each in sides.of("customers", left["id"], right["id"])] == [left["email"]] * 2


def test_records_made_since_are_linked_again_and_not_made_twice(sides: TwoSides) -> None:
    hub = sides.hub
    moment = Moment(hub)
    ours = hub.svenn.add("customers", {"name": "Nyhuset Bygg AS", "number": "8801", "organizationNumber": None})
    theirs = hub.tripletex.add("customer", {"name": "Fjordgløtt Rør AS", "customerNumber": 8802, "isCustomer": True})
    sides.settle()
    hub.sync()
    sides.settle()
    partners = [linked(sides, "customers", Side.LEFT, ours["id"]), linked(sides, "customers", Side.RIGHT, theirs["id"])]
    go_on(sides, moment)
    for link in partners:
        assert linked(sides, "customers", Side.LEFT, link.ids[Side.LEFT]).ids == link.ids


@pytest.mark.parametrize("kind", ["customers", "projects"])
def test_what_was_deleted_since_and_archived_opposite_is_not_made_again(sides: TwoSides, kind: str) -> None:
    left, right = lone(sides, kind)
    moment = Moment(sides.hub)
    take_out(sides.hub, "tripletex", kind, right["id"])
    sides.settle()
    name, archived = ARCHIVED[kind]
    assert [row[name] for row in sides.svenn(kind, id=left["id"])] == [archived]
    go_on(sides, moment)
    assert sides.link(kind, Side.LEFT, left["id"]).conflicts == {}


def test_a_conflict_that_was_decided_since_is_not_asked_about_again(sides: TwoSides) -> None:
    left, right = sides.pair("customers")
    sides.hub.svenn.edit("customers", left["id"], {"name": "Svenn AS"})
    sides.hub.tripletex.edit("customer", str(right["id"]), {"name": "Tripletex AS"})
    sides.settle()
    link = sides.link("customers", Side.LEFT, left["id"])
    assert list(link.conflicts) == ["name"]
    moment = Moment(sides.hub)
    review.decide(sides.hub.world, admin("kari"), StreamKey(*sides.hub.flow, "customers"), [link.id], "take-left")
    sides.settle()
    go_on(sides, moment)
    linked(sides, "customers", Side.LEFT, left["id"])
    assert [row["name"] for row in sides.of("customers", left["id"], right["id"])] == ["Svenn AS", "Svenn AS"]


def test_edits_that_the_hub_had_not_seen_and_later_ones_arrive(sides: TwoSides) -> None:
    hub = sides.hub
    left, right = sides.pair("customers")
    moment = Moment(hub)
    hub.svenn.edit("customers", left["id"], {"email": "ny@kunde.example"})
    sides.settle()
    hub.svenn.edit("customers", left["id"], {"mobile": "91000001"})
    moment.restore()
    sides.forget()
    hub.sync()
    sides.settle()
    assert sides.of("customers", left["id"], right["id"])[1]["phoneNumberMobile"] == "91000001"
    assert taken(hub) == {"svenn": 0, "tripletex": 1}
    hub.tripletex.edit("customer", str(right["id"]), {"email": "senere@kunde.example"})
    hub.svenn.edit("customers", left["id"], {"mobile": "91000002"})
    sides.settle()
    ours, theirs = sides.of("customers", left["id"], right["id"])
    assert (ours["email"], theirs["phoneNumberMobile"]) == ("senere@kunde.example", "91000002")
    assert taken(hub) == {"svenn": 1, "tripletex": 2}


def test_a_field_that_went_over_and_was_edited_again_unseen_is_asked_about(sides: TwoSides) -> None:
    """For the restored hub both sides have changed it."""
    left, _ = sides.pair("customers")
    moment = Moment(sides.hub)
    sides.hub.svenn.edit("customers", left["id"], {"name": "En AS"})
    sides.settle()
    sides.hub.svenn.edit("customers", left["id"], {"name": "To AS"})
    go_on(sides, moment)
    conflicts = sides.link("customers", Side.LEFT, left["id"]).conflicts
    assert conflicts == {"name": {"left": "To AS", "right": "En AS"}}


def test_such_a_field_that_has_a_master_follows_it_and_the_journal_keeps_the_other_value(sides: TwoSides) -> None:
    left, right = sides.pair("customers")
    moment = Moment(sides.hub)
    sides.hub.svenn.edit("customers", left["id"], {"email": "en@kunde.example"})
    sides.settle()
    sides.hub.svenn.edit("customers", left["id"], {"email": "to@kunde.example"})
    moment.restore()
    sides.hub.sync()
    sides.settle()
    assert [row["email"] for row in sides.of("customers", left["id"], right["id"])] == ["en@kunde.example"] * 2
    kept = [line.before.get("email") for line in sides.hub.journal("conflict_settled")]
    assert "to@kunde.example" in kept


def test_what_its_master_carried_over_since_is_not_taken_back_though_the_other_side_is_read_first(hub: Hub) -> None:
    link = next(each for each in hub.links("customers") if len(each.ids) == len(Side) and each.base["is_active"])
    left, right = (link.ids[side] for side in Side)
    moment = Moment(hub)
    hub.tripletex.edit("customer", left, {"name": "Siden AS"})
    hub.sync()
    moment.restore()
    hub.timerabbit.calls.clear()
    read = {"tenant": hub.flow.tenant, "flow": hub.flow.flow, "stream": "customers", "trigger": "manual", "force": True}
    hub.world.queues.send([FetchRecords(**read, records=(RecordHint(right=right),))])
    hub.drain()
    hub.sync()

    assert hub.writes("timerabbit") == 0
    assert [row["name"] for row in hub.timerabbit.rows("customers") if str(row["id"]) == right] == ["Siden AS"]
    assert hub.journal("overwritten") == []


def test_messages_that_waited_while_the_table_was_restored_do_no_harm(sides: TwoSides) -> None:
    hub = sides.hub
    left, right = sides.pair("customers")
    moment = Moment(hub)
    hub.svenn.edit("customers", left["id"], {"email": "ny@kunde.example"})
    hub.deliver_webhooks()
    moment.restore()
    hub.drain()
    sides.settle()
    hub.sync()
    assert sides.of("customers", left["id"], right["id"])[1]["email"] == "ny@kunde.example"
    assert taken(hub) == {"svenn": 0, "tripletex": 1}
    linked(sides, "customers", Side.LEFT, left["id"])


def test_hours_that_went_over_since_are_not_entered_twice_and_the_next_ones_arrive() -> None:
    site = Site(Hub(size=6, flow=NAME))
    entry = site.enter("4")
    site.settle()
    moment = Moment(site.hub)
    site.change(entry, hours="5")
    site.settle()
    office = site.enter("2", tagId=site.tag)
    site.settle()
    held = deepcopy(site.rows)
    assert len(held) == 2
    moment.restore()
    site.hub.tripletex.calls.clear()
    site.hub.sync()
    site.settle()
    assert site.hub.writes("tripletex") == 0
    assert site.rows == held
    site.change(office, hours="3")
    site.settle()
    assert sorted(site.held) == [3, 5]
