"""The tenants in DynamoDB, in a partition of their own: nobody has to look through the table for them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

from samspill.store import keys
from samspill.store.dynamo import Item, Table

if TYPE_CHECKING:
    from samspill.notices.summary import Summary


class DynamoTenants:
    """See `ports.Tenants`."""

    def __init__(self, table: Table) -> None:
        """Keep them in the state table."""
        self._table = table

    def all(self) -> list[str]:
        """See `Tenants.all`."""
        return [item["sk"]["S"] for item in self._names()]

    def following(self, name: str, limit: int) -> list[str]:
        """See `Tenants.following`."""
        after: dict[str, Any] = {"ExclusiveStartKey": {"pk": {"S": keys.TENANTS}, "sk": {"S": name}}} if name else {}
        found = self._names(Limit=limit, **after)
        return [item["sk"]["S"] for item in islice(found, limit)]

    def _names(self, **more: Any) -> Iterator[Item]:
        return self._table.query(keys.TENANTS, ConsistentRead=True, ProjectionExpression="sk", **more)

    def sum_up(self, summary: Summary) -> None:
        """See `Tenants.sum_up`."""
        body = {"body": {"S": summary.model_dump_json()}}
        self._table.put_if({"pk": {"S": keys.TENANTS}, "sk": {"S": summary.tenant}} | body, "attribute_exists(pk)")

    def summaries(self) -> Iterator[tuple[str, Summary | None]]:
        """See `Tenants.summaries`."""
        from samspill.notices.summary import Summary

        for item in self._table.query(keys.TENANTS):
            body = item.get("body")
            yield item["sk"]["S"], Summary.model_validate_json(body["S"]) if body else None

    def note(self, tenant: str) -> None:
        """See `Tenants.note`."""
        self._table.put_if({"pk": {"S": keys.TENANTS}, "sk": {"S": tenant}}, "attribute_not_exists(pk)")

    def forget(self, tenant: str) -> None:
        """See `Tenants.forget`."""
        place = {"pk": {"S": keys.TENANTS}, "sk": {"S": tenant}}
        self._table.call("delete_item", TableName=self._table.name, Key=place)

    def opened(self, account: str) -> list[tuple[str, str]]:
        """See `Tenants.opened`."""
        items = self._table.query(keys.account(account), ConsistentRead=True)
        return sorted((tenant, name) for tenant, name in (keys.split(item["sk"]["S"]) for item in items))

    def note_opened(self, account: str, tenant: str, connection_id: str) -> None:
        """See `Tenants.note_opened`."""
        self._table.put_if(_opened(account, tenant, connection_id), "attribute_not_exists(pk)")

    def forget_opened(self, account: str, tenant: str, connection_id: str) -> None:
        """See `Tenants.forget_opened`."""
        self._table.call("delete_item", TableName=self._table.name, Key=_opened(account, tenant, connection_id))


def _opened(account: str, tenant: str, connection_id: str) -> dict[str, Any]:
    return {"pk": {"S": keys.account(account)}, "sk": {"S": keys.join(tenant, connection_id)}}
