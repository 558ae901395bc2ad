from __future__ import annotations

from typing import Any

import pytest

from local.vendors.tripletex import TripletexSandbox
from tests.sandbox.conftest import Tripletex, refusal


def body(**changes: Any) -> dict[str, Any]:
    person = {"firstName": "Kari", "lastName": "Lie", "email": "kari.lie@nordlys.example", "userType": "STANDARD"}
    return person | changes


def test_a_new_employee_is_version_1_and_shows_no_user_type(api: Tripletex) -> None:
    made = api.made("/employee", **body(employeeNumber="7"))

    assert (made["version"], made["displayName"], made["userType"]) == (1, "Kari Lie", None)
    assert made["allowInformationRegistration"] is True


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"userType": None}, ("userType", 'Brukertype kan ikke være "0" eller tom.')),
        ({"email": ""}, ("email", "Må angis for Tripletex-brukere.")),
        ({"email": "kåre@nordlys.example"}, ("email", "Ugyldig format.")),
        (
            {"email": "administrator@nordlys.example"},
            ("email", "Det finnes allerede en bruker med denne e-postadressen."),
        ),
        ({"lastName": ""}, ("lastName", "Feltet kan ikke være tomt.")),
    ],
)
def test_what_the_vendor_refuses_of_an_employee(api: Tripletex, changes: dict[str, Any], line: tuple[str, str]) -> None:
    assert refusal(api.post("/employee", json=body(**changes))) == (422, 18000, [line])
    assert len(api.values("/employee")) == 1


def test_without_access_no_address_is_needed(api: Tripletex) -> None:
    made = api.made("/employee", **body(email="", userType="NO_ACCESS"))

    assert [each["id"] for each in api.values("/employee", hasSystemAccess="false")] == [made["id"]]


def test_a_department_is_needed_once_departments_are_used(api: Tripletex, tripletex: TripletexSandbox) -> None:
    department = api.made("/department", name="Nord", departmentNumber="10")

    assert refusal(api.post("/employee", json=body()))[2] == [("department.id", "Feltet må fylles ut.")]
    assert api.made("/employee", **body(department={"id": department["id"]}))["id"]
    tripletex.set_faults({"missing_module": ["department"]})
    assert api.made("/employee", **body(email="ola.lie@nordlys.example"))["department"] is None


def test_those_who_may_lead_projects_are_found(api: Tripletex) -> None:
    made = api.made("/employee", **body())

    assert [each["id"] for each in api.values("/employee", assignableProjectManagers="true")] == [api.owner()["id"]]
    assert [each["id"] for each in api.values("/employee", onlyProjectManagers="false")] == [made["id"]]
    rights = api.values("/employee/entitlement", employeeId=str(api.owner()["id"]), fields="entitlementId")
    assert {"entitlementId": 10} in rights


def test_a_person_can_grant_the_right_by_hand(api: Tripletex, tripletex: TripletexSandbox) -> None:
    made = api.made("/employee", **body())

    tripletex.add("entitlement", {"employee": {"id": made["id"]}, "entitlementId": 10})

    assert len(api.values("/employee", assignableProjectManagers="true")) == 2


def test_contacts_are_hidden_unless_asked_for(api: Tripletex) -> None:
    made = api.made("/employee", **body(isContact=True))

    assert made["id"] not in [each["id"] for each in api.values("/employee")]
    assert [each["id"] for each in api.values("/employee", onlyContacts="true")] == [made["id"]]
    assert len(api.values("/employee", includeContacts="true")) == 2


def test_employees_are_made_in_lists(api: Tripletex) -> None:
    response = api.post("/employee/list", json=[body(), body(email="ola.lie@nordlys.example")])

    assert response.status_code == 201
    assert len(api.values("/employee", lastName="lie")) == 2


def test_department_numbers_are_unique_and_used_departments_stay(api: Tripletex) -> None:
    north = api.made("/department", name="Nord", departmentNumber="10")
    api.made("/employee", **body(department={"id": north["id"]}))

    assert refusal(api.post("/department", json={"name": "Sør", "departmentNumber": "10"}))[2] == [
        ("departmentNumber", "Nummeret er i bruk.")
    ]
    assert refusal(api.delete(f"/department/{north['id']}"))[:2] == (422, 18000)
    assert [each["displayName"] for each in api.values("/department")] == ["Avdeling", "10 Nord"]


def test_without_the_department_module_only_the_default_one_comes(api: Tripletex, tripletex: TripletexSandbox) -> None:
    api.made("/department", name="Nord")
    tripletex.set_faults({"missing_module": ["department"]})

    assert [each["name"] for each in api.values("/department")] == ["Avdeling"]


def test_a_new_account_has_four_activities(api: Tripletex) -> None:
    shown = api.values("/activity", fields="name,activityType,isProjectActivity,isGeneral,isChargeable,deletable")

    assert [tuple(each.values()) for each in shown] == [
        ("Administrasjon", "GENERAL_ACTIVITY", False, True, False, True),
        ("Ferie", "GENERAL_ACTIVITY", False, True, False, False),
        ("Prosjektadministrasjon", "PROJECT_GENERAL_ACTIVITY", True, True, False, True),
        ("Fakturerbart arbeid", "PROJECT_GENERAL_ACTIVITY", True, True, True, True),
    ]


def test_an_activity_needs_a_type_and_a_free_name_and_is_never_changed(api: Tripletex) -> None:
    made = api.made("/activity", name="Reise", activityType="PROJECT_GENERAL_ACTIVITY")

    assert refusal(api.post("/activity", json={"name": "Reise", "activityType": "TASK"}))[2] == [
        ("name", "Navnet er i bruk.")
    ]
    assert refusal(api.post("/activity", json={"name": "Kurs"}))[2] == [("activityType", "Kan ikke være null.")]
    assert refusal(api.put(f"/activity/{made['id']}", json={"name": "Tur"}))[:2] == (403, 9000)
    assert [each["name"] for each in api.values("/activity", isProjectActivity="true", name="rei")] == ["Reise"]


def test_a_general_activity_is_linked_to_a_project_once(api: Tripletex) -> None:
    project = api.made("/project", name="Bad", startDate="2026-01-01", projectManager=api.owner())
    activity = api.values("/activity", name="Fakturerbart")[0]
    sent = {"project": {"id": project["id"]}, "activity": {"id": activity["id"]}}

    link = api.made("/project/projectActivity", **sent)

    assert refusal(api.post("/project/projectActivity", json=sent))[2] == [("activity", "Finnes fra før.")]
    assert [each["id"] for each in api.value(f"/project/{project['id']}")["projectActivities"]] == [link["id"]]
    assert api.delete(f"/project/projectActivity/{link['id']}").status_code == 204


def test_a_project_specific_activity_is_made_with_its_link(api: Tripletex) -> None:
    project = {"id": api.made("/project", name="Bad", startDate="2026-01-01", projectManager=api.owner())["id"]}
    activity = {"name": "Riving", "activityType": "PROJECT_SPECIFIC_ACTIVITY", "isChargeable": True}

    link = api.made("/project/projectActivity", project=project, activity=activity)

    assert api.value(f"/activity/{link['activity']['id']}")["name"] == "Riving"
    assert refusal(api.post("/project/projectActivity", json={"project": project}))[2][0][1].startswith(
        "En prosjektspesifikk"
    )
    assert api.post("/project/projectActivity", json={}).status_code == 500


def test_a_country_is_found_by_its_code(api: Tripletex) -> None:
    assert [each["id"] for each in api.values("/country", code="NO")] == [161]
