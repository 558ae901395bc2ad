"""Storing links: one that is too large for the table ends alone."""

from __future__ import annotations

from collections.abc import Sequence

import orjson

from samspill.engine.model import Link, Side
from samspill.errors import PermanentError, UnstorableError
from samspill.messages import Subject
from samspill.ports import LinkCommit, World
from samspill.reasons import Reason
from samspill.state import StreamKey


def keep(world: World, stream: StreamKey, commits: Sequence[LinkCommit]) -> tuple[list[bool], dict[int, Reason]]:
    """Store links; return per commit whether it held, and why some can never be stored, by their places."""
    try:
        return world.links.commit(stream, commits), {}
    except UnstorableError as error:
        return error.held, error.blamed


def unstorable(why: Reason) -> PermanentError:
    """Return the error for one record that can never be stored."""
    return PermanentError("cannot be stored", reason=why, field=why.params.get("field"))


def largest_on(subject: Subject, field: str) -> Side:
    """Return the side whose record holds most in the field."""

    def size_bytes(side: Side) -> int:
        record = subject.on(side)
        return len(orjson.dumps(record.fields.get(field), default=dict)) if record is not None else -1

    return max(Side, key=size_bytes)


def pointers(link: Link, before: Link | None) -> tuple[tuple[Side, str], ...]:
    """Return the records from which the link becomes reachable with this commit."""
    old = before.ids if before is not None else {}
    return tuple(
        (side, external_id)
        for side, external_id in link.ids.items()
        if side not in old and link.id != f"{side}-{external_id}"
    )
