"""Hours: one entry per employee, day, activity and project; refused where a person could not enter them either."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from werkzeug.wrappers import Response

from local.vendors.app import json_response
from local.vendors.tripletex import messages as m
from local.vendors.tripletex.activities import PROJECT_SPECIFIC, TASK, for_projects
from local.vendors.tripletex.crud import Crud
from local.vendors.tripletex.entity import Computations, Entity, Filters, Values
from local.vendors.tripletex.errors import Refusal, locked, rule
from local.vendors.tripletex.model import Kind, Model, date, number, ref, refs, shown, text
from local.vendors.tripletex.months import is_approved
from local.vendors.tripletex.participants import takes_part
from local.vendors.tripletex.project_activities import linked
from local.vendors.tripletex.query import Predicate, Query, contains, date_range, ids, whole_number
from local.vendors.tripletex.routes import Ask, Operation, Routes
from local.vendors.tripletex.table import Row
from local.vendors.tripletex.world import World

DUPLICATE = 14_000
"""The code of the refusal of a second entry; the vendor's own was not recorded."""

_KEY = ("employee", "date", "activity", "project")


def is_chargeable(world: World, row: Row) -> bool:
    """Tell whether the customer pays for these hours."""
    return row["project"] is not None and bool(world.rows("activity")[row["activity"]]["isChargeable"])


class Entry(Entity):
    """An entry in the timesheet."""

    model = Model(
        "timesheetEntry",
        "TimesheetEntryDTO",
        "timesheet/entry",
        (
            ref("project", "project"),
            ref("activity", "activity", required=True),
            date("date", required=True),
            number("hours", required=True),
            shown("chargeableHours", Kind.NUMBER, 0),
            ref("employee", "employee", required=True),
            refs("timeClocks"),
            text("comment", 65_535),
            shown("locked", Kind.BOOLEAN),
            shown("chargeable", Kind.BOOLEAN),
            shown("invoice", Kind.REF, None),
            shown("hourlyRate", Kind.NUMBER, 0),
            shown("hourlyCost", Kind.NUMBER, 0),
            shown("hourlyCostPercentage", Kind.NUMBER, 0),
            number("projectChargeableHours", 24),
        ),
    )
    indexed = ("employee", "project")
    own_only = False
    nulled = True
    filters: ClassVar[Filters] = {
        "id": ids("id"),
        "employeeId": ids("employee"),
        "projectId": ids("project"),
        "activityId": ids("activity"),
        "comment": contains("comment"),
    }
    params = frozenset({"dateFrom", "dateTo"})
    computed: ClassVar[Computations] = {
        "locked": lambda world, row: is_approved(world, row["employee"], row["date"]),
        "chargeable": is_chargeable,
        "chargeableHours": lambda world, row: (
            (row["projectChargeableHours"] or row["hours"]) if is_chargeable(world, row) else 0
        ),
    }

    def narrow(self, world: World, query: Query) -> list[Predicate]:
        """Demand a range of dates."""
        del world
        return date_range(query, "date", "dateFrom", "dateTo", needed=True)

    def listed(self, world: World, rows: list[Row]) -> Mapping[str, Any]:
        """Tell the sum of all hours found."""
        del world
        return {"sumAllHours": round(sum(row["hours"] or 0 for row in rows), 2)}

    def check(self, world: World, values: Values, old: Row | None) -> None:
        """Refuse what a person could not enter, and a second entry for the same day, activity and project."""
        if not world.rows("employee")[values["employee"]]["allowInformationRegistration"]:
            raise rule("employee.id", m.NOT_OPEN_FOR_HOURS)
        self._check_activity(world, values)
        if values["project"] is not None:
            _check_project(world, world.rows("project")[values["project"]], values)
        if is_approved(world, values["employee"], values["date"]):
            raise locked(m.MONTH_APPROVED)
        if world.faults.require_comments and values["project"] is not None and not values["comment"]:
            raise rule("comment", m.MUST_FILL)
        for row in world.where("timesheetEntry", "employee", values["employee"]):
            if all(row[name] == values[name] for name in _KEY) and (old is None or row.id != old.id):
                raise Refusal(409, DUPLICATE, m.HOURS_EXIST)

    @staticmethod
    def _check_activity(world: World, values: Values) -> None:
        activity, project = world.rows("activity")[values["activity"]], world.get("project", values["project"])
        if activity["isDisabled"]:
            raise rule("activity.id", m.ACTIVITY_INACTIVE)
        if activity["activityType"] != TASK and for_projects(activity) != (project is not None):
            raise rule("activity.id", m.ACTIVITY_UNUSABLE)
        linked_only = activity["activityType"] == PROJECT_SPECIFIC or (
            project is not None and project["generalProjectActivitiesPerProjectOnly"]
        )
        if linked_only and (project is None or not linked(world, project.id, activity.id)):
            raise rule("activity.id", m.ACTIVITY_UNUSABLE)

    def may_change(self, world: World, row: Row) -> None:
        """Refuse to touch approved hours."""
        if is_approved(world, row["employee"], row["date"]):
            raise locked(m.MONTH_APPROVED)


def _check_project(world: World, project: Row, values: Values) -> None:
    if project["startDate"] and values["date"] < project["startDate"]:
        raise rule("project.id", m.PROJECT_NOT_STARTED)
    if project["isClosed"] or (project["endDate"] and values["date"] > project["endDate"]):
        raise rule("project.id", m.PROJECT_ENDED)
    if project["forParticipantsOnly"] and not takes_part(world, project.id, values["employee"]):
        raise rule("project.id", m.PARTICIPANTS_ONLY)


def routes(crud: Crud) -> Routes:
    """Return the operations of the timesheet."""
    world, entity = crud.world, crud.world.entities["timesheetEntry"]

    def total_hours(ask: Ask) -> Response:
        query = ask.query
        rows = list(world.seen("timesheetEntry").values())
        for predicate in date_range(query, "date", "startDate", "endDate"):
            rows = [row for row in rows if predicate(row)]
        employee_id = whole_number(query["employeeId"]) if query.get("employeeId") else ask.caller.employee_id
        hours = sum(row["hours"] or 0 for row in rows if row["employee"] == employee_id)
        return json_response({"value": round(hours, 2)})

    def settings(_ask: Ask) -> Response:
        value = {
            "timeClock": False,
            "timesheetCompleted": True,
            "flexBalance": False,
            "vacationBalance": False,
            "showDetailedTimeSheet": False,
            "requireCommentsOnRegisteredHoursAllProjects": world.faults.require_comments,
            "defaultProjectActivity": None,
        }
        return json_response({"value": value})

    found = crud.routes(entity, "search create read change delete POST PUT")
    deletion = found["/timesheet/entry/{id}"]["DELETE"]
    found["/timesheet/entry/{id}"]["DELETE"] = Operation(deletion.handler, frozenset({"version"}))
    totals = Operation(total_hours, frozenset({"employeeId", "startDate", "endDate", "fields"}))
    found["/timesheet/entry/>totalHours"] = {"GET": totals}
    found["/timesheet/settings"] = {"GET": Operation(settings, frozenset({"fields"}))}
    return found
