"""The last step before the network: every call is limited and told, also those an auth flow makes by itself."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import override

import httpx

from samspill.connectors.http.limits import Limiter
from samspill.state import Connection

for _name in ("httpx", "httpcore"):  # they log whole addresses and headers, where keys stand; `Call` is what is logged
    logging.getLogger(_name).setLevel(logging.WARNING)


@dataclass(frozen=True, slots=True)
class Call:
    """One call, as it may be logged: no query, no headers, no ids."""

    method: str
    path: str
    status: int | None
    """None when no answer came."""
    ms: float
    request_id: str | None


type Log = Callable[[Call], None]
type Told = Callable[[Connection, Call], None]
"""Hears of every call, and on which connection."""


class Metered(httpx.BaseTransport):
    """A transport around another one."""

    def __init__(self, inner: httpx.BaseTransport, limiter: Limiter, log: Log, request_id: str) -> None:
        """Find the vendor's name for a call in the header `request_id`."""
        self._inner = inner
        self._limiter = limiter
        self._log = log
        self._request_id = request_id

    @override
    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self._limiter.spend()
        started = time.perf_counter()
        response: httpx.Response | None = None
        try:
            response = self._inner.handle_request(request)
        finally:
            self._log(
                Call(
                    request.method,
                    str(request.extensions.get("template", "")),
                    response.status_code if response is not None else None,
                    (time.perf_counter() - started) * 1000,
                    response.headers.get(self._request_id) if response is not None else None,
                )
            )
        if response.status_code == httpx.codes.TOO_MANY_REQUESTS:
            response.close()
            raise self._limiter.refused(response.headers)
        self._limiter.told(response.headers)
        return response

    @override
    def close(self) -> None:
        self._inner.close()
