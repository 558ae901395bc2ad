"""Webhook deliveries in memory."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import islice

from samspill.ports import DELIVERIES_KNOWN, DELIVERIES_TOLD, Clock, Delivery, Told


class MemoryDeliveries:
    """Deliveries with the time they were noted, and what the smaller ones told."""

    def __init__(self, clock: Clock) -> None:
        """Begin empty."""
        self._clock = clock
        self._noted: dict[Delivery, tuple[datetime, bytes]] = {}

    def known(self, delivery: Delivery) -> bool:
        """See `Deliveries.known`."""
        noted = self._noted.get(delivery)
        return noted is not None and self._clock.now() < noted[0] + DELIVERIES_KNOWN

    def note(self, delivery: Delivery, body: bytes = b"") -> None:
        """See `Deliveries.note`."""
        self._noted[delivery] = (self._clock.now(), body)

    def told(self, tenant: str, connection: str, since: datetime) -> Iterator[Told]:
        """See `Deliveries.told`."""
        since = max(since, self._clock.now() - DELIVERIES_TOLD)
        for delivery, (at, body) in list(self._noted.items()):
            if delivery[:2] == (tenant, connection) and body and at >= since:
                yield Told(delivery.name, f"webhooks {tenant}/{connection} {delivery.name}", at, body)

    def forget(self, tenant: str, connection: str, name: str) -> None:
        """See `Deliveries.forget`."""
        delivery = Delivery(tenant, connection, name)
        if delivery in self._noted:
            self._noted[delivery] = (self._noted[delivery][0], b"")

    def remove(self, tenant: str, connection: str, limit: int) -> int:
        """See `Deliveries.remove`."""
        found = list(islice((each for each in self._noted if each[:2] == (tenant, connection)), limit))
        for delivery in found:
            del self._noted[delivery]
        return len(found)
