"""The key index in DynamoDB: one small item per key and record, in a partition per key."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Any

from samspill.engine.model import Side
from samspill.state import StreamKey
from samspill.store import keys
from samspill.store.dynamo import Table


class DynamoKeyIndex:
    """See `ports.KeyIndex`. Nothing is stored but keys and ids, so a put costs one write unit."""

    def __init__(self, table: Table) -> None:
        """Keep the index in the state table."""
        self._table = table

    def put(self, stream: StreamKey, side: Side, entries: Sequence[tuple[str, str]]) -> None:
        """See `KeyIndex.put`."""
        self._table.batch_write(
            [{"PutRequest": {"Item": _item(stream, side, *entry)}} for entry in dict.fromkeys(entries)]
        )

    def drop(self, stream: StreamKey, side: Side, entries: Sequence[tuple[str, str]]) -> None:
        """See `KeyIndex.drop`."""
        self._table.batch_write(
            [{"DeleteRequest": {"Key": _item(stream, side, *entry)}} for entry in dict.fromkeys(entries)]
        )

    def find(self, stream: StreamKey, side: Side, wanted: Sequence[str], *, most: int) -> dict[str, list[str]]:
        """See `KeyIndex.find`. One read per key."""
        found: dict[str, list[str]] = {}
        for key in dict.fromkeys(wanted):
            partition = keys.indexed(stream, side, key)
            rows = self._table.query(partition, ConsistentRead=True, ProjectionExpression="sk", Limit=most)
            if ids := [row["sk"]["S"] for row in islice(rows, most)]:
                found[key] = ids
        return found


def _item(stream: StreamKey, side: Side, key: str, external_id: str) -> dict[str, Any]:
    return {"pk": {"S": keys.indexed(stream, side, key)}, "sk": {"S": external_id}}
