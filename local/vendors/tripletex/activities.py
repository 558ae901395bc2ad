"""Activities: what hours are spent on. They can be made, never changed or deleted."""

from __future__ import annotations

from typing import ClassVar

from local.vendors.tripletex import messages as m
from local.vendors.tripletex.entity import Computations, Entity, Filters, Values
from local.vendors.tripletex.errors import rule
from local.vendors.tripletex.model import Kind, Model, boolean, choice, number, shown, text
from local.vendors.tripletex.query import Predicate, Query, contains, equals, flag, ids, truth
from local.vendors.tripletex.table import Row
from local.vendors.tripletex.world import World

GENERAL, PROJECT_GENERAL, PROJECT_SPECIFIC, TASK = (
    "GENERAL_ACTIVITY",
    "PROJECT_GENERAL_ACTIVITY",
    "PROJECT_SPECIFIC_ACTIVITY",
    "TASK",
)

FIRST_DAY = (
    # name, type, chargeable, deletable: what a new account has
    ("Administrasjon", GENERAL, False, True),
    ("Ferie", GENERAL, False, False),
    ("Prosjektadministrasjon", PROJECT_GENERAL, False, True),
    ("Fakturerbart arbeid", PROJECT_GENERAL, True, True),
)


class Activity(Entity):
    """An activity."""

    model = Model(
        "activity",
        "ActivityDTO",
        "activity",
        (
            text("name"),
            text("number", 100),
            text("description", 16_777_215),
            choice("activityType", GENERAL, PROJECT_GENERAL, PROJECT_SPECIFIC, TASK, required=True),
            shown("isProjectActivity", Kind.BOOLEAN),
            shown("isGeneral", Kind.BOOLEAN),
            shown("isTask", Kind.BOOLEAN),
            shown("isDisabled", Kind.BOOLEAN, default=False),
            boolean("isChargeable"),
            number("rate"),
            number("costPercentage"),
            shown("displayName"),
            shown("deletable", Kind.BOOLEAN, default=True),
        ),
    )
    indexed = ("name",)
    by_hand = frozenset({"isDisabled"})
    filters: ClassVar[Filters] = {
        "id": ids("id"),
        "name": contains("name"),
        "number": equals("number"),
        "description": contains("description"),
        "isChargeable": flag("isChargeable"),
        "isInactive": flag("isDisabled"),
    }
    params = frozenset({"isProjectActivity", "isGeneral", "isTask"})
    computed: ClassVar[Computations] = {
        "isProjectActivity": lambda _world, row: for_projects(row),
        "isGeneral": lambda _world, row: row["activityType"] in {GENERAL, PROJECT_GENERAL},
        "isTask": lambda _world, row: row["activityType"] == TASK,
        "displayName": lambda _world, row: f"{row['number']} {row['name']}".strip(),
    }

    def narrow(self, world: World, query: Query) -> list[Predicate]:
        """Filter by what follows from the type."""
        found: list[Predicate] = []
        for name in ("isProjectActivity", "isGeneral", "isTask"):
            if query.get(name):
                wanted, tell = truth(name, query[name]), self.computed[name]
                found.append(lambda row, wanted=wanted, tell=tell: tell(world, row) is wanted)  # type: ignore[misc]  # bound early on purpose
        return found

    def check(self, world: World, values: Values, old: Row | None) -> None:
        """Refuse a name in use, and the kind that is made through project/projectActivity."""
        if old is None and values["activityType"] == PROJECT_SPECIFIC:
            raise rule("activityType", m.BAD_FORMAT)
        if any(old is None or row.id != old.id for row in world.where("activity", "name", values["name"])):
            raise rule("name", m.NAME_IN_USE)


def for_projects(row: Row) -> bool:
    """Tell whether hours on this activity need a project."""
    return row["activityType"] in {PROJECT_GENERAL, PROJECT_SPECIFIC}
