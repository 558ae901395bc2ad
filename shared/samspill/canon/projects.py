"""Projects, as every connector maps them."""

from __future__ import annotations

from typing import TypedDict


class Period(TypedDict):
    """First and last day, ISO dates, both inclusive; merged as one field."""

    start: str | None
    end: str | None


class Project(TypedDict, total=False):
    """A project. `customer`, `parent`, `manager` and `department` hold ids of records in the same system."""

    number: str | None
    name: str
    description: str | None
    customer: str | None
    parent: str | None
    manager: str | None
    department: str | None
    period: Period
    is_active: bool
    """False once the project is closed or completed."""
    is_internal: bool
    is_offer: bool
    level: int
    """1 for a project at the top, 2 for its sub-projects, and so on."""
    parent_label: str | None
    """The parent as a person would name it, for messages."""
