"""Small marks in memory: cursors, leases, budgets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from samspill.engine.model import Side
from samspill.errors import RateLimitedError
from samspill.ports import Clock
from samspill.state import StreamKey
from samspill.store import budget as arithmetic
from samspill.store.budget import Budget, BudgetRule


class MemoryCursors:
    """Cursors by stream and side."""

    def __init__(self) -> None:
        """Begin empty."""
        self._cursors: dict[tuple[StreamKey, Side], str] = {}
        self._before: dict[tuple[StreamKey, Side], str] = {}
        self._by: dict[tuple[StreamKey, Side], str] = {}

    def get(self, stream: StreamKey, side: Side) -> str | None:
        """See `Cursors.get`."""
        return self._cursors.get((stream, side))

    def before(self, stream: StreamKey, side: Side) -> str | None:
        """See `Cursors.before`."""
        return self._before.get((stream, side))

    def put(self, stream: StreamKey, side: Side, cursor: str, *, by: str = "") -> None:
        """See `Cursors.put`."""
        held = self._cursors.get((stream, side))
        if held is not None and self._by.get((stream, side)) != by:
            self._before[stream, side] = held
        self._cursors[stream, side], self._by[stream, side] = cursor, by

    def remove(self, stream: StreamKey) -> None:
        """See `Cursors.remove`."""
        for held in (self._cursors, self._before, self._by):
            for side in Side:
                held.pop((stream, side), None)


class MemoryLeases:
    """Leases by name."""

    def __init__(self, clock: Clock) -> None:
        """Begin with none taken."""
        self._clock = clock
        self._leases: dict[str, tuple[str, datetime]] = {}

    def take(self, name: str, holder: str, until: datetime) -> bool:
        """See `Leases.take`."""
        lease = self._leases.get(name)
        if lease is not None and lease[0] != holder and self._clock.now() < lease[1]:
            return False
        self._leases[name] = (holder, until)
        return True

    def release(self, name: str, holder: str) -> None:
        """See `Leases.release`."""
        lease = self._leases.get(name)
        if lease is not None and lease[0] == holder:
            del self._leases[name]


class MemoryBudgets:
    """Budgets by key."""

    def __init__(self, clock: Clock, rule: Callable[[str], BudgetRule]) -> None:
        """Use the vendor limits that `rule` names for a key until the vendor tells better."""
        self._clock = clock
        self._rule = rule
        self._budgets: dict[str, Budget] = {}

    def lease(self, key: str, want: int) -> int:
        """See `Budgets.lease`."""
        present, rule, now_ms = self._present(key), self._rule(key), self._now_ms()
        try:
            self._budgets[key], taken = arithmetic.take(present, rule, now_ms, want)
        except RateLimitedError:
            self._budgets[key], turn_ms = arithmetic.queue_up(present, rule, now_ms)
            raise arithmetic.exhausted(turn_ms, now_ms) from None
        return taken

    def correct(self, key: str, *, limit: int, remaining: int, reset_s: float) -> None:
        """See `Budgets.correct`."""
        present, rule, now_ms = self._present(key), self._rule(key), self._now_ms()
        self._budgets[key] = arithmetic.correct(
            present, rule, now_ms, limit=limit, remaining=remaining, reset_s=reset_s
        )

    def pause(self, key: str, seconds: float) -> None:
        """See `Budgets.pause`."""
        self._budgets[key] = arithmetic.pause(self._present(key), self._now_ms(), seconds)

    def _present(self, key: str) -> Budget:
        return self._budgets.get(key) or Budget.under(self._rule(key))

    def _now_ms(self) -> int:
        return arithmetic.epoch_ms(self._clock.now())


class MemoryQuotas:
    """Members by name, forgotten after a time."""

    def __init__(self, clock: Clock) -> None:
        """Begin empty."""
        self._clock = clock
        self._taken: dict[str, tuple[frozenset[str], datetime]] = {}

    def take(self, name: str, members: Sequence[str], *, limit: int, until: datetime) -> bool:
        """See `Quotas.take`."""
        known, ends = self._taken.get(name, (frozenset(), until))
        if ends <= self._clock.now():
            known = frozenset()
        if known.issuperset(members):
            return True
        together = known.union(members)
        if len(together) > limit:
            return False
        self._taken[name] = (together, until)
        return True
