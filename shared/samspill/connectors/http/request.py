"""From what a connector wants to send to what is sent."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote, urlencode

import orjson


def filled(template: str, ids: Mapping[str, str]) -> str:
    """Return the path with quoted ids in their places."""
    return template.format_map({name: quote(value, safe="") for name, value in ids.items()})


def payload(body: object, form: Mapping[str, str] | None, content: bytes | None) -> tuple[bytes | None, dict[str, str]]:
    """Return what is sent, and the header that tells its type: JSON, a form, or raw content as it is."""
    if body is not None:
        return orjson.dumps(body), {"content-type": "application/json"}
    if form is not None:
        return urlencode(form).encode(), {"content-type": "application/x-www-form-urlencoded"}
    return content, {}
