"""A key in a header or in the query."""

from __future__ import annotations

from collections.abc import Mapping
from typing import override

import httpx

from samspill.connectors.auth.credentials import Credentials
from samspill.connectors.auth.key import KeyAuth
from samspill.errors import CredentialsError
from samspill.reasons import Reason


class ApiKeyAuth(KeyAuth):
    """Sends `<header>: <prefix><key>`."""

    def __init__(self, credentials: Credentials, header: str, *, prefix: str = "") -> None:
        """Send the one credential that is needed."""
        super().__init__(credentials)
        self._header = header
        self._prefix = prefix

    @override
    def sign(self, request: httpx.Request, held: Mapping[str, str]) -> None:
        [name] = self._credentials.needed
        if not (held[name].isascii() and held[name].isprintable()):  # no header can hold it, so nobody gave it
            reason = Reason("key_invalid", {"system": self._credentials.system})
            raise CredentialsError(f"{name} holds characters that no key has", reason=reason)
        request.headers[self._header] = self._prefix + held[name]


class QueryKeyAuth(KeyAuth):
    """Sends the key as a query parameter, for vendors that know no other way: addresses end up in logs of others."""

    def __init__(self, credentials: Credentials, parameter: str) -> None:
        """Send the one credential that is needed."""
        super().__init__(credentials)
        self._parameter = parameter

    @override
    def sign(self, request: httpx.Request, held: Mapping[str, str]) -> None:
        [name] = self._credentials.needed
        request.url = request.url.copy_set_param(self._parameter, held[name])
