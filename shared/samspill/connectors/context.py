"""What a connector is opened with."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

import httpx

from samspill.connectors.auth.credentials import Credentials
from samspill.connectors.http.address import check_address
from samspill.connectors.http.gateway import Gateway
from samspill.connectors.http.limits import Limiter, RateHeaders, budget_of
from samspill.connectors.http.reply import Dialect
from samspill.connectors.http.wire import Log
from samspill.ports import Budgets, Secrets
from samspill.state import Connection


@dataclass(frozen=True, slots=True)
class ConnectorContext:
    """One connection, and what calls on it need."""

    connection: Connection
    secrets: Secrets
    budgets: Budgets
    """The vendor's rate limit, shared with others."""
    now: Callable[[], datetime]
    base_url: str
    """The connection's address, which was checked."""
    transport: httpx.BaseTransport
    log: Log
    check_address: Callable[[str], str] = check_address
    """Returns a further address, such as that of a token server, if it may be called; else AddressError."""

    def credentials(self, system: str, needed: tuple[str, ...], public: frozenset[str] = frozenset()) -> Credentials:
        """Return the connection's credentials; see `Credentials` for the names."""
        return Credentials(system, self.secrets, self.connection.tenant, self.connection.id, needed, public)

    def gateway(
        self,
        dialect: Dialect,
        rate: RateHeaders | None = None,
        *,
        auth: httpx.Auth | None = None,
        secrets: Callable[[], Iterable[str]] = tuple,
        base_url: str = "",
    ) -> Gateway:
        """Return the way to the vendor, or to its token server at `base_url`, which is checked.

        Raises:
            AddressError: `base_url` may not be called.
        """
        limiter = Limiter(
            self.budgets,
            budget_of(self.connection),
            rate or RateHeaders(),
            system=dialect.system,
            now=lambda: self.now().timestamp(),
        )
        return Gateway(
            dialect,
            self.check_address(base_url) if base_url else self.base_url,
            transport=self.transport,
            limiter=limiter,
            auth=auth,
            secrets=secrets,
            log=self.log,
        )
