from __future__ import annotations

import pytest

from tests.sandbox.conftest import Tripletex, refusal


def test_a_new_customer_has_the_defaults_that_were_recorded(api: Tripletex) -> None:
    made = api.made("/customer", name="Berg")

    assert made["version"] == 1
    assert made["customerNumber"] == 10_001
    assert made["displayName"] == "Berg (10001)"
    expected = {
        "invoiceSendMethod": "EMAIL",
        "emailAttachmentType": "ATTACHMENT",
        "language": "NO",
        "invoicesDueIn": 14,
    }
    assert {name: made[name] for name in expected} == expected
    assert made["postalAddress"] != made["physicalAddress"]
    assert made["deliveryAddress"] is None


def test_numbers_go_on_from_the_highest_given(api: Tripletex) -> None:
    numbers = [api.made("/customer", name="Berg")["customerNumber"]]
    numbers.append(api.made("/customer", name="Berg", customerNumber=20_000)["customerNumber"])
    numbers.append(api.made("/customer", name="Berg")["customerNumber"])

    assert numbers == [10_001, 20_000, 20_001]


def test_a_number_in_use_is_refused_but_keeping_it_is_not(api: Tripletex) -> None:
    made = api.made("/customer", name="Berg")

    assert refusal(api.post("/customer", json={"name": "Dahl", "customerNumber": 10_001}))[2] == [
        ("customerNumber", "Nummeret er i bruk.")
    ]
    assert api.changed(f"/customer/{made['id']}", customerNumber=10_001, name="Bergh")["name"] == "Bergh"


def test_two_customers_may_share_name_and_organisation_number(api: Tripletex) -> None:
    for _ in range(2):
        api.made("/customer", name="Bakken Bygg AS", organizationNumber="987654325")

    assert len(api.values("/customer", organizationNumber="987654325")) == 2


@pytest.mark.parametrize(
    ("body", "message"), [({}, "Kan ikke være null."), ({"name": ""}, "Feltet kan ikke være tomt.")]
)
def test_a_customer_needs_a_name(api: Tripletex, body: dict[str, str], message: str) -> None:
    assert refusal(api.post("/customer", json=body)) == (422, 18000, [("name", message)])


def test_inactive_customers_are_hidden_unless_asked_for(api: Tripletex) -> None:
    made = api.made("/customer", name="Berg")
    api.changed(f"/customer/{made['id']}", isInactive=True)

    assert api.values("/customer") == []
    assert [each["id"] for each in api.values("/customer", isInactive="true")] == [made["id"]]
    assert api.value(f"/customer/{made['id']}")["isInactive"] is True


def test_filters_by_number_name_and_address_find_the_one(api: Tripletex) -> None:
    made = api.made("/customer", name="Østmo Bygg AS", email="post@ostmo.example", phoneNumberMobile="11111111")
    api.made("/customer", name="Berg")

    for query in (
        {"customerAccountNumber": "10001"},
        {"customerName": "mo bygg"},
        {"email": "post@ostmo.example"},
        {"phoneNumberMobile": "11111111"},
    ):
        assert [each["id"] for each in api.values("/customer", **query)] == [made["id"]], query
    assert api.values("/customer", email="ostmo.example") == []


def test_an_address_is_changed_with_its_id_and_raises_the_customers_version(api: Tripletex) -> None:
    made = api.made("/customer", name="Berg", postalAddress={"addressLine1": "Storgata 1", "city": "Oslo"})
    path, address = f"/customer/{made['id']}", made["postalAddress"]["id"]

    without_id = api.put(path, json={"postalAddress": {"city": "Moss"}})
    changed = api.changed(path, postalAddress={"id": address, "city": "Moss"})

    assert refusal(without_id)[2] == [("postalAddress.id", "Kan ikke være null.")]
    assert changed["version"] == made["version"] + 1
    shown = api.value(path, fields="postalAddress(id,addressLine1,city)")["postalAddress"]
    assert shown == {"id": address, "addressLine1": "Storgata 1", "city": "Moss"}


def test_a_delivery_address_is_not_changed_through_the_customer(api: Tripletex) -> None:
    made = api.made("/customer", name="Berg", deliveryAddress={"city": "Oslo"})
    path = f"/customer/{made['id']}"

    assert api.changed(path, deliveryAddress={"city": "Moss"}) == made
    assert api.value(path, fields="deliveryAddress(city)") == {"deliveryAddress": {"city": "Oslo"}}


def test_a_customer_with_projects_cannot_be_deleted(api: Tripletex) -> None:
    made = api.made("/customer", name="Berg")
    project = api.made(
        "/project", name="Bad", startDate="2026-01-01", projectManager=api.owner(), customer={"id": made["id"]}
    )

    assert refusal(api.delete(f"/customer/{made['id']}"))[2] == [(None, "Prosjekter er registrert.")]
    assert api.delete(f"/project/{project['id']}").status_code == 204
    assert api.delete(f"/customer/{made['id']}").status_code == 204
    assert api.get(f"/customer/{made['id']}").status_code == 404
