"""When a sender that usually tells something has become silent: judged by the same hours of the two weeks before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

WEEK = timedelta(weeks=1)
LEAST = timedelta(hours=3)
"""Nobody is silent before that."""
EXPECTED = 3
"""In so many hours of the same stretch something was told, in each of the two weeks before."""
KEPT = timedelta(weeks=4)
"""How far back is looked."""


def is_silent(heard: Sequence[datetime], now: datetime) -> bool:
    """Tell whether nothing was heard since the last of these hours although there should have been something.

    A week-end, a night and a quiet customer are no silence: the same stretch was as quiet before. What lasts longer
    than a week is judged by its first week.
    """
    if not heard or now - heard[-1] < LEAST:
        return False
    begins, ends = heard[-1] + timedelta(hours=1), min(now, heard[-1] + WEEK)
    return all(_heard_between(heard, begins - back, ends - back) >= EXPECTED for back in (WEEK, 2 * WEEK))


def _heard_between(heard: Sequence[datetime], begins: datetime, ends: datetime) -> int:
    return sum(begins <= hour < ends for hour in heard)
