"""The one way to a vendor: address, key, limit, time-outs, size, errors, and the rules for trying again.

Tried again is a call whose repetition changes nothing (a read, or a write that carries a precondition), once and at
once; everything slower is the queue's. A create is repeated only when certainly nothing was sent.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

import httpx
import orjson

from samspill.connectors import tolerant
from samspill.connectors.address import redirected
from samspill.connectors.faults import ErrorTable, Fault, unreadable
from samspill.connectors.limits import Limiter
from samspill.connectors.redaction import plain
from samspill.connectors.wire import Log, Metered
from samspill.errors import ContractError, SamspillError, UnavailableError, UnknownOutcomeError
from samspill.reasons import Reason

TIMEOUT = httpx.Timeout(connect=3.0, read=20.0, write=10.0, pool=3.0)
MAX_ANSWER_BYTES = 32 * 1024 * 1024
_NOTHING_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer of `system`, read whole."""

    system: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    request_id: str | None

    def json(self) -> Any:
        """Return the body as JSON; ContractError when it is not, however tolerantly it is read."""
        try:
            return tolerant.read(self.body)
        except ValueError:
            raise self.unreadable("JSON", f"answer {self.status} is not JSON") from None

    def unreadable(self, field: str, said: str) -> ContractError:
        """Return the error for this answer, which is of another shape; `said` is for the log."""
        return unreadable(self.system, field, said, self.request_id)


@dataclass(frozen=True, slots=True)
class Dialect:
    """What the gateway must know of a vendor."""

    errors: ErrorTable
    read_faults: Callable[[Reply], list[Fault]]
    """Body of a refusal → what is wrong; at least one."""
    request_id: str = "x-request-id"

    @property
    def system(self) -> str:
        """The vendor's display name."""
        return self.errors.system


