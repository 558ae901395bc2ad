"""What of connections and flows concerns webhooks, read from the registry's own items without its models."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

import orjson

from samspill.engine.model import Side
from samspill.store import documents, keys
from samspill.store.dynamo import Table


class HookedFormer(NamedTuple):
    """See `state.FormerHooks`."""

    address: int
    signed: int
    until: datetime


class HookedConnection(NamedTuple):
    """See `state.Connection`."""

    tenant: str
    id: str
    vendor: str
    subscriptions: Mapping[str, str]
    hook_generation: int = 1
    hooks_signed: int = 0
    hooks_at: int = 0
    hooks_former: HookedFormer | None = None


class HookedFlow(NamedTuple):
    """See `state.FlowState`."""

    tenant: str
    flow: str
    declaration: str
    status: str
    left: str
    right: str

    def connection(self, side: Side) -> str:
        """Return the id of the connection on `side`."""
        return self.left if side is Side.LEFT else self.right


class HookedRegistry:
    """See `steps.receive.Registry`. It believes what it reads: `DynamoRegistry` stores nothing but its models.

    Raises:
        ConfigurationError: a document needs a newer reader.
    """

    def __init__(self, table: Table) -> None:
        """Read from the state table."""
        self._table = table

    def hooked(self, tenant: str, connection_id: str) -> tuple[HookedConnection, list[HookedFlow]]:
        """See `Registry.hooked`."""
        connection, flows = hooked(self._table, tenant, connection_id)
        return _connection(connection), [_flow(body) for body in flows]


def hooked(table: Table, tenant: str, connection_id: str) -> tuple[str, list[str]]:
    """Return the documents of a connection and of all flows. A tenant has few, and they lie in one partition."""
    items = table.query(keys.tenant(tenant), ConsistentRead=True)
    found = {str(item["sk"]["S"]): str(item["body"]["S"]) for item in items}
    try:
        connection = found[keys.connection(connection_id)]
    except KeyError:
        raise documents.no_connection(connection_id) from None
    return connection, [body for sk, body in found.items() if sk.startswith(keys.flow(""))]


def _connection(body: str) -> HookedConnection:
    chosen = _chosen(body, HookedConnection._fields)
    if former := chosen.get("hooks_former"):
        until = datetime.fromisoformat(former["until"])
        chosen["hooks_former"] = HookedFormer(former["address"], former["signed"], until)
    return HookedConnection(**chosen)


def _flow(body: str) -> HookedFlow:
    chosen = _chosen(body, HookedFlow._fields)
    return HookedFlow(**{"declaration": chosen["flow"], **chosen})


def _chosen(body: str, names: tuple[str, ...]) -> dict[str, Any]:
    document = documents.readable(orjson.loads(body))
    return {name: document[name] for name in names if name in document}
