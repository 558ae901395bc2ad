"""Keeps to a vendor's rate limit together with everybody else who calls on the same key. Never waits: it refuses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC

from samspill.errors import RateLimitedError
from samspill.ports import Budgets
from samspill.reasons import Reason
from samspill.state import Connection


def budget_of(connection: Connection) -> str:
    """Return the key under which all who call on a connection share its vendor's limit; it begins with the vendor."""
    return f"{connection.vendor}/{connection.tenant}/{connection.id}"


@dataclass(frozen=True, slots=True)
class RateHeaders:
    """How a vendor tells its limit, and its window where it is aligned with the clock."""

    limit: str = ""
    remaining: str = ""
    reset_s: str = ""
    retry_after_s: str = "retry-after"
    window_s: float = 60.0
    aligned: bool = False
    """True when windows begin at multiples of `window_s` on the wall clock."""


class Limiter:
    """Leases a handful of calls at a time from the shared budget and spends them here.

    The first call after a while leases itself alone: a webhook needs no more. Those right after it lease one more
    than were spent in that while, a handful at most, so that functions that make a few calls each waste fewer than they
    make. A leftover is given up when it is older than `keep_s`: its window is over, and the process may have
    been frozen.
    """

    def __init__(
        self,
        budgets: Budgets,
        key: str,
        headers: RateHeaders,
        *,
        system: str,
        now: Callable[[], float],
        handful: int = 5,
        keep_s: float = 5.0,
    ) -> None:
        """Share the budget under `key`; `now` returns epoch seconds."""
        self._budgets = budgets
        self._key = key
        self._headers = headers
        self._system = system
        self._now = now
        self._handful = handful
        self._keep_s = keep_s
        self._left = 0
        self._streak = 0
        self._leased_at = 0.0

    def spend(self) -> None:
        """Spend one call; RateLimitedError when the window has none left."""
        now = self._now()
        if now - self._leased_at > self._keep_s:
            self._left = self._streak = 0
        if not self._left:
            try:
                self._left = self._budgets.lease(self._key, min(self._streak + 1, self._handful))
            except RateLimitedError as error:
                error.reason = Reason("rate_limited", {"system": self._system})
                raise
            self._leased_at = now
        self._left -= 1
        self._streak += 1

    def told(self, answer: Mapping[str, str]) -> None:
        """Pass on what an answer's headers say: once per handful, and at once when less is left than is leased."""
        limit = _number(answer.get(self._headers.limit))
        remaining = _number(answer.get(self._headers.remaining))
        reset_s = _number(answer.get(self._headers.reset_s))
        if limit is None or remaining is None or reset_s is None:
            return
        if not self._left or remaining < self._left:
            self._left = min(self._left, int(remaining))
            self._budgets.correct(self._key, limit=int(limit), remaining=int(remaining), reset_s=reset_s)

    def refused(self, answer: Mapping[str, str]) -> RateLimitedError:
        """Stop everybody until the vendor's window is over, and return the error for this call."""
        told = (_number(answer.get(self._headers.reset_s)), self._retry_after_s(answer))
        wait_s = next((seconds for seconds in told if seconds), None) or self._until_next_window()
        self._left = 0
        self._budgets.pause(self._key, wait_s)
        error = RateLimitedError(f"{self._system} answered 429", retry_after_s=wait_s)
        error.reason = Reason("rate_limited", {"system": self._system})
        return error

    def _retry_after_s(self, answer: Mapping[str, str]) -> float | None:
        """Return what `Retry-After` tells: seconds or a date (RFC 9110, 10.2.3)."""
        text = answer.get(self._headers.retry_after_s)
        seconds = _number(text)
        if seconds is not None or not text:
            return seconds
        from email.utils import parsedate_to_datetime

        try:
            until = parsedate_to_datetime(text)
        except ValueError:
            return None
        until = until if until.tzinfo else until.replace(tzinfo=UTC)
        return _sensible(until.timestamp() - self._now())

    def _until_next_window(self) -> float:
        window_s = self._headers.window_s
        return window_s - self._now() % window_s if self._headers.aligned else window_s


def _number(text: str | None) -> float | None:
    try:
        number = float(text) if text else None
    except ValueError:
        return None
    return None if number is None else _sensible(number)


def _sensible(seconds: float) -> float | None:
    return seconds if 0 <= seconds < 86_400 else None  # noqa: PLR2004 - a day is nobody's window
