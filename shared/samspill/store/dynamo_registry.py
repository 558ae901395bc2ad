"""Connections and flows in DynamoDB, each one JSON document in its tenant's partition."""

from __future__ import annotations

from collections.abc import Iterator

from samspill.state import Connection, FlowKey, FlowState
from samspill.store import documents, keys
from samspill.store.dynamo import Table
from samspill.store.dynamo_webhooks import hooked


class DynamoRegistry:
    """See `ports.Registry`."""

    def __init__(self, table: Table) -> None:
        """Keep documents in the state table."""
        self._table = table

    def connection(self, tenant: str, connection_id: str) -> Connection:
        """See `Registry.connection`."""
        item = self._table.get(keys.tenant(tenant), keys.connection(connection_id))
        if item is None:
            raise documents.no_connection(connection_id)
        return Connection.model_validate_json(item["body"]["S"])

    def connections(self, tenant: str) -> list[Connection]:
        """See `Registry.connections`."""
        return [Connection.model_validate_json(body) for body in self._bodies(tenant, keys.connection(""))]

    def hooked(self, tenant: str, connection_id: str) -> tuple[Connection, list[FlowState]]:
        """See `Registry.hooked`."""
        connection, flows = hooked(self._table, tenant, connection_id)
        return Connection.model_validate_json(connection), [FlowState.model_validate_json(body) for body in flows]

    def save_connection(self, connection: Connection) -> Connection:
        """See `Registry.save_connection`."""
        saved = connection.model_copy(update={"revision": connection.revision + 1})
        if not self._save(keys.connection(saved.id), saved):
            raise documents.changed(connection)
        return saved

    def remove_connection(self, connection: Connection) -> None:
        """See `Registry.remove_connection`."""
        self._remove(keys.connection(connection.id), connection)

    def flow(self, key: FlowKey) -> FlowState:
        """See `Registry.flow`."""
        item = self._table.get(keys.tenant(key.tenant), keys.flow(key.flow))
        if item is None:
            raise documents.no_flow(key)
        return FlowState.model_validate_json(item["body"]["S"])

    def flows(self, tenant: str) -> list[FlowState]:
        """See `Registry.flows`."""
        return [FlowState.model_validate_json(body) for body in self._bodies(tenant, keys.flow(""))]

    def save_flow(self, flow: FlowState) -> FlowState:
        """See `Registry.save_flow`."""
        saved = flow.model_copy(update={"revision": flow.revision + 1})
        if not self._save(keys.flow(saved.flow), saved):
            raise documents.changed(flow)
        return saved

    def remove_flow(self, flow: FlowState) -> None:
        """See `Registry.remove_flow`."""
        self._remove(keys.flow(flow.flow), flow)

    def _remove(self, sk: str, document: Connection | FlowState) -> None:
        if not self._table.tried(
            "delete_item",
            Key={"pk": {"S": keys.tenant(document.tenant)}, "sk": {"S": sk}},
            ConditionExpression="attribute_not_exists(pk) OR rev = :rev",
            ExpressionAttributeValues={":rev": {"N": str(document.revision)}},
        ):
            raise documents.changed(document)

    def _bodies(self, tenant: str, prefix: str) -> Iterator[str]:
        items = self._table.query(keys.tenant(tenant), sk_prefix=prefix, ConsistentRead=True)
        return (item["body"]["S"] for item in items)

    def _save(self, sk: str, document: Connection | FlowState) -> bool:
        item = {
            "pk": {"S": keys.tenant(document.tenant)},
            "sk": {"S": sk},
            "rev": {"N": str(document.revision)},
            "body": {"S": documents.weighed(document)},
        }
        if document.revision == 1:
            return self._table.put_if(item, "attribute_not_exists(pk)")
        return self._table.put_if(item, "rev = :rev", {":rev": {"N": str(document.revision - 1)}})
