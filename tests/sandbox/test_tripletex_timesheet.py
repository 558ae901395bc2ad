from __future__ import annotations

from typing import Any

import pytest

from local.vendors.tripletex import TripletexSandbox
from tests.sandbox.conftest import Tripletex, refusal

MARCH = {"dateFrom": "2026-03-01", "dateTo": "2026-04-01"}


class Place:
    """A project, activities and an employee to register hours with."""

    def __init__(self, api: Tripletex) -> None:
        self.employee: int = api.owner()["id"]
        self.project = api.made("/project", name="Bad", startDate="2026-01-15", projectManager=api.owner())["id"]
        names = {each["name"]: each["id"] for each in api.values("/activity")}
        self.work, self.internal = names["Fakturerbart arbeid"], names["Administrasjon"]

    def entry(self, **changes: Any) -> dict[str, Any]:
        """Return a body; None leaves a field out."""
        sent: dict[str, Any] = {
            "employee": {"id": self.employee},
            "project": {"id": self.project},
            "activity": {"id": self.work},
            "date": "2026-03-02",
            "hours": 7.5,
        }
        return {name: value for name, value in (sent | changes).items() if value is not None}


@pytest.fixture
def place(api: Tripletex) -> Place:
    return Place(api)


def test_hours_are_registered_and_summed(api: Tripletex, place: Place) -> None:
    made = api.made("/timesheet/entry", **place.entry())
    api.made("/timesheet/entry", **place.entry(date="2026-03-03", hours=42))

    listed = api.get("/timesheet/entry", params=MARCH).json()

    assert (made["hours"], made["chargeable"], made["chargeableHours"], made["locked"]) == (7.5, True, 7.5, False)
    assert (listed["count"], listed["sumAllHours"]) == (2, 49.5)
    total = api.get("/timesheet/entry/>totalHours", params={"employeeId": place.employee}).json()
    assert total == {"value": 49.5}


def test_the_range_of_dates_is_needed_and_its_end_is_excluded(api: Tripletex, place: Place) -> None:
    api.made("/timesheet/entry", **place.entry())

    assert refusal(api.get("/timesheet/entry", params={"dateFrom": "2026-03-02"})) == (
        422,
        15000,
        [("dateTo", "Kan ikke være null.")],
    )
    assert api.values("/timesheet/entry", dateFrom="2026-03-01", dateTo="2026-03-02") == []
    assert len(api.values("/timesheet/entry", dateFrom="2026-03-02", dateTo="2026-03-03")) == 1


def test_a_second_entry_for_the_same_cell_is_refused_with_409(api: Tripletex, place: Place) -> None:
    made = api.made("/timesheet/entry", **place.entry())

    response = api.post("/timesheet/entry", json=place.entry(hours=1))

    assert response.status_code == 409
    assert response.json()["message"].startswith("Det er allerede registrert timer på den ansatte")
    assert response.json()["validationMessages"] is None
    sent = place.entry(hours=8.5) | {"version": made["version"]}
    assert api.changed(f"/timesheet/entry/{made['id']}", **sent)["hours"] == 8.5
    assert len(api.values("/timesheet/entry", **MARCH)) == 1


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"project": {"isClosed": True}}, ("project.id", "Prosjektet er avsluttet.")),
        ({"project": {"endDate": "2026-03-01"}}, ("project.id", "Prosjektet er avsluttet.")),
        ({"project": {"startDate": "2026-03-03"}}, ("project.id", "Prosjektet har ikke startet.")),
        (
            {"project": {"generalProjectActivitiesPerProjectOnly": True}},
            ("activity.id", "Aktiviteten kan ikke benyttes."),
        ),
    ],
)
def test_hours_a_person_could_not_enter_are_refused(
    api: Tripletex, place: Place, change: dict[str, Any], line: tuple[str, str]
) -> None:
    api.changed(f"/project/{place.project}", **change["project"])

    assert refusal(api.post("/timesheet/entry", json=place.entry())) == (422, 18000, [line])
    assert api.values("/timesheet/entry", **MARCH) == []


