"""Asking a token server: a grant goes in, tokens come out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote_plus, urlsplit

from samspill.connectors.auth.basic import basic
from samspill.connectors.auth.oauth2.app import OAuthApp
from samspill.connectors.auth.oauth2.errors import token_dialect
from samspill.connectors.context import ConnectorContext
from samspill.connectors.http.reply import Reply

EARLY_S = 60
"""A token is renewed so long before its end, at most a quarter of its life: calls take time, and clocks differ."""
_PUBLIC = frozenset({"grant_type", "redirect_uri", "scope"})


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a token server gave."""

    access: str
    refresh: str | None
    """None where the one that was used stays good, or there is none."""
    renew_at: datetime | None
    """None where the server does not tell: good until it is refused."""


class TokenServer:
    """A vendor's token server, as one application asks it."""

    def __init__(self, context: ConnectorContext, app: OAuthApp, system: str) -> None:
        """Call nothing yet; AddressError when the server may not be called. `system` is the vendor's display name."""
        url = urlsplit(app.token_url)
        self.system = system
        self._app = app
        self._path = url.path
        self._now = context.now
        self._sent: dict[str, str] = {}
        base_url = f"{url.scheme}://{url.netloc}"
        self._gateway = context.gateway(token_dialect(system), secrets=self._secrets, base_url=base_url)

    def ask(self, held: Mapping[str, str], grant: Mapping[str, str]) -> Tokens:
        """Ask for tokens.

        The request is sent once more where no answer came. That is right for a refresh token that is used up by its
        first use, too: where the lost answer held the next one, access is lost whether it is repeated or not, and
        servers that allow for lost answers do so for seconds only.

        Args:
            held: `client_id`, and `client_secret` unless the application is a public one.
            grant: The grant's own fields.

        Raises:
            CredentialsError: the grant or the application is refused.
            UnavailableError: no answer came.
            ContractError: the answer holds no token that can be sent as a bearer's.
        """
        asked_at = self._now()  # before the call: a token then ends no sooner than we reckon, whoever's clock is wrong
        client, secret = held["client_id"], held.get("client_secret", "")
        form, headers = {**grant}, {}
        if self._app.basic:
            headers["authorization"] = basic(quote_plus(client), quote_plus(secret))
        else:
            form |= {"client_id": client} | ({"client_secret": secret} if secret else {})
        self._sent = {**grant, "client_secret": secret, "": headers.get("authorization", "").removeprefix("Basic ")}
        reply = self._gateway.call("POST", self._path, form=form, headers=headers, safe=True)
        return _tokens(reply, asked_at)

    def _secrets(self) -> list[str]:
        return [value for name, value in self._sent.items() if name not in _PUBLIC and value]


def _tokens(reply: Reply, now: datetime) -> Tokens:
    told = reply.json()
    if not isinstance(told, dict):
        raise reply.unreadable("access_token", "the answer is no object")
    access, refresh = (told.get(name) for name in ("access_token", "refresh_token"))
    if not isinstance(access, str) or not access or not (access.isascii() and access.isprintable()):
        raise reply.unreadable("access_token", "no token in the answer")
    if str(told.get("token_type", "bearer")).lower() != "bearer":
        raise reply.unreadable("token_type", "a token of another kind")
    return Tokens(access, refresh if isinstance(refresh, str) and refresh else None, _renew_at(told, now))


def _renew_at(told: Mapping[str, Any], now: datetime) -> datetime | None:
    try:
        lasts_s = float(told["expires_in"])
        return now + timedelta(seconds=lasts_s - min(EARLY_S, lasts_s / 4))
    except (KeyError, TypeError, ValueError, OverflowError):
        return None
