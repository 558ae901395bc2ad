"""A person's data is shown whole, and taken out whole; nothing is lost, doubled or written by it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, cast

import pytest

from samspill.engine.model import LinkState, Side
from samspill.errors import NotAllowedError, UsageError
from samspill.state import StreamKey
from samspill.usecases import forgetting, setup
from samspill.usecases.personal.person import person
from samspill.usecases.views.personal import Forgotten
from tests.flows.hub import Hub
from tests.flows.test_crashes import Died, Fuse, Mortal
from tests.flows.test_hours import NAME, Site
from tests.support.actors import admin, viewer

MAIL = "marte.solheim@nordlys.example"
PERSON = {"firstName": "Marte", "lastName": "Solheim", "number": "8801", "mobile": "+47 901 12 233", "email": MAIL}
TRACES = ("Solheim", "solheim", "901 12 233", "Murstein i uke 10")
PORTS = ("links", "keys", "journal", "decisions", "notices", "blobs", "file_store", "deliveries")
"""What forgetting changes."""
CHANGES = {"commit", "drop", "change", "write", "save", "put", "remove", "forget"}


@dataclass
class Office:
    """One person with hours on both sides, and everybody else."""

    hub: Hub
    site: Site
    employee: str
    right: str

    def links(self) -> list[str]:
        return [f"{NAME}/employees/left-{self.employee}"]

    def forget(self, **how: Any) -> Forgotten:
        return forgetting.forget(self.hub.world, admin("kari"), "acme", self.links(), **how)

    def traces(self) -> dict[str, list[str]]:
        """Where something of the person is stored, by store."""
        world = cast("Any", self.hub.world)
        stores = {
            "links": {key: [*map(repr, places.items())] for key, places in world.links._places.items()},
            "keys": [repr(key) for key, found in world.keys._held.items() if found],
            "journal": [repr(each) for each in self.hub.journal()],
            "decisions": [repr(each) for each in world.decisions._lines.values()],
            "notices": repr(world.notices.of("acme")),
            "blobs": {key: body.decode(errors="replace") for key, body in world.blobs._blobs.items()},
            "webhooks": repr(world.deliveries._noted),
            "flows": repr(world.registry.flows("acme")),
            "audit": repr(list(world.decisions._lines.values())),
        }
        told = {name: repr(held) for name, held in stores.items()}
        return {name: found for name, text in told.items() if (found := [each for each in TRACES if each in text])}


def office(hub: Hub | None = None) -> Office:
    hub = hub or Hub(size=3, flow=NAME)
    site = Site(hub)
    made = hub.svenn.add("employees", PERSON)
    for _ in range(4):
        hub.deliver_webhooks()
        hub.drain()
    site.employee = str(made["id"])
    site.enter("7.5", comment="Murstein i uke 10")
    site.settle()
    hub.svenn.edit("employees", site.employee, {"mobile": "+47 901 12 234"})
    site.settle()
    hub.svenn.edit("employees", site.employee, {"mobile": PERSON["mobile"]})
    site.settle()
    (link,) = hub.world.links.get(StreamKey("acme", NAME, "employees"), [f"left-{made['id']}"]).values()
    assert link.state is LinkState.LINKED
    assert site.held == [7.5]
    return Office(hub, site, site.employee, link.ids[Side.RIGHT])


@pytest.fixture
def at() -> Office:
    return office()


@pytest.fixture(scope="module")
def seen() -> Office:
    """An office in which a test only looks."""
    return office()


def test_everything_that_is_held_of_a_person_is_shown_with_where_and_until_when(seen: Office) -> None:
    shown = forgetting.found(seen.hub.world, admin(), "acme", MAIL)

    assert [each.name for each in shown.records] == seen.links()
    kinds = {place.kind for place in shown.places}
    assert {"link", "journal", "webhook"} <= kinds
    text = repr(shown.model_dump(mode="json"))
    assert all(trace in text for trace in TRACES[:1] + TRACES[2:])
    assert {place.until is None for place in shown.places if place.kind == "link"} == {True}
    assert all(place.until for place in shown.places if place.kind in {"journal", "webhook", "run"})
    hours = [place for place in shown.places if place.at.startswith(f"{NAME}/hours/")]
    assert hours
    assert "7.5" in repr(hours[0].holds)


def test_a_person_is_found_by_name_number_address_and_id(seen: Office) -> None:
    for who in ("Marte Solheim", "marte solheim", MAIL, f"left-{seen.employee}", seen.links()[0]):
        assert person(seen.hub.world, "acme", who).names == (seen.links()[0],), who


def test_what_was_taken_out_is_nowhere_any_more_and_nothing_was_sent(at: Office) -> None:
    assert at.traces().keys() >= {"links", "journal"}
    before = [at.hub.writes(vendor) for vendor in ("svenn", "tripletex")]

    done = at.forget()

    assert at.traces() == {}
    assert [at.hub.writes(vendor) for vendor in ("svenn", "tripletex")] == before
    assert done.removed["link"] >= 2
    assert at.site.held == [7.5]
    assert at.hub.svenn.rows("employees")[-1]["email"] == MAIL, "a vendor's own data is not ours"


def test_the_ids_stay_and_with_them_the_pair(at: Office) -> None:
    at.forget()

    (link,) = at.hub.world.links.get(StreamKey("acme", NAME, "employees"), [f"left-{at.employee}"]).values()
    assert (link.state, link.ids) == (LinkState.LINKED, {Side.LEFT: at.employee, Side.RIGHT: at.right})
    assert (link.base, link.label, [shadow.fields for shadow in link.shadows.values()]) == ({}, "", [{}, {}])
    lines = [each for each in at.hub.journal() if each.link == link.id]
    assert lines
    assert {(each.label, *each.before) for each in lines} == {("",)}


def test_the_next_whole_read_writes_nothing_and_stores_nothing_of_a_record_that_did_not_change(at: Office) -> None:
    at.forget()
    at.hub.tripletex.calls.clear()
    at.hub.svenn.calls.clear()

    at.hub.sync()
    at.site.settle()

    assert (at.hub.writes("svenn"), at.hub.writes("tripletex")) == (0, 0)
    assert "links" not in at.traces()
    assert "journal" not in at.traces()
    assert (len(at.hub.tripletex.rows("employee")), at.site.held) == (len(at.hub.tripletex.rows("employee")), [7.5])


def test_a_change_of_somebody_who_still_works_there_brings_them_back_and_doubles_nobody(at: Office) -> None:
    at.forget()
    count = len(at.hub.tripletex.rows("employee"))

    at.hub.svenn.edit("employees", at.employee, {"mobile": "+47 955 55 555"})
    at.site.settle()

    (link,) = at.hub.world.links.get(StreamKey("acme", NAME, "employees"), [f"left-{at.employee}"]).values()
    assert link.base["email"] == MAIL
    assert len(at.hub.tripletex.rows("employee")) == count


def test_an_edit_on_the_other_side_that_was_not_read_yet_is_not_written_over_unseen(at: Office) -> None:
    at.forget()
    for sandbox in at.hub.sandboxes.values():
        sandbox.set_faults({"webhook_drop": True})
    at.hub.tripletex.edit("employee", at.right, {"lastName": "Berg"})
    at.hub.svenn.edit("employees", at.employee, {"firstName": "Martha"})

    at.hub.sync()

    row = next(row for row in at.hub.tripletex.rows("employee") if str(row["id"]) == at.right)
    lines = [each for each in at.hub.journal() if each.link == f"left-{at.employee}"]
    asked = lines[0].reason.code
    assert row["lastName"] == "Berg" or "Berg" in repr(lines), asked


def test_a_person_who_is_left_out_is_not_brought_back(at: Office) -> None:
    at.forget(leave_out=True)
    at.hub.tripletex.calls.clear()

    at.hub.svenn.edit("employees", at.employee, {"mobile": "+47 955 55 555"})
    at.site.settle()
    at.hub.sync()

    (link,) = at.hub.world.links.get(StreamKey("acme", NAME, "employees"), [f"left-{at.employee}"]).values()
    assert (link.label, link.base) == ("", {})
    assert link.outcome is not None
    assert link.outcome.reason.code == "ignored_by_person"
    assert not [c for c in at.hub.tripletex.calls if c.method != "GET" and "/employee" in c.path]


def test_who_took_it_out_is_written_down_without_the_person(at: Office) -> None:
    setup.pause(at.hub.world, admin("Marte Solheim"), at.hub.flow)
    at.forget()

    lines = list(at.hub.world.decisions.read("acme", at.hub.clock.now().replace(year=2000), at.hub.clock.now()))
    mine = [line for line in lines if line.deed == "forgetting.forget"]
    assert {(line.by, line.asked.get("records", [""])[0]) for line in mine if line.asked} == {("kari", at.links()[0])}
    assert "Solheim" not in repr(mine)
    assert "Marte Solheim" in {line.by for line in lines}, "who decided stays"


def test_only_an_admin_sees_and_forgets(seen: Office) -> None:
    with pytest.raises(NotAllowedError):
        forgetting.found(seen.hub.world, viewer(), "acme", MAIL)
    with pytest.raises(NotAllowedError):
        forgetting.forget(seen.hub.world, viewer(), "acme", seen.links())
    assert seen.traces()


def test_of_two_with_one_name_the_one_that_is_meant_is_named_and_the_other_keeps_everything(at: Office) -> None:
    other = at.hub.svenn.add("employees", {**PERSON, "number": "8802", "email": "m2@nordlys.example", "mobile": None})
    at.site.settle()
    with pytest.raises(UsageError) as caught:
        forgetting.found(at.hub.world, admin(), "acme", "Marte Solheim")
    assert caught.value.reason.code == "several_persons"
    assert at.links()[0] in caught.value.reason.params["records"]

    shown = forgetting.found(at.hub.world, admin(), "acme", MAIL)
    at.forget()

    assert "Marte Solheim" in shown.shared
    (link,) = at.hub.world.links.get(StreamKey("acme", NAME, "employees"), [f"left-{other['id']}"]).values()
    assert "Solheim" in link.label
    assert [each for each in at.hub.journal() if each.link == link.id and "Solheim" in each.label]


def test_nobody_of_that_name_is_told(seen: Office) -> None:
    with pytest.raises(UsageError) as caught:
        forgetting.found(seen.hub.world, admin(), "acme", "Nobody At All")
    assert caught.value.reason.code == "no_such_person"


def test_another_tenant_is_neither_looked_at_nor_touched(at: Office) -> None:
    at.hub.world.blobs.put("held/acme-2/f/x", b'["Marte Solheim"]')
    at.forget()
    assert at.hub.world.blobs.get("held/acme-2/f/x") == b'["Marte Solheim"]'


class _Mortal(Mortal):
    """Dies before or after what changes something: to die over a read is to die after the change before it."""

    def __getattr__(self, name: str) -> Any:
        return super().__getattr__(name) if name in CHANGES else getattr(self._inner, name)


def mortal(fuse: Fuse) -> Office:
    at = office()
    ports: dict[str, Any] = {name: _Mortal(getattr(at.hub.world, name), fuse) for name in PORTS}
    at.hub.world = cast("Any", replace(at.hub.world, **ports))
    return at


def test_whoever_dies_over_it_at_any_call_does_the_same_again_and_nothing_is_left() -> None:
    fuse = Fuse()
    at = mortal(fuse)
    fuse.steps = 0
    deaths = 0
    while True:
        # Each go dies one call later than the one before: every call is the last one of a go.
        fuse.steps, fuse.at = 0, deaths + 1
        try:
            at.forget()
        except Died:
            deaths += 1
            continue
        break
    fuse.at = 0
    assert deaths >= 9
    assert at.traces() == {}
    at.hub.sync()
    assert at.site.held == [7.5]
