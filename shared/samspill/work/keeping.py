"""Storing links: one that is too large for the table ends alone."""

from __future__ import annotations

from collections.abc import Sequence

import orjson

from samspill.canon.json_form import jsonable
from samspill.engine.model import Link, Side
from samspill.errors import PermanentError, UnstorableError
from samspill.messages import Subject
from samspill.ports import LinkCommit, World
from samspill.state import StreamKey

type Kept = tuple[list[bool], dict[int, PermanentError]]
"""Whether each commit held, and by their places why some can never be stored."""


def keep(world: World, stream: StreamKey, commits: Sequence[LinkCommit]) -> Kept:
    """Store links; return what became of each commit."""
    try:
        return world.links.commit(stream, commits), {}
    except UnstorableError as error:
        return error.held, error.blamed


def largest_on(subject: Subject, field: str) -> Side:
    """Return the side whose record holds most in the field."""

    def size_bytes(side: Side) -> int:
        record = subject.on(side)
        return len(orjson.dumps(record.fields.get(field), default=jsonable)) if record is not None else -1

    return max(Side, key=size_bytes)


def pointers(link: Link, before: Link | None) -> tuple[tuple[Side, str], ...]:
    """Return the records from which the link becomes reachable with this commit."""
    old = before.ids if before is not None else {}
    return tuple(
        (side, external_id)
        for side, external_id in link.ids.items()
        if side not in old and link.id != f"{side}-{external_id}"
    )
