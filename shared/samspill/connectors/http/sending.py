"""Sends a request: how much of an answer is read, when it is sent once more, and what no answer means.

Sent again, once and at once, is a request that is safe or idempotent (RFC 9110, 9.2); everything slower is the queue's.
Any other is sent again only when certainly nothing was sent.
"""

from __future__ import annotations

import httpx

from samspill.connectors.http import origin
from samspill.connectors.http.address import redirected
from samspill.connectors.http.reply import Reply
from samspill.connectors.http.trust import is_untrusted
from samspill.errors import ContractError, UnavailableError, UnknownOutcomeError
from samspill.reasons import Reason

READS = frozenset({"GET", "HEAD"})
REDIRECTS = frozenset({301, 302, 303, 307, 308})
MOST_REDIRECTS = 3
_NOTHING_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class Sender:
    """Sends to one vendor."""

    def __init__(self, client: httpx.Client, system: str, request_id: str, max_answer_bytes: int) -> None:
        """Find the vendor's name for a request in the header `request_id`."""
        self._client = client
        self._system = system
        self._request_id = request_id
        self._max_answer_bytes = max_answer_bytes

    def send(self, request: httpx.Request, auth: httpx.Auth | None, *, safe: bool, idempotent: bool = False) -> Reply:
        """Make the call; a GET goes where it is redirected within the origin.

        Raises:
            AddressError: a redirect to another origin, too many, or of a write.
        """
        reply = self.twice(request, auth, safe=safe, idempotent=idempotent)
        for _ in range(MOST_REDIRECTS):
            if reply.status not in REDIRECTS or request.method not in READS:
                break
            url = origin.redirect(request.url, reply.headers.get("location", ""))
            request = httpx.Request(request.method, url, headers=request.headers, extensions=request.extensions)
            reply = self.twice(request, auth, safe=True, idempotent=True)
        if reply.status in REDIRECTS:
            raise redirected(request.url.host, reply.headers.get("location", ""))
        return reply

    def twice(self, request: httpx.Request, auth: httpx.Auth | None, *, safe: bool, idempotent: bool) -> Reply:
        """Make the call, and once more where that is harmless.

        A write whose first try may have been carried out has an unknown outcome where the second got no answer.
        """
        repeatable = safe or idempotent
        try:
            reply = self._once(request, auth, safe=safe)
        except httpx.RequestError as error:
            unclear = not isinstance(error, _NOTHING_SENT)
            if unclear and not repeatable:
                raise self._unknown(type(error).__name__) from None
        else:
            if not httpx.codes.is_server_error(reply.status):
                return reply
            unclear = True
            if not repeatable:
                raise self._unknown(str(reply.status), reply.request_id)
        try:
            reply = self._once(request, auth, safe=safe)
        except httpx.RequestError as error:
            if safe or (isinstance(error, _NOTHING_SENT) and not unclear):
                raise self._unavailable(error) from None
            raise self._unknown(type(error).__name__) from None
        if httpx.codes.is_server_error(reply.status) and not safe:
            raise self._unknown(str(reply.status), reply.request_id)
        return reply

    def _once(self, request: httpx.Request, auth: httpx.Auth | None, *, safe: bool) -> Reply:
        try:
            response = self._client.send(request, auth=auth, stream=True)
        except httpx.InvalidURL:  # httpx reads where a redirect leads, although it is not to follow it
            raise redirected(request.url.host, "") from None
        try:
            body = self._body(response, safe=safe)
        finally:
            response.close()
        request_id = response.headers.get(self._request_id)
        url = str(request.url)
        return Reply(self._system, response.status_code, response.headers, body, request_id, url)

    def _body(self, response: httpx.Response, *, safe: bool) -> bytes:
        chunks: list[bytes] = []
        size_bytes = 0
        for chunk in response.iter_bytes():
            size_bytes += len(chunk)
            if size_bytes > self._max_answer_bytes:
                if not safe:
                    raise self._unknown("an answer too large to read")
                limit = str(self._max_answer_bytes)
                raise ContractError(
                    f"{self._system} answered more than {limit} bytes",
                    reason=Reason("answer_too_large", {"system": self._system, "limit": limit}),
                )
            chunks.append(chunk)
        return b"".join(chunks)

    # An exception's own words may hold the address with its query; its name says enough.

    def _unavailable(self, error: httpx.RequestError) -> UnavailableError:
        code = "certificate_not_trusted" if is_untrusted(error) else "vendor_unavailable"
        what = type(error).__name__
        return UnavailableError(
            f"{self._system}: call failed: {what}", reason=Reason(code, {"system": self._system}, what)
        )

    def _unknown(self, what: str, request_id: str | None = None) -> UnknownOutcomeError:
        words = f"request {request_id}" if request_id else what
        reason = Reason("outcome_unknown", {"system": self._system}, words)
        return UnknownOutcomeError(f"{self._system}: write ended in {what}", reason=reason, request_id=request_id)
