"""Wire and canon: what is written is read back, and writing what was read changes nothing."""

from __future__ import annotations

import copy
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samspill.canon.customers import address
from samspill.canon.numbers import decimal_text
from samspill.canon.text import typed
from samspill.canon.work import cell_key
from samspill.connectors.mapping import Mapped
from samspill.connectors.svenn import mapping as svenn
from samspill.connectors.timerabbit import mapping as timerabbit
from samspill.connectors.tripletex import mapping as tripletex
from samspill.connectors.tripletex.kinds import KINDS
from samspill.errors import MappingError

TEXT = st.one_of(st.none(), st.text(max_size=30), st.sampled_from(["", " Åse  Øy ", "A\nB", "e\u0301"]))
LINE = TEXT.map(typed)
NAME = st.text(min_size=1, max_size=30).map(typed).filter(bool)
ID = st.integers(1, 10**9)
REF = st.one_of(st.none(), ID.map(lambda number: {"id": number}))
DAY = st.dates(date(2000, 1, 1), date(2050, 12, 31)).map(str)
COUNTRY = st.sampled_from(["NO", "SE", "DE"])
PHONE = st.one_of(st.none(), st.sampled_from(["22 33 44 55", "+46 22 33 44 55", "22334455 ext. 12", "ring oss"]))
EMAIL = st.one_of(st.none(), st.sampled_from(["Post@X.no", "å@y.no"]))


@st.composite
def tripletex_addresses(draw: st.DrawFn) -> dict[str, Any] | None:
    parts = {name: draw(st.text(max_size=8)) for name in ("addressLine1", "addressLine2", "postalCode", "city")}
    country = draw(st.one_of(st.none(), COUNTRY.map(lambda code: {"id": 1, "isoAlpha2Code": code})))
    return draw(st.sampled_from([None, {"id": 7, **parts, "country": country}]))


ROWS = {
    "customers": st.fixed_dictionaries(
        {
            "id": ID,
            "name": NAME,
            "customerNumber": st.integers(1, 99_999),
            "organizationNumber": TEXT,
            "email": TEXT,
            "invoiceEmail": TEXT,
            "phoneNumber": TEXT,
            "phoneNumberMobile": TEXT,
            "description": TEXT,
            "isInactive": st.booleans(),
            "isPrivateIndividual": st.booleans(),
            "postalAddress": tripletex_addresses(),
        }
    ),
    "projects": st.fixed_dictionaries(
        {
            "id": ID,
            "name": NAME,
            "number": TEXT,
            "description": TEXT,
            "customer": REF,
            "mainProject": REF,
            "projectManager": REF,
            "department": REF,
            "startDate": DAY,
            "endDate": st.one_of(st.none(), DAY),
            "isClosed": st.booleans(),
            "isInternal": st.booleans(),
            "isOffer": st.booleans(),
            "hierarchyLevel": st.integers(0, 5),
        }
    ),
    "departments": st.fixed_dictionaries(
        {"id": ID, "name": NAME, "departmentNumber": TEXT, "isInactive": st.booleans()}
    ),
}
FIELDS = {
    "customers": st.fixed_dictionaries(
        {},
        optional={
            "name": NAME,
            "number": st.integers(1, 99_999).map(str),
            "email": EMAIL,
            "phone": PHONE,
            "organization_number": st.sampled_from([None, "923609016", "NO 923 609 016 MVA", "Under stiftelse"]),
            "description": TEXT.map(typed),
            "is_active": st.booleans(),
            "is_private": st.booleans(),
            "postal_address": st.builds(address, LINE, LINE, LINE, LINE, COUNTRY),
        },
    ),
    "projects": st.fixed_dictionaries(
        {},
        optional={
            "name": NAME,
            "number": LINE,
            "customer": st.one_of(st.none(), ID.map(str)),
            "manager": ID.map(str),
            "period": st.builds(lambda start, end: {"start": start, "end": end}, DAY, st.one_of(st.none(), DAY)),
            "is_active": st.booleans(),
            "is_offer": st.booleans(),
        },
    ),
    "departments": st.fixed_dictionaries({}, optional={"name": NAME, "number": LINE, "is_active": st.booleans()}),
}
KIND = st.sampled_from(sorted(ROWS))


def apply(row: dict[str, Any], patch: dict[str, Any]) -> dict[str, Any]:
    """Do what the vendor does with a patch: left-out fields stay, an address is changed part by part."""
    out = copy.deepcopy(row)
    for name, value in patch.items():
        out[name] = {**(out.get(name) or {}), **value} if name == "postalAddress" and value else value
    return out


def writable(mapped: Mapped, fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if mapped._write[name] is not None}


