"""Blobs, secrets and schedules in memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import RLock

from samspill.state import FlowKey, FlowState
from samspill.store.hook_secrets import hook_secret


class MemoryBlobs:
    """Blobs by key."""

    def __init__(self) -> None:
        """Begin empty."""
        self._blobs: dict[str, bytes] = {}

    def put(self, key: str, body: bytes) -> None:
        """See `Blobs.put`."""
        self._blobs[key] = body

    def get(self, key: str) -> bytes | None:
        """See `Blobs.get`."""
        return self._blobs.get(key)

    def keys(self, prefix: str) -> list[str]:
        """See `Blobs.keys`."""
        return sorted(key for key in self._blobs if key.startswith(prefix))

    def remove(self, prefix: str, limit: int) -> int:
        """See `Blobs.remove`."""
        return remove_first(self._blobs, prefix, limit)


def remove_first(held: dict[str, bytes], prefix: str, limit: int) -> int:
    """Remove the first keys under a prefix; return how many."""
    first = sorted(key for key in held if key.startswith(prefix))[:limit]
    for key in first:
        del held[key]
    return len(first)


class MemorySecrets:
    """Credentials by tenant and connection."""

    def __init__(self) -> None:
        """Begin empty."""
        self._secrets: dict[str, dict[str, dict[str, str]]] = defaultdict(dict)
        self._changing = RLock()

    def get(self, tenant: str, connection_id: str, *, fresh: bool = False) -> dict[str, str]:  # noqa: ARG002 - always is
        """See `Secrets.get`."""
        return dict(self._secrets[tenant].get(connection_id, {}))

    def put(self, tenant: str, connection_id: str, values: Mapping[str, str]) -> None:
        """See `Secrets.put`."""
        self._secrets[tenant][connection_id] = dict(values)

    def exchange(
        self, tenant: str, connection_id: str, change: Callable[[dict[str, str]], Mapping[str, str]]
    ) -> dict[str, str]:
        """See `Secrets.exchange`."""
        with self._changing:
            self.put(tenant, connection_id, change(self.get(tenant, connection_id)))
            return self.get(tenant, connection_id)

    def remove(self, tenant: str) -> None:
        """See `Secrets.remove`."""
        self._secrets.pop(tenant, None)

    def hook_secret(self, tenant: str, connection_id: str, generation: int) -> str:
        """See `Secrets.hook_secret`."""
        return hook_secret(b"memory", tenant, connection_id, generation)


@dataclass(frozen=True, slots=True)
class Scheduled:
    """What starts a flow by itself."""

    every_min: int
    full_at_hour: int
    time_zone: str
    enabled: bool


class MemorySchedules:
    """Schedules by flow; nothing fires by itself, the test does."""

    def __init__(self) -> None:
        """Begin empty."""
        self.by_flow: dict[FlowKey, Scheduled] = {}

    def set(self, flow: FlowState, *, enabled: bool) -> None:
        """See `Schedules.set`."""
        self.by_flow[flow.key] = Scheduled(flow.every_min, flow.full_at_hour, flow.time_zone, enabled)

    def remove(self, key: FlowKey) -> None:
        """See `Schedules.remove`."""
        self.by_flow.pop(key, None)
