"""What a person typed is what the other system gets: never a form that was made for comparing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson
import pytest

from samspill.canon.compare import form_of
from samspill.engine.model import Link, LinkState, Side
from samspill.ports import LinkCommit
from samspill.state import StreamKey
from tests.flows.hub import Hub
from tests.flows.two_sides import TwoSides

SVENN_TRIPLETEX = "svenn-tripletex"
TELEPHONES = ["22 33 44 55 ext. 12", "22334455 / 99887766", "+46 8 55 12 34", "800-BYGG-NO", "ring resepsjonen"]
INDENTED = "Utstyr:\n\n    - pumpe  12 V\n\t- filter"
SPELLED = {
    "email": ("post@berg.example", "Post@Berg.example"),
    "phone": ("22334455", "+47 22 33 44 55"),
    "mobile": ("99887766", "0047 998 87 766"),
    "organizationNumber": ("974760673", "NO 974 760 673 MVA"),
    "description": ("Ring først\nport 3", "Ring  først \n  port 3\n"),
    "name": ("Fjellro AS", " Fjellro\u200b  AS"),
}
"""Svenn's field: a value, and the same in another spelling."""
IN_TRIPLETEX = {"phone": "phoneNumber", "mobile": "phoneNumberMobile"}
spelled_fields = pytest.mark.parametrize("field", SPELLED)


@pytest.fixture
def sides() -> TwoSides:
    """Svenn and Tripletex in step, webhooks on."""
    hub = Hub(size=4, flow=SVENN_TRIPLETEX)
    hub.first_sync()
    both = TwoSides(hub)
    both.settle()
    both.forget()
    return both


@pytest.fixture
def hub() -> Hub:
    """Tripletex and Timerabbit in step."""
    made = Hub(size=3)
    made.first_sync()
    for sandbox in made.sandboxes.values():
        sandbox.calls.clear()
    return made


def made_in_svenn(sides: TwoSides, **fields: Any) -> dict[str, Any]:
    made = sides.hub.svenn.add("customers", {"name": "Fjellro AS", "number": "20001"} | fields)
    sides.settle()
    return made


# --- what goes over ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", TELEPHONES)
@pytest.mark.parametrize(("ours", "theirs"), [("phone", "phoneNumber"), ("mobile", "phoneNumberMobile")])
def test_a_telephone_goes_over_as_it_was_typed_to_accounting(
    sides: TwoSides, ours: str, theirs: str, typed: str
) -> None:
    left, right = sides.pair("customers")
    sides.hub.svenn.edit("customers", left["id"], {ours: typed})
    sides.settle()
    assert sides.of("customers", left["id"], right["id"])[1][theirs] == typed
    assert sides.written == (0, 1)


@pytest.mark.parametrize("typed", TELEPHONES)
@pytest.mark.parametrize(("ours", "theirs"), [("phone", "phoneNumber"), ("mobile", "phoneNumberMobile")])
def test_a_telephone_goes_over_as_it_was_typed_from_accounting(
    sides: TwoSides, ours: str, theirs: str, typed: str
) -> None:
    left, right = sides.pair("customers")
    sides.hub.tripletex.edit("customer", str(right["id"]), {theirs: typed})
    sides.settle()
    assert sides.of("customers", left["id"], right["id"])[0][ours] == typed
    assert sides.written == (1, 0)


@pytest.mark.parametrize("typed", TELEPHONES)
def test_an_employees_mobile_goes_over_as_it_was_typed_in_both_directions(sides: TwoSides, typed: str) -> None:
    left, right = sides.pair("employees")
    sides.hub.tripletex.edit("employee", str(right["id"]), {"phoneNumberMobile": typed})
    sides.settle()
    assert sides.of("employees", left["id"], right["id"])[0]["mobile"] == typed
    sides.hub.svenn.edit("employees", left["id"], {"mobile": f"{typed} (ny)"})
    sides.settle()
    assert sides.of("employees", left["id"], right["id"])[1]["phoneNumberMobile"] == f"{typed} (ny)"


