"""The line in DynamoDB: one item per record that waits, one for the reader, one per record that is being read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from samspill.ports import Clock, LineReader, Waiting
from samspill.store import keys
from samspill.store.dynamo import Item, Table

if TYPE_CHECKING:
    from samspill.state import StreamKey

KEPT_S = 7 * 86_400
"""Longer than a message lies in a queue: what waits longer was read whole meanwhile."""
_READER, _RECORD = "READER", "RECORD#"


class DynamoLine:
    """See `ports.Line`."""

    def __init__(self, table: Table, clock: Clock) -> None:
        """Keep lines in the state table."""
        self._table, self._clock = table, clock

    def begin(self, stream: StreamKey, record: str, until: datetime) -> bool:
        """See `Line.begin`. One write, whether it holds or not."""
        item = {"pk": {"S": keys.told(stream, record)}, "sk": {"S": "TOLD"}, "until": _ms(until)}
        return self._table.tried(
            "put_item",
            Item=item | {"expires_at": _seconds(until)},
            ConditionExpression="attribute_not_exists(pk) OR #until <= :now",
            ExpressionAttributeNames={"#until": "until"},
            ExpressionAttributeValues={":now": _ms(self._clock.now())},
        )

    def put(self, stream: StreamKey, hints: Mapping[str, str], mark: str) -> None:
        """See `Line.put`."""
        ends = {"N": str(int(self._clock.now().timestamp()) + KEPT_S)}
        sets = "hint = :hint, mark = :mark, place = if_not_exists(place, :mark), expires_at = :ends"
        for record, hint in hints.items():
            self._table.call(
                "update_item",
                TableName=self._table.name,
                Key=_key(stream, _RECORD + record),
                UpdateExpression=f"SET {sets}",
                ExpressionAttributeValues={":hint": {"S": hint}, ":mark": {"S": mark}, ":ends": ends},
            )

    def first(self, stream: StreamKey, limit: int) -> list[Waiting]:
        """See `Line.first`. The whole line is read, some 80 bytes a record."""
        found = sorted(
            (item["place"]["S"], item["sk"]["S"].removeprefix(_RECORD), item["hint"]["S"], item["mark"]["S"])
            for item in self._table.query(keys.line(stream), sk_prefix=_RECORD, ConsistentRead=True)
        )
        return [Waiting(record, hint, mark) for _, record, hint, mark in found[:limit]]

    def remove(self, stream: StreamKey, waiting: Sequence[Waiting]) -> None:
        """See `Line.remove`."""
        for each in waiting:
            self._table.tried(
                "delete_item",
                Key=_key(stream, _RECORD + each.record),
                ConditionExpression="mark = :mark",
                ExpressionAttributeValues={":mark": {"S": each.mark}},
            )

    def reader(self, stream: StreamKey) -> LineReader | None:
        """See `Line.reader`."""
        item = self._table.get(keys.line(stream), _READER)
        if item is None or int(item["until"]["N"]) <= int(_ms(self._clock.now())["N"]):
            return None
        return LineReader(item["reader"]["S"], queued=item["queued"]["BOOL"])

    def appoint(self, stream: StreamKey, name: str, *, instead_of: LineReader | None, until: datetime) -> bool:
        """See `Line.appoint`."""
        if instead_of is None:
            condition, values = "attribute_not_exists(pk) OR #until <= :held", _ms(self._clock.now())
            names = {"#until": "until"}
        else:
            condition, values, names = "#reader = :held", {"S": instead_of.name}, {"#reader": "reader"}
        return self._table.tried(
            "put_item",
            Item=_reader(stream, name, until, queued=False),
            ConditionExpression=condition,
            ExpressionAttributeNames=names,
            ExpressionAttributeValues={":held": values},
        )

    def queued(self, stream: StreamKey, name: str, until: datetime) -> None:
        """See `Line.queued`."""
        self._table.tried(
            "put_item",
            Item=_reader(stream, name, until, queued=True),
            ConditionExpression="#reader = :name",
            ExpressionAttributeNames={"#reader": "reader"},
            ExpressionAttributeValues={":name": {"S": name}},
        )

    def dismiss(self, stream: StreamKey, name: str) -> None:
        """See `Line.dismiss`."""
        self._table.tried(
            "delete_item",
            Key=_key(stream, _READER),
            ConditionExpression="#reader = :name",
            ExpressionAttributeNames={"#reader": "reader"},
            ExpressionAttributeValues={":name": {"S": name}},
        )


def _key(stream: StreamKey, sort_key: str) -> Item:
    return {"pk": {"S": keys.line(stream)}, "sk": {"S": sort_key}}


def _reader(stream: StreamKey, name: str, until: datetime, *, queued: bool) -> Item:
    known = {"reader": {"S": name}, "queued": {"BOOL": queued}, "until": _ms(until)}
    return _key(stream, _READER) | known | {"expires_at": _seconds(until)}


def _ms(at: datetime) -> dict[str, str]:
    return {"N": str(round(at.timestamp() * 1000))}


def _seconds(at: datetime) -> dict[str, str]:
    return {"N": str(int(at.timestamp()) + KEPT_S)}
