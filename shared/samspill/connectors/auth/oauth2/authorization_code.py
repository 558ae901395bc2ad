"""OAuth 2.0 with a code (RFC 6749, 4.1): a person granted access, and a refresh token keeps it alive.

Most vendors rotate: a refresh token is used up by its first use, and the answer holds the next one. So one caller at a
time refreshes, under the lease of the secret; what comes is stored before it is used; and who finds that another one
refreshed meanwhile uses that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import override

import httpx

from samspill.connectors.auth.credentials import Credentials
from samspill.connectors.auth.oauth2.tokens import Tokens, TokenServer
from samspill.connectors.auth.session import SessionAuth

ACCESS, REFRESH, RENEW_AT = "access_token", "refresh_token", "renew_at"
NEEDED = ("client_id", REFRESH)
PUBLIC = frozenset({"client_id", RENEW_AT})


class AuthorizationCodeAuth(SessionAuth):
    """Signs every call with the access token."""

    name = ACCESS

    def __init__(self, credentials: Credentials, server: TokenServer, now: Callable[[], datetime]) -> None:
        """Ask nothing yet."""
        super().__init__(credentials)
        self._server = server
        self._now = now
        self._unstored: tuple[str, dict[str, str]] | None = None

    @override
    def is_alive(self, held: Mapping[str, str]) -> bool:
        return not held.get(RENEW_AT) or self._now() < datetime.fromisoformat(held[RENEW_AT])

    @override
    def obtain(self, held: Mapping[str, str]) -> Mapping[str, str]:
        used = held[REFRESH]
        # What could not be stored the last time is all that is left of the access: the token it came for is used up.
        if self._unstored is None or self._unstored[0] != used:
            grant = {"grant_type": "refresh_token", "refresh_token": used}
            self._unstored = used, stored_as(self._server.ask(held, grant))
        return self._unstored[1]

    @override
    def renewed(self, refused: str = "") -> str:
        """See `SessionAuth.renewed`."""
        access = super().renewed(refused)
        self._unstored = None
        return access

    @override
    def sign(self, request: httpx.Request, session: str) -> None:
        request.headers["Authorization"] = f"Bearer {session}"


def stored_as(tokens: Tokens) -> dict[str, str]:
    """Return what is stored of tokens; a refresh token that is not named stays as it is."""
    renew_at = tokens.renew_at.isoformat() if tokens.renew_at else ""
    return {ACCESS: tokens.access, RENEW_AT: renew_at} | ({REFRESH: tokens.refresh} if tokens.refresh else {})
