"""The arithmetic of a vendor's rate limit: a fixed window whose calls are leased, corrected by what the vendor tells.

Pure; times are epoch milliseconds. A window ends by whoever's clock is first, and its end never moves back, so that
workers whose clocks differ still take from one window and not from one each.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import datetime

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


@dataclass(frozen=True, slots=True)
class Budget:
    """The present window of one key."""

    limit: int
    """Calls in a whole window: the vendor's word where it was told, else the rule's."""
    left: int = 0
    ends_ms: int = 0
    paused_ms: int = 0
    """Nobody calls before this."""
    line_ms: int = 0
    """Until when those who were refused have their turns: the next one's is no sooner."""


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
    if now_ms >= budget.ends_ms:
        budget = replace(budget, left=max(budget.limit - rule.reserve, 1), ends_ms=_next_end(budget, rule, now_ms))
    if budget.left <= 0:
        raise exhausted(budget.ends_ms, now_ms)
    taken = min(max(want, 1), budget.left)
    return replace(budget, left=budget.left - taken), taken


def queue_up(budget: Budget, rule: BudgetRule, now_ms: int) -> tuple[Budget, int]:
    """Return the budget after a place in line was given to a caller that was refused, and when its turn is.

    Turns are as far apart as the limit allows calls, one call each: those who wait come back one after the other, in
    their order, and not all of them with every new window. A turn is no promise: who needs several calls would never
    come to an end where each call but the first is another's. None is further ahead than `LINE_MS`.
    """
    paused = now_ms < budget.paused_ms
    opens_ms = max(budget.paused_ms, now_ms if budget.left > 0 or paused else budget.ends_ms)
    turn_ms = max(min(budget.line_ms, now_ms + LINE_MS), opens_ms)
    apart_ms = math.ceil(rule.window_s * 1000 / max(budget.limit - rule.reserve, 1))
    return replace(budget, line_ms=max(budget.line_ms, turn_ms + apart_ms)), turn_ms


def correct(budget: Budget, rule: BudgetRule, now_ms: int, *, limit: int, remaining: int, reset_s: float) -> Budget:
    """Return the budget after the vendor's answer.

    Within a window the answer can only lower what is left (calls leased and not yet made are unknown to the vendor)
    and only delay the end. Answers may arrive late and out of order; this way the oldest does no harm. The end is taken
    as a whole second, rounded up: vendors tell no better, and answers that tell the same thing then change nothing.
    """
    told_end = math.ceil(now_ms / 1000 + reset_s) * 1000
    left = max(remaining - rule.reserve, 0)
    if now_ms >= budget.ends_ms:
        return replace(budget, limit=limit, left=left, ends_ms=max(told_end, budget.ends_ms))
    return replace(budget, limit=limit, left=min(left, budget.left), ends_ms=max(told_end, budget.ends_ms))


def pause(budget: Budget, now_ms: int, seconds: float) -> Budget:
    """Return the budget that nobody uses for `seconds`; a longer pause in force stays."""
    return replace(budget, paused_ms=max(budget.paused_ms, now_ms + round(seconds * 1000)))


def exhausted(until_ms: int, now_ms: int) -> RateLimitedError:
    """Return the error that tells to stay away until then."""
    retry_after_s = max(until_ms - now_ms, 1) / 1000
    return RateLimitedError(f"no calls left for {retry_after_s:.1f} s", retry_after_s=retry_after_s)


def _next_end(budget: Budget, rule: BudgetRule, now_ms: int) -> int:
    """Return the end of the window around `now_ms`: in step with the last known one, at first with the epoch."""
    window_ms = rule.window_s * 1000
    return budget.ends_ms + window_ms * ((now_ms - budget.ends_ms) // window_ms + 1)