@given(KIND.flatmap(lambda kind: st.tuples(st.just(kind), ROWS[kind])))
def test_writing_what_was_read_changes_nothing(case: tuple[str, dict[str, Any]]) -> None:
    kind, row = case
    mapped = KINDS[kind].mapped("2026-03-02")
    fields = mapped.read(row)
    assert mapped.read(apply(row, mapped.write(writable(mapped, fields)))) == fields


@given(KIND.flatmap(lambda kind: st.tuples(st.just(kind), ROWS[kind], FIELDS[kind])))
def test_what_is_written_is_read_back(case: tuple[str, dict[str, Any], dict[str, Any]]) -> None:
    kind, row, fields = case
    mapped = KINDS[kind].mapped("2026-03-02")
    after = mapped.read(apply(row, mapped.write(fields)))
    assert {name: after[name] for name in fields} == fields
    untouched = after.keys() - fields.keys()
    assert {name: after[name] for name in untouched} == {name: mapped.read(row)[name] for name in untouched}


@pytest.mark.parametrize(
    ("mapped", "unknown"), [(timerabbit.CUSTOMERS, {"description", "is_private"}), (svenn.CUSTOMERS, ())]
)
@given(fields=FIELDS["customers"])
def test_customers_of_our_contracts_are_read_back(mapped: Mapped, unknown: set[str], fields: dict[str, Any]) -> None:
    known = {name: value for name, value in fields.items() if name not in unknown}
    assert mapped.read(mapped.write(known)) == known


@given(FIELDS["projects"], st.one_of(st.none(), LINE))
def test_projects_of_our_contracts_are_read_back(fields: dict[str, Any], parent: str | None) -> None:
    known = {name: value for name, value in fields.items() if name not in {"manager", "is_offer"}}
    assert svenn.PROJECTS.read(svenn.PROJECTS.write(known)) == known
    read = timerabbit.PROJECTS.read(timerabbit.PROJECTS.write({**known, "parent": parent}))
    assert read.pop("level") == (1 if parent is None else 2)
    assert read == {**known, "parent": parent}


CELLS = st.builds(
    cell_key,
    st.one_of(st.none(), ID.map(str)),
    st.one_of(st.none(), st.tuples(st.sampled_from(["task", "tag"]), ID).map(lambda on: f"{on[0]}:{on[1]}")),
)


@given(st.dictionaries(CELLS, st.decimals("0.01", 24, places=2).map(decimal_text)))
def test_hours_that_are_noted_are_read_back(exported: dict[str, str]) -> None:
    patch = svenn.WORKDAYS.write({"exported": exported})
    told = {"exported": [{**line, "hours": Decimal(line["hours"])} for line in patch["exported"]]}
    assert svenn.WORKDAYS.read(told) == {"exported": exported}


@pytest.mark.parametrize("mapped", [tripletex.CUSTOMERS, svenn.CUSTOMERS, timerabbit.CUSTOMERS])
@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("phone", "22 33 44 55 ext. 12"),
        ("phone", "+47 22 33 44 55"),
        ("organization_number", "NO 974 760 673 MVA"),
        ("organization_number", "Org.nr. 974 760 673"),
        ("email", "Post@Firma.example"),
        ("name", " Berg  AS "),
        ("name", "Berg\u200b AS"),
    ],
)
def test_what_was_typed_is_read_and_written_as_it_is(mapped: Mapped, name: str, typed: str) -> None:
    patch = mapped.write({name: typed})
    assert typed in patch.values()
    assert mapped.read(patch) == {name: typed}


@pytest.mark.parametrize("mapped", [tripletex.CUSTOMERS, tripletex.PROJECTS, svenn.CUSTOMERS])
def test_a_description_keeps_its_indentation_its_empty_lines_and_its_line_ends(mapped: Mapped) -> None:
    typed = "  Utstyr:\r\n\r\n    - pumpe  12 V\n\t- filter\n"
    assert mapped.read(mapped.write({"description": typed})) == {"description": typed}


@pytest.mark.parametrize("mapped", [tripletex.CUSTOMERS, svenn.CUSTOMERS, timerabbit.CUSTOMERS])
@pytest.mark.parametrize("nothing", ["", " \t\n", "\u200b", "\ufeff \u200e", "\u00ad"])
def test_text_of_which_nothing_shows_is_empty(mapped: Mapped, nothing: str) -> None:
    wires = {name: wire for wire, name in mapped.names.items()}
    row = {wires["name"]: nothing, wires["email"]: nothing, wires["phone"]: nothing}
    assert mapped.read(row) == {"name": "", "email": None, "phone": None}


@pytest.mark.parametrize("typed", ["742", " 742 ", "742\u200b", "2147483647"])
def test_a_customer_number_that_an_integer_holds_is_written(typed: str) -> None:
    number = typed.strip(" \u200b")
    assert tripletex.CUSTOMERS.write({"number": typed}) == {"customerNumber": int(number)}


