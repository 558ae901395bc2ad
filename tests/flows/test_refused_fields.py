"""A refused field holds up itself alone: the others go over, its reason names it, and it goes once it is corrected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from samspill.engine.model import LinkState, Result, Side
from samspill.messages import Replay
from samspill.pipeline.replay.replay import replay
from samspill.reasons import LANGUAGES
from samspill.texts.reasons import reason_text
from tests.flows.hub import Hub
from tests.flows.two_sides import TRIPLETEX, TwoSides

UK = {"line1": "High St 1", "postcode": "N1", "city": "London", "country": "UK"}
OSLO = {"line1": "Storgata 1", "postcode": "0155", "city": "Oslo", "country": "NO"}


@dataclass(frozen=True)
class Case:
    """An edit of which one field is refused, and how that is corrected."""

    kind: str
    field: str
    """Our name of what is refused."""
    refused: Mapping[str, Any]
    corrected: Mapping[str, Any]
    other: Mapping[str, Any]
    """Another field's edit; names and values on the side that is edited."""
    arrives: tuple[str, Any]
    """Where and how the other field arrives on the other side."""


IN_SVENN = [
    Case("customers", "postal_address", {"postalAddress": UK}, {"postalAddress": OSLO},
         {"email": "ny@firma.example"}, ("email", "ny@firma.example")),
    Case("employees", "last_name", {"lastName": ""}, {"lastName": "Solheim"},
         {"firstName": "Marte"}, ("firstName", "Marte")),
    Case("projects", "period", {"startDate": None}, {"startDate": "2026-02-02"},
         {"name": "Nytt bad"}, ("name", "Nytt bad")),
]  # fmt: skip
IN_TRIPLETEX = [
    Case("customers", "phone", {"phoneNumber": "1" * 60}, {"phoneNumber": "22334455"},
         {"email": "ny@firma.example"}, ("email", "ny@firma.example")),
]  # fmt: skip


def told(sides: TwoSides, case: Case, record: str, edited: Side) -> None:
    """The record says which field is the matter, in every language; and once everything is said, nothing is sent."""
    outcome = sides.link(case.kind, edited, record).outcome
    assert outcome is not None
    assert outcome.result is Result.FAILED
    assert outcome.reason.params["field"] == case.field
    assert all("{" not in reason_text(outcome.reason, language) for language in LANGUAGES)
    written = sides.written
    sides.hub.sync()
    sides.hub.sync()
    assert sides.written == written


@pytest.mark.parametrize("at_once", [True, False])
@pytest.mark.parametrize("case", IN_SVENN, ids=lambda case: case.field)
def test_what_tripletex_refuses_holds_up_no_other_field(sides: TwoSides, case: Case, *, at_once: bool) -> None:
    left, right = sides.pair(case.kind)
    if at_once:
        sides.hub.svenn.edit(case.kind, left["id"], {**case.refused, **case.other})
    else:
        sides.hub.svenn.edit(case.kind, left["id"], dict(case.refused))
        sides.settle()
        sides.hub.svenn.edit(case.kind, left["id"], dict(case.other))
    sides.settle()

    name, value = case.arrives
    assert sides.of(case.kind, left["id"], right["id"])[1][name] == value
    told(sides, case, left["id"], Side.LEFT)
    sides.hub.svenn.edit(case.kind, left["id"], dict(case.corrected))
    sides.settle()
    link = sides.link(case.kind, Side.LEFT, left["id"])
    assert link.outcome is not None
    assert (link.outcome.result, dict(link.refused)) == (Result.APPLIED, {})
    assert link.shadows[Side.LEFT].fields[case.field] == link.shadows[Side.RIGHT].fields[case.field]


