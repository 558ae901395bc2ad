"""What a run, or a batch that a person let through, wrote, taken back where nobody touched it since.

The journal tells what was written and what was there before. What would take it back is shown as a batch, named by its
hash. A yes notes a person's decision on every record of it and has the record read again: the engine takes back what is
still as the person saw it, by the usual way of every write, and leaves the rest.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from itertools import batched
from typing import Literal

import orjson

from samspill.engine.guard import FIELD
from samspill.engine.model import Decision, Effect, Link, Result, Side
from samspill.engine.undo import Undoing, folded, undoing
from samspill.engine.undone import is_undo
from samspill.errors import ConflictError, UsageError
from samspill.flows.flow import Flow, Stream
from samspill.guard.batch import blob_of, digest_of, field_of
from samspill.messages import BATCH, RecordHint
from samspill.ports import LinkCommit, World
from samspill.reasons import Reason
from samspill.state import FlowKey, JournalEntry, StreamKey
from samspill.usecases.actor import Actor, Role, needs
from samspill.usecases.views.undo import Back, Left, Undo
from samspill.work.context import now_s, open_flow
from samspill.work.follow_ups import read_again

type What = Literal["run", "batch"]
type _Place = tuple[str, str]
"""Stream and link id."""


@dataclass(slots=True)
class _Batch:
    """What would be taken back, stream by stream, and what is left alone."""

    key: FlowKey
    what: What
    name: str
    since: datetime
    decided: dict[_Place, tuple[Link, Decision]] = field(default_factory=dict)
    under_way: list[_Place] = field(default_factory=list)
    """Records whose decision is noted and not carried out yet."""
    left: list[Left] = field(default_factory=list)
    lacking: int = 0
    """Lines that the journal no longer holds."""

    @property
    def hash(self) -> str:
        """Names exactly what would be done."""
        told = [[*place, d.action, d.target, d.seen, d.restores] for place, (_, d) in sorted(self.decided.items())]
        return digest_of(["undo", *self.key, told])


@dataclass(frozen=True, slots=True)
class _Chosen:
    """Which lines of the journal are to be taken back."""

    key: FlowKey
    since: datetime
    takes: Callable[[JournalEntry], bool]
    applied: int = 0
    """How many were written, as far as that was counted."""


@needs(Role.VIEWER)
def show(world: World, actor: Actor, tenant: str, what: What, name: str) -> Undo:
    """Return what would be taken back of a run or a batch, and what would be left alone.

    Raises:
        UsageError: there is no such run or batch, or the run is not over.
    """
    return _shown(world, _plan(world, actor, tenant, what, name))


@needs(Role.OPERATOR)
def take_back(world: World, actor: Actor, tenant: str, what: What, name: str, digest: str) -> Undo:
    """Take exactly this batch back, as `show` names it. Done again, it goes on with what was not decided yet.

    Raises:
        ConflictError: it would be another one by now.
        UsageError: as `show`.
    """
    made = _plan(world, actor, tenant, what, name)
    opened = open_flow(world, made.key)
    if not opened.may_write:
        raise UsageError.because("undo_not_active", flow=made.key.flow)
    place = _blob(made.key, digest)
    begun = world.blobs.get(place)
    if begun is None and digest != made.hash:
        about = {"hash": digest, "what": what, "id": name}
        raise ConflictError("another batch", reason=Reason("undo_changed", about))
    wanted = [(stream, link) for stream, link in orjson.loads(begun)["records"]] if begun else sorted(made.decided)
    if begun is None:
        at = world.clock.now().isoformat()
        world.blobs.put(place, orjson.dumps({"at": at, "records": wanted}))
    _journal(world, made, actor, digest, len(wanted))
    for stream in reversed([each.name for each in opened.flow.streams]):  # what refers to a record goes before it
        _decide(world, made, StreamKey(*made.key, stream), [name for where, name in wanted if where == stream])
    return _shown(world, made).model_copy(update={"hash": digest, "by": actor.name, "done": True})


def _decide(world: World, made: _Batch, stream: StreamKey, names: Sequence[str]) -> None:
    """Note the decisions, and have the records read again; whoever lost the race is left, as the next look tells."""
    for part in batched(names, BATCH, strict=False):
        planned = [made.decided[stream.stream, name] for name in part if (stream.stream, name) in made.decided]
        commits = [LinkCommit(replace(link, decision=decision)) for link, decision in planned]
        held = world.links.commit(stream, commits)
        links = [each.link for each, ok in zip(commits, held, strict=True) if ok]
        again = [name for name in part if (stream.stream, name) in made.under_way]
        links += world.links.get(stream, again).values()
        read_again(world, stream, map(RecordHint.of, links), trigger="manual")


def _plan(world: World, actor: Actor, tenant: str, what: What, name: str) -> _Batch:
    chosen = _run(world, tenant, name) if what == "run" else _list(world, tenant, name)
    flow, now = open_flow(world, chosen.key).flow, world.clock.now()
    made = _Batch(chosen.key, what, name, chosen.since)
    found: dict[_Place, dict[Side, list[JournalEntry]]] = defaultdict(lambda: defaultdict(list))
    unnoted: dict[_Place, JournalEntry] = {}
    written: set[tuple[str, str, str]] = set()
    for entry in world.journal.read(chosen.key, chosen.since, now):
        if entry.result is not Result.APPLIED or not entry.link or not chosen.takes(entry):
            continue
        written.add((entry.stream, entry.link, entry.attempt))
        if entry.effect is not None:
            found[entry.stream, entry.link][entry.effect.side].append(entry)
        elif entry.fields:
            unnoted[entry.stream, entry.link] = entry
    made.lacking = max(0, chosen.applied - len(written))
    made.left += [_left(entry, Reason("undo_not_noted")) for entry in unnoted.values()]
    for stream in flow.streams:
        places = sorted(place for place in found if place[0] == stream.name)
        for part in batched(places, BATCH, strict=False):
            links = world.links.get(StreamKey(*chosen.key, stream.name), [link for _, link in part])
            for place in part:
                _plan_one(world, actor, made, stream, found[place], links.get(place[1]))
    return made


def _plan_one(
    world: World,
    actor: Actor,
    made: _Batch,
    stream: Stream,
    sides: Mapping[Side, list[JournalEntry]],
    link: Link | None,
) -> None:
    """Plan one record; where both of its sides were written, the one that was written last, and the other one after."""
    entries, *others = sorted(sides.values(), key=lambda lines: lines[0].at, reverse=True)
    place = stream.name, entries[0].link
    effects = [entry.effect for entry in reversed(entries) if entry.effect is not None]
    if fixed := world.modes.of(stream).rules_are_fixed:
        planned = Undoing(None, (Reason("undo_fixed", because=Reason(fixed, {"field": stream.name})),))
    else:
        planned = undoing(stream.rules, link, folded(effects), actor.name, now_s(world))
    if link is not None and is_undo(link.decision):
        made.under_way.append(place)
    if link is not None and planned.decision is not None:
        made.decided[place] = link, planned.decision
    made.left += [_left(entries[0], reason) for reason in planned.left]
    made.left += [_left(lines[0], Reason("undo_other_side")) for lines in others]


def _left(entry: JournalEntry, reason: Reason) -> Left:
    return Left(stream=entry.stream, link=entry.link, label=entry.label, reason=reason)


def _run(world: World, tenant: str, name: str) -> _Chosen:
    for state in world.registry.flows(tenant):
        run = world.runs.get(state.key, name)
        if run is not None:
            if not run.status.is_over:
                raise UsageError.because("undo_not_over", run=name)
            applied = sum(n for counter, n in run.counters.items() if counter.split(".")[1:] == ["applied"])
            return _Chosen(state.key, run.started_at, lambda entry: entry.run == name, applied)
    raise UsageError.because("undo_no_run", run=name)


def _list(world: World, tenant: str, digest: str) -> _Chosen:
    """Return the lines of a batch: one that was taken back, or a list of the guard that a person let through."""
    for state in world.registry.flows(tenant):
        taken = world.blobs.get(_blob(state.key, digest))
        if taken is not None:
            begun = orjson.loads(taken)
            records = {(stream, link) for stream, link in begun["records"]}
            takes = _about(records, lambda effect: effect.takes_back)
            return _Chosen(state.key, datetime.fromisoformat(begun["at"]), takes)
        for listed, given in state.approved_lists.items():
            if given.hash == digest:
                body = world.blobs.get(blob_of(state.key, listed, digest)) or b"{}"
                records = {(given.stream, link) for link in orjson.loads(body)}
                return _Chosen(state.key, given.at, _about(records, partial(_is_of, listed)))
    raise UsageError.because("undo_no_batch", hash=digest)


def _about(records: Collection[_Place], is_meant: Callable[[Effect], bool]) -> Callable[[JournalEntry], bool]:
    """Return what tells whether a line is of such a write of one of these records."""

    def takes(entry: JournalEntry) -> bool:
        return (entry.stream, entry.link) in records and entry.effect is not None and is_meant(entry.effect)

    return takes


def _is_of(listed: str, effect: Effect) -> bool:
    """Tell whether a write is of the kind that a list of the guard (`stream/side/kind`) is about."""
    _, side, kind = listed.split("/", 2)
    if effect.takes_back or effect.side != side:
        return False
    return field_of(listed) in effect.left if kind.startswith(FIELD) else effect.act == kind


def _blob(key: FlowKey, digest: str) -> str:
    return blob_of(key, "undo", digest)


def _journal(world: World, made: _Batch, actor: Actor, digest: str, count: int) -> None:
    params = {"person": actor.name, "count": str(count), "what": made.name, "hash": digest}
    said = JournalEntry(
        at=world.clock.now(),
        stream="",
        link="",
        result=Result.APPLIED,
        reason=Reason("undo_decided", params),
        trigger="manual",
    )
    world.journal.append(made.key, f"undo/{digest}/{actor.name}", [said])


def _shown(world: World, made: _Batch) -> Undo:
    flow = open_flow(world, made.key).flow
    return Undo(
        flow=made.key.flow,
        what=made.what,
        name=made.name,
        hash=made.hash,
        back=tuple(_backs(flow, made)),
        left=tuple(made.left),
        lacking=made.lacking,
    )


def _backs(flow: Flow, made: _Batch) -> Iterator[Back]:
    for (stream, name), (link, decision) in sorted(made.decided.items()):
        side = Side(decision.target or "")
        yield Back(
            stream=stream,
            link=name,
            label=link.label,
            system=flow.stream(stream).rules.systems.get(side, side),
            action=decision.action,
            values={
                each: {"now": decision.seen[each].get(side.value), "back": value}
                for each, value in decision.restores.items()
            },
        )
