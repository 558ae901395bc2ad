"""How a person grants access: where they are sent, what comes back, and what it is exchanged for.

State and verifier are secrets of one attempt (`Ids.secret`). Who asks keeps them with the person who asked, for a few
minutes, and uses them once: that is what keeps another person's answer out.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode, urlsplit

from samspill.connectors.auth.oauth2.app import OAuthApp
from samspill.connectors.auth.oauth2.authorization_code import REFRESH, stored_as
from samspill.connectors.auth.oauth2.tokens import TokenServer
from samspill.connectors.faults import unreadable
from samspill.errors import CredentialsError, UsageError
from samspill.reasons import Reason


def challenge(verifier: str) -> str:
    """Return the challenge S256 of a verifier (RFC 7636, 4.2)."""
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def authorize_url(app: OAuthApp, *, client_id: str, redirect_uri: str, state: str, verifier: str) -> str:
    """Return the address at which a person grants access. The verifier itself does not stand in it."""
    query = {"response_type": "code", "client_id": client_id, "redirect_uri": redirect_uri, "state": state}
    if app.scope:
        query["scope"] = app.scope
    if app.pkce:
        query |= {"code_challenge": challenge(verifier), "code_challenge_method": "S256"}
    return app.authorize_url + ("&" if urlsplit(app.authorize_url).query else "?") + urlencode(query)


def code_of(answered: str, *, state: str, system: str, issuer: str = "") -> str:
    """Return the code in the address to which the person came back.

    Args:
        answered: The whole address, or its query.
        state: What was sent.
        system: What people call the vendor.
        issuer: The vendor's identifier, where it is known to send one (RFC 9207).

    Raises:
        UsageError: the answer belongs to another attempt, or holds no code.
        CredentialsError: access was not granted.
    """
    told = parse_qsl(urlsplit(answered).query or answered.lstrip("?"), keep_blank_values=True)
    query: Mapping[str, str] = dict(told)
    mine = hmac.compare_digest(query.get("state", "").encode(), state.encode()) and bool(state)
    if not mine or len(query) != len(told) or (issuer and query.get("iss") != issuer):
        raise UsageError.because("other_sign_in", system=system)
    if "error" in query:
        reason = Reason("grant_denied", {"system": system}, query["error"][:100])
        raise CredentialsError("access was not granted", reason=reason)
    if not query.get("code"):
        raise UsageError.because("other_sign_in", system=system)
    return query["code"]


def redeem(
    server: TokenServer, app: OAuthApp, client: Mapping[str, str], *, code: str, redirect_uri: str, verifier: str
) -> dict[str, str]:
    """Exchange a code for the connection's credentials; `client` holds the application's id and secret.

    Raises:
        CredentialsError: the code is refused: it is good once, for a few minutes.
        ContractError: no refresh token came: access would end soon, and nobody could renew it.
    """
    grant = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
    if app.pkce:
        grant["code_verifier"] = verifier
    tokens = server.ask(client, grant)
    if tokens.refresh is None:
        raise unreadable(server.system, REFRESH, "no refresh token came with the code")
    return {**client, **stored_as(tokens)}
