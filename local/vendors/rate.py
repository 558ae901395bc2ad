"""A rate limit in windows that are aligned with the clock on the wall."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from math import ceil

from local.vendors.clock import Clock


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left after a call: `reset_s` is whole seconds until the next window."""

    granted: bool
    limit: int
    remaining: int
    reset_s: int


class RateWindow:
    """Counts calls per key; every `window_s` seconds, at a multiple of it, all counts start again."""

    def __init__(self, clock: Clock, limit: int, window_s: float) -> None:
        """Allow `limit` calls per key and window."""
        self._clock = clock
        self.limit = limit
        self.window_s = window_s
        self._window = 0
        self._used: Counter[str] = Counter()

    def take(self, key: str, *, spent: bool = False) -> Allowance:
        """Count one call; with `spent`, behave as though the window were used up."""
        now = self._clock().timestamp()
        window = int(now // self.window_s)
        if window != self._window:
            self._window = window
            self._used.clear()
        self._used[key] = self.limit + 1 if spent else self._used[key] + 1
        used = self._used[key]
        reset_s = ceil((window + 1) * self.window_s - now)
        return Allowance(used <= self.limit, self.limit, max(0, self.limit - used), reset_s)