@pytest.mark.parametrize("at_once", [True, False])
@pytest.mark.parametrize("case", IN_TRIPLETEX, ids=lambda case: case.field)
def test_what_svenn_refuses_holds_up_no_other_field(sides: TwoSides, case: Case, *, at_once: bool) -> None:
    left, right = sides.pair(case.kind)
    edits = [{**case.refused, **case.other}] if at_once else [dict(case.refused), dict(case.other)]
    for edit in edits:
        sides.hub.tripletex.edit(TRIPLETEX[case.kind], str(right["id"]), edit)
        sides.settle()

    name, value = case.arrives
    assert sides.of(case.kind, left["id"], right["id"])[0][name] == value
    told(sides, case, left["id"], Side.LEFT)
    sides.hub.tripletex.edit(TRIPLETEX[case.kind], str(right["id"]), dict(case.corrected))
    sides.settle()
    link = sides.link(case.kind, Side.LEFT, left["id"])
    assert link.outcome is not None
    assert (link.outcome.result, dict(link.refused)) == (Result.APPLIED, {})


@pytest.mark.usefixtures("unforeseen")
def test_what_timerabbit_refuses_holds_up_no_other_field(hub: Hub) -> None:
    pair = next(x for x in hub.links("customers") if len(x.ids) == len(Side) and x.base.get("is_active"))
    record = pair.ids[Side.LEFT]
    hub.tripletex.edit("customer", record, {"phoneNumber": "1" * 60, "email": "ny@firma.example"})
    writes = hub.writes("timerabbit")
    hub.sync()
    hub.sync()

    theirs = next(row for row in hub.timerabbit.rows("customers") if row["id"] == pair.ids[Side.RIGHT])
    assert theirs["email"] == "ny@firma.example"
    assert hub.writes("timerabbit") == writes + 2, "once with the telephone number, once without it"
    (link,) = (x for x in hub.links("customers") if x.id == pair.id)
    assert link.outcome is not None
    assert (link.outcome.result, link.outcome.reason.params["field"]) == (Result.FAILED, "phone")


def test_two_refused_fields_are_both_told_and_the_third_goes(sides: TwoSides) -> None:
    left, right = sides.pair("customers")
    spoiled = {"phoneNumber": "1" * 60, "phoneNumberMobile": "2" * 60, "email": "ny@firma.example"}
    sides.hub.tripletex.edit("customer", str(right["id"]), spoiled)
    sides.settle()

    assert sides.of("customers", left["id"], right["id"])[0]["email"] == "ny@firma.example"
    link = sides.link("customers", Side.LEFT, left["id"])
    assert set(link.refused) == {"left.phone", "left.mobile"}
    assert link.outcome is not None
    words = reason_text(link.outcome.reason, "en")
    assert "mobile" in words
    assert "phone" in words


def test_the_other_side_may_edit_what_was_refused_here(sides: TwoSides) -> None:
    left, right = sides.pair("customers")
    sides.hub.svenn.edit("customers", left["id"], {"postalAddress": UK})
    sides.settle()
    sides.hub.tripletex.edit("customer", str(right["id"]), {"email": "ny@firma.example"})
    sides.settle()

    ours, theirs = sides.of("customers", left["id"], right["id"])
    assert ours["email"] == theirs["email"] == "ny@firma.example"
    assert ours["postalAddress"]["country"] == "UK", "nobody takes the edit back"


def test_a_person_has_what_was_refused_sent_once_more(sides: TwoSides) -> None:
    left, _ = sides.pair("employees")
    sides.hub.svenn.edit("employees", left["id"], {"lastName": ""})
    sides.settle()
    refused = sides.written[1]
    tenant, flow = sides.hub.flow
    replay(sides.hub.world, Replay(tenant=tenant, flow=flow))
    sides.settle()
    assert sides.written[1] == refused + 1
    assert sides.reason("employees", Side.LEFT, left["id"]) == "field_required"
    sides.hub.sync()
    assert sides.written[1] == refused + 1


