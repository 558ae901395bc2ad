"""Opens the connector of a connection. A vendor's code is imported when it is first used."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cached_property, partial
from importlib import import_module
from typing import TYPE_CHECKING

from samspill.connectors.facts import CA_CERTIFICATE
from samspill.connectors.http.address import Resolve, check_address, resolve
from samspill.connectors.vendors import vendor_facts
from samspill.ports import Budgets, Connector, Connectors, Secrets
from samspill.state import Connection

if TYPE_CHECKING:
    import httpx

    from samspill.connectors.http.wire import Call, Log, Told


def _silent(_call: Call) -> None:
    """Log nothing."""


def open_connector(
    connection: Connection,
    *,
    secrets: Secrets,
    budgets: Budgets,
    now: Callable[[], datetime],
    allowed: frozenset[str] = frozenset(),
    transport: httpx.BaseTransport | None = None,
    log: Log = _silent,
    resolve: Resolve = resolve,
) -> Connector:
    """Return a connector for one connection. Nothing is called yet.

    Args:
        connection: Whose vendor, address and settings.
        secrets: Where its credentials are.
        budgets: The vendor's rate limit, shared with others.
        now: The time.
        allowed: `host:port` pairs that may be private and unencrypted.
        transport: Carries the calls; by default one that dials only addresses it has checked.
        log: Hears of every call.
        resolve: Looks up host names.

    Raises:
        AddressError: the address may not be called.
        ConfigurationError: no such vendor, or the customer's own authority cannot be used.
    """
    vendor_facts(connection.vendor)
    checked = partial(check_address, allowed=allowed, resolve=resolve)
    base_url = checked(connection.base_url)
    from samspill.connectors.context import ConnectorContext

    context = ConnectorContext(
        connection=connection,
        secrets=secrets,
        budgets=budgets,
        now=now,
        base_url=base_url,
        transport=transport or _guarded(allowed, connection.settings.get(CA_CERTIFICATE, "")),
        log=log,
        check_address=checked,
    )
    module = import_module(f"samspill.connectors.{connection.vendor}.connector")
    connector: Connector = module.CONNECTOR(context)
    return connector


def _guarded(allowed: frozenset[str], ca: str = "") -> httpx.BaseTransport:
    from samspill.connectors.http.dialing import guarded_transport
    from samspill.connectors.http.trust import verifying

    return guarded_transport(allowed, verifying(ca))


class VendorConnectors(Connectors):
    """The `Connectors` port: one connector per connection and process, so that sessions and connections are kept."""

    def __init__(
        self,
        *,
        secrets: Secrets,
        budgets: Budgets,
        now: Callable[[], datetime],
        allowed: frozenset[str] = frozenset(),
        transport: httpx.BaseTransport | None = None,
        told: Told | None = None,
        resolve: Resolve = resolve,
    ) -> None:
        """Open connectors with these; see `open_connector`. `told` hears of every call, and on which connection."""
        self._allowed = allowed
        self._given = transport
        self._told = told
        self._open = partial(
            open_connector, secrets=secrets, budgets=budgets, now=now, allowed=allowed, resolve=resolve
        )
        self._held: dict[tuple[str, str], tuple[Connection, Connector]] = {}

    @cached_property
    def _transport(self) -> httpx.BaseTransport:
        """Carries the calls of all connections; making one reads the certificates, which takes its time."""
        return self._given or _guarded(self._allowed)

    def open(self, connection: Connection) -> Connector:
        """Return the connector; a new one once the connection was saved anew, for its key may be another."""
        key = (connection.tenant, connection.id)
        held = self._held.get(key)
        if held and held[0] == connection:
            return held[1]
        log = partial(self._told, connection) if self._told else _silent
        connector = self._open(connection, transport=self._carrier(connection), log=log)
        self._held[key] = (connection, connector)
        return connector

    def _carrier(self, connection: Connection) -> httpx.BaseTransport:
        """Return what carries its calls: one of its own where the customer has an authority of its own."""
        ca = connection.settings.get(CA_CERTIFICATE, "")
        own = _guarded(self._allowed, ca) if ca else self._transport
        return self._given or own
