"""Webhook deliveries that were taken in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

DELIVERIES_KNOWN = timedelta(days=7)
"""How long a delivery is known that comes again."""
DELIVERIES_TOLD = timedelta(days=30)
"""How long what deliveries told is kept; the bucket's rule `expire-webhooks` says the same of the larger bodies."""


class Delivery(NamedTuple):
    """Names one delivery of a webhook."""

    tenant: str
    connection: str
    name: str
    """As the vendor named it; another connection's may have the same."""


class Told(NamedTuple):
    """What was kept of a delivery."""

    name: str
    """Names it for `Deliveries.forget`."""
    place: str
    """Where it lies, for a person to look at."""
    at: datetime
    body: bytes


class Deliveries(Protocol):
    """Webhook deliveries that were taken in, and what the smaller ones told."""

    def known(self, delivery: Delivery) -> bool:
        """Tell whether the delivery was noted within `DELIVERIES_KNOWN`."""
        ...

    def note(self, delivery: Delivery, body: bytes = b"") -> None:
        """Note the delivery, with its body where that is kept here.

        Called only after what it hints at is safe in a queue, and before the vendor is answered.
        """
        ...

    def told(self, tenant: str, connection: str, since: datetime) -> Iterator[Told]:
        """Yield what was kept of a connection's deliveries since then, in no order; `DELIVERIES_TOLD` at most."""
        ...

    def forget(self, tenant: str, connection: str, name: str) -> None:
        """Remove what was kept of a delivery; that it was taken in stays known."""
        ...

    def remove(self, tenant: str, connection: str, limit: int) -> int:
        """Remove the first deliveries of a connection; return how many, 0 where there is none."""
        ...
