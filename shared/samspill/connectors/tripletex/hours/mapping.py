"""Hours as Tripletex holds them and as we do: one entry per employee, day, activity and project. Pure."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from samspill.canon.numbers import decimal_text
from samspill.canon.values import Value
from samspill.connectors.mapping import Field, Mapped, Patch, bad_value, computed, day, text
from samspill.connectors.tripletex.mapping import reference
from samspill.errors import MappingError
from samspill.reasons import Reason

_DAY = Decimal(24)


def _read_hours(value: Decimal | None) -> Value:
    # Hours that somebody emptied are null there.
    return decimal_text(value or Decimal())


def _write_hours(value: Any) -> Patch:
    try:
        hours = Decimal(str(value))
    except InvalidOperation:
        raise bad_value("hours", "not a number") from None
    if not hours.is_finite():
        raise bad_value("hours", "not a number")
    # A zero would be stored as nothing at all (specification, `PUT /timesheet/entry/{id}`): such an entry is deleted.
    if hours <= 0:
        raise bad_value("hours", "not above 0")
    if hours > _DAY:
        # The vendor takes any number: 108 hours on one day were seen accepted.
        reason = Reason("hours_over_day", {"system": "Tripletex", "hours": decimal_text(hours)})
        raise MappingError(f"hours: {hours} on one day", reason=reason, field="hours")
    if Decimal(repr(float(hours))) != hours:
        raise bad_value("hours", "too many decimals")
    return {"hours": float(hours)}


def _write_date(value: Any) -> Patch:
    if value is None:
        raise bad_value("date", "empty")
    return {"date": day("date", value)}


HOURS = Mapped(
    "hours",
    (
        reference("employee", "employee"),
        reference("project", "project"),
        reference("activity", "activity"),
        Field("date", "date", plain=str, write=_write_date, required=True),
        Field("hours", "hours", plain=_read_hours, write=_write_hours, required=True),
        text("comment", "comment"),
        computed("is_locked", "locked", lambda row: row["locked"]),
    ),
)
