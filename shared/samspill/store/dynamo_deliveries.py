"""Webhook deliveries in DynamoDB: which were taken in, and what the smaller ones told."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from samspill.ports import DELIVERIES_KNOWN, DELIVERIES_TOLD, Clock, Delivery, Told
from samspill.store.dynamo import Item, Table

_MS = timedelta(milliseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class DynamoDeliveries:
    """See `ports.Deliveries`. The table is its own: webhooks come and go on their own terms.

    A partition holds the deliveries of one connection. Bodies are compressed: a write is billed by started kilobytes.
    """

    def __init__(self, table: Table, clock: Clock) -> None:
        """Keep deliveries in the webhook table."""
        self._table, self._clock = table, clock

    def known(self, delivery: Delivery) -> bool:
        """See `Deliveries.known`. An entry past its time counts as gone, although the table removes it later."""
        item = self._table.call("get_item", TableName=self._table.name, Key=_key(delivery)).get("Item")
        return item is not None and self._clock.now() < _noted(item) + DELIVERIES_KNOWN

    def note(self, delivery: Delivery, body: bytes = b"") -> None:
        """See `Deliveries.note`."""
        now = self._clock.now()
        until = now + (DELIVERIES_TOLD if body else DELIVERIES_KNOWN)
        item: Item = {
            **_key(delivery),
            "noted_at": {"N": str((now - _EPOCH) // _MS)},
            "expires_at": {"N": str(int(until.timestamp()))},
        }
        if body:
            item["body"] = {"B": zlib.compress(body)}
        self._table.call("put_item", TableName=self._table.name, Item=item)

    def told(self, tenant: str, connection: str, since: datetime) -> Iterator[Told]:
        """See `Deliveries.told`. All of the connection's deliveries are read for it."""
        since = max(since, self._clock.now() - DELIVERIES_TOLD)
        pk = _partition(tenant, connection)
        values = {":pk": {"S": pk}, ":since": {"N": str((since - _EPOCH) // _MS)}}
        only = "attribute_exists(body) AND noted_at >= :since"
        for item in self._table.query(pk, FilterExpression=only, ExpressionAttributeValues=values):
            place = f"{self._table.name} {pk} {item['sk']['S']}"
            yield Told(str(item["sk"]["S"]), place, _noted(item), zlib.decompress(item["body"]["B"]))

    def forget(self, tenant: str, connection: str, name: str) -> None:
        """See `Deliveries.forget`. One that expired meanwhile does not come back."""
        key = {"pk": {"S": _partition(tenant, connection)}, "sk": {"S": name}}
        there = "attribute_exists(pk)"
        self._table.tried("update_item", Key=key, UpdateExpression="REMOVE body", ConditionExpression=there)

    def remove(self, tenant: str, connection: str, limit: int) -> int:
        """See `Deliveries.remove`."""
        return self._table.clear(_partition(tenant, connection), limit)


def _key(delivery: Delivery) -> Item:
    """Return the key. A name is the vendor's own: it may have any length, and a sort key may not."""
    name = hashlib.sha256(delivery.name.encode()).hexdigest()[:32]
    return {"pk": {"S": _partition(delivery.tenant, delivery.connection)}, "sk": {"S": name}}


def _partition(tenant: str, connection: str) -> str:
    return f"{tenant}/{connection}"


def _noted(item: Item) -> datetime:
    return _EPOCH + int(item["noted_at"]["N"]) * _MS
