"""What a run, or a batch that a person let through, wrote, taken back where nobody touched it since.

The journal tells what was written and what was there before. What would take it back is shown as a batch, named by its
hash. A yes notes a person's decision on every record of it and has the record read again: the engine takes back what is
still as the person saw it, by the usual way of every write, and leaves the rest.

All of it is worked out slice by slice (`undo_slices`), so that memory does not grow with what was written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import batched
from typing import Literal

from samspill.engine.model import Decision, Link, Result, Side
from samspill.errors import ConflictError, UsageError
from samspill.flows.flow import Flow
from samspill.guard.batch import digest_of
from samspill.messages import BATCH, RecordHint
from samspill.ports import LinkCommit, World
from samspill.reasons import Reason
from samspill.state import JournalEntry, StreamKey
from samspill.usecases.actor import Actor, Role, needs
from samspill.usecases.undo_slices import Begun, Chosen, Planned, Slice, chain, name_of, of_batch, of_run, plan
from samspill.usecases.views.undo import Back, Count, Left, Undo
from samspill.work.context import open_flow
from samspill.work.follow_ups import read_again

type What = Literal["run", "batch"]

SHOWN = 1000
"""So many records are shown one by one."""


@dataclass(slots=True)
class _Sum:
    """What the slices come to, with the first records of them."""

    slices: tuple[Slice, ...]
    back: list[Back] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    counts: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    """(stream, action, system) → records."""
    records: int = 0
    left_alone: int = 0
    never: Counter[str] = field(default_factory=Counter)
    """Stream of which nothing is taken back → records."""
    writes: int = 0
    names: int = 0
    """The sum of what names each record's decision: the same in whatever order and however parted they are."""

    def add(self, flow: Flow, at: Slice, made: Planned) -> None:
        """Count a slice in."""
        self.writes += made.writes
        self.never.update({at.stream: made.never} if made.never else {})
        self.left_alone += len(made.left)
        self.left += made.left[: max(0, SHOWN - len(self.left))]
        self.records += len(made.decided)
        for name, (link, decision) in sorted(made.decided.items()):
            self.names += int(name_of(at.stream, name, decision), 16)
            backs = list(_backs(flow, at.stream, link, decision))
            self.counts.update((each.stream, each.action, each.system) for each in backs)
            self.back += backs if len(self.back) < SHOWN else ()

    def hash(self, chosen: Chosen) -> str:
        """Return what names exactly what would be done."""
        return digest_of(["undo", *chosen.key, self.records, str(self.names)])


@needs(Role.VIEWER)
def show(world: World, actor: Actor, tenant: str, what: What, name: str) -> Undo:
    """Return what would be taken back of a run or a batch, and what would be left alone.

    Raises:
        UsageError: there is no such run or batch, the run is not over, or nothing of what it wrote is ever taken back.
    """
    chosen = _chosen(world, tenant, what, name)
    return _shown(world, chosen, what, name, _added_up(world, actor, chosen))


@needs(Role.OPERATOR)
def take_back(world: World, actor: Actor, tenant: str, what: What, name: str, digest: str) -> Undo:
    """Take exactly this batch back, as `show` names it. Done again, it goes on with what was not decided yet.

    Raises:
        ConflictError: it would be another one by now.
        UsageError: as `show`.
    """
    chosen = _chosen(world, tenant, what, name)
    made = _added_up(world, actor, chosen)
    flow = open_flow(world, chosen.key)
    if not flow.may_write:
        raise UsageError.because("undo_not_active", flow=chosen.key.flow)
    begun = Begun.read(world, chosen.key, digest)
    changed = ConflictError("another batch", reason=Reason("undo_changed", {"hash": digest, "what": what, "id": name}))
    if begun is None and digest != made.hash(chosen):
        raise changed
    if begun is None:
        begun = Begun(chosen.key, digest, world.clock.now(), made.slices)
        kept = _Sum(begun.slices)
        for at, planned in _planned(world, actor, chosen, begun.slices):
            begun.keep_part(world, at, planned)
            kept.add(flow.flow, at, planned)
        if kept.hash(chosen) != digest:  # something changed between the two looks
            raise changed
        begun.keep(world)
    _journal(world, chosen, name, actor, digest, sum(len(begun.part(world, each)) for each in begun.slices))
    places = {each.name: place for place, each in enumerate(flow.flow.streams)}
    # What refers to a record goes before it.
    for at, planned in _planned(world, actor, chosen, sorted(begun.slices, key=lambda it: -places[it.stream])):
        _decide(world, StreamKey(*chosen.key, at.stream), planned, begun.part(world, at))
    return _shown(world, chosen, what, name, made).model_copy(update={"hash": digest, "by": actor.name, "done": True})


