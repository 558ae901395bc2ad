"""User name and password (RFC 7617)."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from typing import override

import httpx

from samspill.connectors.auth.key import KeyAuth


def basic(user: str, password: str) -> str:
    """Return the value of the Authorization header."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


class BasicAuth(KeyAuth):
    """Sends user name and password: the two credentials that are needed, in this order."""

    @override
    def sign(self, request: httpx.Request, held: Mapping[str, str]) -> None:
        request.headers["Authorization"] = basic(*(held[name] for name in self._credentials.needed))

    @override
    def secrets(self) -> Iterable[str]:
        """Return the password, and the form in which it travels."""
        held = self._credentials.held
        travels = [basic(*(held[name] for name in self._credentials.needed)).removeprefix("Basic ")] if held else []
        return [*super().secrets(), *travels]
