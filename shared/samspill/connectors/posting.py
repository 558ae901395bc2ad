"""Posts to addresses that people named for notices: through the same guard as every call to a vendor."""

from __future__ import annotations

from collections.abc import Mapping

import httpx

from samspill.connectors.http.address import check_address
from samspill.connectors.http.dialing import guarded_transport
from samspill.connectors.http.trust import verifying
from samspill.errors import RejectedError, UnavailableError
from samspill.reasons import Reason

TIMEOUT = httpx.Timeout(10.0, connect=3.0)
_LATER = frozenset({httpx.codes.REQUEST_TIMEOUT, httpx.codes.TOO_EARLY, httpx.codes.TOO_MANY_REQUESTS})


class GuardedPoster:
    """See `ports.Poster`."""

    def __init__(self, allowed: frozenset[str] = frozenset(), transport: httpx.BaseTransport | None = None) -> None:
        """Leave the `host:port` pairs in `allowed` unchecked."""
        self._allowed = allowed
        self._client = httpx.Client(
            transport=transport or guarded_transport(allowed, verifying()),
            headers={"user-agent": "samspill", "content-type": "application/json"},
            timeout=TIMEOUT,
            follow_redirects=False,
            trust_env=False,
        )

    def check(self, address: str) -> None:
        """See `Poster.check`. What follows a question mark may stand in it, as chats have it."""
        check_address(address.partition("?")[0], self._allowed)

    def post(self, address: str, body: bytes, headers: Mapping[str, str]) -> None:
        """See `Poster.post`. The address may open a chat: no error names more of it than its host."""
        base, mark, query = address.partition("?")
        checked = check_address(base, self._allowed)
        host = httpx.URL(checked).host
        reason = Reason("notice_not_taken", {"address": host})
        try:
            with self._client.stream("POST", checked + mark + query, content=body, headers=dict(headers)) as response:
                status = response.status_code
        except httpx.RequestError as error:
            raise UnavailableError(f"{host}: {type(error).__name__}", reason=reason) from None
        if status in _LATER or httpx.codes.is_server_error(status):
            raise UnavailableError(f"{host} answered {status}", reason=reason)
        if not httpx.codes.is_success(status):
            raise RejectedError(f"{host} answered {status}", reason=reason)
