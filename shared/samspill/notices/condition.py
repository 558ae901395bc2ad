"""A condition: something is wrong or waits, of one kind, in one place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from samspill.notices.kinds import Kind
from samspill.reasons import Reason


@dataclass(frozen=True, slots=True)
class Condition:
    """What is so at the moment. Two of the same kind in the same place are the same condition."""

    kind: Kind
    flow: str = ""
    connection: str = ""
    count: int = 1
    at_least: bool = False
    """True where there are more than were counted."""
    since: datetime | None = None
    """Since when as far as is known; None: since it was noticed."""
    label: str = ""
    """Names the first example."""
    example: Reason | None = None
    """What is said of the first example."""
    level: int = 0
    """How pressing it is, where its kind has steps; a higher one is told again."""

    @property
    def place(self) -> tuple[str, str, str]:
        """What makes it one condition."""
        return str(self.kind), self.flow, self.connection