def test_an_internal_activity_goes_without_a_project_and_a_project_activity_only_with_one(
    api: Tripletex, place: Place
) -> None:
    unusable = [("activity.id", "Aktiviteten kan ikke benyttes.")]

    assert refusal(api.post("/timesheet/entry", json=place.entry(project=None)))[2] == unusable
    assert refusal(api.post("/timesheet/entry", json=place.entry(activity={"id": place.internal})))[2] == unusable
    made = api.made("/timesheet/entry", **place.entry(project=None, activity={"id": place.internal}))
    assert (made["project"], made["chargeable"]) == (None, False)


def test_participants_only_means_participants_only(api: Tripletex, place: Place) -> None:
    person = api.made(
        "/employee", firstName="Kari", lastName="Lie", email="kari.lie@nordlys.example", userType="STANDARD"
    )
    api.changed(f"/project/{place.project}", forParticipantsOnly=True)
    sent = place.entry(employee={"id": person["id"]})

    refused = api.post("/timesheet/entry", json=sent)
    api.made("/project/participant", project={"id": place.project}, employee={"id": person["id"]})

    assert refusal(refused)[2] == [("project.id", "Bare prosjektdeltakere kan føre timer på prosjektet.")]
    assert api.made("/timesheet/entry", **sent)["employee"]["id"] == person["id"]


def test_a_user_who_is_not_open_for_hours_is_refused(api: Tripletex, place: Place, tripletex: TripletexSandbox) -> None:
    world = tripletex.account.world
    row = world.load("employee", {"firstName": "Per", "lastName": "Lund", "allowInformationRegistration": False})

    [(field, message)] = refusal(api.post("/timesheet/entry", json=place.entry(employee={"id": row.id})))[2]

    assert field == "employee.id"
    assert message.startswith('Brukertilgangen "Det kan føres lønn')


def test_an_approved_month_is_locked_until_it_is_unapproved(api: Tripletex, place: Place) -> None:
    made = api.made("/timesheet/entry", **place.entry())
    path = f"/timesheet/entry/{made['id']}"
    which: dict[str, int | str] = {"employeeIds": place.employee, "monthYear": "2026-03"}

    approved = api.put("/timesheet/month/:approve", params=which).json()["values"][0]

    assert (approved["approved"], approved["approvedUntilDate"]) == (True, "2026-03-31")
    assert approved["hourSummary"] == {"sumHours": 7.5}
    assert api.value(path)["locked"] is True
    for response in (
        api.put(path, json=place.entry(hours=1)),
        api.delete(path),
        api.post("/timesheet/entry", json=place.entry(date="2026-03-05")),
    ):
        assert refusal(response)[:2] == (409, 10000)
    assert api.value(path)["hours"] == 7.5

    api.put("/timesheet/month/:unapprove", params=which)

    assert api.changed(path, **place.entry(hours=1))["hours"] == 1


def test_a_month_approved_to_a_day_is_open_after_it(api: Tripletex, place: Place) -> None:
    query: dict[str, int | str] = {
        "employeeIds": place.employee,
        "monthYear": "2026-03",
        "approvedUntilDate": "2026-03-15",
    }
    api.put("/timesheet/month/:approve", params=query)

    assert api.post("/timesheet/entry", json=place.entry(date="2026-03-15")).status_code == 409
    assert api.post("/timesheet/entry", json=place.entry(date="2026-03-16")).status_code == 201


def test_months_are_listed_by_number_and_completed_and_reopened(api: Tripletex, place: Place) -> None:
    which = {"employeeIds": str(place.employee), "monthYear": "2026-03"}
    month = api.values("/timesheet/month/byMonthNumber", **which)[0]

    completed = api.put("/timesheet/month/:complete", params={"id": month["id"]}).json()["values"][0]

    assert (month["completed"], completed["completed"], completed["version"]) == (False, True, month["version"] + 1)
    months = api.values(
        "/timesheet/month/byMonthNumberList", employeeIds=which["employeeIds"], monthYearList="2026-02,2026-03"
    )
    assert [each["completed"] for each in months] == [False, True]
    assert api.put("/timesheet/month/:reopen", params=which).json()["values"][0]["completed"] is False


