"""The mark a create leaves on a record, where the vendor keeps one, so that the record is known as ours."""

from __future__ import annotations

from samspill.state import StreamKey

LENGTH = 100
"""Longest mark; vendors cut longer ones."""


def marker(stream: StreamKey, link_id: str) -> str:
    """Return the mark of the record created for this pair: the same for every try, and for this pair only."""
    return _prefix(stream, link_id)[:LENGTH]


def marked_for(stream: StreamKey, mark: str) -> str | None:
    """Return the id of the link whose create left this mark; None when it is nobody's, or was cut."""
    start = _prefix(stream, "")
    return mark[len(start) :] if mark.startswith(start) and len(mark) < LENGTH else None


def _prefix(stream: StreamKey, link_id: str) -> str:
    return f"samspill:{stream.tenant}:{stream.flow}:{stream.stream}:{link_id}"