@pytest.mark.parametrize(
    ("typed", "misfit"),
    [
        ("00742", "zeros in front"),
        ("0", "not above 0"),
        ("000", "not above 0"),
        ("７４２", "not a whole number"),
        ("7²", "not a whole number"),
        ("-7", "not a whole number"),
        ("7 42", "not a whole number"),
        ("2147483648", "too large"),
        ("9" * 20, "too large"),
        ("9" * 5000, "too large"),
        ("", "not a whole number"),
    ],
)
def test_a_customer_number_that_an_integer_does_not_hold_is_refused_with_the_reason(typed: str, misfit: str) -> None:
    with pytest.raises(MappingError) as caught:
        tripletex.CUSTOMERS.write({"number": typed})
    assert (caught.value.field, caught.value.reason.params["misfit"]) == ("number", misfit)


def test_an_employees_address_goes_over_without_what_does_not_show() -> None:
    employees = tripletex.employees("2026-03-02")
    assert employees.write({"email": "\u200bKari@Firma.example\ufeff"}) == {"email": "Kari@Firma.example"}
    with pytest.raises(MappingError):
        employees.write({"email": "kåre@firma.example"})


def test_an_address_is_written_whole_with_its_country_emptied() -> None:
    at_home: Any = address("Storgata 1", None, "0150", "Oslo", None)
    patch = tripletex.CUSTOMERS.write({"postal_address": at_home})
    assert patch["postalAddress"] == {
        "addressLine1": "Storgata 1",
        "addressLine2": "",
        "postalCode": "0150",
        "city": "Oslo",
        "country": None,
    }
    assert tripletex.CUSTOMERS.write({"postal_address": None})["postalAddress"]["country"] is None


def test_a_field_the_vendor_does_not_tell_is_absent_and_one_it_empties_is_none() -> None:
    assert tripletex.CUSTOMERS.read({"id": 1, "email": ""}) == {"email": None}
    assert tripletex.CUSTOMERS.read({"id": 1}) == {}


def test_an_address_told_as_a_reference_only_is_not_told() -> None:
    assert tripletex.CUSTOMERS.read({"postalAddress": {"id": 7}}) == {}
    assert tripletex.CUSTOMERS.read({"postalAddress": None}) == {"postal_address": None}


def test_a_project_tells_its_level_and_its_parent() -> None:
    row = {"hierarchyLevel": 1, "mainProject": {"id": 7, "name": "Nybygg", "number": "100"}}
    assert tripletex.PROJECTS.read(row) == {"parent": "7", "level": 2, "parent_label": "100 Nybygg"}
    assert tripletex.PROJECTS.read({"mainProject": {"id": 7}}) == {"parent": "7"}
    assert tripletex.PROJECTS.read({"mainProject": None}) == {"parent": None, "parent_label": None}


@pytest.mark.parametrize(
    ("employments", "active"),
    [
        ([], True),
        (None, True),
        ([{"startDate": "2020-01-01", "endDate": None}], True),
        ([{"startDate": "2020-01-01", "endDate": "2026-03-02"}], True),
        ([{"startDate": "2020-01-01", "endDate": "2026-03-01"}], False),
        ([{"endDate": "2021-01-01"}, {"startDate": "2026-01-01", "endDate": None}], True),
    ],
)
def test_an_employee_is_active_until_every_employment_has_ended(employments: object, active: bool) -> None:
    assert tripletex.employees("2026-03-02").read({"employments": employments}) == {"is_active": active}


@pytest.mark.parametrize(
    ("kind", "fields", "field"),
    [
        ("customers", {"number": "A-17"}, "number"),
        ("customers", {"number": None}, "number"),
        ("customers", {"name": None}, "name"),
        ("customers", {"shoe_size": "43"}, "shoe_size"),
        ("projects", {"customer": "abc"}, "customer"),
        ("projects", {"period": {"start": "01.02.2026", "end": None}}, "period"),
        ("projects", {"level": 3}, "level"),
        ("activities", {"type": "holiday"}, "type"),
        ("employees", {"is_active": False}, "is_active"),
    ],
)
def test_a_value_that_cannot_be_taken_names_its_field(kind: str, fields: dict[str, Any], field: str) -> None:
    with pytest.raises(MappingError) as caught:
        KINDS[kind].mapped("2026-03-02").write(fields)
    assert caught.value.field == field


def test_a_create_leaves_empty_fields_out() -> None:
    assert tripletex.CUSTOMERS.write({"name": "A", "number": None, "email": None}, create=True) == {"name": "A"}


def test_an_activity_of_an_unknown_type_cannot_be_taken() -> None:
    with pytest.raises(MappingError) as caught:
        tripletex.ACTIVITIES.read({"activityType": "BRAND_NEW"})
    assert caught.value.field == "activityType"
    with pytest.raises(MappingError):
        timerabbit.PROJECTS.read({"status": "dreaming"})