def test_a_put_nulls_what_it_sends_empty_or_zero_and_keeps_what_it_leaves_out(api: Tripletex, place: Place) -> None:
    made = api.made("/timesheet/entry", **place.entry(comment="Fliser"))
    path = f"/timesheet/entry/{made['id']}"

    assert api.changed(path, hours=3)["comment"] == "Fliser"
    assert api.changed(path, comment="", hours=0) | {"version": 0} == made | {
        "version": 0,
        "comment": None,
        "hours": None,
        "chargeableHours": None,
    }


def test_an_entry_is_deleted_with_its_version(api: Tripletex, place: Place) -> None:
    made = api.made("/timesheet/entry", **place.entry())
    path = f"/timesheet/entry/{made['id']}"
    api.changed(path, **place.entry(hours=2))

    assert refusal(api.delete(path, params={"version": made["version"]}))[:2] == (409, 8000)
    assert api.delete(path, params={"version": made["version"] + 1}).status_code == 204
    assert api.values("/timesheet/entry", **MARCH) == []


def test_chargeable_hours_are_capped_at_a_day(api: Tripletex, place: Place) -> None:
    response = api.post("/timesheet/entry", json=place.entry(projectChargeableHours=25))

    assert refusal(response) == (422, 18000, [("projectChargeableHours", "Kan ikke være over 24")])


def test_a_comment_is_needed_where_the_account_wants_one(
    api: Tripletex, place: Place, tripletex: TripletexSandbox
) -> None:
    tripletex.set_faults({"require_comments": True})

    assert api.value("/timesheet/settings")["requireCommentsOnRegisteredHoursAllProjects"] is True
    assert refusal(api.post("/timesheet/entry", json=place.entry()))[2] == [("comment", "Feltet må fylles ut.")]
    assert api.made("/timesheet/entry", **place.entry(comment="Fliser"))["id"]


def test_a_list_of_hours_is_written_in_one_call(api: Tripletex, place: Place) -> None:
    days = [f"2026-03-0{day}" for day in (2, 3, 4)]

    response = api.post("/timesheet/entry/list", json=[place.entry(date=day) for day in days])

    assert response.status_code == 201
    assert [each["date"] for each in response.json()["values"]] == days


def test_only_usable_projects_and_activities_are_offered(api: Tripletex, place: Place) -> None:
    api.made("/project", name="Later", startDate="2026-05-01", projectManager=api.owner())
    query = {"projectId": str(place.project), "date": "2026-03-02"}
    api.made("/timesheet/entry", **place.entry())

    assert [each["id"] for each in api.values("/project/>forTimeSheet", date="2026-03-02")] == [place.project]
    assert place.work not in [each["id"] for each in api.values("/activity/>forTimeSheet", **query)]
    shown = api.values("/activity/>forTimeSheet", **query, filterExistingHours="false")
    assert [each["name"] for each in shown] == ["Prosjektadministrasjon", "Fakturerbart arbeid"]


def test_an_activity_that_somebody_deactivated_takes_no_hours_and_is_not_offered(
    api: Tripletex, place: Place, tripletex: TripletexSandbox
) -> None:
    assert api.put(f"/activity/{place.work}", json={"isDisabled": True}).status_code == 403
    tripletex.edit("activity", str(place.work), {"isDisabled": True})

    assert refusal(api.post("/timesheet/entry", json=place.entry()))[2] == [
        ("activity.id", "Aktiviteten er ikke aktiv.")
    ]
    offered = api.values("/activity/>forTimeSheet", projectId=str(place.project), date="2026-03-02")
    assert [each["name"] for each in offered] == ["Prosjektadministrasjon"]


def test_only_people_open_and_close_an_employee_for_hours(
    api: Tripletex, place: Place, tripletex: TripletexSandbox
) -> None:
    assert api.changed(f"/employee/{place.employee}", allowInformationRegistration=False)[
        "allowInformationRegistration"
    ]
    tripletex.edit("employee", str(place.employee), {"allowInformationRegistration": False})

    assert refusal(api.post("/timesheet/entry", json=place.entry()))[2][0][0] == "employee.id"
