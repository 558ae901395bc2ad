"""Activities linked to a project, or made for one project only."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Response

from local.vendors.tripletex import messages as m
from local.vendors.tripletex.activities import PROJECT_SPECIFIC
from local.vendors.tripletex.body import read_json, read_object, settable
from local.vendors.tripletex.crud import Crud
from local.vendors.tripletex.entity import Entity, Values
from local.vendors.tripletex.errors import Refusal, not_found, rule
from local.vendors.tripletex.messages import same
from local.vendors.tripletex.model import Model, boolean, date, number, ref
from local.vendors.tripletex.routes import Ask, Operation, Routes
from local.vendors.tripletex.table import Row
from local.vendors.tripletex.world import World


class ProjectActivity(Entity):
    """An activity in a project."""

    model = Model(
        "projectActivity",
        "ProjectActivityDTO",
        "project/projectActivity",
        (
            ref("activity", "activity"),
            ref("project", "project"),
            date("startDate"),
            date("endDate"),
            boolean("isClosed"),
            number("budgetHours"),
            number("budgetHourlyRateCurrency"),
            number("budgetFeeCurrency"),
        ),
    )
    indexed = ("project",)

    def may_delete(self, world: World, row: Row) -> None:
        """Refuse to unlink an activity that hours were spent on."""
        if any(
            entry["activity"] == row["activity"] for entry in world.where("timesheetEntry", "project", row["project"])
        ):
            raise rule(None, m.HOURS_REGISTERED)


def link(world: World, body: Any) -> Row:
    """Link a general activity to a project, or make one for this project only.

    Raises:
        Refusal: The vendor says no; an empty body was seen to end in a 500.
    """
    if body == {}:
        raise Refusal(500, 1000, same("Internal error"))
    entity = world.entities["projectActivity"]
    sent = read_object(entity, body)
    inner = sent.get("activity") or {}
    rest = {name: value for name, value in sent.items() if name != "activity"}
    values: Values = entity.model.defaults | settable(world, entity, rest)
    if values["project"] is None:
        raise rule("project", m.NOT_NULL)
    values["activity"] = _existing(world, inner) if inner.get("id") else _specific(world, inner)
    if linked(world, values["project"], values["activity"]):
        raise rule("activity", m.EXISTS)
    return world.insert("projectActivity", values)


def _existing(world: World, sent: Values) -> int:
    if sent["id"] not in world.rows("activity"):
        raise not_found()
    return int(sent["id"])


def _specific(world: World, sent: Values) -> int:
    activity = world.entities["activity"]
    body = read_object(activity, sent)
    if not body.get("name") or body.get("activityType") != PROJECT_SPECIFIC:
        raise rule("activity", m.NO_ACTIVITY)
    return world.insert("activity", activity.model.defaults | settable(world, activity, body)).id


def linked(world: World, project_id: int, activity_id: int) -> bool:
    """Tell whether the activity belongs to the project."""
    return any(row["activity"] == activity_id for row in world.where("projectActivity", "project", project_id))


def routes(crud: Crud) -> Routes:
    """Return the operations of project activities."""
    entity = crud.world.entities["projectActivity"]

    def create(ask: Ask) -> Response:
        body = read_json(ask.request.get_data())
        with crud.world.transaction():
            row = link(crud.world, body)
        return crud.one(entity, row, 201)

    found = crud.routes(entity, "read delete DELETE")
    found["/project/projectActivity"] = {"POST": Operation(create)}
    return found
