"""Projects: a leader with the right, a number nobody else has, sub-projects without end."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from werkzeug.wrappers import Response

from local.vendors.tripletex import messages as m
from local.vendors.tripletex.crud import Crud
from local.vendors.tripletex.employees import may_lead
from local.vendors.tripletex.entity import Computations, Entity, Filters, Values
from local.vendors.tripletex.errors import bean, not_found, rule
from local.vendors.tripletex.project_model import MODEL
from local.vendors.tripletex.query import Predicate, Query, contains, date_range, equals, flag, id_list, ids, truth
from local.vendors.tripletex.routes import Ask, Operation, Routes
from local.vendors.tripletex.table import Row
from local.vendors.tripletex.world import World

RECENTLY = timedelta(days=92)
"""How long a closed project counts as recently closed; the specification says three months."""


class Project(Entity):
    """A project, a sub-project or an offer."""

    model = MODEL
    indexed = ("number", "mainProject", "customer")
    event = "project"
    own_only = False
    filters: ClassVar[Filters] = {
        "id": ids("id"),
        "name": contains("name"),
        "number": equals("number"),
        "isOffer": flag("isOffer"),
        "projectManagerId": ids("projectManager"),
        "departmentId": ids("department"),
        "isFixedPrice": flag("isFixedPrice"),
        "customerId": ids("customer"),
        "externalAccountsNumber": contains("externalAccountsNumber"),
    }
    params = frozenset(
        {
            "startDateFrom",
            "startDateTo",
            "endDateFrom",
            "endDateTo",
            "isClosed",
            "includeRecentlyClosed",
            "employeeInProjectId",
        }
    )
    computed: ClassVar[Computations] = {
        "displayName": lambda _world, row: _label(row),
        "hierarchyNameAndNumber": lambda world, row: " / ".join(_label(each) for each in (*_above(world, row), row)),
        "hierarchyLevel": lambda world, row: len(_above(world, row)),
        "numberOfSubProjects": lambda world, row: len(world.where("project", "mainProject", row.id)),
        "numberOfProjectParticipants": lambda world, row: len(world.where("projectParticipant", "project", row.id)),
        "participants": lambda world, row: [each.id for each in world.where("projectParticipant", "project", row.id)],
        "projectActivities": lambda world, row: [each.id for each in world.where("projectActivity", "project", row.id)],
        "projectHourlyRates": lambda world, row: [
            each.id for each in world.where("projectHourlyRate", "project", row.id)
        ],
        "customerName": lambda world, row: owner["name"] if (owner := world.get("customer", row["customer"])) else "",
        "projectManagerNameAndNumber": lambda world, row: leader_name(world, row["projectManager"]),
    }

    def narrow(self, world: World, query: Query) -> list[Predicate]:
        """Filter by dates, by being closed, and by who takes part."""
        found = date_range(query, "startDate", "startDateFrom", "startDateTo")
        found += date_range(query, "endDate", "endDateFrom", "endDateTo")
        if closed := query.get("isClosed"):
            wanted = truth("isClosed", closed)
            recently = not wanted and truth("includeRecentlyClosed", query.get("includeRecentlyClosed") or "false")
            since = world.clock() - RECENTLY
            found.append(lambda row: row["isClosed"] is wanted or (recently and row.changes[-1].at >= since))
        if people := query.get("employeeInProjectId"):
            wanted_ids = id_list("employeeInProjectId", people)
            seats = world.rows("projectParticipant").values()
            having = {seat["project"] for seat in seats if seat["employee"] in wanted_ids}
            found.append(lambda row: row.id in having)
        return found

    def refuse(self, body: Values) -> None:
        """Refuse rates, which have a path of their own."""
        if body.get("projectHourlyRates"):
            raise rule("projectHourlyRates", m.RATES_ELSEWHERE)

    def complete(self, world: World, values: Values) -> None:
        """Give the next free number."""
        if not values["number"]:
            values["number"] = str(world.highest.get("project", 0) + 1)
            while world.where("project", "number", values["number"]):
                values["number"] = str(int(values["number"]) + 1)

    def check(self, world: World, values: Values, old: Row | None) -> None:
        """Refuse what lacks a name, a start or a leader, a leader without the right, a number in use, a circle."""
        if not values["name"]:
            raise bean(("name", m.MUST_FILL))
        if not values["startDate"] and (old is None or old["startDate"]):
            raise bean(("startDate", m.MUST_FILL))
        leader = world.get("employee", values["projectManager"])
        if leader is None:
            raise rule("projectManager", m.LEADER_MUST_FILL)
        if (old is None or old["projectManager"] != leader.id) and not may_lead(world, leader.id):
            raise rule("projectManager.id", m.NO_LEADER.about(leader_name(world, leader.id)))
        self._check_number(world, values, old)
        parent = world.get("project", values["mainProject"])
        if (
            old is not None
            and parent is not None
            and old.id in {parent.id, *(each.id for each in _above(world, parent))}
        ):
            raise rule("mainProject.id", m.CIRCLE)

    def _check_number(self, world: World, values: Values, old: Row | None) -> None:
        number = values["number"]
        for row in world.where("project", "number", number) if number else ():
            if old is None or row.id != old.id:
                raise rule(None, m.PROJECT_NUMBER_IN_USE.about(row.id, _label(row)))
        if number.isdecimal():
            world.highest["project"] = max(world.highest.get("project", 0), int(number))

    def created(self, world: World, row: Row) -> None:
        """Seat the leader and set up the rate model, as was seen on new projects."""
        seat = world.entities["projectParticipant"].model.defaults
        world.insert(
            "projectParticipant", seat | {"project": row.id, "employee": row["projectManager"], "adminAccess": True}
        )
        rate = world.entities["projectHourlyRate"].model.defaults
        world.insert("projectHourlyRate", rate | {"project": row.id, "startDate": row["startDate"]})

    def may_delete(self, world: World, row: Row) -> None:
        """Refuse to delete a project that has hours or sub-projects."""
        if world.where("timesheetEntry", "project", row.id):
            raise rule(None, m.HOURS_REGISTERED)
        if world.where("project", "mainProject", row.id):
            raise rule(None, m.SUB_PROJECTS_REGISTERED)

    def gone(self, world: World, row: Row) -> None:
        """Take away seats, rates and linked activities."""
        for name in ("projectParticipant", "projectHourlyRate", "projectActivity"):
            for part in world.where(name, "project", row.id):
                world.delete(name, part)


def routes(crud: Crud) -> Routes:
    """Return the operations of projects."""
    world, entity = crud.world, crud.world.entities["project"]

    def by_number(ask: Ask) -> Response:
        wanted = ask.args["number"]
        row = next((each for each in world.seen("project").values() if each["number"] == wanted), None)
        if row is None:
            raise not_found()
        return crud.one(entity, row, fields=ask.query.get("fields", ""))

    found = crud.routes(entity, "search create read change delete POST PUT DELETE")
    found["/project/number/{number}"] = {"GET": Operation(by_number, frozenset({"fields"}))}
    return found


def _label(row: Row) -> str:
    return f"{row['number']} {row['name']}".strip()


def _above(world: World, row: Row) -> tuple[Row, ...]:
    """Return the projects above this one, the top first."""
    parent = world.get("project", row["mainProject"])
    return (*_above(world, parent), parent) if parent else ()


def leader_name(world: World, employee_id: int | None) -> str:
    """Return an employee's name for showing."""
    row = world.get("employee", employee_id)
    return f"{row['firstName']} {row['lastName']}" if row else ""
