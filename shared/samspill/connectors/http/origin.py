"""Where links and redirects in answers may lead: the origin they came from (scheme, host, port) and nowhere else.

A link to another origin is not called at all, not even without the key: next links carry the vendor's data, and who can
alter one answer must not choose whom we call next.
"""

from __future__ import annotations

from contextlib import suppress
from ipaddress import ip_address

import httpx

from samspill.connectors.http.address import redirected
from samspill.errors import ContractError
from samspill.reasons import Reason

_PORTS = {"https": 443, "http": 80}


def joined(base: str | httpx.URL, link: str, system: str) -> httpx.URL:
    """Return where a link that stood in the answer of `base` leads, without its fragment.

    Raises:
        ContractError: it leads to another origin, carries a login, or is no address.
    """
    try:
        base = httpx.URL(base)
        url = base.join(link.strip()).copy_with(fragment=None)
        if _origin(url) == _origin(base) and not url.userinfo:
            return url
        target = url.host or url.scheme
    except (httpx.InvalidURL, TypeError, ValueError):
        target = "?"
    host = httpx.URL(base).host
    reason = Reason("link_elsewhere", {"system": system, "address": host, "target": target})
    raise ContractError(f"a link of {host} leads to {target}", reason=reason)


def redirect(asked: httpx.URL, location: str) -> httpx.URL:
    """Return where a redirect leads.

    Raises:
        AddressError: to another origin, or nowhere: the connection has the wrong address.
    """
    with suppress(ContractError):
        if location:
            return joined(asked, location, "")
    raise redirected(asked.host, location)


def without_secrets(url: httpx.URL, secrets: frozenset[str]) -> str:
    """Return the address without those query parameters that hold a secret; all others stay as they are."""
    named = {name for name, value in url.params.multi_items() if value in secrets}
    for name in named:
        url = url.copy_remove_param(name)
    return str(url)


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    try:
        host = ip_address(url.host).compressed
    except ValueError:
        host = url.host
    return url.scheme, host, url.port or _PORTS.get(url.scheme)
