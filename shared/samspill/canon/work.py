"""Activities and hours, as every connector maps them."""

from __future__ import annotations

from typing import Literal, TypedDict


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
