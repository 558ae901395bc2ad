from __future__ import annotations

import pytest

from local.vendors.tripletex import TripletexSandbox
from tests.sandbox.conftest import Tripletex, refusal


@pytest.fixture
def three(api: Tripletex) -> list[int]:
    return [api.made("/customer", name=name)["id"] for name in ("Berg", "Ås", "Dahl")]


def test_a_list_comes_in_the_vendors_envelope(api: Tripletex, three: list[int]) -> None:
    body = api.get("/customer", params={"fields": "id", "count": 2}).json()

    assert body == {
        "fullResultSize": 3,
        "from": 0,
        "count": 2,
        "versionDigest": "'If-None-Match' header not specified",
        "values": [{"id": three[0]}, {"id": three[1]}],
    }


def test_a_later_page_begins_where_from_says(api: Tripletex, three: list[int]) -> None:
    values = api.values("/customer", **{"from": "2", "fields": "id"})

    assert values == [{"id": three[2]}]


def test_a_url_has_no_scheme_and_references_are_id_and_url(api: Tripletex) -> None:
    customer = api.made("/customer", name="Berg")

    assert customer["url"] == f"tripletex.sandbox/v2/customer/{customer['id']}"
    assert set(customer["currency"]) == {"id", "url"}
    assert customer["deliveryAddress"] is None
    assert (customer["email"], customer["supplierNumber"]) == ("", 0)


def test_fields_are_nested_and_the_star_expands_no_reference(api: Tripletex) -> None:
    made = api.made("/customer", name="Berg", postalAddress={"city": "Oslo"})

    nested = api.value(f"/customer/{made['id']}", fields="name,postalAddress(city,country(isoAlpha2Code))")
    star = api.value(f"/customer/{made['id']}", fields="*,postalAddress(city)")

    assert nested == {"name": "Berg", "postalAddress": {"city": "Oslo", "country": {"isoAlpha2Code": "NO"}}}
    assert star["postalAddress"] == {"city": "Oslo"}
    assert set(star["physicalAddress"]) == {"id", "url"}


def test_changes_come_only_when_named(api: Tripletex) -> None:
    made = api.made("/customer", name="Berg")
    api.changed(f"/customer/{made['id']}", name="Bergh")

    assert "changes" not in api.value(f"/customer/{made['id']}", fields="*")
    changes = api.value(f"/customer/{made['id']}", fields="changes")["changes"]
    assert [each["changeType"] for each in changes] == ["CREATE", "UPDATE"]
    assert changes[0]["timestamp"] == "2026-03-02T09:00:00+01:00"


@pytest.mark.parametrize("fields", ["nme", "name(id)", "postalAddress(nme)", "postalAddress(city", "id)"])
def test_an_unknown_field_is_refused_with_11000(api: Tripletex, fields: str) -> None:
    status, code, _ = refusal(api.get("/customer", params={"fields": fields}))

    assert (status, code) == (400, 11000)


def test_the_refusal_of_a_field_names_the_model(api: Tripletex) -> None:
    message = api.get("/project", params={"fields": "fixedPrice"}).json()["message"]

    assert message.endswith("fixedPrice does not match a field in the model: ProjectDTO")


def test_a_list_is_sorted_by_several_keys_and_through_references(api: Tripletex) -> None:
    towns = [("Berg", "Moss"), ("Dahl", "Alta"), ("Eide", "Moss")]
    for name, city in towns:
        api.made("/customer", name=name, postalAddress={"city": city})

    values = api.values("/customer", sorting="postalAddress.city,-name", fields="name")

    assert [each["name"] for each in values] == ["Dahl", "Eide", "Berg"]


def test_an_unknown_sorting_is_refused_with_17000(api: Tripletex) -> None:
    assert refusal(api.get("/customer", params={"sorting": "name:desc"}))[:2] == (422, 17000)


def test_a_result_above_the_limit_is_refused_however_it_is_paged(
    api: Tripletex, tripletex: TripletexSandbox, three: list[int]
) -> None:
    tripletex.set_faults({"result_limit": 2})

    assert refusal(api.get("/customer", params={"count": 1}))[:2] == (422, 23000)
    assert len(api.values("/customer", id=f"{three[0]},{three[1]}")) == 2


def test_a_misspelt_filter_is_ignored_and_returns_everything(api: Tripletex, three: list[int]) -> None:
    assert len(api.values("/customer", name="Berg")) == len(three)
    assert len(api.values("/customer", customerName="Berg")) == 1


def test_a_strict_sandbox_refuses_the_misspelt_filter(api: Tripletex, tripletex: TripletexSandbox) -> None:
    tripletex.set_faults({"strict_query": True})

    response = api.get("/customer", params={"name": "Berg", "customerName": "Berg"})

    assert refusal(response)[:2] == (400, 4000)
    assert response.json()["message"] == "Sandbox, strict_query: unknown query parameters name"


def test_a_bad_id_list_and_a_bad_path_id_are_refused(api: Tripletex) -> None:
    expected = "Listen med ID-er må være en kommaseparert liste med positive heltall."

    assert refusal(api.get("/customer", params={"id": "1;2"}))[2] == [("id", expected)]
    assert refusal(api.get("/customer/abc"))[:2] == (422, 21000)
    assert refusal(api.get("/customer/1"))[:2] == (404, 6000)
    assert refusal(api.get("/nothing"))[:2] == (404, 6000)


def test_an_unchanged_list_is_answered_304_until_a_version_changes(api: Tripletex, three: list[int]) -> None:
    digest = api.get("/customer", headers={"If-None-Match": "any"}).json()["versionDigest"]

    same = api.get("/customer", headers={"If-None-Match": digest})
    api.changed(f"/customer/{three[0]}", name="Bergh")
    after = api.get("/customer", headers={"If-None-Match": digest})

    assert (same.status_code, same.content) == (304, b"")
    assert after.status_code == 200
    assert after.json()["versionDigest"] != digest


def test_employees_have_no_checksum(api: Tripletex) -> None:
    response = api.get("/employee", headers={"If-None-Match": "any"})

    assert response.json()["versionDigest"] == "Checksum not yet supported for this endpoint"


def test_changed_since_finds_later_changes_unless_it_is_switched_off(
    api: Tripletex, tripletex: TripletexSandbox, three: list[int]
) -> None:
    since = {"changedSince": "2026-03-02T09:00:01"}
    assert api.values("/customer", **since) == []

    tripletex.set_faults({"changed_since_ignored": True})

    assert len(api.values("/customer", **since)) == len(three)
