"""Lists that the guard stopped: shown as they are now, let through or refused by a person who names exactly one.

Letting a list through executes nothing by itself. Every record is read and planned again; what the vendor still has,
what somebody edited, or what would be written differently by then is not covered by the yes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import blake2b
from itertools import batched

import orjson

from samspill.engine.guard import ARCHIVE, CREATE, FIELD
from samspill.engine.model import Link, LinkState, Result, Side, Write
from samspill.errors import ConflictError
from samspill.messages import BATCH, FetchPage, FetchRecords, RecordHint
from samspill.ports import World
from samspill.reasons import Reason
from samspill.state import ApprovedList, FlowKey, FlowState, JournalEntry, Stop, StreamKey
from samspill.steps import review
from samspill.steps.limits import change_flow

HELD_BACK = "held_back"
"""The reason of a record that the guard keeps waiting: `names` of the stops, and the `content` of its write."""
LASTS = timedelta(hours=24)
"""How long a yes lasts, and how old a list of absent records may be when it is given."""
EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class HeldList:
    """One list: what exactly would be done to which records. The hash names exactly this."""

    name: str
    stop: Stop
    entries: Mapping[str, str]
    """Link id → what would be written, as `content` tells it."""
    told: tuple[str, ...]
    """Those that wait with a reason of their own; the others were only absent from a whole read."""
    examples: tuple[str, ...]
    total: int

    @property
    def count(self) -> int:
        """How many records it holds."""
        return len(self.entries)

    @property
    def hash(self) -> str:
        """Names the list."""
        return _digest([self.name, sorted(self.entries.items())])

    def reason(self, flow: str) -> Reason:
        """Say what the list is, and how to let it through or refuse it."""
        params = {"count": str(self.count), "total": str(self.total), "flow": flow, "hash": self.hash}
        if self.stop.kind == ARCHIVE:
            return Reason("too_many_deletes", params)
        if self.stop.kind == CREATE:
            return Reason("too_many_creates", params)
        return Reason("too_many_changes", {**params, "field": self.stop.kind.removeprefix(FIELD)})


def words(name: str) -> str:
    """Return what people call `stream/side/kind`."""
    stream, _, kind = name.split("/", 2)
    return f"{stream}.{kind.removeprefix(FIELD)}" if kind.startswith(FIELD) else f"{stream} ({kind})"


def content(write: Write) -> str:
    """Tell apart what changes would be written. What is created or archived is named by its record alone."""
    if write.archive or write.external_id is None:
        return ""
    return _digest(dict(sorted(write.fields.items())))


# --- what is held ----------------------------------------------------------------------------------------------------


def lists(world: World, key: FlowKey) -> list[HeldList]:
    """Return what the guard holds back now, by name."""
    state = world.registry.flow(key)
    waiting: dict[str, dict[str, Link]] = {name: {} for name in state.held}
    for _, link in world.links.with_result(key, [Result.WAITING]) if waiting else ():
        for name in _names(link):
            waiting.get(name, {})[link.id] = link
    found = [_list(world, key, name, stop, waiting[name]) for name, stop in sorted(state.held.items())]
    return [each for each in found if each.entries]


def _names(link: Link) -> list[str]:
    reason = link.outcome.reason if link.outcome else None
    return reason.params["names"].split(" ") if reason is not None and reason.code == HELD_BACK else []


def _list(world: World, key: FlowKey, name: str, stop: Stop, links: Mapping[str, Link]) -> HeldList:
    labels = dict(_absent(world, key, name, stop))
    entries = dict.fromkeys(labels, "")
    for link in links.values():
        entries[link.id] = link.outcome.reason.params["content"] if link.outcome else ""
        labels[link.id] = link.label
    examples = tuple(sorted(labels.values())[:EXAMPLES])
    stream = StreamKey(*key, stop.stream)
    total = _counted(world, stream)  # who looks at a list may have no right to remember the count
    total = _pairs(world, stream) if total is None else total
    return HeldList(name, stop, entries, tuple(sorted(links)), examples, total)


def _absent(world: World, key: FlowKey, name: str, stop: Stop) -> list[list[str]]:
    body = world.blobs.get(_blob(key, name, stop.listed)) if stop.listed else None
    found: list[list[str]] = orjson.loads(body or b"[]")
    return found


def hold(world: World, message: FetchPage, absent: Sequence[Link]) -> HeldList:
    """Keep the list of what a whole read did not hold, and stop archiving in the stream."""
    key, side = message.flow_key, message.side.other
    name = f"{message.stream}/{side}/{ARCHIVE}"
    rows = sorted([link.id, link.label] for link in absent)
    digest = _digest(rows)
    world.blobs.put(_blob(key, name, digest), orjson.dumps(rows))
    stop = Stop(stream=message.stream, side=side, kind=ARCHIVE, at=world.clock.now(), listed=digest)
    change_flow(world, key, lambda state: {"held": {**state.held, name: stop}})
    return next(each for each in lists(world, key) if each.name == name)


def drop(world: World, message: FetchPage) -> None:
    """Forget a list of absent records that a later whole read made void."""
    name = f"{message.stream}/{message.side.other}/{ARCHIVE}"

    def update(state: FlowState) -> Mapping[str, object] | None:
        stop = state.held.get(name)
        if stop is None or not stop.listed:
            return None
        return {"held": {**state.held, name: stop.model_copy(update={"listed": ""})}}

    change_flow(world, message.flow_key, update)
    forget_settled(world, message.flow_key)


def forget_settled(world: World, key: FlowKey) -> None:
    """Lift the stops whose lists have become empty: what they held was undone where it came from."""
    if world.registry.flow(key).held:
        names = {each.name for each in lists(world, key)}
        change_flow(world, key, lambda state: _only(state, names) if set(state.held) - names else None)


def _only(state: FlowState, names: set[str]) -> Mapping[str, object]:
    return {"held": {name: stop for name, stop in state.held.items() if name in names}}


def count(world: World, key: StreamKey, pairs: int) -> None:
    """Remember how many pairs the stream has, so that it need not be counted for every message."""
    world.blobs.put(f"linked/{'/'.join(key)}", str(pairs).encode())


def linked(world: World, key: StreamKey) -> int:
    """Return how many pairs the stream had at its last whole read, or has now; then it is remembered."""
    known = _counted(world, key)
    if known is None:
        known = _pairs(world, key)
        count(world, key, known)
    return known


def _counted(world: World, key: StreamKey) -> int | None:
    known = world.blobs.get(f"linked/{'/'.join(key)}")
    return None if known is None else int(known)


def _pairs(world: World, key: StreamKey) -> int:
    return sum(link.state is LinkState.LINKED for link in world.links.all(key))


# --- what a person says ----------------------------------------------------------------------------------------------


def approve(world: World, key: FlowKey, digest: str, by: str) -> ApprovedList:
    """Let exactly this list through, for a day: have every record of it read again and dealt with.

    Repeating it does no harm; after an interruption it sends what was not sent.

    Raises:
        ConflictError: there is no such list (any more), or it tells of a whole read more than a day ago.
    """
    state, now = world.registry.flow(key), world.clock.now()
    for name, given in state.approved_lists.items():
        if given.hash == digest and given.expires_at > now:
            _look_again(world, key, given.stream, list(approved(world, state, name)))
            return given
    found = _find(world, key, digest)
    world.blobs.put(_blob(key, found.name, digest), orjson.dumps(dict(found.entries)))
    stream = found.stop.stream
    given = ApprovedList(hash=digest, stream=stream, count=found.count, by=by, at=now, expires_at=now + LASTS)
    _journal(world, key, found, "list_approved", by)

    def update(state: FlowState) -> Mapping[str, object]:
        kept = {name: stop for name, stop in state.held.items() if name != found.name}
        return {"held": kept, "approved_lists": {**state.approved_lists, found.name: given}}

    change_flow(world, key, update)
    _look_again(world, key, stream, list(found.entries))
    return given


def reject(world: World, key: FlowKey, digest: str, by: str) -> HeldList:
    """Refuse exactly this list: nothing of it is done.

    What was told as deleted stays on the other side, what was to be created is left out, and what was to be changed
    stays until it would be changed to something else. Records that were only absent are asked about again by the next
    whole read that lacks them.

    Raises:
        ConflictError: there is no such list (any more).
    """
    found = _find(world, key, digest)
    _journal(world, key, found, "list_rejected", by)
    stream = StreamKey(*key, found.stop.stream)
    if found.stop.kind in {ARCHIVE, CREATE}:
        action = "keep" if found.stop.kind == ARCHIVE else "ignore"
        for part in batched(found.told, BATCH, strict=False):
            review.decide(world, stream, part, action, by=by)
    else:
        before = refused(world, world.registry.flow(key), found.name)
        body = orjson.dumps({**before, **found.entries})
        world.blobs.put(_blob(key, found.name, "refused"), body)

    def update(state: FlowState) -> Mapping[str, object]:
        kept = {name: stop for name, stop in state.held.items() if name != found.name}
        return {"held": kept, "refused": tuple(sorted({*state.refused, found.name}))}

    change_flow(world, key, update)
    _look_again(world, key, stream.stream, found.told)
    return found


def approved(world: World, state: FlowState, name: str) -> dict[str, str]:
    """Return what may be done under a person's yes that still holds: link id → content."""
    given = state.approved_lists.get(name)
    if given is None or given.expires_at <= world.clock.now():
        return {}
    return _entries(world.blobs.get(_blob(state.key, name, given.hash)))


