"""What a target cannot hold is refused before it is sent; what it keeps otherwise than it was sent is told."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest

from local.vendors.tripletex.body import settable
from samspill.engine.model import LinkState, Result, Side
from samspill.errors import SamspillError
from samspill.state import StreamKey
from samspill.usecases import review
from tests.flows.hub import Hub
from tests.flows.two_sides import TwoSides
from tests.support.actors import admin

SVENN_TRIPLETEX = "svenn-tripletex"
NOT_HELD = {
    "zeros in front": "00742",
    "digits of another script": "１２３４５",
    "mixed digits": "7４2",
    "too large": "2147483648",
    "much too large": "9" * 30,
    "zero": "0",
    "letters": "A-742",
    "a fraction": "742.5",
}
not_held = pytest.mark.parametrize("number", NOT_HELD.values(), ids=NOT_HELD)
WHOLE = "Avtale om vedlikehold av alle anlegg, signert i mars"


@pytest.fixture
def sides() -> TwoSides:
    """Svenn and Tripletex in step, webhooks on."""
    hub = Hub(size=4, flow=SVENN_TRIPLETEX)
    hub.first_sync()
    both = TwoSides(hub)
    both.settle()
    both.forget()
    return both


# --- numbers ----------------------------------------------------------------------------------------------------------


@not_held
def test_a_number_that_accounting_cannot_hold_is_refused_before_anything_is_written(
    sides: TwoSides, number: str
) -> None:
    made = sides.hub.svenn.add("customers", {"name": "Nullpunkt AS", "number": number})
    sides.settle()
    sides.hub.sync()
    link = sides.link("customers", Side.LEFT, made["id"])
    assert link.outcome is not None
    assert (link.outcome.result, link.conflicts) == (Result.SKIPPED, {})
    assert link.outcome.reason.params["number"] == number
    assert (sides.written, sides.tripletex("customers", name="Nullpunkt AS")) == ((0, 0), [])


@not_held
def test_a_number_that_accounting_cannot_hold_is_told_in_the_plan_of_the_first_sync(number: str) -> None:
    hub = Hub(size=3, flow=SVENN_TRIPLETEX)
    made = hub.svenn.add("customers", {"name": "Nullpunkt AS", "number": number})
    hub.connect()
    plan = hub.plan()
    [line] = [each for each in plan.lines if each.stream == "customers" and each.left == made["id"]]
    assert (line.action, line.reason.code) == (
        "skip",
        "number_not_numeric" if number in {"A-742", "742.5", "１２３４５", "7４2"} else "number_not_kept",
    )
    hub.approve(plan)
    assert [row for row in hub.tripletex.rows("customer") if row["name"] == "Nullpunkt AS"] == []


@not_held
def test_once_the_number_is_corrected_the_corrected_one_goes_over(sides: TwoSides, number: str) -> None:
    made = sides.hub.svenn.add("customers", {"name": "Nullpunkt AS", "number": number})
    sides.settle()
    sides.hub.svenn.edit("customers", made["id"], {"number": "20742"})
    sides.settle()
    assert [row["customerNumber"] for row in sides.tripletex("customers", name="Nullpunkt AS")] == [20742]


@pytest.mark.parametrize("number", ["742", "00742"])
def test_one_customer_under_a_number_with_zeros_in_front_is_matched_in_the_first_sync(number: str) -> None:
    hub = Hub(size=3, flow=SVENN_TRIPLETEX)
    made = hub.svenn.add("customers", {"name": "Nullpunkt AS", "number": number})
    hub.tripletex.add("customer", {"name": "Nullpunkt AS", "customerNumber": 742, "isCustomer": True})
    hub.first_sync()
    both = TwoSides(hub)
    link = both.link("customers", Side.LEFT, made["id"])
    assert (link.state, link.conflicts) == (LinkState.LINKED, {})
    assert [len(rows("customers", name="Nullpunkt AS")) for rows in (both.svenn, both.tripletex)] == [1, 1]
    both.forget()
    hub.sync()
    assert both.written == (0, 0)


@pytest.mark.parametrize("dressed", ["00{}", " {}", "{}\u200b", "\ufeff{}"])
def test_a_number_that_is_spelled_differently_is_asked_about_by_nobody(sides: TwoSides, dressed: str) -> None:
    left, _ = sides.pair("customers")
    sides.hub.svenn.edit("customers", left["id"], {"number": dressed.format(left["number"])})
    sides.settle()
    sides.hub.sync()
    link = sides.link("customers", Side.LEFT, left["id"])
    assert (link.conflicts, sides.written) == ({}, (0, 0))


@pytest.mark.parametrize("number", ["A-1", "9" * 20, "0099"])
@pytest.mark.parametrize("action", ["take-left", "take-right"])
def test_a_decision_about_a_number_ends_or_says_why_not(sides: TwoSides, number: str, action: str) -> None:
    left, right = sides.pair("customers")
    sides.hub.svenn.edit("customers", left["id"], {"number": number})
    sides.settle()
    link = sides.link("customers", Side.LEFT, left["id"])
    assert link.conflicts == {"number": {"left": number, "right": left["number"]}}
    for _ in range(2):
        with suppress(SamspillError):
            review.decide(sides.hub.world, admin("kari"), StreamKey(*sides.hub.flow, "customers"), [link.id], action)
        sides.settle()
        sides.hub.sync()
    link = sides.link("customers", Side.LEFT, left["id"])
    ours, theirs = sides.of("customers", left["id"], right["id"])
    assert link.outcome is not None
    assert theirs["customerNumber"] == right["customerNumber"]
    if action == "take-right":
        assert (ours["number"], link.conflicts) == (left["number"], {})
    else:
        assert (link.outcome.result, link.outcome.reason.params["field"]) == (Result.FAILED, "number")
        assert sides.written[1] == 0


def test_a_decision_is_carried_out_beside_an_edit_for_the_other_side(sides: TwoSides) -> None:
    left, right = sides.pair("customers")
    sides.hub.svenn.edit("customers", left["id"], {"number": "8001", "email": "ny@firma.example"})
    sides.settle()
    link = sides.link("customers", Side.LEFT, left["id"])
    sides.hub.svenn.edit("customers", left["id"], {"email": "nyere@firma.example"})
    review.decide(sides.hub.world, admin("kari"), StreamKey(*sides.hub.flow, "customers"), [link.id], "take-right")
    sides.settle()
    ours, theirs = sides.of("customers", left["id"], right["id"])
    assert (ours["number"], theirs["email"]) == (left["number"], "nyere@firma.example")
    assert sides.link("customers", Side.LEFT, left["id"]).conflicts == {}


@pytest.mark.parametrize("number", ["0042", "P.7a"])
def test_the_number_of_a_project_is_text_and_goes_over_as_it_was_typed(sides: TwoSides, number: str) -> None:
    sides.hub.svenn.add("projects", {"name": "Bad", "number": number, "startDate": "2026-01-01"})
    sides.settle()
    assert [row["number"] for row in sides.tripletex("projects", name="Bad")] == [number]
    sides.forget()
    sides.hub.sync()
    assert sides.written == (0, 0)


def test_a_new_number_of_a_project_with_a_zero_in_front_is_asked_about(sides: TwoSides) -> None:
    made = sides.hub.svenn.add("projects", {"name": "Bad", "number": "42", "startDate": "2026-01-01"})
    sides.settle()
    sides.hub.svenn.edit("projects", made["id"], {"number": "0042"})
    sides.settle()
    assert "number" in sides.link("projects", Side.LEFT, made["id"]).conflicts


# --- groups -----------------------------------------------------------------------------------------------------------

ABROAD = {"line1": "Storgatan 1", "postcode": "111 22", "city": "Stockholm", "country": "SE"}
AT_HOME = {"line1": "Storgata 1", "postcode": "0150", "city": "Oslo", "country": None}


def address_in_tripletex(sides: TwoSides, number: int) -> tuple[str, str | None]:
    """Return city and country."""
    [row] = sides.tripletex("customers", customerNumber=number)
    [held] = [each for each in sides.hub.tripletex.rows("address") if each["id"] == row["postalAddress"]["id"]]
    codes = {each["id"]: each["isoAlpha2Code"] for each in sides.hub.tripletex.rows("country")}
    return held["city"], codes.get((held["country"] or {}).get("id"))


def test_an_address_that_is_emptied_leaves_no_country_behind(sides: TwoSides) -> None:
    made = sides.hub.svenn.add("customers", {"name": "Utland AB", "number": "32002", "postalAddress": ABROAD})
    sides.settle()
    assert address_in_tripletex(sides, 32002) == ("Stockholm", "SE")
    sides.hub.svenn.edit("customers", made["id"], {"postalAddress": None})
    sides.settle()
    assert address_in_tripletex(sides, 32002) == ("", None)


def test_an_edit_of_a_moved_address_in_accounting_brings_no_old_country_back(sides: TwoSides) -> None:
    made = sides.hub.svenn.add("customers", {"name": "Utland AB", "number": "32002", "postalAddress": ABROAD})
    sides.settle()
    sides.hub.svenn.edit("customers", made["id"], {"postalAddress": AT_HOME})
    sides.settle()
    [row] = sides.tripletex("customers", customerNumber=32002)
    place = {"id": row["postalAddress"]["id"], "addressLine1": "Storgata 2"}
    sides.hub.tripletex.edit("customer", str(row["id"]), {"postalAddress": place})
    sides.settle()
    [held] = sides.svenn("customers", id=made["id"])
    assert (held["postalAddress"]["line1"], held["postalAddress"]["country"]) == ("Storgata 2", None)


def test_a_country_that_accounting_does_not_empty_is_told(sides: TwoSides, monkeypatch: pytest.MonkeyPatch) -> None:
    def keeps_its_country(world: Any, entity: Any, body: Any, **more: Any) -> Any:
        return settable(
            world, entity, {name: value for name, value in body.items() if name != "country" or value}, **more
        )

    monkeypatch.setattr("local.vendors.tripletex.writing.settable", keeps_its_country)
    made = sides.hub.svenn.add("customers", {"name": "Utland AB", "number": "32002", "postalAddress": ABROAD})
    sides.settle()
    sides.hub.svenn.edit("customers", made["id"], {"postalAddress": AT_HOME})
    sides.settle()
    sides.hub.sync()
    told = sides.link("customers", Side.LEFT, made["id"]).outcome
    assert told is not None
    assert (told.reason.code, told.reason.params["fields"]) == ("kept_otherwise", "postal_address")


# --- texts that are cut -----------------------------------------------------------------------------------------------


def cuts(hub: Hub, vendor: str, field: str, length: int) -> None:
    """Let a vendor of our contract keep so many characters of a field, without a word."""
    store = hub.sandboxes[vendor].store  # type: ignore[attr-defined]
    change, create = store.change, store.create

    def cut(sent: Any) -> Any:
        return {**sent, field: sent[field][:length]} if isinstance(sent, dict) and sent.get(field) else sent

    store.change = lambda kind, record_id, sent, version=None: change(kind, record_id, cut(sent), version)
    store.create = lambda kind, sent: create(kind, cut(sent))


@pytest.mark.parametrize(
    ("field", "theirs", "typed"),
    [
        ("description", "description", WHOLE),
        ("phone", "phoneNumber", "22 33 44 55 (sentralbord) ext. 12"),
        ("email", "email", "en.meget.lang.adresse@firma.example"),
        ("organizationNumber", "organizationNumber", "Under stiftelse 2026"),
    ],
)
def test_a_text_that_was_cut_is_told_and_neither_sent_again_nor_sent_back(
    sides: TwoSides, field: str, theirs: str, typed: str
) -> None:
    left, right = sides.pair("customers")
    cuts(sides.hub, "svenn", field, 17)
    sides.hub.tripletex.edit("customer", str(right["id"]), {theirs: typed})
    sides.settle()
    for _ in range(2):
        sides.hub.sync()
    ours, held = sides.of("customers", left["id"], right["id"])
    assert (ours[field], held[theirs], sides.written) == (typed[:17], typed, (1, 0))
    outcome = sides.link("customers", Side.LEFT, left["id"]).outcome
    assert outcome is not None
    assert (outcome.result, outcome.reason.code) == (Result.APPLIED, "kept_otherwise")
    told = [entry for entry in sides.hub.journal("kept_otherwise") if entry.ids["left"] == left["id"]]
    assert len(told) == 1
    assert told[0].reason.params["system"] == "Svenn"


def test_a_new_customer_of_which_a_text_was_cut_is_told(sides: TwoSides) -> None:
    cuts(sides.hub, "svenn", "description", 17)
    made = sides.hub.tripletex.add("customer", {"name": "Fjellro AS", "description": WHOLE, "isCustomer": True})
    sides.settle()
    sides.hub.sync()
    link = sides.link("customers", Side.RIGHT, made["id"])
    assert link.outcome is not None
    assert (link.outcome.reason.code, link.outcome.reason.params["fields"]) == ("kept_otherwise", "description")
    [held] = sides.svenn("customers", name="Fjellro AS")
    [row] = sides.tripletex("customers", name="Fjellro AS")
    assert (held["description"], row["description"], sides.written) == (WHOLE[:17], WHOLE, (1, 0))


def test_the_name_that_timerabbit_cuts_is_told() -> None:
    hub = Hub(size=3)
    hub.first_sync()
    cuts(hub, "timerabbit", "name", 17)
    made = hub.tripletex.add("customer", {"name": WHOLE, "isCustomer": True})
    hub.sync()
    hub.sync()
    [link] = [each for each in hub.links("customers") if each.ids.get(Side.LEFT) == str(made["id"])]
    assert link.outcome is not None
    assert (link.outcome.reason.code, link.outcome.reason.params["system"]) == ("kept_otherwise", "Timerabbit")


def test_the_name_of_an_employee_that_svenn_cuts_is_told(sides: TwoSides) -> None:
    left, right = sides.pair("employees")
    cuts(sides.hub, "svenn", "lastName", 5)
    sides.hub.tripletex.edit("employee", str(right["id"]), {"lastName": "Lillestrømsdatter"})
    sides.settle()
    sides.hub.sync()
    assert sides.reason("employees", Side.LEFT, left["id"]) == "kept_otherwise"
    assert sides.of("employees", left["id"], right["id"])[1]["lastName"] == "Lillestrømsdatter"


def test_a_text_that_accounting_cuts_is_told(sides: TwoSides, monkeypatch: pytest.MonkeyPatch) -> None:
    def cut(world: Any, entity: Any, body: Any, **more: Any) -> Any:
        return settable(world, entity, body | {n: body[n][:17] for n in ("description",) if body.get(n)}, **more)

    monkeypatch.setattr("local.vendors.tripletex.writing.settable", cut)
    left, right = sides.pair("customers")
    sides.hub.svenn.edit("customers", left["id"], {"description": WHOLE})
    sides.settle()
    sides.hub.sync()
    assert sides.reason("customers", Side.LEFT, left["id"]) == "kept_otherwise"
    ours, theirs = sides.of("customers", left["id"], right["id"])
    assert (ours["description"], theirs["description"], sides.written) == (WHOLE, WHOLE[:17], (0, 1))


def test_a_cut_text_whose_answer_was_lost_is_told_and_not_sent_back(sides: TwoSides) -> None:
    left, right = sides.pair("customers")
    cuts(sides.hub, "svenn", "description", 17)
    path = f"/v1/customers/{left['id']}"
    sides.hub.svenn.set_faults({"drop_answer_next": [{"times": 2, "path_prefix": path, "method": "PATCH"}]})
    sides.hub.tripletex.edit("customer", str(right["id"]), {"description": WHOLE})
    for _ in range(3):
        sides.settle()
        sides.hub.clock.advance(600)
        sides.hub.sync()
    ours, theirs = sides.of("customers", left["id"], right["id"])
    assert (ours["description"], theirs["description"], sides.written) == (WHOLE[:17], WHOLE, (2, 0))
    assert len(sides.hub.journal("kept_otherwise")) == 1
    assert sides.reason("customers", Side.LEFT, left["id"]) == "kept_otherwise"
