"""Preconditions as HTTP says them (RFC 9110, section 13.1)."""

from __future__ import annotations

from samspill.engine.revision import Revision


def if_match(version: Revision | None) -> dict[str, str]:
    """Return the header that has a write refused unless the record is still in this state; none where it has none.

    A tag goes back as it was told, quotes and weakness included. An order is its own tag where the vendor gives none.
    """
    if version is None:
        return {}
    return {"if-match": f'"{version.order}"' if version.tag is None else version.tag}
