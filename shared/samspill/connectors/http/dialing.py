"""Opens connections only to addresses that were checked in the same breath, so that a name cannot change in between."""

from __future__ import annotations

import ssl
from collections.abc import Iterable
from contextlib import suppress
from typing import override

import httpcore
import httpx

from samspill.connectors.http.address import Resolve, public_ips, resolve


class GuardedBackend(httpcore.SyncBackend):
    """Resolves a host itself, refuses private answers, and dials the IP address it checked.

    TLS still verifies the host name; a DNS server that answers differently the second time is not asked a second time.
    """

    def __init__(self, allowed: frozenset[str], resolve: Resolve = resolve) -> None:
        """Leave the `host:port` pairs in `allowed` unchecked."""
        super().__init__()
        self._allowed = allowed
        self._resolve = resolve

    @override
    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Dial; AddressError when the name leads somewhere private now."""
        ips = [host] if f"{host}:{port}" in self._allowed else public_ips(host, self._resolve)
        for ip in ips[:-1]:
            with suppress(httpcore.ConnectError, httpcore.ConnectTimeout):
                return super().connect_tcp(ip, port, timeout, local_address, socket_options)
        return super().connect_tcp(ips[-1], port, timeout, local_address, socket_options)


def guarded_transport(allowed: frozenset[str], verify: ssl.SSLContext) -> httpx.HTTPTransport:
    """Return httpx's own transport, dialling through the guard and trusting whom `verify` does."""
    transport = httpx.HTTPTransport(verify=verify)
    # httpx hands no network backend through to httpcore, so its pool is replaced by one that has ours.
    transport._pool = httpcore.ConnectionPool(  # noqa: SLF001 - there is no public way; tests hold it
        ssl_context=verify,
        max_connections=10,
        max_keepalive_connections=10,
        keepalive_expiry=30.0,
        network_backend=GuardedBackend(allowed),
    )
    return transport
