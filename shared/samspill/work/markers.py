"""The mark a create leaves on a record, where the vendor keeps one, so that the record is known as ours."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b

from samspill.engine.model import Link, LinkState, Side
from samspill.messages import MapRecords, Subject
from samspill.ports import World
from samspill.state import StreamKey

LENGTH = 100
"""Longest mark; vendors cut longer ones."""


def marker(stream: StreamKey, link_id: str) -> str:
    """Return the mark of the record created for this pair: the same for every try, and for this pair only."""
    for start in (_in_words(stream), _in_short(*stream)):
        if len(start) + len(link_id) < LENGTH:
            return start + link_id
    return _in_short(*stream, link_id)


def marked_for(stream: StreamKey, mark: str) -> str | None:
    """Return the id of the link whose create left this mark; None when it is nobody's, or names its link in short."""
    for start in (_in_words(stream), _in_short(*stream)):
        if mark.startswith(start) and len(mark) < LENGTH:
            return mark[len(start) :]
    return None


def unfinished_creates(
    world: World, message: MapRecords, known: Mapping[Side, Mapping[str, Link]]
) -> Mapping[str, Link]:
    """Return the claims that records without a link of their own are marked for."""
    new = [(s, o) for subject in message.subjects for s in Side if (o := subject.on(s))]
    told = (marked_for(message.stream_key, o.marker) for side, o in new if o.external_id not in known[side])
    marks = {name for name in told if name}
    found = world.links.get(message.stream_key, sorted(marks)) if marks else {}
    return {name: link for name, link in found.items() if link.state is LinkState.CLAIMED}


def created_by(
    message: MapRecords,
    unfinished: Mapping[str, Link],
    known: Mapping[Side, Mapping[str, Link]],
    subject: Subject,
) -> Link | None:
    """Return the claim whose create made this record before it could be linked: no record of its own, then."""
    seen = [(side, o) for side in Side if (o := subject.on(side))]
    own = {link.id for side, o in seen if (link := known[side].get(o.external_id))}
    marks = (marked_for(message.stream_key, o.marker) or "" for _, o in seen)
    return next((unfinished[name] for name in marks if name in unfinished and name not in own), None)


def _in_words(stream: StreamKey) -> str:
    return f"samspill:{stream.tenant}:{stream.flow}:{stream.stream}:"


def _in_short(*names: str) -> str:
    """Return what stands for names that are too long for a mark."""
    return f"samspill:{blake2b('\0'.join(names).encode(), digest_size=16).hexdigest()}:"
