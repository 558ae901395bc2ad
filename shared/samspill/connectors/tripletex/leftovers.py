"""What a refused batch of creates may have left behind.

The newest records are read and compared: same names (of hours: same cell, hours and comment), and created while the
batch was under way by the vendor's own clock. One that fits is adopted instead of being created again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from samspill.connectors.gateway import Reply
from samspill.connectors.tripletex.client import Client
from samspill.connectors.tripletex.hours.days import EVER, span
from samspill.connectors.tripletex.kinds import Kind, Query
from samspill.errors import RejectedError
from samspill.ports import VendorWrite

_NAMES = ("name", "firstName", "lastName", "number", "customerNumber", "employeeNumber", "hours", "comment")
_ROUNDING = timedelta(seconds=2)


def began(client: Client, reply: Reply, sent_at: datetime) -> datetime:
    """Return when the call that was sent at `sent_at` by our clock began by the vendor's."""
    ended_at = client.now()
    told = reply.headers.get("date")
    there = parsedate_to_datetime(told) if told else ended_at
    return there - (ended_at - sent_at) - _ROUNDING


def leftovers(
    client: Client, kind: Kind, batch: Sequence[tuple[VendorWrite, dict[str, Any]]], since: datetime
) -> Iterator[tuple[VendorWrite, str]]:
    """Yield the writes, sent with these bodies, whose record was created at or after `since`, with its id."""
    fields = ",".join(["id", *(name for name in _NAMES if name in kind.fields.split(",")), *kind.cell, "changes"])
    last = {"sorting": "-id", "count": str(len(batch))}
    queries = [_around([body for _, body in batch])] if kind.windowed else kind.lists
    try:
        newest = [row for query in queries for row in client.values(kind.path, fields, **{**query, **last})]
    except RejectedError:
        if not kind.cell:
            raise
        return  # too many to look among; but what is there already is refused when it is sent again
    fresh = [row for row in newest if _created_at(row) >= since]
    for write, body in batch:
        for row in fresh:
            named = all(row.get(name) == body[name] for name in _NAMES if name in body)
            if named and all(_plain(row.get(name)) == _plain(body.get(name)) for name in kind.cell):
                fresh.remove(row)
                yield write, str(row["id"])
                break


def _around(bodies: Sequence[dict[str, Any]]) -> Query:
    """Return what asks for the hours of the days and employees of these bodies: of all there may be too many."""
    days = [body["date"] for body in bodies if "date" in body]
    employees = {body["employee"]["id"] for body in bodies if body.get("employee")}
    if not days or not employees:
        return EVER
    return {**span("date", min(days), max(days)), "employeeId": ",".join(map(str, sorted(employees)))}


def _plain(value: Any) -> Any:
    return value["id"] if isinstance(value, dict) else value


def _created_at(row: dict[str, Any]) -> datetime:
    stamps = [change["timestamp"] for change in row.get("changes") or () if change.get("changeType") == "CREATE"]
    # Without a note of its creation a record counts as old: creating twice shows, linking wrongly does not.
    return datetime.fromisoformat(stamps[0]) if stamps else datetime.min.replace(tzinfo=UTC)
