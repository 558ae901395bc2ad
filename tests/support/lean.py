"""Connections of the lean client that end in this process, where moto answers for AWS."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import requests

from samspill.store.lean import Response
from samspill.store.signing import Request


@dataclass
class MotoWire:
    """Answers requests to an endpoint. What is in `happens` happens instead, one a request."""

    endpoint: str
    happens: list[Response | Exception] = field(default_factory=list)
    sent: list[Request] = field(default_factory=list)

    def __call__(self, request: Request) -> Response:
        """See `lean.Send`."""
        self.sent.append(request)
        if self.happens:
            event = self.happens.pop(0)
            if isinstance(event, Exception):
                raise event
            return event
        url = self.endpoint + request.path
        answer = requests.request(request.method, url, headers=request.headers, data=request.body, timeout=5)
        return Response(answer.status_code, answer.content)


def wires(*happens: Response | Exception) -> tuple[Callable[[str], MotoWire], list[MotoWire]]:
    """Return what connects, and the connections it made. What happens, happens on the first of them."""
    made: list[MotoWire] = []

    def connect(endpoint: str) -> MotoWire:
        made.append(MotoWire(endpoint, [] if made else list(happens)))
        return made[-1]

    return connect, made
