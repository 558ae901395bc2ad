"""Departments: a unique number, and only the default one when the module is off."""

from __future__ import annotations

from typing import ClassVar

from local.vendors.tripletex import messages as m
from local.vendors.tripletex.entity import Computations, Entity, Filters, Values
from local.vendors.tripletex.errors import rule
from local.vendors.tripletex.model import Kind, Model, boolean, ref, shown, text
from local.vendors.tripletex.query import Predicate, Query, contains, flag, ids
from local.vendors.tripletex.table import Row
from local.vendors.tripletex.world import World


class Department(Entity):
    """A department."""

    model = Model(
        "department",
        "DepartmentDTO",
        "department",
        (
            text("name", required=True),
            text("departmentNumber", 100),
            ref("departmentManager", "employee"),
            shown("displayName"),
            boolean("isInactive"),
            shown("businessActivityTypeId", Kind.INTEGER, 0),
        ),
    )
    indexed = ("departmentNumber",)
    filters: ClassVar[Filters] = {
        "id": ids("id"),
        "name": contains("name"),
        "departmentNumber": contains("departmentNumber"),
        "departmentManagerId": ids("departmentManager"),
        "isInactive": flag("isInactive"),
    }
    computed: ClassVar[Computations] = {
        "displayName": lambda _world, row: f"{row['departmentNumber']} {row['name']}".strip(),
    }

    def narrow(self, world: World, query: Query) -> list[Predicate]:
        """Show only the default department when the module is off."""
        del query
        if "department" not in world.faults.missing_module:
            return []
        default = min(world.rows("department"))
        return [lambda row: row.id == default]

    def check(self, world: World, values: Values, old: Row | None) -> None:
        """Refuse a number that is in use."""
        number = values["departmentNumber"]
        for row in world.where("department", "departmentNumber", number) if number else ():
            if old is None or row.id != old.id:
                raise rule("departmentNumber", m.NUMBER_IN_USE)

    def may_delete(self, world: World, row: Row) -> None:
        """Refuse to delete a department that something belongs to."""
        for name in ("employee", "project", "customer"):
            if any(each["department"] == row.id for each in world.rows(name).values()):
                raise rule(None, m.IN_USE)
