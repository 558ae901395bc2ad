from __future__ import annotations

import pytest

from local.vendors.tripletex import TripletexSandbox
from tests.sandbox.conftest import Tripletex, refusal


def test_a_stale_version_is_refused_with_8000_and_nothing_is_written(api: Tripletex) -> None:
    made = api.made("/customer", name="Berg")
    path = f"/customer/{made['id']}"
    api.changed(path, version=made["version"], name="Bergh")

    late = api.put(path, json={"version": made["version"], "name": "Fjell"})

    assert refusal(late)[:2] == (409, 8000)
    assert api.value(path, fields="name,version") == {"name": "Bergh", "version": made["version"] + 1}


def test_without_a_version_the_last_write_wins(api: Tripletex) -> None:
    path = f"/customer/{api.made('/customer', name='Berg')['id']}"
    api.changed(path, name="Bergh")

    assert api.changed(path, name="Fjell")["name"] == "Fjell"


def test_what_a_put_leaves_out_stays(api: Tripletex) -> None:
    made = api.made("/customer", name="Berg", email="post@berg.example", isPrivateIndividual=True)

    changed = api.changed(f"/customer/{made['id']}", description="New")

    assert changed == made | {"description": "New", "version": made["version"] + 1}


def test_a_put_that_changes_nothing_does_not_raise_the_version(api: Tripletex) -> None:
    made = api.made("/customer", name="Berg", description="Old")

    assert api.changed(f"/customer/{made['id']}", description="Old") == made


def test_null_empties_a_text(api: Tripletex) -> None:
    made = api.made("/customer", name="Berg", email="post@berg.example")

    assert api.changed(f"/customer/{made['id']}", email=None)["email"] == ""


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ({"name": "Berg", "nme": 1}, ("nme", "Feltet eksisterer ikke i objektet.")),
        ({"name": 7}, ("name", "Verdien er ikke av korrekt type for dette feltet.")),
        ({"name": "Berg", "isInactive": "no"}, ("isInactive", "Verdien er ikke av korrekt type for dette feltet.")),
        (
            {"name": "Berg", "customerNumber": "10"},
            ("customerNumber", "Verdien er ikke av korrekt type for dette feltet."),
        ),
        ({"name": "Berg", "currency": 1}, ("currency", "Verdien er ikke av korrekt type for dette feltet.")),
        ({"name": "Berg", "language": "DE"}, ("language", "Verdien er ikke av korrekt type for dette feltet.")),
    ],
)
def test_a_body_with_a_strange_field_or_type_is_refused_with_16000(
    api: Tripletex, body: dict[str, object], line: tuple[str, str]
) -> None:
    assert refusal(api.post("/customer", json=body)) == (422, 16000, [line])
    assert api.values("/customer") == []


def test_a_text_too_long_is_refused_by_the_check_of_fields(api: Tripletex) -> None:
    response = api.post("/customer", json={"name": "x" * 256})

    assert refusal(response) == (
        422,
        18000,
        [("name", "Feltet har ikke korrekt lengde. Det må være mellom 0 og 255.")],
    )
    assert response.json()["developerMessage"] is None
    assert response.json()["validationMessages"][0]["path"] == "null.name"


def test_a_body_that_is_not_json_is_refused_with_22000(api: Tripletex) -> None:
    assert refusal(api.post("/customer", content=b"{", headers={"Content-Type": "application/json"}))[:2] == (
        422,
        22000,
    )


def test_an_id_on_create_is_refused(api: Tripletex) -> None:
    _, _, lines = refusal(api.post("/customer", json={"id": 1, "name": "Berg"}))

    assert lines == [("id", "An ID cannot be set when creating a new object")]


def test_a_reference_is_sent_by_id_alone_and_must_lead_somewhere(api: Tripletex) -> None:
    assert refusal(api.post("/customer", json={"name": "Berg", "department": {"id": 7}}))[:2] == (404, 6000)
    _, _, lines = refusal(api.post("/customer", json={"name": "Berg", "department": {"id": 7, "name": "Nord"}}))
    assert lines[0][0] == "department.name"


def test_a_list_is_written_in_one_call(api: Tripletex) -> None:
    response = api.post("/customer/list", json=[{"name": "Berg"}, {"name": "Dahl"}])

    assert response.status_code == 201
    made = response.json()["values"]
    assert [each["name"] for each in made] == ["Berg", "Dahl"]
    changed = api.put(
        "/customer/list", json=[{"id": each["id"], "version": 1, "email": "a@b.example"} for each in made]
    )
    assert [each["version"] for each in changed.json()["values"]] == [2, 2]


def test_a_list_with_one_bad_row_writes_nothing_and_names_the_row(api: Tripletex) -> None:
    response = api.post("/customer/list", json=[{"name": "Berg"}, {"name": ""}])

    assert refusal(response)[:2] == (422, 18000)
    assert response.json()["validationMessages"][0]["path"] == "[1].name"
    assert api.values("/customer") == []


def test_a_list_that_is_switched_to_not_atomic_keeps_what_came_before_the_bad_row(
    api: Tripletex, tripletex: TripletexSandbox
) -> None:
    tripletex.set_faults({"list_atomic": False})

    assert api.post("/customer/list", json=[{"name": "Berg"}, {"name": ""}, {"name": "Dahl"}]).status_code == 422

    assert [each["name"] for each in api.values("/customer")] == ["Berg"]


def test_a_list_is_as_long_as_the_switch_allows(api: Tripletex, tripletex: TripletexSandbox) -> None:
    tripletex.set_faults({"list_limit": 1})

    assert api.post("/customer/list", json=[{"name": "Berg"}]).status_code == 201
    assert refusal(api.post("/customer/list", json=[{"name": "a"}, {"name": "b"}]))[:2] == (422, 18000)


def test_an_undone_list_leaves_numbers_and_searches_right(api: Tripletex) -> None:
    kept = api.made("/project", name="A", number="7", startDate="2026-01-01", projectManager=api.owner())
    body = [{"id": kept["id"], "number": "8"}, {"id": kept["id"] + 10_000, "number": "9"}]

    assert refusal(api.put("/project/list", json=body))[:2] == (404, 6000)

    assert api.value("/project/number/7")["id"] == kept["id"]
    assert (
        api.made("/project", name="B", number="8", startDate="2026-01-01", projectManager=api.owner())["number"] == "8"
    )


def test_a_path_that_does_not_offer_a_method_answers_403(api: Tripletex) -> None:
    assert refusal(api.delete(f"/employee/{api.owner()['id']}"))[:2] == (403, 9000)


def test_a_missing_right_is_refused_for_all_or_for_writes_only(api: Tripletex, tripletex: TripletexSandbox) -> None:
    tripletex.set_faults({"missing_right": ["project", "customer:write"]})

    assert refusal(api.get("/project"))[:2] == (403, 9000)
    assert api.get("/customer").status_code == 200
    assert refusal(api.post("/customer", json={"name": "Berg"}))[:2] == (403, 9000)
    assert tripletex.rows("customer") == []


def test_a_missing_module_is_refused_like_a_missing_right(api: Tripletex, tripletex: TripletexSandbox) -> None:
    tripletex.set_faults({"missing_module": ["project"]})

    assert refusal(api.get("/project"))[:2] == (403, 9000)
