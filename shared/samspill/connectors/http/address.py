"""Which addresses may be called: encrypted ones on the public internet, and those the operator allows by name."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from samspill.errors import AddressError
from samspill.reasons import Reason

type Resolve = Callable[[str], list[str]]
"""Host name → IP addresses, empty when there is none."""

_DEFAULT_PORTS = {"https": 443, "http": 80}
_NAT64 = IPv6Network("64:ff9b::/96")


def resolve(host: str) -> list[str]:
    """Ask the operating system for the addresses of `host`."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError:
        return []
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def check_address(url: str, allowed: frozenset[str] = frozenset(), resolve: Resolve = resolve) -> str:
    """Return the base address without a trailing slash, if it may be called.

    Args:
        url: The address as a person typed it.
        allowed: `host:port` pairs that may be private and unencrypted; the one-machine edition names its sandbox here.
        resolve: Looks up host names.

    Raises:
        AddressError: it may not; the reason says why.
    """
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname, parts.port or _DEFAULT_PORTS.get(parts.scheme)
    except ValueError:  # nothing of it is shown: where in it a password stands cannot be told
        raise AddressError("address_malformed", reason=Reason("address_malformed")) from None
    if parts.scheme not in _DEFAULT_PORTS or not host:
        raise _refused("address_no_scheme", re.split("[?#]", url.strip())[0].rpartition("@")[2])
    if parts.username is not None or parts.password is not None:
        raise _refused("address_with_login", host)
    if parts.query or parts.fragment:
        raise _refused("address_with_query", host)
    if f"{host}:{port}" not in allowed:
        if parts.scheme != "https":
            raise _refused("address_not_https", host)
        public_ips(host, resolve)
    return f"{parts.scheme}://{parts.netloc}{parts.path}".rstrip("/")


def public_ips(host: str, resolve: Resolve = resolve) -> list[str]:
    """Return the addresses of `host`, all of them public.

    Raises:
        AddressError: it has none, or one is private, loopback, link-local (cloud metadata) or otherwise reserved.
    """
    literal = _literal(host)
    found = [str(literal)] if literal else resolve(host)
    if not found:
        raise _refused("address_unknown", host)
    if not all((ip := _literal(each)) is not None and _is_public(ip) for each in found):
        raise _refused("address_private", host)
    return found


def redirected(address: str, target: str) -> AddressError:
    """Return the error for an answer that points elsewhere."""
    try:
        host = urlsplit(target).hostname or address
    except ValueError:
        host = address
    return AddressError(
        f"{address} redirects to {host}", reason=Reason("address_redirects", {"address": address, "target": host})
    )


def _literal(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host.partition("%")[0])
    except ValueError:
        return None


def _is_public(ip: IPv4Address | IPv6Address) -> bool:
    if isinstance(ip, IPv6Address):
        # An IPv4 address in IPv6 dress is judged by the address inside.
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in _NAT64:
            inner = IPv4Address(ip.packed[-4:])
        if inner is not None:
            return _is_public(inner)
    return ip.is_global and not ip.is_multicast


def _refused(code: str, address: str) -> AddressError:
    return AddressError(f"{code}: {address}", reason=Reason(code, {"address": address}))
