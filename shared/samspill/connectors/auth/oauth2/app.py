"""How a vendor's OAuth servers are called, and what they are asked for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OAuthApp:
    """Our application at one vendor. Its id and secret are the connection's credentials, or the operator's."""

    token_url: str
    """Where tokens are asked for."""
    authorize_url: str = ""
    """Where a person is sent to grant access; empty for client credentials."""
    scope: str = ""
    basic: bool = False
    """True where id and secret travel as user name and password (RFC 6749, 2.3.1); else they stand in the form."""
    pkce: bool = True
    """False for the few that refuse the parameters of RFC 7636."""
