"""Who may log in, with what role, and what they see."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from local.vendors.app import Json
from local.vendors.contract.problems import Problem, Wrong
from local.vendors.timly.account import Account
from local.vendors.timly.fields import Record

LEVELS = ("none", "view", "edit", "create_delete")
AREAS = ("inventory", "tickets", "personnel")


@dataclass(slots=True)
class User:
    """A user with access to the API. What is restricted to a list shows nothing but what is in it or below it."""

    id: str
    name: str
    token: str
    role: dict[str, str] = field(default_factory=lambda: dict.fromkeys(AREAS, LEVELS[-1]))
    organisational_units: list[str] | None = None
    root_categories: list[str] | None = None

    def may(self, area: str, level: str) -> bool:
        """Tell whether the role reaches a level in an area."""
        return LEVELS.index(self.role[area]) >= LEVELS.index(level)

    def as_json(self) -> Json:
        """Return the user as a person sees it."""
        return {
            "id": self.id,
            "name": self.name,
            "role": dict(self.role),
            "organisational_units": self.organisational_units,
            "root_categories": self.root_categories,
        }

    def edit(self, body: Json) -> None:
        """Change role or what is seen, as an administrator would; ValueError for anything else."""
        for name, value in body.items():
            match name, value:
                case "role", dict() if all(area in AREAS and level in LEVELS for area, level in value.items()):
                    self.role |= value
                case "organisational_units" | "root_categories", None | list():
                    setattr(self, name, value)
                case _:
                    raise ValueError(f"{name}: expected role, organisational_units or root_categories")

    def require(self, area: str, level: str) -> None:
        """Refuse what the role does not allow with a Problem 403."""
        if not self.may(area, level):
            raise Problem(403, "missing_right", [Wrong("", "missing_right", f"{area}: {level}")])


def seen_by(user: User, account: Account) -> Callable[[str, Record], bool]:
    """Return what tells whether the user sees a record of a collection."""
    if user.organisational_units is None and user.root_categories is None:
        return sees_all
    units = _with_below(account.held["organisational_units"], user.organisational_units)
    categories = _with_below(account.held["categories"], user.root_categories)

    def sees(name: str, record: Record) -> bool:
        unit = record["id"] if name == "organisational_units" else record.get("organisational_unit_id")
        if units is not None and unit is not None and unit not in units:
            return False
        category = record["id"] if name == "categories" else record.get("category_id")
        return categories is None or category is None or category in categories

    return sees


def sees_all(_name: str, _record: Record) -> bool:
    """Hide nothing."""
    return True


def _with_below(held: dict[str, Record], chosen: list[str] | None) -> set[str] | None:
    """Return the ids that were chosen and all below them; None where nothing is restricted."""
    if chosen is None:
        return None
    found = {*chosen}
    while more := {key for key, each in held.items() if each["parent_id"] in found} - found:
        found |= more
    return found


def me(user: User, account: Account, name: str, account_id: str) -> Json:
    """Return what the user is told of itself."""

    def named(collection: str, ids: list[str] | None) -> Any:
        if ids is None:
            return None
        return [{"id": each, "name": account.get(collection, each)["name"]} for each in ids]

    return {
        "user": {"id": user.id, "name": user.name},
        "account": {"id": account_id, "name": name},
        "role": dict(user.role),
        "organisational_units": named("organisational_units", user.organisational_units),
        "root_categories": named("categories", user.root_categories),
    }
