"""Who takes part in a project."""

from __future__ import annotations

from local.vendors.tripletex import messages as m
from local.vendors.tripletex.entity import Entity, Values
from local.vendors.tripletex.errors import rule
from local.vendors.tripletex.model import Model, boolean, ref
from local.vendors.tripletex.table import Row
from local.vendors.tripletex.world import World


class Participant(Entity):
    """An employee's seat in a project."""

    model = Model(
        "projectParticipant",
        "ProjectParticipantDTO",
        "project/participant",
        (ref("project", "project", required=True), ref("employee", "employee", required=True), boolean("adminAccess")),
    )
    indexed = ("project",)

    def check(self, world: World, values: Values, old: Row | None) -> None:
        """Refuse a second seat; that Tripletex does so is an assumption."""
        if old is None and takes_part(world, values["project"], values["employee"]):
            raise rule("employee", m.EXISTS)


def takes_part(world: World, project_id: int, employee_id: int) -> bool:
    """Tell whether the employee is a participant of the project."""
    return any(seat["employee"] == employee_id for seat in world.where("projectParticipant", "project", project_id))
