"""Time that stands still until a test moves it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
"""A Monday morning."""


class FixedClock:
    """A clock port that shows what it was set to."""

    def __init__(self, at: datetime = START) -> None:
        """Stand at `at`."""
        self.at = at

    def now(self) -> datetime:
        """Return the moment it stands at."""
        return self.at

    def advance(self, seconds: float) -> None:
        """Move on."""
        self.at += timedelta(seconds=seconds)
