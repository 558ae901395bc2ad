"""The lines people write: an employee, a day, a project, a task or a tag, hours, a comment, and whether it is approved.

The contract does not serve them one by one; it tells day sheets.
"""

from __future__ import annotations

from local.vendors.contract.kinds import Attribute, Check, Kind, Record, boolean, day, pattern, text
from local.vendors.contract.problems import Wrong
from local.vendors.contract.store import Store

HOURS = r"\d{1,3}(\.\d{1,2})?"


def _needed(check: Check) -> Check:
    return lambda name, value: [Wrong(name, "required", "must not be null")] if value is None else check(name, value)


def task_or_tag(_store: Store, record: Record) -> list[Wrong]:
    """Refuse both at once."""
    return [Wrong("tagId", "invalid", "a task or a tag, not both")] if record["taskId"] and record["tagId"] else []


ENTRIES = Kind(
    "entries",
    "entry",
    {
        "employeeId": Attribute(text(40, nullable=False), required=True, references="employees"),
        "date": Attribute(_needed(day), required=True),
        "projectId": Attribute(text(40), references="projects"),
        "taskId": Attribute(text(40), references="tasks"),
        "tagId": Attribute(text(40), references="tags"),
        "hours": Attribute(_needed(pattern(HOURS, 6)), required=True),
        "comment": Attribute(text(2000)),
        "approved": Attribute(boolean, default=False),
    },
    rules=task_or_tag,
    verbs=(),
    rights=(),
)
