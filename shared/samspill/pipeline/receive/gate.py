"""What a function remembers from one delivery to the next, so that one sender takes nothing from the others.

Each running function has a gate of its own, so together they let through a multiple of its numbers. It is a bound on
what one address can cause, and no accounting.
"""

from __future__ import annotations

from datetime import datetime

RATE_PER_S = 10.0
BURST = 500
"""A vendor tells of an import record by record: as many as a person changes at once."""
UNKNOWN_FOR_S = 60.0
_MOST = 10_000
"""So many connections and addresses are remembered; the one that was met longest ago is forgotten first."""


class Gate:
    """Which addresses lead nowhere, and how much each connection was sent lately."""

    def __init__(self) -> None:
        """Remember nothing."""
        self._unknown: dict[str, float] = {}
        self._buckets: dict[str, tuple[float, float]] = {}

    def is_unknown(self, address: str, now: datetime) -> bool:
        """Tell whether the address led nowhere within the last minute."""
        return self._unknown.get(address, 0.0) > now.timestamp()

    def note_unknown(self, address: str, now: datetime) -> None:
        """Remember for a minute that the address leads nowhere."""
        _put(self._unknown, address, now.timestamp() + UNKNOWN_FOR_S)

    def admits(self, connection: str, now: datetime) -> bool:
        """Take one delivery out of the connection's bucket; False when it is empty."""
        at = now.timestamp()
        left, since = self._buckets.get(connection, (float(BURST), at))
        left = min(BURST, left + (at - since) * RATE_PER_S)
        admitted = left >= 1
        _put(self._buckets, connection, (left - 1 if admitted else left, at))
        return admitted


def _put[T](held: dict[str, T], name: str, value: T) -> None:
    held.pop(name, None)
    held[name] = value
    if len(held) > _MOST:
        del held[next(iter(held))]
