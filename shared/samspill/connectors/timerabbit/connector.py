"""Timerabbit on one connection, as the steps see it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import override

import httpx

from samspill.connectors.gateway import Dialect, Gateway
from samspill.connectors.limits import Limiter, RateHeaders
from samspill.connectors.timerabbit import subscriptions
from samspill.connectors.timerabbit.client import Client, Key
from samspill.connectors.timerabbit.errors import TABLE, read_faults
from samspill.connectors.timerabbit.kinds import KINDS
from samspill.connectors.timerabbit.profile import PROFILE
from samspill.connectors.timerabbit.reads import Reader
from samspill.connectors.timerabbit.writes import MAX_BATCH, Writer
from samspill.connectors.wire import Log
from samspill.engine.model import Observation
from samspill.errors import UsageError
from samspill.ports import Budgets, Capabilities, Connector, Page, Secrets, VendorWrite, Written
from samspill.reasons import Reason
from samspill.state import Connection, Identity

DIALECT = Dialect(TABLE, read_faults)
CAPABILITIES = Capabilities(
    kinds=frozenset(KINDS),
    writable=frozenset(KINDS),
    delta=frozenset(KINDS),
    markers=frozenset(KINDS),
    webhooks=frozenset(KINDS),
    max_batch=MAX_BATCH,
    # The contract says "some seconds" for the search by external reference.
    search_lag_s=10,
)


class Timerabbit(Connector):
    """Reads and writes one account."""

    capabilities = CAPABILITIES

    def __init__(
        self,
        connection: Connection,
        *,
        secrets: Secrets,
        budgets: Budgets,
        now: Callable[[], datetime],
        base_url: str,
        transport: httpx.BaseTransport,
        log: Log,
    ) -> None:
        """Call `base_url`, an address that was checked."""
        key = Key(connection, secrets)
        limiter = Limiter(
            budgets,
            f"{connection.tenant}/{connection.id}",
            RateHeaders(),
            system=TABLE.system,
            now=lambda: now().timestamp(),
        )
        gateway = Gateway(
            DIALECT, base_url, transport=transport, limiter=limiter, auth=key, secrets=key.secrets, log=log
        )
        self._client = Client(gateway, now)
        self._reader = Reader(self._client)
        self._writer = Writer(self._client)

    @override
    def check(self) -> Identity:
        me = self._client.gateway.call("GET", PROFILE.me).json()
        rights = tuple(sorted(str(each) for each in me["permissions"]))
        wanted = [f"{each}:{right}" for each in (*KINDS, "webhooks") for right in ("read", "write")]
        missing = [
            Reason("missing_right", {"system": TABLE.system, "what": each}) for each in wanted if each not in rights
        ]
        return Identity(
            user=str(me["keyName"]),
            company=str(me["accountName"]),
            company_id=str(me["accountId"]),
            rights=rights,
            missing=tuple(missing),
        )

    @override
    def page(self, kind: str, *, token: str | None = None, since: str | None = None) -> Page:
        return self._reader.page(kind, token, since)

    @override
    def read(self, kind: str, external_ids: Sequence[str]) -> list[Observation]:
        return self._reader.read(kind, external_ids)

    @override
    def write(self, kind: str, writes: Sequence[VendorWrite]) -> list[Written]:
        return self._writer.write(kind, writes)

    @override
    def find(self, kind: str, *, marker: str = "", keys: Mapping[str, str] | None = None) -> list[Observation]:
        if not marker and not keys:
            raise UsageError("nothing to search by")
        return self._reader.find(kind, marker, keys or {})

    @override
    def subscribe(self, url: str, kinds: Sequence[str], secret: str) -> dict[str, str]:
        return subscriptions.subscribe(self._client, url, kinds, secret)


CONNECTOR = Timerabbit
"""What the registry opens."""