def _chosen(world: World, tenant: str, what: What, name: str) -> Chosen:
    return of_run(world, tenant, name) if what == "run" else of_batch(world, tenant, name)


def _planned(world: World, actor: Actor, chosen: Chosen, slices: Iterable[Slice]) -> Iterator[tuple[Slice, Planned]]:
    """Yield the slices worked out, one at a time; streams that the flow no longer has are passed over."""
    streams = {stream.name: stream for stream in open_flow(world, chosen.key).flow.streams}
    for at in slices:
        if at.stream in streams:
            yield at, plan(world, chosen, actor.name, at, streams[at.stream])


def _added_up(world: World, actor: Actor, chosen: Chosen) -> _Sum:
    flow = open_flow(world, chosen.key).flow
    known = {stream.name for stream in flow.streams}
    slices = tuple(each for each in chosen.slices(world) if each.stream in known)
    made = _Sum(slices)
    for at, planned in _planned(world, actor, chosen, slices):
        made.add(flow, at, planned)
        planned.decided.clear()  # while the next slice is worked out
    if made.never and not (made.records or made.left_alone):
        raise UsageError("nothing of it is ever taken back", reason=next(_never(world, flow, made)).reason)
    return made


def _decide(world: World, stream: StreamKey, made: Planned, wanted: Mapping[str, str]) -> None:
    """Note the decisions that are still those the person saw, and have the records read again.

    Whoever lost the race is left, as the next look tells.
    """
    for part in batched(sorted(wanted), BATCH, strict=False):
        known = [(name, made.decided[name]) for name in part if name in made.decided]
        planned = [each for name, each in known if wanted[name] in ("", name_of(stream.stream, name, each[1]))]
        commits = [LinkCommit(replace(link, decision=decision)) for link, decision in planned]
        held = world.links.commit(stream, commits)
        links = [each.link for each, ok in zip(commits, held, strict=True) if ok]
        under_way = set(made.under_way).intersection(part)
        links += world.links.get(stream, sorted(under_way)).values() if under_way else ()
        read_again(world, stream, map(RecordHint.of, links), trigger="manual")


def _journal(world: World, chosen: Chosen, name: str, actor: Actor, digest: str, count: int) -> None:
    params = {"person": actor.name, "count": str(count), "what": name, "hash": digest}
    said = JournalEntry(
        at=world.clock.now(),
        stream="",
        link="",
        result=Result.APPLIED,
        reason=Reason("undo_decided", params),
        trigger="manual",
    )
    world.journal.append(chosen.key, f"undo/{digest}/{actor.name}", [said])


# --- as it is shown --------------------------------------------------------------------------------------------------


def _shown(world: World, chosen: Chosen, what: What, name: str, made: _Sum) -> Undo:
    flow = open_flow(world, chosen.key).flow
    never = tuple(_never(world, flow, made))
    return Undo(
        flow=chosen.key.flow,
        what=what,
        name=name,
        hash=made.hash(chosen),
        records=made.records,
        counts=tuple(
            Count(stream=stream, action=action, system=system, count=count)
            for (stream, action, system), count in made.counts.items()
        ),
        back=tuple(made.back[:SHOWN]),
        left_alone=made.left_alone + len(never),
        left=(*never, *made.left),
        lacking=max(0, chosen.applied - made.writes),
    )


def _never(world: World, flow: Flow, made: _Sum) -> Iterator[Left]:
    """Yield the streams of which nothing is taken back, with the reason and what to do."""
    for name, count in made.never.items():
        stream = flow.stream(name)
        source = stream.source or Side.LEFT
        systems = {"source": stream.rules.systems[source], "target": stream.rules.systems[source.other]}
        reason = Reason(world.modes.of(stream).never_taken_back, {"count": str(count), **systems})
        yield Left(stream=name, link="", label="", reason=reason)


def _backs(flow: Flow, stream: str, link: Link, decided: Decision) -> Iterator[Back]:
    for decision in chain(decided):
        side = Side(decision.target or "")
        yield Back(
            stream=stream,
            link=link.id,
            label=link.label,
            system=flow.stream(stream).rules.systems.get(side, side),
            action=decision.action,
            values={
                each: {"now": decision.seen[each].get(side.value), "back": value}
                for each, value in decision.restores.items()
            },
        )
