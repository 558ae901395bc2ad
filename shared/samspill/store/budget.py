"""The arithmetic of a vendor's rate limits: fixed windows whose calls are leased, corrected by what the vendor tells.

Pure; times are epoch milliseconds. A window ends by whoever's clock is first, and its end never moves back, so that
workers whose clocks differ still take from one window and not from one each.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import datetime
from operator import itemgetter

from samspill.errors import RateLimitedError

LINE_MS = 900_000
"""How far ahead turns are given: as long as a queue holds a message back."""


@dataclass(frozen=True, slots=True)
class BudgetRule:
    """What is assumed until the vendor tells its limit: `limit` calls in `window_s` seconds.

    `reserve` calls of each window are left to the customer's other integrations and to people.
    """

    limit: int
    window_s: int
    reserve: int = 0
    further: tuple[BudgetRule, ...] = ()
    """The vendor's other limits, such as those of an hour and of a day: every call counts in all of them."""

    @property
    def every(self) -> tuple[BudgetRule, ...]:
        """One rule per window. The first is the one that the vendor's answers tell about."""
        return (self, *self.further)


@dataclass(frozen=True, slots=True)
class Window:
    """The present window of one limit."""

    limit: int
    """Calls in a whole window: the vendor's word where it was told, else the rule's."""
    left: int = 0
    ends_ms: int = 0


@dataclass(frozen=True, slots=True)
class Budget:
    """What may be called on one key."""

    windows: tuple[Window, ...]
    """One per rule, in their order."""
    paused_ms: int = 0
    """Nobody calls before this."""
    line_ms: int = 0
    """Until when those who were refused have their turns: the next one's is no sooner."""

    @classmethod
    def under(cls, rule: BudgetRule) -> Budget:
        """Return the budget before the first call."""
        return cls(tuple(Window(each.limit) for each in rule.every))


def epoch_ms(at: datetime) -> int:
    """Return a moment as epoch milliseconds."""
    return round(at.timestamp() * 1000)


def take(budget: Budget, rule: BudgetRule, now_ms: int, want: int) -> tuple[Budget, int]:
    """Return the budget after taking up to `want` calls, and how many were taken (at least one).

    Raises:
        RateLimitedError: paused, or none left in this window.
    """
    if now_ms < budget.paused_ms:
        raise exhausted(budget.paused_ms, now_ms)
    windows = [_open(window, each, now_ms) for window, each in zip(budget.windows, rule.every, strict=True)]
    spent = [window.ends_ms for window in windows if window.left <= 0]
    if spent:
        raise exhausted(max(spent), now_ms)
    taken = min(max(want, 1), *(window.left for window in windows))
    return replace(budget, windows=tuple(replace(each, left=each.left - taken) for each in windows)), taken


def queue_up(budget: Budget, rule: BudgetRule, now_ms: int) -> tuple[Budget, int]:
    """Return the budget after a place in line was given to a caller that was refused, and when its turn is.

    Turns are as far apart as the limit allows calls, one call each: those who wait come back one after the other, in
    their order, and not all of them with every new window. A turn is no promise: who needs several calls would never
    come to an end where each call but the first is another's. None is further ahead than `LINE_MS`.
    """
    spent = [
        (window.ends_ms, each) for window, each in zip(budget.windows, rule.every, strict=True) if window.left <= 0
    ]
    if now_ms < budget.paused_ms or not spent:
        opens_ms, pace = max(budget.paused_ms, now_ms), rule
    else:
        opens_ms, pace = max(spent, key=itemgetter(0))
    turn_ms = max(min(budget.line_ms, now_ms + LINE_MS), opens_ms)
    apart_ms = math.ceil(pace.window_s * 1000 / max(budget.windows[rule.every.index(pace)].limit - pace.reserve, 1))
    return replace(budget, line_ms=max(budget.line_ms, turn_ms + apart_ms)), turn_ms


def correct(budget: Budget, rule: BudgetRule, now_ms: int, *, limit: int, remaining: int, reset_s: float) -> Budget:
    """Return the budget after the vendor's answer, which tells about the first window.

    Within a window the answer can only lower what is left (calls leased and not yet made are unknown to the vendor)
    and only delay the end. Answers may arrive late and out of order; this way the oldest does no harm. The end is taken
    as a whole second, rounded up: vendors tell no better, and answers that tell the same thing then change nothing.
    """
    window, *others = budget.windows
    told_end = math.ceil(now_ms / 1000 + reset_s) * 1000
    left = max(remaining - rule.reserve, 0)
    if now_ms < window.ends_ms:
        left = min(left, window.left)
    return replace(budget, windows=(Window(limit, left, max(told_end, window.ends_ms)), *others))


def pause(budget: Budget, now_ms: int, seconds: float) -> Budget:
    """Return the budget that nobody uses for `seconds`; a longer pause in force stays."""
    return replace(budget, paused_ms=max(budget.paused_ms, now_ms + round(seconds * 1000)))


def exhausted(until_ms: int, now_ms: int) -> RateLimitedError:
    """Return the error that tells to stay away until then."""
    retry_after_s = max(until_ms - now_ms, 1) / 1000
    return RateLimitedError(f"no calls left for {retry_after_s:.1f} s", retry_after_s=retry_after_s)


def _open(window: Window, rule: BudgetRule, now_ms: int) -> Window:
    """Return the window around `now_ms`: the present one, or one in step with it, at first with the epoch."""
    if now_ms < window.ends_ms:
        return window
    window_ms = rule.window_s * 1000
    ends_ms = window.ends_ms + window_ms * ((now_ms - window.ends_ms) // window_ms + 1)
    return replace(window, left=max(window.limit - rule.reserve, 1), ends_ms=ends_ms)
