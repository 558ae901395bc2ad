"""OAuth 2.0 with client credentials (RFC 6749, 4.4): the application calls for itself."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping
from datetime import datetime
from typing import override

import httpx

from samspill.connectors.auth.credentials import Credentials
from samspill.connectors.auth.oauth2.app import OAuthApp
from samspill.connectors.auth.oauth2.tokens import Tokens, TokenServer
from samspill.errors import CredentialsError


class ClientCredentialsAuth(httpx.Auth):
    """Signs every call with a token that is renewed before it ends, and once when it is refused.

    The token stays in this process: another one costs a call, while a secret that is written every ten minutes runs
    into the limits of Secrets Manager.
    """

    def __init__(
        self, credentials: Credentials, app: OAuthApp, server: TokenServer, now: Callable[[], datetime]
    ) -> None:
        """Ask nothing yet."""
        self._credentials = credentials
        self._app = app
        self._server = server
        self._now = now
        self._tokens: Tokens | None = None

    def secrets(self) -> Iterable[str]:
        """Return every value that must not be seen."""
        return [*self._credentials.values(), *([self._tokens.access] if self._tokens else [])]

    @override
    def sync_auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response]:
        tokens = self._tokens
        if tokens is None or (tokens.renew_at is not None and self._now() >= tokens.renew_at):
            tokens = self._new()
        request.headers["Authorization"] = f"Bearer {tokens.access}"
        response = yield request
        if response.status_code == httpx.codes.UNAUTHORIZED:
            response.read()
            request.headers["Authorization"] = f"Bearer {self._new().access}"
            yield request

    def _new(self) -> Tokens:
        """Return a new token. An application that is refused is read anew once: somebody may have entered another."""
        held = self._credentials.held or self._credentials.read()
        try:
            self._tokens = self._asked(held)
        except CredentialsError:
            if self._credentials.read(fresh=True) == held:
                raise
            self._tokens = self._asked(self._credentials.held)
        return self._tokens

    def _asked(self, held: Mapping[str, str]) -> Tokens:
        scope = {"scope": self._app.scope} if self._app.scope else {}
        return self._server.ask(held, {"grant_type": "client_credentials", **scope})
