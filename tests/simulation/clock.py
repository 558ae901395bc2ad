"""The time of the simulated world."""

from __future__ import annotations

from datetime import UTC, datetime

BEGAN = 1_772_438_400.0


class SimulatedClock:
    """Moves only when the simulation says so."""

    def __init__(self) -> None:
        self.time = BEGAN
        self._told = BEGAN, datetime.fromtimestamp(BEGAN, UTC)

    def now(self) -> datetime:
        if self._told[0] != self.time:
            self._told = self.time, datetime.fromtimestamp(self.time, UTC)
        return self._told[1]