def refused(world: World, state: FlowState, name: str) -> dict[str, str]:
    """Return what a person refused: link id → content."""
    return _entries(world.blobs.get(_blob(state.key, name, "refused"))) if name in state.refused else {}


def _entries(body: bytes | None) -> dict[str, str]:
    found: dict[str, str] = orjson.loads(body or b"{}")
    return found


def _find(world: World, key: FlowKey, digest: str) -> HeldList:
    oldest = world.clock.now() - LASTS
    for each in lists(world, key):
        if each.hash == digest and not (each.stop.listed and each.stop.at < oldest):
            return each
    raise ConflictError("another list", reason=Reason("held_changed", {"hash": digest}))


def _look_again(world: World, key: FlowKey, stream: str, link_ids: Sequence[str]) -> None:
    for part in batched(link_ids, BATCH, strict=False):
        links = world.links.get(StreamKey(*key, stream), part).values()
        hints = tuple(RecordHint(left=link.ids.get(Side.LEFT), right=link.ids.get(Side.RIGHT)) for link in links)
        message = FetchRecords(
            tenant=key.tenant, flow=key.flow, trigger="manual", stream=stream, records=hints, force=True
        )
        world.queues.send([message])


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


def _blob(key: FlowKey, name: str, digest: str) -> str:
    return f"held/{key.tenant}/{key.flow}/{name}/{digest}"


def _digest(what: object) -> str:
    body = orjson.dumps(what, default=str, option=orjson.OPT_SORT_KEYS)
    return blake2b(body, digest_size=6).hexdigest()
