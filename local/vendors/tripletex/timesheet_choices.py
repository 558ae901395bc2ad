"""Which projects and activities somebody can enter hours on."""

from __future__ import annotations

from werkzeug.wrappers import Response

from local.vendors.tripletex.activities import PROJECT_SPECIFIC, for_projects
from local.vendors.tripletex.crud import Crud
from local.vendors.tripletex.participants import takes_part
from local.vendors.tripletex.project_activities import linked
from local.vendors.tripletex.query import PAGING, Query, day, required, truth, whole_number
from local.vendors.tripletex.routes import Ask, Operation, Routes
from local.vendors.tripletex.table import Row


def routes(crud: Crud) -> Routes:
    """Return the two `>forTimeSheet` lists."""
    world = crud.world

    def who_and_when(ask: Ask) -> tuple[int, str]:
        query: Query = ask.query
        employee_id = whole_number(query["employeeId"]) if query.get("employeeId") else ask.caller.employee_id
        date = day("date", query["date"]) if query.get("date") else world.clock().date().isoformat()
        return employee_id, date

    def projects(ask: Ask) -> Response:
        employee_id, date = who_and_when(ask)
        offers = truth("includeProjectOffers", ask.query.get("includeProjectOffers") or "false")

        def usable(row: Row) -> bool:
            started = not row["startDate"] or row["startDate"] <= date
            ended = row["isClosed"] or (row["endDate"] and row["endDate"] < date)
            seated = not row["forParticipantsOnly"] or takes_part(world, row.id, employee_id)
            return bool(started and not ended and seated and (offers or not row["isOffer"]))

        return crud.page(world.entities["project"], ask, [row for row in world.seen("project").values() if usable(row)])

    def activities(ask: Ask) -> Response:
        employee_id, date = who_and_when(ask)
        project = world.get("project", whole_number(required(ask.query, "projectId")))
        used = {
            entry["activity"]
            for entry in world.where("timesheetEntry", "employee", employee_id)
            if entry["date"] == date and entry["project"] == (project.id if project else None)
        }
        hide = used if truth("filterExistingHours", ask.query.get("filterExistingHours") or "true") else set()
        part = (ask.query.get("query") or "").casefold()

        def usable(row: Row) -> bool:
            if row["isDisabled"] or row.id in hide or part not in row["name"].casefold():
                return False
            if for_projects(row) != (project is not None):
                return False
            if project is None or (
                row["activityType"] != PROJECT_SPECIFIC and not project["generalProjectActivitiesPerProjectOnly"]
            ):
                return True
            return linked(world, project.id, row.id)

        return crud.page(
            world.entities["activity"], ask, [row for row in world.seen("activity").values() if usable(row)]
        )

    return {
        "/project/>forTimeSheet": {
            "GET": Operation(projects, PAGING | {"includeProjectOffers", "employeeId", "date"}),
        },
        "/activity/>forTimeSheet": {
            "GET": Operation(activities, PAGING | {"projectId", "employeeId", "date", "filterExistingHours", "query"}),
        },
    }
