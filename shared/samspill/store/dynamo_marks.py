"""Small marks in DynamoDB: cursors, leases."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from samspill.engine.model import Side
from samspill.ports import Clock
from samspill.store import keys
from samspill.store.dynamo import Item, Table

if TYPE_CHECKING:
    from samspill.state import StreamKey

_DAY_S = 86_400


class DynamoCursors:
    """See `ports.Cursors`."""

    def __init__(self, table: Table) -> None:
        """Keep cursors in the state table."""
        self._table = table

    def get(self, stream: StreamKey, side: Side) -> str | None:
        """See `Cursors.get`."""
        item = self._table.get(keys.cursors(stream), side)
        return str(item["cursor"]["S"]) if item else None

    def before(self, stream: StreamKey, side: Side) -> str | None:
        """See `Cursors.before`."""
        item = self._table.get(keys.cursors(stream), side)
        return (str(item["before"]["S"]) or None) if item and "before" in item else None

    def put(self, stream: StreamKey, side: Side, cursor: str, *, by: str = "") -> None:
        """See `Cursors.put`. An older cursor may take the place of a newer one: reading again is harmless."""
        names = {"#cursor": "cursor", "#by": "by"}
        values = {":cursor": {"S": cursor}, ":by": {"S": by}}
        where = {"Key": {"pk": {"S": keys.cursors(stream)}, "sk": {"S": side.value}}}
        if not self._table.tried(
            "update_item",
            **where,
            UpdateExpression="SET #before = if_not_exists(#cursor, :none), #cursor = :cursor, #by = :by",
            ConditionExpression="attribute_not_exists(#by) OR #by <> :by",
            ExpressionAttributeNames={**names, "#before": "before"},
            ExpressionAttributeValues={**values, ":none": {"S": ""}},
        ):
            self._table.tried(
                "update_item",
                **where,
                UpdateExpression="SET #cursor = :cursor, #by = :by",
                ExpressionAttributeNames=names,
                ExpressionAttributeValues=values,
            )

    def remove(self, stream: StreamKey) -> None:
        """See `Cursors.remove`."""
        self._table.clear(keys.cursors(stream), len(Side))


class DynamoLeases:
    """See `ports.Leases`."""

    def __init__(self, table: Table, clock: Clock) -> None:
        """Keep leases in the state table."""
        self._table, self._clock = table, clock

    def take(self, name: str, holder: str, until: datetime) -> bool:
        """See `Leases.take`."""
        end_s = until.timestamp()
        item = {
            **_lease(name),
            "holder": {"S": holder},
            "until": {"N": f"{end_s:.6f}"},
            "expires_at": {"N": str(int(end_s) + _DAY_S)},
        }
        return self._table.tried(
            "put_item",
            Item=item,
            ConditionExpression="attribute_not_exists(pk) OR holder = :me OR #until <= :now",
            ExpressionAttributeNames={"#until": "until"},
            ExpressionAttributeValues={
                ":me": {"S": holder},
                ":now": {"N": f"{self._clock.now().timestamp():.6f}"},
            },
        )

    def release(self, name: str, holder: str) -> None:
        """See `Leases.release`. What is somebody else's by now stays theirs."""
        self._table.tried(
            "delete_item",
            Key=_lease(name),
            ConditionExpression="holder = :me",
            ExpressionAttributeValues={":me": {"S": holder}},
        )


def _lease(name: str) -> Item:
    return {"pk": {"S": keys.lease(name)}, "sk": {"S": "LEASE"}}