@pytest.mark.parametrize("typed", [*TELEPHONES, "+47 22 33 44 55"])
def test_a_telephone_goes_over_as_it_was_typed_to_timerabbit(hub: Hub, typed: str) -> None:
    hub.tripletex.add("customer", {"name": "Fjellro AS", "phoneNumber": typed, "isCustomer": True})
    hub.sync()
    assert [row["phone"] for row in hub.timerabbit.rows("customers") if row["name"] == "Fjellro AS"] == [typed]


@pytest.mark.parametrize("typed", ["Org.nr. 974 760 673", "NO 974 760 673 MVA", "Under stiftelse", "SE 556677-8899 01"])
@pytest.mark.parametrize("edited", [False, True], ids=["new", "edited"])
def test_an_organisation_number_goes_over_as_it_was_typed(sides: TwoSides, typed: str, edited: bool) -> None:
    made = made_in_svenn(sides, organizationNumber=None if edited else typed)
    if edited:
        sides.hub.svenn.edit("customers", made["id"], {"organizationNumber": typed})
        sides.settle()
    [held] = sides.tripletex("customers", customerNumber=20001)
    assert held["organizationNumber"] == typed


@pytest.mark.parametrize("side", Side)
def test_a_description_keeps_its_indentation_and_its_empty_lines(sides: TwoSides, side: Side) -> None:
    left, right = sides.pair("customers")
    if side is Side.LEFT:
        sides.hub.svenn.edit("customers", left["id"], {"description": INDENTED})
    else:
        sides.hub.tripletex.edit("customer", str(right["id"]), {"description": INDENTED})
    sides.settle()
    sides.hub.sync()
    assert [each["description"] for each in sides.of("customers", left["id"], right["id"])] == [INDENTED, INDENTED]
    assert sum(sides.written) == 1


def test_an_address_goes_over_as_it_was_typed(sides: TwoSides) -> None:
    typed = {"line1": "c/o  Berg", "line2": "Oppg. B ", "postcode": "0150", "city": "OSLO", "country": "SE"}
    made_in_svenn(sides, postalAddress=typed)
    [row] = sides.tripletex("customers", customerNumber=20001)
    [held] = [each for each in sides.hub.tripletex.rows("address") if each["id"] == row["postalAddress"]["id"]]
    assert [held[name] for name in ("addressLine1", "addressLine2", "city")] == ["c/o  Berg", "Oppg. B ", "OSLO"]
    sides.forget()
    sides.settle()
    sides.hub.sync()
    assert sides.written == (0, 0)


# --- what is only spelled differently ---------------------------------------------------------------------------------


@spelled_fields
def test_another_spelling_in_svenn_is_no_change(sides: TwoSides, field: str) -> None:
    plain, spelled = SPELLED[field]
    made = made_in_svenn(sides, **{field: plain})
    sides.forget()
    sides.hub.svenn.edit("customers", made["id"], {field: spelled})
    sides.settle()
    sides.hub.sync()
    assert (sides.written, sides.link("customers", Side.LEFT, made["id"]).conflicts) == ((0, 0), {})


@spelled_fields
def test_another_spelling_in_accounting_is_no_change(sides: TwoSides, field: str) -> None:
    plain, spelled = SPELLED[field]
    made = made_in_svenn(sides, **{field: plain})
    [held] = sides.tripletex("customers", customerNumber=20001)
    sides.forget()
    sides.hub.tripletex.edit("customer", str(held["id"]), {IN_TRIPLETEX.get(field, field): spelled})
    sides.settle()
    sides.hub.sync()
    assert (sides.written, sides.link("customers", Side.LEFT, made["id"]).conflicts) == ((0, 0), {})


