"""What of connections and flows concerns webhooks, read from the registry's own items without its models."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import orjson

from samspill.engine.model import Side
from samspill.store import documents, keys
from samspill.store.dynamo import Table


class HookedConnection(NamedTuple):
    """See `state.Connection`."""

    tenant: str
    id: str
    vendor: str
    subscriptions: Mapping[str, str]


class HookedFlow(NamedTuple):
    """See `state.FlowState`."""

    tenant: str
    flow: str
    status: str
    left: str
    right: str

    def connection(self, side: Side) -> str:
        """Return the id of the connection on `side`."""
        return self.left if side is Side.LEFT else self.right


class HookedRegistry:
    """See `steps.receive.Registry`. It believes what it reads: `DynamoRegistry` stores nothing but its models."""

    def __init__(self, table: Table) -> None:
        """Read from the state table."""
        self._table = table

    def connection(self, tenant: str, connection_id: str) -> HookedConnection:
        """See `Registry.connection`."""
        item = self._table.get(keys.tenant(tenant), keys.connection(connection_id))
        if item is None:
            raise documents.no_connection(connection_id)
        return HookedConnection(**_chosen(item, HookedConnection._fields))

    def flows(self, tenant: str) -> list[HookedFlow]:
        """See `Registry.flows`."""
        items = self._table.query(keys.tenant(tenant), sk_prefix=keys.flow(""), ConsistentRead=True)
        return [HookedFlow(**_chosen(item, HookedFlow._fields)) for item in items]


def _chosen(item: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    document = orjson.loads(item["body"]["S"])
    return {name: document[name] for name in names}
