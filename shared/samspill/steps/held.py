"""Deletes that the guard stopped: kept as a list, let through by a person who names exactly that list.

Letting it through executes nothing by itself: every record is read again, and what the vendor still has, or what
somebody edited on the other side, is left alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import timedelta

import orjson

from samspill.engine.model import Link, Result
from samspill.errors import ConflictError
from samspill.messages import BATCH, FetchPage, FetchRecords, RecordHint
from samspill.ports import World
from samspill.reasons import Reason
from samspill.state import FlowKey, FlowState, HeldDeletes, JournalEntry

LASTS = timedelta(hours=24)
"""How long a list may be approved after it was last seen."""
EXAMPLES = 5


def hold(world: World, message: FetchPage, absent: Sequence[Link], total: int) -> HeldDeletes:
    """Keep the list, and show it on the flow."""
    ids = sorted(link.ids[message.side] for link in absent)
    name = f"{message.stream}/{message.side}"
    digest = hashlib.blake2b(orjson.dumps([name, ids]), digest_size=6).hexdigest()
    world.blobs.put(_key(message.flow_key, digest), orjson.dumps(ids))
    held = HeldDeletes(
        hash=digest,
        stream=message.stream,
        side=message.side,
        count=len(ids),
        total=total,
        examples=tuple(sorted(link.label for link in absent)[:EXAMPLES]),
        at=world.clock.now(),
    )
    state = world.registry.flow(message.flow_key)
    world.registry.save_flow(state.model_copy(update={"held": {**state.held, name: held}}))
    return held


def drop(world: World, message: FetchPage) -> None:
    """Forget a list that a later whole read made void."""
    state = world.registry.flow(message.flow_key)
    name = f"{message.stream}/{message.side}"
    if name in state.held:
        _save_without(world, state, name)


def approve(world: World, key: FlowKey, digest: str, by: str) -> HeldDeletes:
    """Have every record of the list read again and dealt with. Who dies here is repeated: reading twice does no harm.

    Raises:
        ConflictError: there is no such list (any more), or it is older than a day.
    """
    state = world.registry.flow(key)
    found = [(name, held) for name, held in state.held.items() if held.hash == digest]
    if not found or found[0][1].at + LASTS < world.clock.now():
        raise ConflictError("another list", reason=Reason("held_changed", {"hash": digest}))
    name, held = found[0]
    ids = orjson.loads(world.blobs.get(_key(key, digest)) or b"[]")
    for start in range(0, len(ids), BATCH):
        hints = tuple(
            RecordHint.model_validate({held.side.value: external_id, "deleted": True})
            for external_id in ids[start : start + BATCH]
        )
        message = FetchRecords(
            tenant=key.tenant, flow=key.flow, trigger="manual", stream=held.stream, records=hints, force=True
        )
        world.queues.send([message])
    said = JournalEntry(
        at=world.clock.now(),
        stream=held.stream,
        link="",
        label=", ".join(held.examples),
        result=Result.APPLIED,
        reason=Reason("deletes_approved", {"person": by, "count": str(held.count), "hash": digest}),
        trigger="manual",
    )
    world.journal.append(key, f"deletes/{digest}/{state.revision}", [said])
    _save_without(world, state, name)
    return held


def _save_without(world: World, state: FlowState, name: str) -> None:
    held = {other: each for other, each in state.held.items() if other != name}
    world.registry.save_flow(state.model_copy(update={"held": held}))


def _key(key: FlowKey, digest: str) -> str:
    return f"held/{key.tenant}/{key.flow}/{digest}"
