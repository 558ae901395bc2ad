"""Activities and hours, as every connector maps them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple, TypedDict

from samspill.canon.values import Value


class Activity(TypedDict, total=False):
    """What hours are registered on. `internal` belongs to no project, `project` to any, `project_specific` to one."""

    number: str | None
    name: str
    type: Literal["internal", "project", "project_specific", "task"]
    is_chargeable: bool
    is_active: bool


class HoursEntry(TypedDict, total=False):
    """Hours of one employee on one day. `hours` is a decimal written as text, such as "7.5"."""

    employee: str
    project: str | None
    activity: str
    date: str
    hours: str
    comment: str | None
    is_locked: bool


class Workday(TypedDict, total=False):
    """What one employee worked on one day, by cells (`cell_key`). Each group is one field: it is merged as a whole.

    A cell that is not in a group has no hours there: `{}` says that nobody approved anything, and is told as such.
    """

    employee: str
    date: str
    hours: Mapping[str, str]
    """Cell → the sum of what is approved, a decimal written as text, always above 0."""
    exported: Mapping[str, str]
    """Cell → the hours that are noted as taken over by accounting, a decimal written as text, always above 0."""
    comments: Mapping[str, str]
    """Cell → the different comments of what is in `hours`, in their order, joined by "; "."""


def cell_key(project: str | None, activity: str | None) -> str:
    """Return the name of a cell of a day: `<project id or empty>|<activity id or empty>`. No project id holds a bar."""
    return f"{project or ''}|{activity or ''}"


def split_cell(cell: str) -> tuple[str | None, str | None]:
    """Return the ids of project and activity, None where the cell has none."""
    project, _, activity = cell.partition("|")
    return project or None, activity or None


NOTHING: Mapping[str, Value] = {"hours": None, "comment": None, "exported": None}
"""What an empty cell holds. A sheet without a line for it tells nothing of exports: they could not be noted."""


class Cell(NamedTuple):
    """Where hours belong; ids are those of one system. Without a project or an activity, that part is empty."""

    employee: str
    date: str
    project: str = ""
    activity: str = ""

    @classmethod
    def of(cls, external_id: str) -> Cell:
        """Return the cell that an id names."""
        return cls(*external_id.split("|"))

    @property
    def id(self) -> str:
        """The name of the cell as a record. No id of a system holds a bar."""
        return "|".join(self)

    @property
    def sheet(self) -> str:
        """The day sheet it stands on."""
        return f"{self.employee}|{self.date}"

    @property
    def place(self) -> dict[str, Value]:
        """The cell as fields."""
        return {
            "employee": self.employee,
            "date": self.date,
            "project": self.project or None,
            "activity": self.activity or None,
        }


def is_sheet(external_id: str) -> bool:
    """Tell an id of a day sheet from one of a cell."""
    return external_id.count("|") == 1
