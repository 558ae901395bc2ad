"""Takes secrets out of what a vendor says back, before anybody reads or stores it."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

_TAGS = re.compile(r"<[^>]{0,200}>")
_SPACES = re.compile(r"\s+")
_LEAST_SECRET = 6
_MOST = 500


def plain(text: str | None, secrets: Iterable[str] = ()) -> str:
    """Return a vendor's message without HTML, secrets and excess, safe to show and to store."""
    if not text:
        return ""
    for secret in secrets:
        if len(secret) >= _LEAST_SECRET:
            for written in (secret, quote(secret, safe=""), quote_plus(secret)):
                text = text.replace(written, "…")
    # Tags are dropped first, then entities: an escaped tag stays visible as text instead of becoming one.
    flat = _SPACES.sub(" ", html.unescape(_TAGS.sub(" ", text))).strip()
    return flat if len(flat) <= _MOST else flat[: _MOST - 1] + "…"
