"""The log of what a sandbox was asked, without anything secret."""

from __future__ import annotations

from collections import deque
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Call:
    """One call; `status` is None when the connection was cut instead of answered."""

    at: datetime
    method: str
    path: str
    query: str
    status: int | None
    received_bytes: int
    sent_bytes: int

    def as_json(self) -> dict[str, Any]:
        """Return the call for `GET /_sandbox/{vendor}/calls`."""
        return asdict(self) | {"at": self.at.isoformat()}


class CallLog(deque[Call]):
    """The latest calls, oldest first."""

    def __init__(self, most: int = 100_000) -> None:
        """Keep `most` calls and forget older ones."""
        super().__init__(maxlen=most)

    def tally(self, method: str | None = None, path: str = "") -> int:
        """Count the calls with this method whose path starts like this."""
        return sum(1 for call in self if call.path.startswith(path) and method in {None, call.method})
