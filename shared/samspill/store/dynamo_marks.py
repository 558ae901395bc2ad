"""Small marks in DynamoDB: cursors, leases, budgets, webhook deliveries."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from botocore.exceptions import ClientError

from samspill.engine.model import Side
from samspill.errors import BusyError
from samspill.ports import Clock
from samspill.state import StreamKey
from samspill.store import budget as arithmetic
from samspill.store import keys
from samspill.store.budget import Budget, BudgetRule
from samspill.store.dynamo import Item, Table

DELIVERIES_KEPT = timedelta(days=7)
_TRIES = 8


class DynamoCursors:
    """See `ports.Cursors`."""

    def __init__(self, table: Table) -> None:
        """Keep cursors in the state table."""
        self._table = table

    def get(self, stream: StreamKey, side: Side) -> str | None:
        """See `Cursors.get`."""
        item = self._table.get(keys.cursors(stream), side)
        return str(item["cursor"]["S"]) if item else None

    def put(self, stream: StreamKey, side: Side, cursor: str) -> None:
        """See `Cursors.put`. Without a condition: reading again from an older cursor is harmless."""
        item = {"pk": {"S": keys.cursors(stream)}, "sk": {"S": side.value}, "cursor": {"S": cursor}}
        self._table.call("put_item", TableName=self._table.name, Item=item)


class DynamoLeases:
    """See `ports.Leases`."""

    def __init__(self, table: Table, clock: Clock) -> None:
        """Keep leases in the state table."""
        self._table, self._clock = table, clock

    def take(self, name: str, holder: str, until: datetime) -> bool:
        """See `Leases.take`."""
        item = {
            "pk": {"S": keys.lease(name)},
            "sk": {"S": "LEASE"},
            "holder": {"S": holder},
            "until": {"N": str(until.timestamp())},
            "expires_at": {"N": str(int(until.timestamp()) + 86400)},
        }
        values = {":me": {"S": holder}, ":now": {"N": str(self._clock.now().timestamp())}}
        arguments = {
            "TableName": self._table.name,
            "Item": item,
            "ConditionExpression": "attribute_not_exists(pk) OR holder = :me OR #until <= :now",
            "ExpressionAttributeNames": {"#until": "until"},
            "ExpressionAttributeValues": values,
        }
        try:
            self._table.call("put_item", **arguments)
        except ClientError:
            return False
        return True

    def release(self, name: str, holder: str) -> None:
        """See `Leases.release`."""
        try:
            self._table.call(
                "delete_item",
                TableName=self._table.name,
                Key={"pk": {"S": keys.lease(name)}, "sk": {"S": "LEASE"}},
                ConditionExpression="holder = :me",
                ExpressionAttributeValues={":me": {"S": holder}},
            )
        except ClientError:
            return  # somebody else's by now


class DynamoBudgets:
    """See `ports.Budgets`. One item per key, changed on the revision that was read."""

    def __init__(self, table: Table, clock: Clock, rule: Callable[[str], BudgetRule]) -> None:
        """Use the limits that `rule` names until the vendor tells better."""
        self._table, self._clock, self._rule = table, clock, rule

    def lease(self, key: str, want: int) -> int:
        """See `Budgets.lease`."""
        taken = 0

        def take(budget: Budget) -> Budget:
            nonlocal taken
            after, taken = arithmetic.take(budget, self._rule(key), self._now_ms(), want)
            return after

        self._change(key, take)
        return taken

    def correct(self, key: str, *, limit: int, remaining: int, reset_s: float) -> None:
        """See `Budgets.correct`."""
        rule, now_ms = self._rule(key), self._now_ms()
        self._change(
            key,
            lambda budget: arithmetic.correct(budget, rule, now_ms, limit=limit, remaining=remaining, reset_s=reset_s),
        )

    def pause(self, key: str, seconds: float) -> None:
        """See `Budgets.pause`."""
        self._change(key, lambda budget: arithmetic.pause(budget, self._now_ms(), seconds))

    def _now_ms(self) -> int:
        return int(self._clock.now().timestamp() * 1000)

    def _change(self, key: str, change: Callable[[Budget], Budget]) -> None:
        for _ in range(_TRIES):
            item = self._table.get(keys.budget(key), "BUDGET")
            before = _budget(item) if item else Budget(self._rule(key).limit)
            after = change(before)
            if after == before or self._store(key, after, int(item["rev"]["N"]) if item else 0):
                return
        raise BusyError("the rate budget is contended")

    def _store(self, key: str, budget: Budget, revision: int) -> bool:
        item: Item = {
            "pk": {"S": keys.budget(key)},
            "sk": {"S": "BUDGET"},
            "rev": {"N": str(revision + 1)},
            "limit": {"N": str(budget.limit)},
            "left": {"N": str(budget.left)},
            "ends_ms": {"N": str(budget.ends_ms)},
            "paused_ms": {"N": str(budget.paused_ms)},
        }
        if revision == 0:
            return self._table.put_if(item, "attribute_not_exists(pk)")
        return self._table.put_if(item, "rev = :rev", {":rev": {"N": str(revision)}})


def _budget(item: Item) -> Budget:
    return Budget(*(int(item[name]["N"]) for name in ("limit", "left", "ends_ms", "paused_ms")))


class DynamoDeliveries:
    """See `ports.Deliveries`. The table is its own: webhooks come and go on their own terms."""

    def __init__(self, table: Table, clock: Clock) -> None:
        """Keep deliveries in the webhook table."""
        self._table, self._clock = table, clock

    def first(self, delivery: str) -> bool:
        """See `Deliveries.first`. An entry past its time counts as gone, although the table removes it later."""
        now = self._clock.now()
        expires = int((now + DELIVERIES_KEPT).timestamp())
        item = {"id": {"S": delivery}, "expires_at": {"N": str(expires)}}
        values = {":now": {"N": str(int(now.timestamp()))}}
        return self._table.put_if(item, "attribute_not_exists(id) OR expires_at < :now", values)

    def forget(self, delivery: str) -> None:
        """See `Deliveries.forget`."""
        self._table.call("delete_item", TableName=self._table.name, Key={"id": {"S": delivery}})
