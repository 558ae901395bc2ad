"""Where a vendor sends webhooks for one connection: an address that nobody can guess.

Its last part is derived from the signing secret of its generation. Nothing is stored for it, and `receive` can tell an
address of ours from an invented one before it looks anything up. Who knows an address does not know the secret.
"""

from __future__ import annotations

import hashlib
import hmac
from urllib.parse import quote

_DIGITS = 32
"""128 bits."""


def token(secret: str, generation: int) -> str:
    """Return the last part of the address that goes with the signing secret of a generation."""
    return f"{generation}-{hmac.digest(secret.encode(), b'address', hashlib.sha256).hex()[:_DIGITS]}"


def generation_of(given: str) -> int:
    """Return which generation a token says it is of; 0 for what is no token."""
    number, dash, _ = given.partition("-")
    return int(number) if dash and number.isascii() and number.isdecimal() and len(number) < _DIGITS else 0


def is_token(given: str, secret: str) -> bool:
    """Tell whether this is the token of a signing secret, in a time that does not depend on where it differs."""
    return hmac.compare_digest(token(secret, generation_of(given)).encode(), given.encode())


def address(base: str, tenant: str, connection_id: str, token: str = "") -> str:
    """Return the address of a connection's webhooks; without a token the one that versions before tokens gave out."""
    parts = (quote(part, safe="") for part in (tenant, connection_id, token) if part)
    return "/".join((base, "hooks", *parts))
