"""The brake before mass changes: it looks at the whole plan, and when it trips nothing of the plan is carried out."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Guard:
    """How much may go at once in one stream. Both limits must be passed to trip, for small registers."""

    at_least: int = 20
    share: float = 0.05
    shrink: float = 0.10
    """How much smaller a side may have become since it was last read whole."""

    def trips(self, changes: int, linked: int) -> bool:
        """Tell whether `changes` deletes or archives among `linked` pairs are too many."""
        return changes > max(self.at_least, int(linked * self.share))

    def shrank(self, before: int, now: int) -> bool:
        """Tell whether a side lost so many records that the read itself is doubted."""
        return before >= self.at_least and now < before * (1 - self.shrink)
