"""What a refused batch of creates may have left behind.

The newest records are read and compared: same names, and created while the batch was under way by the vendor's own
clock. One that fits is adopted instead of being created again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from samspill.canon.compare import form_of, same
from samspill.connectors.http.reply import Reply
from samspill.connectors.tripletex.client import Client
from samspill.connectors.tripletex.kinds import Kind
from samspill.ports import VendorWrite

_NAMES = ("name", "firstName", "lastName", "number", "customerNumber", "employeeNumber")
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
    fields = ",".join(["id", *(name for name in _NAMES if name in kind.fields.split(",")), "changes"])
    last = {"sorting": "-id", "count": str(len(batch))}
    newest = [row for query in kind.lists for row in client.values(kind.path, fields, **{**query, **last})]
    fresh = [row for row in newest if _created_at(row) >= since]
    for write, body in batch:
        for row in fresh:
            if all(same(row.get(name), body[name], form_of(name)) for name in _NAMES if name in body):
                fresh.remove(row)
                yield write, str(row["id"])
                break


def _created_at(row: dict[str, Any]) -> datetime:
    stamps = [change["timestamp"] for change in row.get("changes") or () if change.get("changeType") == "CREATE"]
    # Without a note of its creation a record counts as old: creating twice shows, linking wrongly does not.
    return datetime.fromisoformat(stamps[0]) if stamps else datetime.min.replace(tzinfo=UTC)
