"""Calls one vendor: builds requests, signs them with the key, keeps to the limit, and reads answers as errors."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

import httpx

from samspill.connectors.faults import ErrorTable, Fault
from samspill.connectors.http import origin
from samspill.connectors.http.address import redirected
from samspill.connectors.http.limits import Limiter
from samspill.connectors.http.redaction import plain
from samspill.connectors.http.reply import Dialect, Reply
from samspill.connectors.http.request import filled, payload
from samspill.connectors.http.sending import READS, REDIRECTS, Sender
from samspill.connectors.http.wire import Log, Metered
from samspill.errors import ContractError, SamspillError
from samspill.reasons import Reason

TIMEOUT = httpx.Timeout(connect=3.0, read=20.0, write=10.0, pool=3.0)
MAX_ANSWER_BYTES = 32 * 1024 * 1024


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
        self._client = httpx.Client(
            base_url=base_url,
            transport=Metered(transport, limiter, log, dialect.request_id),
            headers={"accept": "application/json", "user-agent": "samspill", **(headers or {})},
            timeout=timeout,
            follow_redirects=False,
            trust_env=False,
        )
        self._sender = Sender(self._client, dialect.system, dialect.request_id, max_answer_bytes)

    def call(
        self,
        method: str,
        path: str,
        *,
        ids: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        body: object = None,
        form: Mapping[str, str] | None = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        safe: bool | None = None,
        idempotent: bool = False,
        accept: Collection[int] = (),
        names: Mapping[str, str] | None = None,
        signed: bool = True,
        errors: ErrorTable | None = None,
    ) -> Reply:
        """Make one call and return the answer when the vendor carried it out, or its status is in `accept`.

        Args:
            method: HTTP method.
            path: Template below the base address, such as `/customer/{id}`; this is what is logged.
            ids: Values for the template.
            query: Query parameters.
            body: Sent as JSON, unless None.
            form: Sent as a form instead.
            content: Sent as it is instead; its type stands in `headers`.
            headers: Added to the usual ones.
            safe: Whether it changes nothing, whatever the method: a query sent by POST is. Default: GET and HEAD are.
            idempotent: Whether carrying it out twice is harmless: a write with a precondition is.
            accept: Statuses other than 2xx the caller deals with.
            names: The vendor's field → canonical field, for reasons.
            signed: False for calls that carry no key (those that get one).
            errors: What refusals of this call mean, where that differs from the vendor's table.

        Raises:
            SamspillError: what the vendor's table says; RateLimitedError; UnavailableError (nothing happened);
                UnknownOutcomeError (a write may have happened); ContractError for what cannot be put into a request.
        """
        what = f"{method} {path}"
        try:
            sent, content_type = payload(body, form, content)
            every = {**content_type, **(headers or {})}
            request = self._request(method, filled(path, ids or {}), path, params=query, content=sent, headers=every)
        except (ArithmeticError, LookupError, TypeError, ValueError) as error:
            # Nothing was sent. The exception's own words may hold the value; its name says enough.
            said = f"{what} cannot be put into a request: {type(error).__name__}"
            raise ContractError(said, reason=Reason("defect")) from error
        safe = method in READS if safe is None else safe
        reply = self._sender.send(request, self.auth if signed else None, safe=safe, idempotent=idempotent)
        return self._checked(reply, what, accept, names, errors)

    def link(self, reply: Reply, target: str) -> str:
        """Return where a link in an answer leads, to be kept and followed later: it holds no secret.

        Raises:
            ContractError: it leads to another origin.
        """
        url = origin.joined(reply.url, target, self.dialect.system)
        return origin.without_secrets(url, frozenset(self._secrets()))

    def follow(self, link: str, *, headers: Mapping[str, str] | None = None, accept: Collection[int] = ()) -> Reply:
        """Read what `link` returned, or an address below the base address; see `call`. Only the origin is logged.

        Raises:
            ContractError: it leads to another origin than the base address; nothing was sent.
        """
        url = origin.joined(self._client.base_url, link, self.dialect.system)
        request = self._request("GET", str(url), "/…", headers=headers)
        reply = self._sender.send(request, self.auth, safe=True)
        return self._checked(reply, "GET /…", accept)

    def reach(self) -> None:
        """Call the base address once, without a key.

        Raises:
            AddressError: it redirects to another host.
            UnavailableError: nobody answers.
        """
        request = self._request("GET", "", "/")
        reply = self._sender.twice(request, None, safe=True, idempotent=True)
        target = request.url.join(reply.headers.get("location", ""))
        if reply.status in REDIRECTS and target.host != request.url.host:
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

    def _checked(
        self,
        reply: Reply,
        what: str,
        accept: Collection[int],
        names: Mapping[str, str] | None = None,
        errors: ErrorTable | None = None,
    ) -> Reply:
        """Return the reply unless the vendor refused: many tell so in an answer 200."""
        if reply.status in accept:
            return reply
        faults = self.dialect.refused(reply)
        if reply.is_success and not faults:
            return reply
        raise self.error(faults, names, what, errors)

    def _request(self, method: str, url: str, template: str, **more: Any) -> httpx.Request:
        extensions = {"template": template, "timeout": self._client.timeout.as_dict()}
        return self._client.build_request(method, url, extensions=extensions, **more)
