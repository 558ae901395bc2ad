"""Small twins of the ports that connectors need."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from samspill.errors import RateLimitedError
from tests.support.clock import FixedClock


class MemorySecrets:
    """Secrets in a dictionary; what is not asked for fresh is as old as the last fresh look or the last store."""

    def __init__(self, credentials: Mapping[str, str]) -> None:
        self.hold(credentials)
        self.puts = 0

    def hold(self, values: Mapping[str, str]) -> None:
        self.held = self.known = dict(values)

    def get(self, tenant: str, connection_id: str, *, fresh: bool = False) -> dict[str, str]:
        self.known = self.held if fresh else self.known
        return dict(self.known)

    def put(self, tenant: str, connection_id: str, values: Mapping[str, str]) -> None:
        self.hold(values)
        self.puts += 1

    def remove(self, tenant: str) -> None:
        self.hold({})

    def exchange(
        self, tenant: str, connection_id: str, change: Callable[[dict[str, str]], Mapping[str, str]]
    ) -> dict[str, str]:
        """As the store does: what changes meanwhile is looked at again."""
        while True:
            held = self.get(tenant, connection_id, fresh=True)
            values = dict(change(dict(held)))
            if values == held:
                return values
            if self.held == held:
                self.put(tenant, connection_id, values)
                return values

    def hook_secret(self, tenant: str, connection_id: str, generation: int) -> str:
        return f"{tenant}/{connection_id}/{generation}"


class WindowBudgets:
    """One window for everybody, in memory; `leases` and `corrections` tell what was asked of it."""

    def __init__(self, clock: FixedClock, limit: int = 1_000_000) -> None:
        self.clock = clock
        self.left = limit
        self.paused_until = 0.0
        self.leases: list[int] = []
        self.corrections: list[tuple[int, int, float]] = []
        self.pauses: list[float] = []

    def lease(self, key: str, want: int) -> int:
        self.leases.append(want)
        now = self.clock.now().timestamp()
        if now < self.paused_until or self.left == 0:
            raise RateLimitedError("nothing left", retry_after_s=max(1.0, self.paused_until - now))
        granted = min(want, self.left)
        self.left -= granted
        return granted

    def correct(self, key: str, *, limit: int, remaining: int, reset_s: float) -> None:
        self.corrections.append((limit, remaining, reset_s))

    def pause(self, key: str, seconds: float) -> None:
        self.pauses.append(seconds)
        self.paused_until = self.clock.now().timestamp() + seconds
