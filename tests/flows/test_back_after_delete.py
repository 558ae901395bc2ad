"""A deleted record is there again under the same id: it goes on, or a person is asked. Nothing rises unasked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from samspill.engine.model import Link, LinkState, Result, Side
from samspill.engine.revision import Revision
from samspill.errors import UsageError
from samspill.messages import RecordHint, Replay
from samspill.pipeline.replay.replay import replay
from samspill.ports import LinkCommit
from samspill.state import StreamKey
from samspill.texts.reasons import reason_text
from samspill.usecases import review
from samspill.work.follow_ups import read_again
from tests.flows.hub import Hub
from tests.flows.test_hours import NAME, Site
from tests.flows.two_sides import TRIPLETEX, TwoSides
from tests.support.actors import admin

KINDS = ("customers", "projects", "employees")
DAY_S = 86_400
EDIT = {
    "svenn": {
        "customers": {"email": "ny@kunde.example"},
        "projects": {"endDate": "2027-01-01"},
        "employees": {"mobile": "90000009"},
    },
    "tripletex": {
        "customers": {"email": "ny@kunde.example"},
        "projects": {"endDate": "2027-01-01"},
        "employees": {"phoneNumberMobile": "90000009"},
    },
}


def take_out(hub: Hub, vendor: str, kind: str, record_id: object) -> Callable[[], None]:
    """Delete a record as a person would; return what takes it back out of the bin, as it was, without a word."""
    if vendor == "tripletex":
        table = hub.tripletex.account.world.tables[TRIPLETEX.get(kind, kind)]
        row = table.rows[int(str(record_id))]
        hub.tripletex.remove(TRIPLETEX.get(kind, kind), str(record_id))
        return lambda: table.put(row)
    sandbox: Any = hub.sandboxes[vendor]
    held = sandbox.store.held[kind]
    stored = held[str(record_id)]
    sandbox.remove(kind, str(record_id))

    def back() -> None:
        held[str(record_id)] = stored

    return back


def edit(hub: Hub, vendor: str, kind: str, record_id: object, fields: dict[str, Any]) -> None:
    sandbox: Any = hub.sandboxes[vendor]
    sandbox.edit(TRIPLETEX[kind] if vendor == "tripletex" else kind, str(record_id), fields)


def lose_webhooks(hub: Hub) -> None:
    for sandbox in hub.sandboxes.values():
        sandbox.set_faults({"webhook_drop": True})


def lone(sides: TwoSides, kind: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """A pair that nothing else refers to, so that its vendor lets it go."""
    hub = sides.hub
    new = {
        "customers": {"name": "Tindvei Maling AS", "number": "20001"},
        "projects": {"name": "Tindvei", "number": "9020", "startDate": "2026-01-01"},
        "employees": {"firstName": "Tind", "lastName": "Vei", "number": "9020"},
    }[kind]
    made = hub.svenn.add(kind, new)
    sides.settle()
    link = sides.link(kind, Side.LEFT, made["id"])
    assert link.state is LinkState.LINKED, link.outcome
    sides.forget()
    return sides.of(kind, made["id"], link.ids[Side.RIGHT])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("found_by", ["webhook", "whole read", "read of changes"])
def test_what_was_deleted_in_svenn_and_is_back_goes_on(sides: TwoSides, kind: str, found_by: str) -> None:
    """Tripletex kept the other half, so nothing stands against it."""
    hub = sides.hub
    left, right = lone(sides, kind)
    back = take_out(hub, "svenn", kind, left["id"])
    sides.settle()
    assert sides.link(kind, Side.LEFT, left["id"]).state is LinkState.TOMBSTONE
    hub.clock.advance(DAY_S)
    back()
    if found_by != "webhook":
        lose_webhooks(hub)
    edit(hub, "svenn", kind, left["id"], EDIT["svenn"][kind])
    if found_by == "webhook":
        sides.settle()
    else:
        hub.sync(full=found_by == "whole read")
    link = sides.link(kind, Side.LEFT, left["id"])
    assert (link.state, link.gone, link.disputed) == (LinkState.LINKED, (), ())
    assert [entry.link for entry in hub.journal("linked_again")] == [link.id]
    [(name, value)] = EDIT["tripletex"][kind].items()
    assert sides.of(kind, left["id"], right["id"])[1][name] == value
    assert sides.written == (0, 1)
    edit(hub, "tripletex", kind, right["id"], {name: None if kind != "projects" else "2028-01-01"})
    sides.settle()
    hub.sync()
    [mine] = EDIT["svenn"][kind]
    assert sides.of(kind, left["id"], right["id"])[0][mine] == (None if kind != "projects" else "2028-01-01")


def test_one_that_is_back_exactly_as_it_was_is_linked_again_without_a_write(sides: TwoSides) -> None:
    hub = sides.hub
    left, _ = lone(sides, "customers")
    back = take_out(hub, "svenn", "customers", left["id"])
    sides.settle()
    back()
    hub.sync()
    link = sides.link("customers", Side.LEFT, left["id"])
    assert link.state is LinkState.LINKED
    assert link.outcome is not None
    assert (link.outcome.result, link.outcome.reason.code) == (Result.APPLIED, "linked_again")
    assert sides.written == (0, 0)


@pytest.mark.parametrize("took", ["take-left", "take-right"])
def test_where_the_other_half_was_edited_meanwhile_a_person_decides(sides: TwoSides, took: str) -> None:
    hub = sides.hub
    left, right = lone(sides, "customers")
    back = take_out(hub, "svenn", "customers", left["id"])
    sides.settle()
    edit(hub, "tripletex", "customers", right["id"], {"email": "levde@videre.example"})
    sides.settle()
    back()
    edit(hub, "svenn", "customers", left["id"], {"description": "tilbake"})
    sides.settle()
    link = sides.link("customers", Side.LEFT, left["id"])
    assert set(link.conflicts) == {"email", "description"}
    assert link.outcome is not None
    assert link.outcome.reason.because is not None
    assert link.outcome.reason.because.code == "back_after_delete"
    assert sides.written == (0, 0)
    review.decide(hub.world, admin("kari"), StreamKey(*hub.flow, "customers"), [link.id], took)
    sides.settle()
    ours, theirs = sides.of("customers", left["id"], right["id"])
    wanted = (None, "tilbake") if took == "take-left" else ("levde@videre.example", None)
    assert (ours["email"], ours["description"]) == wanted
    assert (theirs["email"] or None, theirs["description"] or None) == wanted


ARCHIVED = {"customers": ("active", False), "projects": ("status", "completed")}


@pytest.mark.parametrize("kind", ARCHIVED)
@pytest.mark.parametrize("undone", [True, False], ids=["taken back", "left so"])
def test_what_we_archived_is_taken_up_again_only_by_a_person(sides: TwoSides, kind: str, undone: bool) -> None:
    hub = sides.hub
    left, right = lone(sides, kind)
    back = take_out(hub, "tripletex", kind, right["id"])
    sides.settle()
    name, value = ARCHIVED[kind]
    assert sides.svenn(kind, id=left["id"])[0][name] == value
    sides.forget()
    back()
    hub.sync()
    hub.sync()
    link = sides.link(kind, Side.LEFT, left["id"])
    assert (link.state, list(link.conflicts)) == (LinkState.LINKED, ["is_active"])
    assert link.outcome is not None
    assert link.outcome.reason.because is not None
    assert "there again" in reason_text(link.outcome.reason, "en")
    assert sides.written == (0, 0)
    took = "take-right" if undone else "take-left"
    review.decide(hub.world, admin("kari"), StreamKey(*hub.flow, kind), [link.id], took)
    sides.settle()
    hub.sync()
    assert (sides.svenn(kind, id=left["id"])[0][name] == value) is not undone
    assert not sides.link(kind, Side.LEFT, left["id"]).conflicts


def test_who_takes_the_other_half_up_again_by_hand_answers_the_question(sides: TwoSides) -> None:
    hub = sides.hub
    left, right = lone(sides, "customers")
    back = take_out(hub, "tripletex", "customers", right["id"])
    sides.settle()
    back()
    hub.sync()
    edit(hub, "svenn", "customers", left["id"], {"active": True, "email": "ny@kunde.example"})
    sides.settle()
    link = sides.link("customers", Side.LEFT, left["id"])
    assert (link.conflicts, link.disputed) == ({}, ())
    assert sides.of("customers", left["id"], right["id"])[1]["email"] == "ny@kunde.example"


@pytest.mark.parametrize("decision", ["keep", "archive"])
def test_an_archived_half_that_is_in_use_again_is_asked_about(sides: TwoSides, decision: str) -> None:
    hub = sides.hub
    left, right = lone(sides, "customers")
    take_out(hub, "tripletex", "customers", right["id"])
    sides.settle()
    edit(hub, "svenn", "customers", left["id"], {"active": True})
    sides.settle()
    link = sides.link("customers", Side.LEFT, left["id"])
    assert link.outcome is not None
    assert (link.outcome.result, link.outcome.reason.code) == (Result.REVIEW, "used_again")
    key = StreamKey(*hub.flow, "customers")
    with pytest.raises(UsageError):
        review.decide(hub.world, admin("kari"), key, [link.id], "take-left")
    sides.forget()
    review.decide(hub.world, admin("kari"), key, [link.id], decision)
    sides.settle()
    hub.sync()
    link = sides.link("customers", Side.LEFT, left["id"])
    assert link.state is LinkState.TOMBSTONE
    assert link.outcome is not None
    assert link.outcome.reason.code == ("deleted_and_kept" if decision == "keep" else "archived")
    assert sides.svenn("customers", id=left["id"])[0]["active"] is (decision == "keep")
    assert sides.written == ((0, 0) if decision == "keep" else (1, 0))


def test_an_archived_half_that_is_only_edited_is_left_alone(sides: TwoSides) -> None:
    hub = sides.hub
    left, right = lone(sides, "customers")
    take_out(hub, "tripletex", "customers", right["id"])
    sides.settle()
    edit(hub, "svenn", "customers", left["id"], {"description": "lukket"})
    sides.settle()
    hub.sync()
    assert sides.reason("customers", Side.LEFT, left["id"]) == "archived"


def test_what_comes_back_to_a_half_that_has_another_partner_is_asked_about(sides: TwoSides) -> None:
    hub = sides.hub
    left, right = lone(sides, "customers")
    back = take_out(hub, "svenn", "customers", left["id"])
    sides.settle()
    again = hub.svenn.add("customers", {"name": "Tindvei Maling AS", "number": "20001"})
    sides.settle()
    assert sides.link("customers", Side.LEFT, again["id"]).ids[Side.RIGHT] == str(right["id"])
    back()
    edit(hub, "svenn", "customers", left["id"], {"number": "20002"})
    sides.settle()
    hub.sync()
    link = sides.link("customers", Side.LEFT, left["id"])
    assert link.outcome is not None
    assert (link.outcome.result, link.outcome.reason.code) == (Result.REVIEW, "back_alone")
    assert sides.link("customers", Side.LEFT, again["id"]).state is LinkState.LINKED
    assert len(sides.tripletex("customers", name="Tindvei Maling AS")) == 1
    review.decide(hub.world, admin("kari"), StreamKey(*hub.flow, "customers"), [link.id], "create")
    sides.settle()
    assert len(sides.tripletex("customers", name="Tindvei Maling AS")) == 2


@pytest.mark.parametrize("vendor", ["svenn", "tripletex"])
def test_one_of_two_that_were_both_deleted_stands_alone_when_it_is_back(sides: TwoSides, vendor: str) -> None:
    hub = sides.hub
    left, right = lone(sides, "customers")
    backs = {
        "svenn": take_out(hub, "svenn", "customers", left["id"]),
        "tripletex": take_out(hub, "tripletex", "customers", right["id"]),
    }
    sides.settle()
    hub.sync()
    sides.forget()
    backs[vendor]()
    hub.sync()
    side, own = (Side.LEFT, left["id"]) if vendor == "svenn" else (Side.RIGHT, right["id"])
    link = sides.link("customers", side, own)
    assert link.outcome is not None
    assert (link.outcome.result, link.outcome.reason.code) == (Result.REVIEW, "back_alone")
    assert sides.written == (0, 0)


def test_two_that_are_both_back_are_linked_again(sides: TwoSides) -> None:
    hub = sides.hub
    left, right = lone(sides, "customers")
    backs = [
        take_out(hub, "svenn", "customers", left["id"]),
        take_out(hub, "tripletex", "customers", right["id"]),
    ]
    sides.settle()
    for back in backs:
        back()
    hub.sync()
    edit(hub, "svenn", "customers", left["id"], {"email": "ny@kunde.example"})
    sides.settle()
    assert sides.of("customers", left["id"], right["id"])[1]["email"] == "ny@kunde.example"


def test_one_that_was_deleted_before_it_was_linked_is_looked_at_anew(sides: TwoSides) -> None:
    hub = sides.hub
    made = hub.svenn.add("customers", {"name": "Uten nummer AS", "number": None})
    sides.settle()
    back = take_out(hub, "svenn", "customers", made["id"])
    sides.settle()
    assert sides.reason("customers", Side.LEFT, made["id"]) == "deleted_before_link"
    back()
    edit(hub, "svenn", "customers", made["id"], {"number": "20009"})
    sides.settle()
    assert len(sides.tripletex("customers", customerNumber=20009)) == 1


def test_a_late_message_from_before_the_delete_brings_nothing_back(sides: TwoSides) -> None:
    hub = sides.hub
    left, right = lone(sides, "customers")
    take_out(hub, "tripletex", "customers", right["id"])
    key = StreamKey(*hub.flow, "customers")
    sides.settle()
    sides.forget()
    hint = RecordHint(right=str(right["id"]), version=Revision(99))
    read_again(hub.world, key, [hint], trigger="manual")
    hub.drain()
    edit(hub, "svenn", "customers", left["id"], {"description": "lukket"})
    sides.settle()
    hub.sync()
    link = sides.link("customers", Side.LEFT, left["id"])
    assert (link.state, link.gone) == (LinkState.TOMBSTONE, (Side.RIGHT,))
    assert sides.svenn("customers", id=left["id"])[0]["active"] is False


def test_a_replay_finds_what_is_back(sides: TwoSides) -> None:
    hub = sides.hub
    left, right = lone(sides, "customers")
    back = take_out(hub, "svenn", "customers", left["id"])
    sides.settle()
    link = sides.link("customers", Side.LEFT, left["id"])
    with pytest.raises(UsageError) as refused:
        review.decide(hub.world, admin("kari"), StreamKey(*hub.flow, "customers"), [link.id], "take-left")
    assert "samspill replay" in reason_text(refused.value.reason)
    back()
    replay(hub.world, Replay(tenant="acme", flow=hub.flow.flow, records=(link.id,)))
    sides.settle()
    assert sides.link("customers", Side.RIGHT, right["id"]).state is LinkState.LINKED


def test_what_an_older_version_buried_is_looked_at_once_and_can_come_back(sides: TwoSides) -> None:
    hub = sides.hub
    left, right = lone(sides, "customers")
    back = take_out(hub, "svenn", "customers", left["id"])
    sides.settle()
    link = sides.link("customers", Side.LEFT, left["id"])
    old = {side: replace(shadow, fingerprint="x") for side, shadow in link.shadows.items()}
    hub.world.links.commit(StreamKey(*hub.flow, "customers"), [LinkCommit(replace(link, gone=(), shadows=old))])
    hub.sync()
    assert sides.link("customers", Side.LEFT, left["id"]).gone == (Side.LEFT,)
    hub.tripletex.calls.clear()
    hub.sync()
    assert not [call for call in hub.tripletex.calls if call.path.endswith(f"/customer/{right['id']}")]
    back()
    hub.sync()
    assert sides.link("customers", Side.LEFT, left["id"]).state is LinkState.LINKED


# --- one way ----------------------------------------------------------------------------------------------------------


def of_timerabbit(hub: Hub) -> Link:
    made = hub.tripletex.add("customer", {"name": "Tindvei Maling AS", "customerNumber": 20001, "isCustomer": True})
    hub.sync()
    [link] = [each for each in hub.links("customers") if each.ids.get(Side.LEFT) == str(made["id"])]
    assert link.state is LinkState.LINKED
    return link


def active(hub: Hub, link: Link) -> bool:
    [row] = [each for each in hub.timerabbit.rows("customers") if each["id"] == link.ids[Side.RIGHT]]
    return bool(row["active"])


def test_a_master_that_is_back_asks_before_its_target_is_taken_up_again(hub: Hub) -> None:
    link = of_timerabbit(hub)
    back = take_out(hub, "tripletex", "customers", link.ids[Side.LEFT])
    hub.sync()
    hub.sync()
    assert not active(hub, link)
    back()
    hub.sync()
    [now] = [each for each in hub.links("customers") if each.id == link.id]
    assert (now.state, list(now.conflicts)) == (LinkState.LINKED, ["is_active"])
    assert not active(hub, link)
    review.decide(hub.world, admin("kari"), StreamKey(*hub.flow, "customers"), [link.id], "take-left")
    hub.drain()
    assert active(hub, link)


def test_a_target_that_is_back_before_anybody_decided_closes_the_question(hub: Hub) -> None:
    link = of_timerabbit(hub)
    back = take_out(hub, "timerabbit", "customers", link.ids[Side.RIGHT])
    hub.sync()
    hub.sync()
    assert [entry.link for entry in hub.journal("deleted_in_target")] == [link.id]
    back()
    hub.sync()
    [now] = [each for each in hub.links("customers") if each.id == link.id]
    assert now.state is LinkState.LINKED
    assert now.outcome is not None
    assert now.outcome.result is Result.UNCHANGED


def test_a_delete_that_a_person_refused_and_that_is_undone_goes_on(hub: Hub) -> None:
    link = of_timerabbit(hub)
    back = take_out(hub, "timerabbit", "customers", link.ids[Side.RIGHT])
    hub.sync()
    hub.sync()
    review.decide(hub.world, admin("kari"), StreamKey(*hub.flow, "customers"), [link.id], "keep")
    hub.drain()
    back()
    hub.sync()
    hub.tripletex.edit("customer", link.ids[Side.LEFT], {"email": "ny@kunde.example"})
    hub.sync()
    [row] = [each for each in hub.timerabbit.rows("customers") if each["id"] == link.ids[Side.RIGHT]]
    assert row["email"] == "ny@kunde.example"


# --- hours ------------------------------------------------------------------------------------------------------------


def test_hours_taken_back_out_of_the_bin_are_sent_again() -> None:
    site = Site(Hub(size=6, flow=NAME))
    entry = site.enter("4")
    site.settle()
    assert site.held == [4]
    back = take_out(site.hub, "svenn", "entries", entry)
    site.settle()
    site.hub.sync()
    assert site.held == []
    back()
    site.change(entry, hours="5")
    site.settle()
    site.hub.sync()
    site.settle()
    assert site.held == [5]


def test_hours_on_a_project_that_is_back_go_on() -> None:
    site = Site(Hub(size=6, flow=NAME))
    made = site.hub.svenn.add("projects", {"name": "Naust", "number": "9001", "startDate": "2026-01-01"})
    site.settle()
    back = take_out(site.hub, "svenn", "projects", made["id"])
    site.settle()
    back()
    site.hub.sync()
    site.enter("4", projectId=made["id"])
    site.settle()
    site.hub.sync()
    site.settle()
    assert site.held == [4]


# --- a right that is taken away and given back ------------------------------------------------------------------------


def lose_sight(hub: Hub, vendor: str, kind: str, record_id: object) -> Callable[[], None]:
    """Let the key not see a record any more, without a word; return what gives the right back."""
    if vendor == "tripletex":
        table = hub.tripletex.account.world.tables[TRIPLETEX[kind]]
        row = table.rows[int(str(record_id))]
        table.drop(row.id)
        return lambda: table.put(row)
    sandbox: Any = hub.sandboxes[vendor]
    held = sandbox.store.held[kind]
    stored = held.pop(str(record_id))

    def back() -> None:
        held[str(record_id)] = stored

    return back


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("vendor", ["svenn", "tripletex"])
def test_what_a_key_may_not_see_for_days_is_in_step_again_or_asked_about(
    sides: TwoSides, vendor: str, kind: str
) -> None:
    hub = sides.hub
    left, right = lone(sides, kind)
    own, side = (left["id"], Side.LEFT) if vendor == "svenn" else (right["id"], Side.RIGHT)
    back = lose_sight(hub, vendor, kind, own)
    for _ in range(3):
        hub.clock.advance(DAY_S)
        hub.sync()
    assert sides.link(kind, side, own).state is LinkState.TOMBSTONE
    back()
    sides.forget()
    for _ in range(2):
        hub.clock.advance(DAY_S)
        hub.sync()
    link = sides.link(kind, side, own)
    assert link.state is LinkState.LINKED
    assert sides.written == (0, 0)
    assert list(link.conflicts) == ([] if vendor == "svenn" else ["is_active"])
    if link.conflicts:
        review.decide(hub.world, admin("kari"), StreamKey(*hub.flow, kind), [link.id], "take-right")
        sides.settle()
    ours = sides.svenn(kind, id=left["id"])[0]
    assert ours.get("active", ours.get("status")) in {True, "active"}
    edit(hub, "svenn", kind, left["id"], EDIT["svenn"][kind])
    sides.settle()
    [(name, value)] = EDIT["tripletex"][kind].items()
    assert sides.of(kind, left["id"], right["id"])[1][name] == value
