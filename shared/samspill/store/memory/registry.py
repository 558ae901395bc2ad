"""Connections and flows in memory."""

from __future__ import annotations

from collections.abc import Iterator

from samspill.notices.summary import Summary
from samspill.state import Connection, FlowKey, FlowState
from samspill.store.documents import changed, no_connection, no_flow, weighed


class MemoryRegistry:
    """Documents by key, replaced on their revision."""

    def __init__(self) -> None:
        """Begin empty."""
        self._connections: dict[tuple[str, str], Connection] = {}
        self._flows: dict[FlowKey, FlowState] = {}

    def connection(self, tenant: str, connection_id: str) -> Connection:
        """See `Registry.connection`."""
        try:
            return self._connections[tenant, connection_id]
        except KeyError:
            raise no_connection(connection_id) from None

    def connections(self, tenant: str) -> list[Connection]:
        """See `Registry.connections`."""
        return [self._connections[key] for key in sorted(self._connections) if key[0] == tenant]

    def hooked(self, tenant: str, connection_id: str) -> tuple[Connection, list[FlowState]]:
        """See `Registry.hooked`."""
        return self.connection(tenant, connection_id), self.flows(tenant)

    def save_connection(self, connection: Connection) -> Connection:
        """See `Registry.save_connection`."""
        saved = _saved(connection, self._connections.get((connection.tenant, connection.id)))
        self._connections[connection.tenant, connection.id] = saved
        return saved

    def remove_connection(self, connection: Connection) -> None:
        """See `Registry.remove_connection`."""
        stored = self._connections.get((connection.tenant, connection.id))
        if stored is not None and stored.revision != connection.revision:
            raise changed(connection)
        self._connections.pop((connection.tenant, connection.id), None)

    def flow(self, key: FlowKey) -> FlowState:
        """See `Registry.flow`."""
        try:
            return self._flows[key]
        except KeyError:
            raise no_flow(key) from None

    def flows(self, tenant: str) -> list[FlowState]:
        """See `Registry.flows`."""
        return [self._flows[key] for key in sorted(self._flows) if key.tenant == tenant]

    def save_flow(self, flow: FlowState) -> FlowState:
        """See `Registry.save_flow`."""
        saved = _saved(flow, self._flows.get(flow.key))
        self._flows[flow.key] = saved
        return saved

    def remove_flow(self, flow: FlowState) -> None:
        """See `Registry.remove_flow`."""
        stored = self._flows.get(flow.key)
        if stored is not None and stored.revision != flow.revision:
            raise changed(flow)
        self._flows.pop(flow.key, None)


class MemoryTenants:
    """Names and summaries."""

    def __init__(self) -> None:
        """Begin empty."""
        self._names: set[str] = set()
        self._summaries: dict[str, Summary] = {}
        self._opened: set[tuple[str, str, str]] = set()

    def all(self) -> list[str]:
        """See `Tenants.all`."""
        return sorted(self._names)

    def following(self, name: str, limit: int) -> list[str]:
        """See `Tenants.following`."""
        return [each for each in self.all() if each > name][:limit]

    def note(self, tenant: str) -> None:
        """See `Tenants.note`."""
        self._names.add(tenant)

    def forget(self, tenant: str) -> None:
        """See `Tenants.forget`."""
        self._names.discard(tenant)
        self._summaries.pop(tenant, None)

    def sum_up(self, summary: Summary) -> None:
        """See `Tenants.sum_up`."""
        if summary.tenant in self._names:
            self._summaries[summary.tenant] = summary

    def summaries(self) -> Iterator[tuple[str, Summary | None]]:
        """See `Tenants.summaries`."""
        yield from [(name, self._summaries.get(name)) for name in self.all()]

    def opened(self, account: str) -> list[tuple[str, str]]:
        """See `Tenants.opened`."""
        return sorted((tenant, name) for known, tenant, name in self._opened if known == account)

    def note_opened(self, account: str, tenant: str, connection_id: str) -> None:
        """See `Tenants.note_opened`."""
        self._opened.add((account, tenant, connection_id))

    def forget_opened(self, account: str, tenant: str, connection_id: str) -> None:
        """See `Tenants.forget_opened`."""
        self._opened.discard((account, tenant, connection_id))


def _saved[D: (Connection, FlowState)](document: D, stored: D | None) -> D:
    if (stored.revision if stored else 0) != document.revision:
        raise changed(document)
    saved = document.model_copy(update={"revision": document.revision + 1})
    weighed(saved)
    return saved
