"""What a person says of lists that the guard stopped: exactly one is let through or refused.

Letting a list through executes nothing by itself. Every record is read and planned again; what the vendor still has,
what somebody edited, or what would be written differently by then is not covered by the yes.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from itertools import batched

import orjson

from samspill.engine.guard import ARCHIVE, CREATE
from samspill.engine.model import Result
from samspill.errors import ConflictError
from samspill.guard.approved import approved, keep_refused, refused, reread
from samspill.guard.batch import HeldList, blob_of, words
from samspill.guard.pending import lists
from samspill.messages import BATCH
from samspill.ports import World
from samspill.reasons import Reason
from samspill.state import ApprovedList, FlowKey, FlowState, JournalEntry, StreamKey
from samspill.usecases import review
from samspill.usecases.actor import Actor, Role, needs
from samspill.work.flow_state import change_flow

LASTS = timedelta(hours=24)
"""How long a yes lasts, and how old a list of absent records may be when it is given."""


@needs(Role.OPERATOR)
def approve(world: World, actor: Actor, key: FlowKey, digest: str) -> ApprovedList:
    """Let exactly this list through, for a day: have every record of it read again and dealt with.

    Repeating it does no harm; after an interruption it sends what was not sent.

    Raises:
        ConflictError: there is no such list (any more), or it tells of a whole read more than a day ago.
    """
    state, now = world.registry.flow(key), world.clock.now()
    for name, given in state.approved_lists.items():
        if given.hash == digest and given.expires_at > now:
            reread(world, key, given.stream, list(approved(world, state, name)))
            return given
    found = _find(world, key, digest)
    world.blobs.put(blob_of(key, found.name, digest), orjson.dumps(dict(found.entries)))
    stream = found.stop.stream
    given = ApprovedList(hash=digest, stream=stream, count=found.count, by=actor.name, at=now, expires_at=now + LASTS)
    _journal(world, key, found, "list_approved", actor.name)

    def update(state: FlowState) -> Mapping[str, object]:
        kept = {name: stop for name, stop in state.held.items() if name != found.name}
        return {"held": kept, "approved_lists": {**state.approved_lists, found.name: given}}

    change_flow(world, key, update)
    reread(world, key, stream, list(found.entries))
    return given


@needs(Role.OPERATOR)
def reject(world: World, actor: Actor, key: FlowKey, digest: str) -> HeldList:
    """Refuse exactly this list: nothing of it is done.

    What was told as deleted stays on the other side, what was to be created is left out, and what was to be changed
    stays until it would be changed to something else. Records that were only absent stay on the other side until a
    whole read holds them again: from then on it is as if nobody had said anything.

    Raises:
        ConflictError: there is no such list (any more).
    """
    found = _find(world, key, digest)
    _journal(world, key, found, "list_rejected", actor.name)
    stream = StreamKey(*key, found.stop.stream)
    if found.stop.kind in {ARCHIVE, CREATE}:
        action = "keep" if found.stop.kind == ARCHIVE else "ignore"
        for part in batched(found.told, BATCH, strict=False):
            review.decide(world, actor, stream, part, action)
    told = frozenset(found.told) if found.stop.kind in {ARCHIVE, CREATE} else frozenset()
    if kept := {name: content for name, content in found.entries.items() if name not in told}:
        keep_refused(world, key, found.name, {**refused(world, world.registry.flow(key), found.name), **kept})

    def update(state: FlowState) -> Mapping[str, object]:
        kept = {name: stop for name, stop in state.held.items() if name != found.name}
        return {"held": kept, "refused": tuple(sorted({*state.refused, found.name}))}

    change_flow(world, key, update)
    reread(world, key, stream.stream, found.told)
    return found


def _find(world: World, key: FlowKey, digest: str) -> HeldList:
    oldest = world.clock.now() - LASTS
    for each in lists(world, key):
        if each.hash == digest and not (each.stop.listed and each.stop.at < oldest):
            return each
    raise ConflictError("another list", reason=Reason("held_changed", {"hash": digest}))


def _journal(world: World, key: FlowKey, found: HeldList, code: str, by: str) -> None:
    params = {"person": by, "count": str(found.count), "what": words(found.name), "hash": found.hash}
    said = JournalEntry(
        at=world.clock.now(),
        stream=found.stop.stream,
        link="",
        label=", ".join(found.examples),
        result=Result.APPLIED,
        reason=Reason(code, params),
        trigger="manual",
    )
    world.journal.append(key, f"{code}/{found.name}/{found.hash}/{found.stop.at.isoformat()}", [said])
