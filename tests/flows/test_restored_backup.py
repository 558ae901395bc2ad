"""A vendor is restored from a backup: its versions count on from older ones, and people go on working."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson
import pytest

from samspill.engine.model import Link, LinkState, Result, Side
from samspill.engine.revision import Revision
from samspill.messages import FetchRecords, RecordHint, decode
from samspill.pipeline.dispatch import handle
from samspill.state import StreamKey
from samspill.usecases import review
from samspill.work.follow_ups import read_again
from tests.flows.hub import Hub
from tests.flows.test_hours import NAME, TODAY, Site
from tests.flows.two_sides import TRIPLETEX, TwoSides
from tests.support.actors import admin

HOUR_S = 3600


def snapshot(hub: Hub, vendor: str, kind: str, record_id: object) -> Any:
    """What a backup holds of one record."""
    if vendor == "tripletex":
        return hub.tripletex.account.world.tables[kind].rows[int(str(record_id))]
    return hub.sandboxes[vendor].store.held[kind][str(record_id)]  # type: ignore[attr-defined]


def restore(hub: Hub, vendor: str, kind: str, record_id: object, backup: Any) -> None:
    """Put it back, version and all, without a word to anybody."""
    if vendor == "tripletex":
        hub.tripletex.account.world.tables[kind].put(backup)
    else:
        hub.sandboxes[vendor].store.held[kind][str(record_id)] = backup  # type: ignore[attr-defined]


ON_THE_WIRE = {
    "svenn": {"customers": "email", "projects": "name", "employees": "mobile"},
    "tripletex": {"customers": "email", "projects": "name", "employees": "phoneNumberMobile"},
}
VALUES = {
    "customers": ["a@b.example", "c@d.example", "e@f.example"],
    "projects": ["Tak 1", "Tak 2", "Tak 3"],
    "employees": ["90000001", "90000002", "90000003"],
}


def edit(sides: TwoSides, vendor: str, kind: str, record_id: object, value: str) -> None:
    sandbox = sides.hub.sandboxes[vendor]
    name = kind if vendor == "svenn" else TRIPLETEX[kind]
    sandbox.edit(name, str(record_id), {ON_THE_WIRE[vendor][kind]: value})


@pytest.mark.parametrize("kind", VALUES)
@pytest.mark.parametrize("vendor", ["svenn", "tripletex"])
@pytest.mark.parametrize("found_by", ["whole read", "webhook", "read of changes"])
def test_what_was_typed_after_a_restore_is_asked_about(sides: TwoSides, kind: str, vendor: str, found_by: str) -> None:
    hub, side = sides.hub, Side.LEFT if vendor == "svenn" else Side.RIGHT
    left, right = sides.pair(kind)
    own = left["id"] if vendor == "svenn" else right["id"]
    name = kind if vendor == "svenn" else TRIPLETEX[kind]
    backup = snapshot(hub, vendor, name, own)
    for value in VALUES[kind][:2]:
        edit(sides, vendor, kind, own, value)
        sides.settle()
    hub.clock.advance(HOUR_S)
    restore(hub, vendor, name, own, backup)
    sides.forget()
    if found_by != "webhook":
        for sandbox in hub.sandboxes.values():
            sandbox.set_faults({"webhook_drop": True})
    edit(sides, vendor, kind, own, VALUES[kind][2])
    if found_by == "webhook":
        sides.settle()
    else:
        hub.sync(full=found_by == "whole read")
    link = sides.link(kind, side, own)
    assert link.outcome is not None
    assert link.outcome.result is Result.CONFLICT
    assert link.outcome.reason.because is not None
    assert link.outcome.reason.because.code == "versions_went_back"
    assert len(link.conflicts) == 1
    [held] = link.conflicts.values()
    assert (held[side.value], held[side.other.value]) == (VALUES[kind][2], VALUES[kind][1])
    assert sides.written == (0, 0)
    took = "take-left" if side is Side.LEFT else "take-right"
    review.decide(hub.world, admin("kari"), StreamKey(*hub.flow, kind), [link.id], took)
    sides.settle()
    hub.sync()
    link = sides.link(kind, side, own)
    assert not link.conflicts
    assert not link.disputed
    wire = ON_THE_WIRE["tripletex" if vendor == "svenn" else "svenn"][kind]
    other = sides.of(kind, left["id"], right["id"])[1 if vendor == "svenn" else 0]
    assert other[wire] == VALUES[kind][2]


def test_values_of_yesterday_are_not_carried_over_the_values_of_today(sides: TwoSides) -> None:
    """Nobody typed them: the restored side went back by itself."""
    hub = sides.hub
    left, right = sides.pair("customers")
    backup = snapshot(hub, "svenn", "customers", left["id"])
    hub.tripletex.edit("customer", str(right["id"]), {"email": "idag@kunde.example"})
    sides.settle()
    hub.clock.advance(HOUR_S)
    restore(hub, "svenn", "customers", left["id"], backup)
    sides.forget()
    hub.sync()
    hub.sync()
    assert sides.of("customers", left["id"], right["id"])[1]["email"] == "idag@kunde.example"
    assert sides.written == (0, 0)
    assert list(sides.link("customers", Side.LEFT, left["id"]).conflicts) == ["email"]


def test_a_question_after_a_restore_ends_by_itself_once_both_sides_hold_the_same(sides: TwoSides) -> None:
    hub = sides.hub
    left, right = sides.pair("customers")
    backup = snapshot(hub, "svenn", "customers", left["id"])
    hub.tripletex.edit("customer", str(right["id"]), {"email": "idag@kunde.example"})
    sides.settle()
    hub.clock.advance(HOUR_S)
    restore(hub, "svenn", "customers", left["id"], backup)
    hub.sync()
    hub.svenn.edit("customers", left["id"], {"email": "idag@kunde.example"})
    sides.settle()
    link = sides.link("customers", Side.LEFT, left["id"])
    assert (link.conflicts, link.disputed) == ({}, ())
    assert link.outcome is not None
    assert link.outcome.result is Result.UNCHANGED


def test_versions_that_count_anew_on_records_that_stayed_as_they_are_are_taken_quietly(sides: TwoSides) -> None:
    """A migration gives every record the version 1; the next edit is an edit like any other."""
    hub = sides.hub
    left, right = sides.pair("customers")
    for value in VALUES["customers"]:
        edit(sides, "svenn", "customers", left["id"], value)
        sides.settle()
    hub.clock.advance(HOUR_S)
    stored = snapshot(hub, "svenn", "customers", left["id"])
    record = dict(stored.record) | {"version": 1}
    restore(hub, "svenn", "customers", left["id"], stored._replace(record=record, body=orjson.dumps(record)))
    sides.forget()
    hub.sync()
    assert sides.link("customers", Side.LEFT, left["id"]).shadows[Side.LEFT].version == Revision(1)
    assert sides.written == (0, 0)
    edit(sides, "svenn", "customers", left["id"], "ny@kunde.example")
    sides.settle()
    assert sides.of("customers", left["id"], right["id"])[1]["email"] == "ny@kunde.example"
    assert sides.written == (0, 1)


def test_the_master_is_followed_after_its_restore_and_the_journal_says_so() -> None:
    hub = Hub(size=3)
    hub.first_sync()
    link = linked(hub)
    own = link.ids[Side.LEFT]
    backup = snapshot(hub, "tripletex", "customer", own)
    for value in VALUES["customers"]:
        hub.tripletex.edit("customer", own, {"email": value})
        hub.sync()
    hub.clock.advance(HOUR_S)
    restore(hub, "tripletex", "customer", own, backup)
    hub.tripletex.edit("customer", own, {"email": "etter@restore.example"})
    hub.sync()
    [row] = [each for each in hub.timerabbit.rows("customers") if each["id"] == link.ids[Side.RIGHT]]
    assert row["email"] == "etter@restore.example"
    told = [entry.reason.because for entry in hub.journal("updated") if entry.link == link.id and entry.reason.because]
    assert {each.code for each in told} == {"versions_went_back"}


def test_another_record_under_the_number_of_a_lost_one_is_not_poured_over_its_partner() -> None:
    """After the restore the vendor counts its ids on, and gives one that it had given before."""
    hub = Hub(size=3)
    hub.first_sync()
    link = linked(hub)
    own = link.ids[Side.LEFT]
    backup = snapshot(hub, "tripletex", "customer", own)
    hub.tripletex.edit("customer", own, {"email": "a@b.example"})
    hub.sync()
    [before] = [each for each in hub.timerabbit.rows("customers") if each["id"] == link.ids[Side.RIGHT]]
    hub.clock.advance(HOUR_S)
    other = replace(backup, values={**backup.values, "name": "Fremmed AS", "customerNumber": 77001})
    restore(hub, "tripletex", "customer", own, other)
    hub.sync()
    [after] = [each for each in hub.timerabbit.rows("customers") if each["id"] == link.ids[Side.RIGHT]]
    assert after == before
    [asked] = [each for each in hub.links("customers") if each.id == link.id]
    assert {"name", "number"} <= set(asked.conflicts)


def linked(hub: Hub) -> Link:
    return next(
        each
        for each in hub.links("customers")
        if each.state is LinkState.LINKED and not each.conflicts and each.base.get("number") and each.base["is_active"]
    )


# --- what is only late ------------------------------------------------------------------------------------------------


def test_a_read_that_was_overtaken_changes_nothing(sides: TwoSides) -> None:
    hub = sides.hub
    left, right = sides.pair("customers")
    late: list[str] = []
    hub.svenn.edit("customers", left["id"], {"email": "en@kunde.example"})
    read_again(hub.world, StreamKey(*hub.flow, "customers"), [RecordHint(left=left["id"])], trigger="manual")
    for delivery in hub.world.queues.receive("fetch"):
        handle(hub.world, decode(hub.world.queues.open(delivery.body)))
        hub.world.queues.done(delivery.handle)
    for delivery in hub.world.queues.receive("map"):
        late.append(hub.world.queues.open(delivery.body))
        hub.world.queues.done(delivery.handle)
    hub.clock.advance(5)
    hub.svenn.edit("customers", left["id"], {"email": "to@kunde.example"})
    sides.settle()
    sides.forget()
    for body in late:
        handle(hub.world, decode(body))
    hub.drain()
    assert sides.written == (0, 0)
    assert sides.of("customers", left["id"], right["id"])[1]["email"] == "to@kunde.example"
    assert not sides.link("customers", Side.LEFT, left["id"]).conflicts


def test_a_late_webhook_of_an_older_version_costs_no_call(sides: TwoSides) -> None:
    hub = sides.hub
    left, _ = sides.pair("customers")
    for value in VALUES["customers"]:
        edit(sides, "svenn", "customers", left["id"], value)
        sides.settle()
    version = sides.link("customers", Side.LEFT, left["id"]).shadows[Side.LEFT].version
    assert version is not None
    assert version.order is not None
    hub.svenn.calls.clear()
    hint = RecordHint(left=left["id"], version=Revision(version.order - 1))
    hub.world.queues.send([FetchRecords(tenant="acme", flow=hub.flow.flow, stream="customers", records=(hint,))])
    hub.drain()
    assert not hub.svenn.calls


# --- hours ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("found_by", ["webhook", "read"])
def test_hours_entered_after_a_restore_arrive(found_by: str) -> None:
    """A day sheet counts its versions on from an older one; what stands on it now is what is right."""
    site = Site(Hub(size=6, flow=NAME))
    entry = site.enter("4")
    site.settle()
    for hours in ("5", "6", "7"):
        site.change(entry, hours=hours)
        site.settle()
    assert site.held == [7]
    store = site.hub.svenn.store
    sheet = f"{site.employee}|{TODAY}"
    site.hub.clock.advance(HOUR_S)
    held = store.held["day-sheets"][sheet]
    record = dict(held.record) | {"version": 1}
    store.held["day-sheets"][sheet] = held._replace(record=record, body=orjson.dumps(record))
    if found_by == "read":
        for sandbox in site.hub.sandboxes.values():
            sandbox.set_faults({"webhook_drop": True})
    site.change(entry, hours="3")
    site.settle()
    site.hub.sync()
    site.settle()
    assert site.held == [3]


def test_a_target_that_was_restored_gets_what_its_master_holds() -> None:
    hub = Hub(size=3)
    hub.first_sync()
    link = linked(hub)
    own, other = link.ids[Side.LEFT], link.ids[Side.RIGHT]
    backup = snapshot(hub, "timerabbit", "customers", other)
    for value in VALUES["customers"]:
        hub.tripletex.edit("customer", own, {"email": value})
        hub.sync()
    hub.clock.advance(HOUR_S)
    restore(hub, "timerabbit", "customers", other, backup)
    hub.sync()
    [row] = [each for each in hub.timerabbit.rows("customers") if each["id"] == other]
    assert row["email"] == VALUES["customers"][-1]
    told = [entry.reason for entry in hub.journal("overwritten") if entry.link == link.id]
    assert {reason.because.code for reason in told if reason.because} == {"versions_went_back"}
    writes = hub.writes("timerabbit")
    hub.sync()
    assert hub.writes("timerabbit") == writes