@spelled_fields
@pytest.mark.parametrize("turned", [False, True], ids=["plain in Svenn", "plain in Tripletex"])
def test_two_spellings_are_one_value_in_the_first_sync(field: str, turned: bool) -> None:
    ours, theirs = reversed(SPELLED[field]) if turned else SPELLED[field]
    hub = Hub(size=3, flow=SVENN_TRIPLETEX)
    made = hub.svenn.add("customers", {"name": "Fjellro AS", "number": "20001", field: ours})
    there = {"name": "Fjellro AS", "customerNumber": 20001, "isCustomer": True, IN_TRIPLETEX.get(field, field): theirs}
    hub.tripletex.add("customer", there)
    hub.first_sync()
    sides = TwoSides(hub)
    link = sides.link("customers", Side.LEFT, made["id"])
    [right] = sides.tripletex("customers", customerNumber=20001)
    [left] = sides.svenn("customers", id=made["id"])
    assert (link.state, link.conflicts) == (LinkState.LINKED, {})
    assert (left[field], right[IN_TRIPLETEX.get(field, field)]) == (ours, theirs)


@spelled_fields
def test_an_edit_on_one_side_meets_no_conflict_in_another_spelling_on_the_other(sides: TwoSides, field: str) -> None:
    plain, spelled = SPELLED[field]
    made = made_in_svenn(sides, **{field: plain})
    [held] = sides.tripletex("customers", customerNumber=20001)
    sides.hub.svenn.edit("customers", made["id"], {field: "Fjellvann AS" if field == "name" else ""})
    sides.hub.tripletex.edit("customer", str(held["id"]), {IN_TRIPLETEX.get(field, field): spelled})
    sides.settle()
    sides.hub.sync()
    [held] = sides.tripletex("customers", customerNumber=20001)
    assert held[IN_TRIPLETEX.get(field, field)] == ("Fjellvann AS" if field == "name" else "")
    assert sides.link("customers", Side.LEFT, made["id"]).conflicts == {}


def test_a_name_of_nothing_that_shows_becomes_no_customer(sides: TwoSides) -> None:
    made = made_in_svenn(sides, name="\u200b\u200e \ufeff")
    assert sides.tripletex("customers", customerNumber=20001) == []
    assert sides.reason("customers", Side.LEFT, made["id"]) == "missing_field"


# --- upgrades ---------------------------------------------------------------------------------------------------------


def as_stored_before(hub: Hub, stream: str) -> None:
    """Store the links as earlier versions did: with every value in its form for comparing."""

    def folded(fields: Any) -> dict[str, Any]:
        return {name: form_of(name)(value) for name, value in fields.items()}

    def shadows(link: Link) -> dict[Side, Any]:
        return {side: replace(each, fields=folded(each.fields), fingerprint="x") for side, each in link.shadows.items()}

    links = [replace(link, base=folded(link.base), shadows=shadows(link)) for link in hub.links(stream)]
    assert all(hub.world.links.commit(StreamKey(*hub.flow, stream), [LinkCommit(link) for link in links]))


@pytest.mark.parametrize("flow", [SVENN_TRIPLETEX, "tripletex-timerabbit"])
def test_what_earlier_versions_stored_causes_no_writes(flow: str) -> None:
    hub = Hub(size=12, flow=flow)
    hub.first_sync()
    hub.sync()
    for stream in ("customers", "projects"):
        as_stored_before(hub, stream)
    for sandbox in hub.sandboxes.values():
        sandbox.calls.clear()
    run = hub.sync()
    looked_at = run.counters.get("customers.expected", 0)
    assert looked_at > 0, "the story: every record is looked at again"
    assert {vendor: hub.writes(vendor) for vendor in hub.vendors.values()} == dict.fromkeys(hub.vendors.values(), 0)


def test_a_number_that_an_earlier_version_made_up_is_replaced_by_what_was_typed(sides: TwoSides) -> None:
    typed, made_up = "22 33 44 55 ext. 12", "2233445512"
    made = made_in_svenn(sides, phone=made_up)
    record = sides.hub.svenn.store.held["customers"][made["id"]]
    told = dict(record.record) | {"phone": typed}
    sides.hub.svenn.store.held["customers"][made["id"]] = record._replace(record=told, body=orjson.dumps(told))
    sides.hub.sync()
    [held] = sides.tripletex("customers", customerNumber=20001)
    assert held["phoneNumber"] == typed