class Gateway:
    """Calls one vendor on one connection."""

    def __init__(
        self,
        dialect: Dialect,
        base_url: str,
        *,
        transport: httpx.BaseTransport,
        limiter: Limiter,
        auth: httpx.Auth | None = None,
        headers: Mapping[str, str] | None = None,
        secrets: Callable[[], Iterable[str]] = tuple,
        log: Log = lambda _call: None,
        timeout: httpx.Timeout = TIMEOUT,
        max_answer_bytes: int = MAX_ANSWER_BYTES,
    ) -> None:
        """Call below `base_url`, which `check_address` has passed."""
        self.dialect = dialect
        self.auth = auth
        self._secrets = secrets
        self._max_answer_bytes = max_answer_bytes
        self._client = httpx.Client(
            base_url=base_url,
            transport=Metered(transport, limiter, log, dialect.request_id),
            headers={"accept": "application/json", "user-agent": "samspill", **(headers or {})},
            timeout=timeout,
            follow_redirects=False,
            trust_env=False,
        )

    def call(
        self,
        method: str,
        path: str,
        *,
        ids: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        body: object = None,
        headers: Mapping[str, str] | None = None,
        repeatable: bool | None = None,
        accept: Collection[int] = (),
        names: Mapping[str, str] | None = None,
        signed: bool = True,
        errors: ErrorTable | None = None,
    ) -> Reply:
        """Make one call and return the answer when its status is 2xx or in `accept`.

        Args:
            method: HTTP method.
            path: Template below the base address, such as `/customer/{id}`; this is what is logged.
            ids: Values for the template.
            query: Query parameters.
            body: Sent as JSON, unless None.
            headers: Added to the usual ones.
            repeatable: Whether doing it twice is harmless; reads are. A write is when it carries a precondition.
            accept: Statuses other than 2xx the caller deals with.
            names: The vendor's field → canonical field, for reasons.
            signed: False for calls that carry no key (those that get one).
            errors: What refusals of this call mean, where that differs from the vendor's table.

        Raises:
            SamspillError: what the vendor's table says; RateLimitedError; UnavailableError (nothing happened);
                UnknownOutcomeError (a write may have happened); ContractError for what cannot be put into a request.
        """
        read = method in {"GET", "HEAD"}
        try:
            request = self._client.build_request(
                method,
                _fill(path, ids or {}),
                params=query,
                content=None if body is None else orjson.dumps(body),
                headers={**({} if body is None else {"content-type": "application/json"}), **(headers or {})},
                extensions={"template": path, "timeout": self._client.timeout.as_dict()},
            )
        except (ArithmeticError, LookupError, TypeError, ValueError) as error:
            # Nothing was sent. The exception's own words may hold the value; its name says enough.
            said = f"{method} {path} cannot be put into a request: {type(error).__name__}"
            raise ContractError(said, reason=Reason("defect")) from error
        auth = self.auth if signed else None
        reply = self._twice(request, auth, read=read, repeatable=read if repeatable is None else repeatable)
        if httpx.codes.is_success(reply.status) or reply.status in accept:
            return reply
        if reply.status in _REDIRECTS:
            raise redirected(request.url.host, reply.headers.get("location", ""))
        raise self.error(self.dialect.read_faults(reply), names, f"{method} {path}", errors)

    def reach(self) -> None:
        """Call the base address once, without a key.

        Raises:
            AddressError: it redirects to another host.
            UnavailableError: nobody answers.
        """
        request = self._client.build_request(
            "GET", "", extensions={"template": "/", "timeout": self._client.timeout.as_dict()}
        )
        reply = self._twice(request, None, read=True, repeatable=True)
        target = request.url.join(reply.headers.get("location", ""))
        if reply.status in _REDIRECTS and target.host != request.url.host:
            raise redirected(request.url.host, str(target))

    def error(
        self,
        faults: Iterable[Fault],
        names: Mapping[str, str] | None = None,
        what: str = "",
        errors: ErrorTable | None = None,
    ) -> SamspillError:
        """Return the error for what a vendor finds wrong, in words that are safe to show."""
        secrets = [*self._secrets()]
        safe = [replace(fault, message=plain(fault.message, secrets)) for fault in faults]
        return (errors or self.dialect.errors).error(safe, names, what)

    def _twice(self, request: httpx.Request, auth: httpx.Auth | None, *, read: bool, repeatable: bool) -> Reply:
        """Make the call, and once more where that is harmless.

        A write whose first try may have been carried out has an unknown outcome where the second got no answer.
        """
        try:
            reply = self._once(request, auth, read=read)
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
            reply = self._once(request, auth, read=read)
        except httpx.RequestError as error:
            if read or (isinstance(error, _NOTHING_SENT) and not unclear):
                raise self._unavailable(type(error).__name__) from None
            raise self._unknown(type(error).__name__) from None
        if httpx.codes.is_server_error(reply.status) and not read:
            raise self._unknown(str(reply.status), reply.request_id)
        return reply

    def _once(self, request: httpx.Request, auth: httpx.Auth | None, *, read: bool) -> Reply:
        response = self._client.send(request, auth=auth, stream=True)
        try:
            body = self._body(response, read=read)
        finally:
            response.close()
        request_id = response.headers.get(self.dialect.request_id)
        return Reply(self.dialect.system, response.status_code, response.headers, body, request_id)

    def _body(self, response: httpx.Response, *, read: bool) -> bytes:
        chunks: list[bytes] = []
        size_bytes = 0
        for chunk in response.iter_bytes():
            size_bytes += len(chunk)
            if size_bytes > self._max_answer_bytes:
                if not read:
                    raise self._unknown("an answer too large to read")
                limit = str(self._max_answer_bytes)
                raise ContractError(
                    f"{self.dialect.system} answered more than {limit} bytes",
                    reason=Reason("answer_too_large", {"system": self.dialect.system, "limit": limit}),
                )
            chunks.append(chunk)
        return b"".join(chunks)

    # An exception's own words may hold the address with its query; its name says enough.

    def _unavailable(self, what: str) -> UnavailableError:
        reason = Reason("vendor_unavailable", {"system": self.dialect.system}, what)
        return UnavailableError(f"{self.dialect.system}: call failed: {what}", reason=reason)

    def _unknown(self, what: str, request_id: str | None = None) -> UnknownOutcomeError:
        words = f"request {request_id}" if request_id else what
        reason = Reason("outcome_unknown", {"system": self.dialect.system}, words)
        return UnknownOutcomeError(
            f"{self.dialect.system}: write ended in {what}", reason=reason, request_id=request_id
        )


def _fill(template: str, ids: Mapping[str, str]) -> str:
    return template.format_map({name: quote(value, safe="") for name, value in ids.items()})
