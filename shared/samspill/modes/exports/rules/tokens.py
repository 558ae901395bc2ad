"""Tokens of links: who holds one may fetch the file. What is stored is their hash."""

from __future__ import annotations

import hashlib
import re

_TOKEN = re.compile("[A-Za-z0-9_-]{32,128}")


def is_token(text: str) -> bool:
    """Tell whether the text could be a token of ours: nothing is looked up for one that could not."""
    return _TOKEN.fullmatch(text) is not None


def hashed(token: str) -> str:
    """Return what a token is stored as. It is as random as a key, so that one round of hashing is enough."""
    return hashlib.sha256(token.encode()).hexdigest()
