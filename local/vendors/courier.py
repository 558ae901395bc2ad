"""Sends webhooks over the network, in the background."""

from __future__ import annotations

from contextlib import contextmanager
from threading import Event, Thread
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from local.vendors.webhooks import Outbox, WebhookRequest

TIMEOUT_S = 5
POLL_S = 0.05


class Courier:
    """Delivers requests, and empties outboxes while it is asked to."""

    def __init__(self, transport: httpx.BaseTransport | None = None) -> None:
        """Send over the network, unless another `transport` is given."""
        self._client = httpx.Client(timeout=TIMEOUT_S, transport=transport)
        self._stop = Event()

    def __call__(self, request: WebhookRequest) -> int | None:
        """Send a request; return the status, or None when no answer came."""
        if self._stop.is_set():
            return None
        try:
            return self._client.post(request.url, headers=dict(request.headers), content=request.body).status_code
        except (httpx.HTTPError, httpx.InvalidURL, ValueError):
            # Nobody there, or an address or a header that cannot be sent: a receiver's fault either way.
            return None

    @contextmanager
    def emptying(self, outboxes: Iterable[Outbox]) -> Iterator[None]:
        """Send what waits in `outboxes`; calls do not wait for their webhooks.

        Each has a thread of its own, so that a slow receiver holds up its own vendor only.
        """
        threads = []
        for outbox in outboxes:
            outbox.automatic = False
            threads.append(Thread(target=self._empty, args=(outbox,)))
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._stop.set()
            for thread in threads:
                thread.join()
            self._client.close()

    def _empty(self, outbox: Outbox) -> None:
        while not self._stop.wait(POLL_S):
            outbox.pump()
