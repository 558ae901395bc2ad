"""Sends webhooks over the network, in the background."""

from __future__ import annotations

from threading import Event, Thread
from typing import TYPE_CHECKING, Self

import httpx

if TYPE_CHECKING:
    from collections.abc import Iterable

    from local.vendors.webhooks import Outbox, WebhookRequest

TIMEOUT_S = 5
POLL_S = 0.05


def post(request: WebhookRequest) -> int | None:
    """Send a request; return the status, or None when no answer came."""
    try:
        return httpx.post(
            request.url, headers=dict(request.headers), content=request.body, timeout=TIMEOUT_S
        ).status_code
    except httpx.HTTPError:
        return None


class Courier:
    """Empties outboxes, one thread for each so that a slow receiver holds up its own vendor only."""

    def __init__(self, outboxes: Iterable[Outbox]) -> None:
        """Take over `outboxes`; from now on calls do not wait for their webhooks."""
        self._stop = Event()
        self._threads = []
        for outbox in outboxes:
            outbox.automatic = False
            self._threads.append(Thread(target=self._empty, args=(outbox,), daemon=True))

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(TIMEOUT_S + 1)

    def _empty(self, outbox: Outbox) -> None:
        while not self._stop.wait(POLL_S):
            outbox.pump()
