"""The machine's clock: the one place where the product asks what time it is."""

from __future__ import annotations

from datetime import UTC, datetime


class SystemClock:
    """See `ports.Clock`."""

    def now(self) -> datetime:
        """See `Clock.now`."""
        return datetime.now(UTC)
