"""What people decided, in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from samspill.decisions import DecisionLine


class MemoryDecisions:
    """Lines by tenant, each once."""

    def __init__(self) -> None:
        """Begin empty."""
        self._lines: dict[tuple[str, datetime, str, str], DecisionLine] = {}

    def write(self, line: DecisionLine) -> None:
        """See `Decisions.write`."""
        self._lines.setdefault((line.tenant, line.asked_at, line.of, line.digest), line)

    def read(self, tenant: str, since: datetime, until: datetime) -> Iterator[DecisionLine]:
        """See `Decisions.read`."""
        found = [key for key in self._lines if key[0] == tenant and since <= key[1] <= until]
        return (self._lines[key] for key in sorted(found, reverse=True))

    def change(self, tenant: str, change: Callable[[DecisionLine], DecisionLine]) -> int:
        """See `Decisions.change`."""
        changed = 0
        for place, line in self._lines.items():
            if place[0] == tenant and (new := change(line)) != line:
                self._lines[place] = new.model_copy(update={"decision": line.of})
                changed += 1
        return changed
