"""Tripletex on one connection, as the steps see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import override

from samspill.canon.values import Fields
from samspill.connectors.context import ConnectorContext
from samspill.connectors.http.limits import RateHeaders
from samspill.connectors.http.reply import Dialect
from samspill.connectors.tripletex import identity, subscriptions
from samspill.connectors.tripletex.client import Client, kind_of
from samspill.connectors.tripletex.environment import check_environment
from samspill.connectors.tripletex.errors import TABLE, refused
from samspill.connectors.tripletex.hours.cells import Cells, described
from samspill.connectors.tripletex.kinds import KINDS
from samspill.connectors.tripletex.reads import MOST_IDS, Reader
from samspill.connectors.tripletex.session import NEEDED, PUBLIC, TripletexSession
from samspill.connectors.tripletex.writes import Writer
from samspill.engine.model import Observation
from samspill.flows.schema import Schema
from samspill.ports import Capabilities, Connector, Page, Subscribed, VendorWrite, Written
from samspill.state import Identity

DIALECT = Dialect(TABLE, refused, request_id="x-tlx-request-id")
RATE = RateHeaders(
    limit="x-rate-limit-limit",
    remaining="x-rate-limit-remaining",
    reset_s="x-rate-limit-reset",
    # Not documented. In recorded answers of the test server windows are ten seconds, aligned with the clock; a 429
    # carries no reset header (tripletex-api2 issue 103), so the end of the window is computed.
    window_s=10.0,
    aligned=True,
)
CELLS = "cells"
"""Hours by cell; see `hours.cells`."""


class Tripletex(Connector):
    """Reads and writes one company."""

    def __init__(self, context: ConnectorContext) -> None:
        """Call nothing yet."""
        self.capabilities = Capabilities(
            kinds=frozenset(KINDS) | {CELLS},
            writable=frozenset(KINDS) | {CELLS},
            unguarded=frozenset({CELLS}),
            reads_together=MOST_IDS,
            webhooks=frozenset(kind.name for kind in KINDS.values() if kind.event),
        )
        self._connection = context.connection
        self._base_url = context.base_url
        self._session = TripletexSession(context.credentials(TABLE.system, NEEDED, PUBLIC), context.now, self._mint)
        self._gateway = context.gateway(DIALECT, RATE, auth=self._session, secrets=self._session.secrets)
        self._client = Client(self._gateway, context.now)
        self._reader = Reader(self._client, self._connection.settings)
        self._writer = Writer(self._client, self._reader, self._connection.settings)
        self._cells = Cells(self._reader, self._writer, self._client.seen_at)

    def _mint(self, body: dict[str, str]) -> str:
        check_environment(self._session.credentials, self._base_url, self._connection.settings.get("environment"))
        # Keys travel in the body; the vendor's older form puts them in the address. A session too many is harmless.
        reply = self._gateway.call("POST", "/token/session/:create", body=body, signed=False, safe=True)
        try:
            return str(reply.json()["value"]["token"])
        except (TypeError, KeyError):
            raise reply.unreadable("value.token", "no token in the answer") from None

    @override
    def reach(self) -> None:
        self._gateway.reach()

    @override
    def check(self) -> Identity:
        credentials = self._session.credentials
        check_environment(credentials, self._base_url, self._connection.settings.get("environment"))
        return identity.check(self._client, credentials.get("company_id", ""))

    @override
    def describe(self, kind: str) -> Schema:
        if kind == CELLS:
            return described(kind)
        found = kind_of(kind)
        return self._client.mapped(found).describe(kind, changeable=found.changeable, fixed=found.fixed)

    @override
    def page(self, kind: str, *, token: str | None = None, since: str | None = None) -> Page:
        return self._cells.page(token) if kind == CELLS else self._reader.page(kind, token, since)

    @override
    def read(self, kind: str, external_ids: Sequence[str]) -> list[Observation]:
        return self._cells.read(external_ids) if kind == CELLS else self._reader.read(kind, external_ids)

    @override
    def write(self, kind: str, writes: Sequence[VendorWrite]) -> list[Written]:
        return self._cells.write(writes) if kind == CELLS else self._writer.write(kind, writes)

    @override
    def find(self, kind: str, *, marker: str = "", keys: Mapping[str, str] | None = None) -> list[Observation]:
        return self._reader.find(kind, keys or {})

    @override
    def unread(self, kind: str, records: Sequence[Fields], *, since: str | None) -> list[Observation]:
        return self._reader.unread(kind, records)

    @override
    def subscribe(self, url: str, kinds: Sequence[str], secret: str, *, renew: bool = False) -> Subscribed:
        return subscriptions.subscribe(self._client, url, kinds, secret)


CONNECTOR = Tripletex
"""What the registry opens."""