@pytest.mark.parametrize(
    ("fields", "left_out"),
    [
        ({"email": "bjørn@firma.example"}, "email"),
        ({"email": None, "mobile": "90112233"}, None),
    ],
)
def test_a_person_whose_address_is_not_taken_is_created_without_it(
    sides: TwoSides, fields: dict[str, Any], left_out: str | None
) -> None:
    person = {"firstName": "Verksted", "lastName": "Nord", "number": "8801", **fields}
    made = sides.hub.svenn.add("employees", person)
    sides.settle()
    sides.hub.sync()

    [row] = sides.tripletex("employees", employeeNumber="8801")
    assert (row["lastName"], row["email"] or "") == ("Nord", "")
    link = sides.link("employees", Side.LEFT, made["id"])
    assert link.state is LinkState.LINKED
    assert link.outcome is not None
    if left_out is None:
        assert link.outcome.result is Result.APPLIED
    else:
        assert (link.outcome.result, link.outcome.reason.params["field"]) == (Result.FAILED, left_out)


def test_of_two_people_with_one_mailbox_both_are_created_and_nobody_is_told_to_link_them(sides: TwoSides) -> None:
    made: dict[str, Any] = {}
    for number in ("8811", "8812"):
        person = {"firstName": "Verksted", "lastName": f"Nr {number}", "number": number}
        made = sides.hub.svenn.add("employees", {**person, "email": "verksted@firma.example"})
        sides.settle()
    sides.hub.sync()

    rows = {row["employeeNumber"]: row["email"] for row in sides.tripletex("employees") if row["lastName"][:3] == "Nr "}
    assert rows == {"8811": "verksted@firma.example", "8812": ""}
    link = sides.link("employees", Side.LEFT, made["id"])
    assert link.outcome is not None
    assert (link.outcome.reason.code, link.outcome.reason.params["field"]) == ("value_taken", "email")
    assert sides.written[1] == 3, "the second one once with the address, once without it"


def test_a_customer_with_an_unknown_country_is_created_without_its_address_and_so_is_its_project(
    sides: TwoSides,
) -> None:
    customer = sides.hub.svenn.add("customers", {"name": "London AS", "number": "31010", "postalAddress": UK})
    project = {"name": "Nytt bad", "number": "P77", "startDate": "2026-01-01", "customerId": customer["id"]}
    sides.hub.svenn.add("projects", project)
    sides.settle()
    sides.hub.sync()

    [made] = sides.tripletex("customers", customerNumber=31010)
    [job] = sides.tripletex("projects", number="P77")
    assert job["customer"]["id"] == made["id"]
    sides.hub.svenn.edit("customers", customer["id"], {"postalAddress": OSLO})
    sides.settle()
    link = sides.link("customers", Side.LEFT, customer["id"])
    assert link.outcome is not None
    assert link.outcome.result is Result.APPLIED
    assert link.shadows[Side.RIGHT].fields["postal_address"] == link.shadows[Side.LEFT].fields["postal_address"]


@pytest.mark.usefixtures("unforeseen")
def test_a_record_that_cannot_go_without_the_refused_field_says_that_it_waits_whole(hub: Hub) -> None:
    made = hub.tripletex.add("customer", {"name": "N" * 130, "email": "lang@firma.example", "isCustomer": True})
    writes = hub.writes("timerabbit")
    hub.sync()
    hub.sync()

    (link,) = (x for x in hub.links("customers") if x.ids.get(Side.LEFT) == str(made["id"]))
    assert link.outcome is not None
    assert link.outcome.reason.params["field"] == "name"
    assert link.outcome.reason.because is not None
    assert link.outcome.reason.because.code == "record_waits_whole"
    assert "Timerabbit" in reason_text(link.outcome.reason, "nb")
    assert hub.writes("timerabbit") == writes + 1
    hub.tripletex.edit("customer", str(made["id"]), {"name": "Kort AS"})
    hub.sync()
    [row] = [row for row in hub.timerabbit.rows("customers") if row["name"] == "Kort AS"]
    assert row["email"] == "lang@firma.example"
