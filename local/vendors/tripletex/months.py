"""Months in the timesheet: complete, approved, and locked by that."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from typing import ClassVar

from werkzeug.wrappers import Response

from local.vendors.tripletex import messages as m
from local.vendors.tripletex.crud import Crud
from local.vendors.tripletex.entity import Computations, Entity, Values
from local.vendors.tripletex.errors import bad_parameter, not_found
from local.vendors.tripletex.model import Kind, Model, number, shown
from local.vendors.tripletex.query import PAGING, Query, day, id_list, required, whole_number
from local.vendors.tripletex.routes import Ask, Operation, Routes
from local.vendors.tripletex.table import Row
from local.vendors.tripletex.world import World

_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])\Z")


class Month(Entity):
    """One employee's month; it comes into being when somebody looks at it."""

    model = Model(
        "monthlyStatus",
        "MonthlyStatusDTO",
        "timesheet/month",
        (
            shown("employee", Kind.REF, None, target="employee"),
            shown("timesheetEntries", Kind.REFS, (), target="timesheetEntry"),
            shown("approvedDate", Kind.DATE, None),
            shown("completed", Kind.BOOLEAN, default=False),
            shown("approvedBy", Kind.REF, None, target="employee"),
            shown("approved", Kind.BOOLEAN, default=False),
            shown("approvedUntilDate", Kind.DATE, None),
            shown("monthYear"),
            number("hoursPayout"),
            number("vacationPayout"),
            shown("hourSummary", Kind.VALUE, None),
            shown("flexSummary", Kind.VALUE, None),
            shown("vacationSummary", Kind.VALUE, None),
        ),
    )
    indexed = ("employee",)
    own_only = False
    computed: ClassVar[Computations] = {
        "timesheetEntries": lambda world, row: [entry.id for entry in _entries(world, row)],
        "hourSummary": lambda world, row: {
            "sumHours": round(sum(entry["hours"] or 0 for entry in _entries(world, row)), 2)
        },
    }


def _entries(world: World, month: Row) -> list[Row]:
    entries = world.where("timesheetEntry", "employee", month["employee"])
    return [entry for entry in entries if entry["date"].startswith(month["monthYear"])]


def is_approved(world: World, employee_id: int, date: str) -> bool:
    """Tell whether the employee's hours of that day are approved and so closed to changes."""
    return any(
        row["approved"] and row["monthYear"] == date[:7] and date <= row["approvedUntilDate"]
        for row in world.where("monthlyStatus", "employee", employee_id)
    )


def month_of(world: World, employee_id: int, month_year: str) -> Row:
    """Return an employee's month, made if need be.

    Raises:
        Refusal: There is no such employee.
    """
    if employee_id not in world.rows("employee"):
        raise not_found()
    for row in world.where("monthlyStatus", "employee", employee_id):
        if row["monthYear"] == month_year:
            return row
    return world.load("monthlyStatus", {"employee": employee_id, "monthYear": month_year})


def _month_year(name: str, text: str) -> str:
    if not _MONTH.match(text):
        raise bad_parameter(name, m.BAD_FORMAT)
    return text


def _last_day(month_year: str) -> str:
    year, month = map(int, month_year.split("-"))
    return f"{month_year}-{monthrange(year, month)[1]:02}"


class Months:
    """The operations of months."""

    def __init__(self, crud: Crud) -> None:
        """Work through `crud`."""
        self._crud = crud
        self._world = crud.world
        self._entity = crud.world.entities["monthlyStatus"]

    def routes(self) -> Routes:
        """Return the operations by path and method."""
        which = frozenset({"id", "employeeIds", "monthYear"})
        unapproved = {"approved": False, "approvedDate": None, "approvedBy": None, "approvedUntilDate": None}
        actions = {
            ":complete": (lambda _row, _ask: {"completed": True}, which),
            ":reopen": (lambda _row, _ask: {"completed": False}, which),
            ":approve": (self._approval, which | {"approvedUntilDate"}),
            ":unapprove": (lambda _row, _ask: unapproved, which),
        }
        found = self._crud.routes(self._entity, "read")
        for name, (sets, params) in actions.items():
            found[f"/timesheet/month/{name}"] = {"PUT": Operation(self._action(sets), params)}
        for path, name in (("byMonthNumber", "monthYear"), ("byMonthNumberList", "monthYearList")):
            params = PAGING | {"employeeIds", name}
            found[f"/timesheet/month/{path}"] = {"GET": Operation(self._listing(name), params)}
        return found

    def _listing(self, name: str) -> Callable[[Ask], Response]:
        def answer(ask: Ask) -> Response:
            employees = id_list("employeeIds", required(ask.query, "employeeIds"))
            asked = [_month_year(name, each) for each in required(ask.query, name).split(",")]
            rows = [month_of(self._world, employee_id, month) for employee_id in employees for month in asked]
            return self._crud.page(self._entity, ask, rows)

        return answer

    def _action(self, sets: Callable[[Row, Ask], Values]) -> Callable[[Ask], Response]:
        def answer(ask: Ask) -> Response:
            world = self._world
            with world.transaction():
                rows = self._asked(ask.query, ask.caller.employee_id)
                changed = [world.replace("monthlyStatus", row, row.values | sets(row, ask)) for row in rows]
            return self._crud.several(self._entity, changed)

        return answer

    def _asked(self, query: Query, caller_id: int) -> list[Row]:
        if query.get("id"):
            row = self._world.get("monthlyStatus", whole_number(query["id"]))
            if row is None:
                raise not_found()
            return [row]
        employees = id_list("employeeIds", query["employeeIds"]) if query.get("employeeIds") else [caller_id]
        month_year = _month_year("monthYear", required(query, "monthYear"))
        return [month_of(self._world, employee_id, month_year) for employee_id in employees]

    def _approval(self, row: Row, ask: Ask) -> Values:
        until = ask.query.get("approvedUntilDate")
        return {
            "approved": True,
            "completed": True,
            "approvedDate": self._world.clock().date().isoformat(),
            "approvedBy": ask.caller.employee_id,
            "approvedUntilDate": day("approvedUntilDate", until) if until else _last_day(row["monthYear"]),
        }
