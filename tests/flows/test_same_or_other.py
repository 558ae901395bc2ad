"""Live work asks, or links, what a first sync would: one number of two things, twins, keys in another spelling."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from samspill.engine.model import Decision, Link, LinkState, Result, Side
from samspill.guard import pending
from samspill.ports import LinkCommit
from samspill.state import StreamKey
from samspill.texts.reasons import reason_text
from samspill.usecases import approvals, limits, review
from tests.flows.hub import Hub
from tests.flows.test_hours import Site
from tests.flows.two_sides import TwoSides
from tests.support.actors import admin

LEFT, RIGHT = Side
LOFOTEN = "974760673"


@pytest.fixture
def one_way() -> Hub:
    """Tripletex and Timerabbit in step."""
    made = Hub(size=3)
    made.first_sync()
    return made


def settle(hub: Hub) -> None:
    for _ in range(5):
        hub.deliver_webhooks()
        hub.drain()


def outcome(link: Link) -> tuple[Result, str]:
    assert link.outcome is not None
    return link.outcome.result, link.outcome.reason.code


def is_told_of(link: Link) -> list[str]:
    return [candidate.external_id for candidate in link.candidates]


def project(sides: TwoSides, **fields: Any) -> dict[str, Any]:
    needed = {"startDate": "2026-01-01", "projectManager": {"id": int(sides.hub.manager())}}
    return sides.hub.tripletex.add("project", needed | fields)


def worker(sides: TwoSides, **fields: Any) -> dict[str, Any]:
    needed = {"userType": "NO_ACCESS", "department": {"id": int(sides.hub.department())}}
    return sides.hub.tripletex.add("employee", needed | fields)


# --- one number, two things ------------------------------------------------------------------------------------------


def two_jobs(sides: TwoSides) -> tuple[dict[str, Any], dict[str, Any]]:
    """Two projects that both systems numbered alike: Svenn's, Tripletex's."""
    left = sides.hub.svenn.add("projects", {"name": "Bad Storgata 1", "startDate": "2026-02-01", "number": "7001"})
    right = project(sides, name="Nytt tak Skippergata 9", number="7001")
    sides.settle()
    return left, right


def test_both_projects_of_one_number_are_asked_about_and_neither_is_written(sides: TwoSides) -> None:
    left, right = two_jobs(sides)
    ours, theirs = sides.link("projects", LEFT, left["id"]), sides.link("projects", RIGHT, right["id"])
    assert [outcome(link) for link in (ours, theirs)] == [(Result.REVIEW, "same_number_but_other")] * 2
    assert (is_told_of(ours), is_told_of(theirs)) == ([str(right["id"])], [left["id"]])
    assert sides.written == (0, 0)


def test_the_question_is_asked_once_and_not_with_every_run(sides: TwoSides) -> None:
    two_jobs(sides)
    asked = len(sides.hub.journal("same_number_but_other"))
    sides.hub.sync()
    sides.hub.sync()
    assert len(sides.hub.journal("same_number_but_other")) == asked == 2
    assert sides.written == (0, 0)


def test_what_is_made_after_a_person_decided_is_asked_about_before_the_decision_is_carried_out(
    sides: TwoSides,
) -> None:
    left, _ = two_jobs(sides)
    stream = StreamKey(*sides.hub.flow, "projects")
    decided = replace(sides.link("projects", LEFT, left["id"]), decision=Decision("create", "kari", 0))
    assert sides.hub.world.links.commit(stream, [LinkCommit(decided)]) == [True]
    later = project(sides, name="BAD STORGATA 1", number="7002")
    sides.settle()
    link = sides.link("projects", RIGHT, later["id"])
    assert outcome(link) == (Result.REVIEW, "maybe_same")
    assert is_told_of(link) == [left["id"]]
    assert sides.written[0] == 0


def left_out(sides: TwoSides, side: Side, name: str) -> Link:
    """A project that was made on one side and that a person left out."""
    if side is LEFT:
        made = sides.hub.svenn.add("projects", {"name": name, "startDate": "2026-02-01", "number": "7001"})
    else:
        made = project(sides, name=name, number="7001")
    limits.change(sides.hub.world, admin("kari"), sides.hub.flow, at_least=0, share=0.0)
    sides.settle()
    (held,) = pending.lists(sides.hub.world, sides.hub.flow)
    approvals.reject(sides.hub.world, admin("kari"), sides.hub.flow, held.hash)
    limits.change(sides.hub.world, admin("kari"), sides.hub.flow, at_least=10)
    sides.settle()
    link = sides.link("projects", side, made["id"])
    assert outcome(link) == (Result.SKIPPED, "ignored_by_person")
    return link


@pytest.mark.parametrize("side", Side)
def test_what_is_made_on_the_other_side_of_a_record_that_was_left_out_is_asked_about(
    sides: TwoSides, side: Side
) -> None:
    ignored = left_out(sides, side, "Bad Storgata 1")
    if side is LEFT:
        made = project(sides, name="Bad Storgata 1", number="7001")
    else:
        made = sides.hub.svenn.add("projects", {"name": "Bad Storgata 1", "startDate": "2026-02-01", "number": "7001"})
    sides.settle()
    sides.hub.sync()

    asked = sides.link("projects", side.other, made["id"])
    assert (*outcome(asked), is_told_of(asked)) == (Result.REVIEW, "maybe_same", [ignored.ids[side]])
    assert outcome(sides.link("projects", side, ignored.ids[side])) == (Result.SKIPPED, "ignored_by_person")
    assert sides.written == (0, 0)

    review.decide(sides.hub.world, admin("kari"), StreamKey(*sides.hub.flow, "projects"), [asked.id], "link")
    sides.settle()
    assert sides.link("projects", side, ignored.ids[side]).ids == {**ignored.ids, **asked.ids}


def test_once_a_person_says_that_they_are_one_they_are_kept_in_step(sides: TwoSides) -> None:
    left, right = two_jobs(sides)
    review.decide(
        sides.hub.world, admin("kari"), StreamKey(*sides.hub.flow, "projects"), [f"left-{left['id']}"], "link"
    )
    sides.hub.drain()
    sides.settle()
    link = sides.link("projects", LEFT, left["id"])
    assert (link.state, link.ids[RIGHT], set(link.conflicts)) == (LinkState.LINKED, str(right["id"]), {"name"})
    sides.hub.svenn.edit("projects", left["id"], {"name": "Bad Storgata 3"})
    sides.settle()
    sides.hub.sync()
    assert sides.link("projects", LEFT, left["id"]).state is LinkState.LINKED


@pytest.mark.parametrize("who", ["svenn", "tripletex"])
def test_once_one_of_them_gets_another_number_both_go_over(sides: TwoSides, who: str) -> None:
    left, right = two_jobs(sides)
    if who == "svenn":
        sides.hub.svenn.edit("projects", left["id"], {"number": "7002"})
    else:
        sides.hub.tripletex.edit("project", str(right["id"]), {"number": "7002"})
    sides.settle()
    for name in ("Bad Storgata 1", "Nytt tak Skippergata 9"):
        assert (len(sides.svenn("projects", name=name)), len(sides.tripletex("projects", name=name))) == (1, 1)
    assert sides.link("projects", LEFT, left["id"]).state is LinkState.LINKED
    assert sides.link("projects", RIGHT, right["id"]).state is LinkState.LINKED
    assert [stream for stream, _ in sides.hub.reviews() if stream.stream == "projects"] == []


def test_once_one_of_them_is_deleted_the_other_goes_over(sides: TwoSides) -> None:
    left, right = two_jobs(sides)
    sides.hub.tripletex.remove("project", str(right["id"]))
    sides.settle()
    link = sides.link("projects", LEFT, left["id"])
    assert link.state is LinkState.LINKED
    assert [row["id"] for row in sides.tripletex("projects", number="7001")] == [int(link.ids[RIGHT])]


def test_the_hours_of_a_job_in_doubt_wait_and_name_it() -> None:
    hub = Hub(flow="svenn-tripletex")
    site, both = Site(hub), TwoSides(hub)
    both.settle()
    left, right = two_jobs(both)
    site.enter("7.5", projectId=left["id"])
    both.settle()
    hub.sync()
    booked = [each for each in hub.tripletex.rows("timesheetEntry") if (each["project"] or {}).get("id") == right["id"]]
    waiting = [
        link.outcome.reason for link in hub.links("hours") if link.outcome and link.outcome.result is Result.WAITING
    ]
    assert booked == []
    assert [reason.because.code for reason in waiting if reason.because] == ["same_number_but_other"]
    assert "Bad Storgata 1" in reason_text(waiting[0], "en")


def test_an_edit_that_ends_no_doubt_creates_nothing(sides: TwoSides) -> None:
    left, right = two_jobs(sides)
    sides.hub.svenn.edit("projects", left["id"], {"endDate": "2026-12-31"})
    sides.settle()
    assert sides.written == (0, 0)
    assert is_told_of(sides.link("projects", LEFT, left["id"])) == [str(right["id"])]


def test_one_customer_with_two_jobs_of_one_number_has_two_jobs(sides: TwoSides) -> None:
    ours, theirs = sides.pair("customers")
    bath = {"name": "Bad", "startDate": "2026-01-01", "number": "7001", "customerId": ours["id"]}
    left = sides.hub.svenn.add("projects", bath)
    project(sides, name="Tak", number="7001", customer={"id": theirs["id"]})
    sides.settle()
    assert outcome(sides.link("projects", LEFT, left["id"])) == (Result.REVIEW, "same_number_but_other")
    assert sides.written == (0, 0)


def test_one_number_of_two_people_is_asked_about(sides: TwoSides) -> None:
    left = sides.hub.svenn.add("employees", {"firstName": "Ola", "lastName": "Dal", "number": "8901"})
    right = worker(sides, firstName="Kari", lastName="Berg", employeeNumber="8901")
    sides.settle()
    assert outcome(sides.link("employees", LEFT, left["id"])) == (Result.REVIEW, "same_number_but_other")
    assert outcome(sides.link("employees", RIGHT, right["id"])) == (Result.REVIEW, "same_number_but_other")
    assert sides.written == (0, 0)


def test_one_person_of_one_number_is_linked_unasked(sides: TwoSides) -> None:
    left = sides.hub.svenn.add("employees", {"firstName": "Ola", "lastName": "Dal", "number": "8901"})
    right = worker(sides, firstName="Ola", lastName="Dal", employeeNumber="8901")
    sides.settle()
    link = sides.link("employees", LEFT, left["id"])
    assert (link.state, link.ids[RIGHT]) == (LinkState.LINKED, str(right["id"]))


def test_a_customer_is_not_overwritten_by_another_one_of_its_number(one_way: Hub) -> None:
    theirs = {"name": "Nordsjø Drift", "number": "20777", "email": "post@nordsjo.example", "phone": "90000001"}
    made = one_way.timerabbit.add("customers", theirs)
    settle(one_way)
    ours = {"name": "Bad og Flis Larvik", "customerNumber": 20777, "isCustomer": True, "email": "a@b.no"}
    one_way.tripletex.add("customer", ours)
    settle(one_way)
    one_way.sync()
    rows = [row for row in one_way.timerabbit.rows("customers") if row["number"] == "20777"]
    assert [(row["id"], *(row[name] for name in theirs)) for row in rows] == [(made["id"], *theirs.values())]
    ((_, link),) = one_way.reviews()
    assert outcome(link) == (Result.REVIEW, "same_number_but_other")


@pytest.mark.parametrize("action", ["link", "create"])
def test_a_first_sync_asks_about_one_number_of_two_customers(action: str) -> None:
    hub = Hub(size=6, flow="svenn-tripletex")
    left = hub.svenn.add("customers", {"name": "Bad og Flis", "number": "30001", "email": "post@bad.example"})
    theirs = {"name": "Nordsjø Drift", "customerNumber": 30001, "isCustomer": True, "email": "post@nordsjo.example"}
    right = hub.tripletex.add("customer", theirs)
    hub.connect()
    plan = hub.plan()
    lines = {(line.left, line.right): line for line in plan.lines if line.stream == "customers"}
    assert [lines[place].action for place in ((left["id"], None), (None, str(right["id"])))] == ["review", "review"]
    review.decide(hub.world, admin("kari"), StreamKey(*hub.flow, "customers"), [f"left-{left['id']}"], action)
    hub.drain()
    hub.approve(hub.present_plan())
    hub.sync()
    both = TwoSides(hub)
    assert len(both.svenn("customers", number="30001")) == len(both.tripletex("customers", customerNumber=30001)) == 1
    [row] = both.svenn("customers", id=left["id"])
    if action == "link":
        assert both.link("customers", LEFT, left["id"]).ids[RIGHT] == str(right["id"])
    else:
        assert row["email"] == "post@bad.example"
        assert outcome(both.link("customers", LEFT, left["id"]))[0] is Result.FAILED, "the number is taken there"


# --- keys in another spelling ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["974 760 673", "NO 974760673 MVA", "974760673 MVA", "974\u200b760673"])
def test_what_was_read_is_known_by_its_organisation_number_whatever_it_is_called(one_way: Hub, typed: str) -> None:
    made = one_way.timerabbit.add("customers", {"name": "Havbruk Nord", "organizationNumber": typed})
    one_way.sync()
    calls = {"name": "Lofoten Fisk", "organizationNumber": LOFOTEN, "isCustomer": True}
    ours = one_way.tripletex.add("customer", calls)
    settle(one_way)
    (link,) = (link for link in one_way.links("customers") if link.ids.get(LEFT) == str(ours["id"]))
    assert (link.state, link.ids.get(RIGHT)) == (LinkState.LINKED, made["id"])


@pytest.mark.parametrize("typed", ["974 760 673", "974760673MVA", "NO974760673MVA"])
@pytest.mark.parametrize("first", ["svenn", "tripletex"])
def test_what_was_never_read_is_found_by_its_organisation_number_in_the_usual_spellings(
    sides: TwoSides, typed: str, first: str
) -> None:
    ours = {"name": "Havbruk Nord", "number": "30002"}
    theirs = {"name": "Lofoten Fisk", "isCustomer": True}
    svenn, tripletex = (LOFOTEN, typed) if first == "svenn" else (typed, LOFOTEN)
    sides.hub.svenn.add("customers", ours | {"organizationNumber": svenn})
    sides.hub.tripletex.add("customer", theirs | {"organizationNumber": tripletex})
    sides.settle()
    sides.hub.sync()
    names = [
        len(rows("customers", name=name))
        for name in ("Havbruk Nord", "Lofoten Fisk")
        for rows in (sides.svenn, sides.tripletex)
    ]
    assert names == [1, 0, 0, 1]


def test_one_number_with_zeros_in_front_is_one_number(sides: TwoSides) -> None:
    left = sides.hub.svenn.add("customers", {"name": "Nullpunkt", "number": "00742"})
    right = sides.hub.tripletex.add("customer", {"name": "Nullpunkt AS", "customerNumber": 742, "isCustomer": True})
    sides.settle()
    sides.hub.sync()
    assert len(sides.svenn("customers", name="Nullpunkt")) == 1
    assert len(sides.tripletex("customers", customerNumber=742)) == 1
    assert sides.link("customers", LEFT, left["id"]).ids.get(RIGHT) == str(right["id"])


# --- twins -----------------------------------------------------------------------------------------------------------


def test_a_customer_that_was_made_on_both_sides_in_one_look_is_asked_about(sides: TwoSides) -> None:
    left = sides.hub.svenn.add("customers", {"name": "Lysverk Montasje", "number": "30003"})
    right = sides.hub.tripletex.add("customer", {"name": "LYSVERK MONTASJE AS", "isCustomer": True})
    sides.settle()
    sides.hub.sync()
    assert outcome(sides.link("customers", LEFT, left["id"])) == (Result.REVIEW, "same_name_but_other")
    assert outcome(sides.link("customers", RIGHT, right["id"])) == (Result.REVIEW, "same_name_but_other")
    assert sides.written == (0, 0)


def test_a_job_that_was_made_on_both_sides_is_asked_about_and_its_hours_wait(sides: TwoSides) -> None:
    ours, theirs = sides.pair("customers")
    bath = {"name": "Bad Storgata 1", "startDate": "2026-01-01", "number": "7001", "customerId": ours["id"]}
    left = sides.hub.svenn.add("projects", bath)
    project(sides, name="Bad, Storgata 1", number="7777", customer={"id": theirs["id"]})
    sides.settle()
    sides.hub.sync()
    assert outcome(sides.link("projects", LEFT, left["id"])) == (Result.REVIEW, "same_name_but_other")
    assert sides.written == (0, 0)


def test_jobs_of_one_name_for_two_customers_are_two_jobs(sides: TwoSides) -> None:
    pairs = [link for link in sides.hub.links("customers") if link.state is LinkState.LINKED][:2]
    bath = {"name": "Serviceavtale", "startDate": "2026-01-01", "number": "7001", "customerId": pairs[0].ids[LEFT]}
    left = sides.hub.svenn.add("projects", bath)
    project(sides, name="Serviceavtale", number="7777", customer={"id": int(pairs[1].ids[RIGHT])})
    sides.settle()
    assert sides.link("projects", LEFT, left["id"]).state is LinkState.LINKED
    assert len(sides.svenn("projects", name="Serviceavtale")) == 2


@pytest.mark.parametrize("waits", ["svenn", "tripletex"])
def test_who_waits_for_a_number_on_either_side_is_asked_about_when_the_other_half_is_made(
    sides: TwoSides, waits: str
) -> None:
    number = {"svenn": (None, "8123"), "tripletex": ("8123", None)}[waits]
    person = {"firstName": "Ny", "lastName": "Lærling"}
    mine = {**person, "email": "l@firma.example", "number": number[0]}
    theirs = {**person, "email": "l@firma.example"} | ({"employeeNumber": number[1]} if number[1] else {})
    for side in (waits, *({"svenn", "tripletex"} - {waits})):
        _ = sides.hub.svenn.add("employees", mine) if side == "svenn" else worker(sides, **theirs)
        sides.settle()
    sides.hub.sync()
    assert (
        len(sides.svenn("employees", lastName="Lærling")) == len(sides.tripletex("employees", lastName="Lærling")) == 1
    )
    assert [link.candidates[0].score for _, link in sides.hub.reviews() if "Lærling" in link.label] == [100]


def test_a_first_sync_doubles_no_employee_who_waits_for_a_number() -> None:
    hub = Hub(size=6, flow="svenn-tripletex")
    person = {"firstName": "Ny", "lastName": "Lærling", "email": "laerling@firma.example"}
    hub.svenn.add("employees", person)
    there = {"employeeNumber": "8123", "userType": "NO_ACCESS", "department": {"id": int(hub.department())}}
    hub.tripletex.add("employee", person | there)
    hub.first_sync()
    hub.sync()
    assert [
        len([row for row in rows if row["lastName"] == "Lærling"])
        for rows in (hub.svenn.rows("employees"), hub.tripletex.rows("employee"))
    ] == [1, 1]
    assert [link.label for _, link in hub.reviews() if "Lærling" in link.label]


def test_two_new_customers_of_one_name_are_not_both_taken_for_the_one_that_is_there(one_way: Hub) -> None:
    for sandbox in one_way.sandboxes.values():
        sandbox.set_faults({"webhook_drop": True})
    there = one_way.timerabbit.add("customers", {"name": "Lysverk Montasje"})
    one_way.sync()
    for _ in range(2):
        one_way.tripletex.add("customer", {"name": "Lysverk Montasje", "isCustomer": True})
    one_way.sync()
    asked = [link for _, link in one_way.reviews() if "Lysverk" in link.label]
    assert [outcome(link) for link in asked] == [(Result.REVIEW, "ambiguous")] * 2
    assert [row["id"] for row in one_way.timerabbit.rows("customers") if row["name"] == "Lysverk Montasje"] == [
        there["id"]
    ]


def test_what_has_a_partner_is_no_twin_of_a_new_one(one_way: Hub) -> None:
    for _ in range(2):
        one_way.tripletex.add("customer", {"name": "Lysverk Montasje", "isCustomer": True})
        settle(one_way)
    one_way.sync()
    assert len([row for row in one_way.timerabbit.rows("customers") if row["name"] == "Lysverk Montasje"]) == 2
    assert not one_way.reviews()


# --- a number that something out of scope has ------------------------------------------------------------------------


@pytest.mark.parametrize("taken_by", ["sub-project", "offer"])
@pytest.mark.parametrize("live", [True, False], ids=["live", "first plan"])
def test_a_number_that_is_taken_out_of_scope_is_told_and_another_one_goes_over(taken_by: str, *, live: bool) -> None:
    hub = Hub(size=6, flow="svenn-tripletex")
    both = TwoSides(hub)
    if live:
        hub.first_sync()
    main = project(both, name="Hovedjobb", number="9000")
    other = {"mainProject": {"id": main["id"]}} if taken_by == "sub-project" else {"isOffer": True}
    holder = project(both, name="Nytt bad", number="9001", **other)
    if live:
        both.settle()
    made = hub.svenn.add("projects", {"name": "Nytt bad", "number": "9001", "startDate": "2026-01-01"})
    if live:
        both.settle()
    else:
        hub.first_sync()
    link = both.link("projects", LEFT, made["id"])
    assert outcome(link) == (Result.FAILED, "key_taken")
    assert link.outcome is not None
    assert (link.outcome.reason.params["value"], holder["name"] in link.outcome.reason.params["label"]) == (
        "9001",
        True,
    )
    assert both.tripletex("projects", id=holder["id"])[0]["startDate"] == "2026-01-01"
    hub.svenn.edit("projects", made["id"], {"number": "9002"})
    both.settle()
    hub.sync()
    assert [row["number"] for row in both.tripletex("projects", name="Nytt bad")] == ["9001", "9002"]
