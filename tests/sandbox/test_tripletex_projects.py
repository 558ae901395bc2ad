from __future__ import annotations

from typing import Any

import pytest

from local.vendors.tripletex import TripletexSandbox
from tests.sandbox.conftest import Tripletex, refusal


def body(api: Tripletex, **changes: Any) -> dict[str, Any]:
    return {"name": "Bad", "startDate": "2026-01-01", "projectManager": api.owner()} | changes


def test_a_new_project_has_the_next_number_its_leader_and_a_rate(api: Tripletex) -> None:
    made = api.made("/project", **body(api))

    assert (made["version"], made["number"], made["displayName"]) == (0, "1", "1 Bad")
    assert (made["numberOfProjectParticipants"], len(made["projectHourlyRates"])) == (1, 1)
    seat = api.value(f"/project/participant/{made['participants'][0]['id']}")
    assert (seat["employee"]["id"], seat["adminAccess"]) == (api.owner()["id"], True)
    assert made["isInternal"] is False


@pytest.mark.parametrize(
    ("missing", "line"),
    [
        ("name", ("name", "Feltet må fylles ut.")),
        ("startDate", ("startDate", "Feltet må fylles ut.")),
        ("projectManager", ("projectManager", 'Feltet "Prosjektleder" må fylles ut.')),
    ],
)
def test_a_project_needs_name_start_and_leader(api: Tripletex, missing: str, line: tuple[str, str]) -> None:
    sent = body(api)
    del sent[missing]

    assert refusal(api.post("/project", json=sent)) == (422, 18000, [line])


def test_the_leader_must_hold_the_right_which_a_template_can_grant(api: Tripletex) -> None:
    person = api.made(
        "/employee", firstName="Kari", lastName="Lie", email="kari.lie@nordlys.example", userType="STANDARD"
    )
    sent = body(api, projectManager={"id": person["id"]})

    refused = api.post("/project", json=sent)
    query = {"employeeId": person["id"], "template": "ALL_PRIVILEGES"}
    granted = api.put("/employee/entitlement/:grantEntitlementsByTemplate", params=query)

    message = "Oppgitt prosjektleder har ikke fått tilgang som prosjektleder i kontoen: Kari Lie."
    assert refusal(refused)[2] == [("projectManager.id", message)]
    assert (granted.status_code, granted.content) == (200, b"")
    assert api.made("/project", **sent)["projectManager"]["id"] == person["id"]


@pytest.mark.parametrize("closed", [False, True])
def test_a_number_is_unique_over_closed_and_sub_projects(api: Tripletex, closed: bool) -> None:
    first = api.made("/project", **body(api, number="A.1", isClosed=closed))

    response = api.post("/project", json=body(api, number="A.1", mainProject={"id": first["id"]}))

    [(field, message)] = refusal(response)[2]
    assert field is None
    assert message.startswith("Nummeret er allerede i bruk: <a href=")
    assert len(api.values("/project")) == 1


def test_numbers_given_by_the_vendor_skip_those_in_use(api: Tripletex) -> None:
    api.made("/project", **body(api, number="5"))

    assert api.made("/project", **body(api, number=None))["number"] == "6"


def test_levels_are_counted_and_named_from_the_top(api: Tripletex) -> None:
    top = api.made("/project", **body(api, name="Top"))
    middle = api.made("/project", **body(api, name="Middle", mainProject={"id": top["id"]}))
    bottom = api.made("/project", **body(api, name="Bottom", mainProject={"id": middle["id"]}))

    assert [each["hierarchyLevel"] for each in (top, middle, bottom)] == [0, 1, 2]
    assert bottom["hierarchyNameAndNumber"] == "1 Top / 2 Middle / 3 Bottom"
    assert api.value(f"/project/{top['id']}")["numberOfSubProjects"] == 1
    assert refusal(api.put(f"/project/{top['id']}", json={"mainProject": {"id": bottom["id"]}}))[2] == [
        ("mainProject.id", "Prosjektet kan ikke ligge under seg selv.")
    ]


def test_projects_are_found_by_number_state_dates_and_people(api: Tripletex) -> None:
    customer = api.made("/customer", name="Berg")
    one = api.made("/project", **body(api, number="P-1", customer={"id": customer["id"]}, isOffer=True))
    api.made("/project", **body(api, name="Tak", isClosed=True, startDate="2025-05-01"))

    for query in (
        {"number": "P-1"},
        {"name": "ba"},
        {"isClosed": "false"},
        {"isOffer": "true"},
        {"startDateFrom": "2026-01-01"},
        {"startDateFrom": "2025-05-02", "startDateTo": "2026-01-02"},
        {"customerId": str(customer["id"])},
    ):
        assert [each["id"] for each in api.values("/project", **query)] == [one["id"]], query
    assert len(api.values("/project", isClosed="false", includeRecentlyClosed="true")) == 2
    assert len(api.values("/project", employeeInProjectId=str(api.owner()["id"]))) == 2
    assert api.value("/project/number/P-1")["id"] == one["id"]
    assert refusal(api.get("/project/number/P-2"))[:2] == (404, 6000)


def test_an_empty_range_is_refused(api: Tripletex) -> None:
    response = api.get("/project", params={"startDateFrom": "2026-01-01", "startDateTo": "2026-01-01"})

    [(field, message)] = refusal(response)[2]
    assert field == "startDateFrom"
    assert "is greater than or equal 'To and excluding' value (2026-01-01)" in message


def test_rates_do_not_go_through_the_project(api: Tripletex) -> None:
    made = api.made("/project", **body(api))

    response = api.put(f"/project/{made['id']}", json={"projectHourlyRates": [{"fixedRate": 900}]})

    assert refusal(response)[2][0][1].startswith("Timepriser for prosjektet kan bare endes")


def test_the_answer_holds_a_field_the_specification_lacks(api: Tripletex) -> None:
    assert api.made("/project", **body(api))["contractReference"] == ""


def test_a_list_of_projects_is_deleted_by_ids_all_or_none(api: Tripletex) -> None:
    top = api.made("/project", **body(api))["id"]
    sub = api.made("/project", **body(api, mainProject={"id": top}))["id"]
    lone = api.made("/project", **body(api))["id"]

    assert refusal(api.delete("/project/list", params={"ids": f"{lone},{top}"}))[2] == [
        (None, "Underprosjekter er registrert.")
    ]
    assert len(api.values("/project")) == 3
    assert api.delete("/project/list", params={"ids": f"{sub},{top}"}).status_code == 204
    assert [each["id"] for each in api.values("/project")] == [lone]


def test_old_projects_without_number_or_start_are_shown_though_a_form_would_refuse_them(
    api: Tripletex, tripletex: TripletexSandbox
) -> None:
    leader = api.owner()["id"]
    row = tripletex.account.world.load("project", {"name": "Gammelt", "projectManager": leader})

    shown = api.value(f"/project/{row.id}", fields="number,startDate,displayName")

    assert shown == {"number": "", "startDate": None, "displayName": "Gammelt"}
    assert api.changed(f"/project/{row.id}", isClosed=True)["isClosed"] is True
    made = api.made("/project", **body(api))
    assert refusal(api.put(f"/project/{made['id']}", json={"startDate": None}))[2] == [
        ("startDate", "Feltet må fylles ut.")
    ]


def test_what_belongs_to_a_project_goes_with_it(api: Tripletex, tripletex: TripletexSandbox) -> None:
    made = api.made("/project", **body(api))

    assert api.delete(f"/project/{made['id']}").status_code == 204

    assert tripletex.rows("projectParticipant") == []
    assert tripletex.rows("projectHourlyRate") == []
    assert api.get(f"/project/participant/{made['participants'][0]['id']}").status_code == 404
