"""What would take back the lines of a run or a batch, worked out slice by slice, so that memory does not grow with it.

A slice is a share of one stream's records, by a hash of their links. Each slice reads the journal anew and keeps what
is about its own records: that costs reads, and needs no place to put anything.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import batched

import orjson

from samspill.engine.guard import FIELD
from samspill.engine.model import Decision, Link, Result, Side
from samspill.engine.undo import folded, undoing
from samspill.engine.undone import is_undo
from samspill.errors import UsageError
from samspill.flows.flow import Stream
from samspill.guard.batch import blob_of, digest_of, field_of
from samspill.messages import BATCH
from samspill.ports import World
from samspill.reasons import Reason
from samspill.state import FlowKey, JournalEntry, StreamKey
from samspill.usecases.views.undo import Left
from samspill.work.buckets import bucket_of
from samspill.work.context import now_s

LINES = 20_000
"""So many lines of the journal a slice holds at most, or about: some 40 MB."""


@dataclass(frozen=True, slots=True)
class Slice:
    """A share of a stream's records: one of `count`."""

    stream: str
    bucket: int
    count: int

    def holds(self, entry: JournalEntry) -> bool:
        """Tell whether a line is about a record of this share."""
        return entry.stream == self.stream and bucket_of(entry.link, self.count) == self.bucket


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which lines of the journal are to be taken back."""

    key: FlowKey
    since: datetime
    takes: Callable[[JournalEntry], bool]
    applied: int = 0
    """How many were written, as far as that was counted."""

    def lines(self, world: World) -> Iterator[JournalEntry]:
        """Yield them, newest first."""
        for entry in world.journal.read(self.key, self.since, world.clock.now()):
            if entry.result is Result.APPLIED and entry.link and self.takes(entry):
                yield entry

    def slices(self, world: World) -> list[Slice]:
        """Return the slices in which they are worked out: as many as hold them all."""
        lines = Counter(entry.stream for entry in self.lines(world))
        counts = {stream: -(-count // LINES) for stream, count in sorted(lines.items())}
        return [Slice(stream, bucket, count) for stream, count in counts.items() for bucket in range(count)]


@dataclass(slots=True)
class Planned:
    """What would become of the records of a slice."""

    decided: dict[str, tuple[Link, Decision]] = field(default_factory=dict)
    """Link id → what would be decided about the record."""
    under_way: list[str] = field(default_factory=list)
    """Links whose decision is noted and not carried out yet."""
    left: list[Left] = field(default_factory=list)
    never: int = 0
    """How many records are of a stream of which nothing is taken back."""
    writes: int = 0


def plan(world: World, chosen: Chosen, by: str, at: Slice, stream: Stream) -> Planned:
    """Work one slice out. `by` is who would decide."""
    found: dict[str, dict[Side, list[JournalEntry]]] = defaultdict(lambda: defaultdict(list))
    unnoted: dict[str, JournalEntry] = {}
    writes: set[tuple[str, str]] = set()
    for entry in filter(at.holds, chosen.lines(world)):
        writes.add((entry.link, entry.attempt))
        if entry.effect is not None:
            found[entry.link][entry.effect.side].append(entry)
        elif entry.fields:
            unnoted[entry.link] = entry
    made = Planned(writes=len(writes))
    if world.modes.of(stream).never_taken_back:
        made.never = len(found.keys() | unnoted.keys())
        return made
    made.left += [_left(entry, Reason("undo_not_noted")) for _, entry in sorted(unnoted.items())]
    for part in batched(sorted(found), BATCH, strict=False):
        links = world.links.get(StreamKey(*chosen.key, stream.name), part)
        for name in part:
            _plan_one(world, by, made, stream, found.pop(name), links.get(name))
    return made


def _plan_one(
    world: World, by: str, made: Planned, stream: Stream, sides: Mapping[Side, list[JournalEntry]], link: Link | None
) -> None:
    """Plan one record: of each side that was written what was done there, what was written last first."""
    newest_first = sorted(sides.values(), key=lambda lines: lines[0].at, reverse=True)
    effects = [folded([line.effect for line in reversed(lines) if line.effect]) for lines in newest_first]
    planned = undoing(stream.rules, link, effects, by, now_s(world))
    entry = newest_first[0][0]
    if link is not None and is_undo(link.decision):
        made.under_way.append(entry.link)
    if link is not None and planned.decision is not None:
        made.decided[entry.link] = link, planned.decision
    made.left += [_left(entry, reason) for reason in planned.left]


def _left(entry: JournalEntry, reason: Reason) -> Left:
    return Left(stream=entry.stream, link=entry.link, label=entry.label, reason=reason)


def chain(decision: Decision | None) -> Iterator[Decision]:
    """Yield what is decided about a record, in the order it is done."""
    while decision is not None:
        yield decision
        decision = decision.then


def name_of(stream: str, link: str, decision: Decision) -> str:
    """Return a hash of exactly what would be done to a record."""
    return digest_of(
        [stream, link, *([each.action, each.target, each.seen, each.restores] for each in chain(decision))]
    )


# --- which lines -----------------------------------------------------------------------------------------------------


def of_run(world: World, tenant: str, name: str) -> Chosen:
    """Return the lines of a run.

    Raises:
        UsageError: there is none of that id, or it is not over.
    """
    for state in world.registry.flows(tenant):
        run = world.runs.get(state.key, name)
        if run is not None:
            if not run.status.is_over:
                raise UsageError.because("undo_not_over", run=name)
            applied = sum(n for counter, n in run.counters.items() if counter.split(".")[1:] == ["applied"])
            return Chosen(state.key, run.started_at, lambda entry: entry.run == name, applied)
    raise UsageError.because("undo_no_run", run=name)


def of_batch(world: World, tenant: str, digest: str) -> Chosen:
    """Return the lines of a batch: one that was taken back, or a list of the guard that a person let through.

    Raises:
        UsageError: there is none of that hash.
    """
    for state in world.registry.flows(tenant):
        begun = Begun.read(world, state.key, digest)
        if begun is not None:
            return Chosen(state.key, begun.at, begun.takes(world))
        for listed, given in state.approved_lists.items():
            if given.hash == digest:
                body = world.blobs.get(blob_of(state.key, listed, digest)) or b"{}"
                records = frozenset(orjson.loads(body))
                return Chosen(state.key, given.at, partial(_is_of, listed, given.stream, records))
    raise UsageError.because("undo_no_batch", hash=digest)


def _is_of(listed: str, stream: str, records: Collection[str], entry: JournalEntry) -> bool:
    """Tell whether a line is of a write of the kind that a list of the guard (`stream/side/kind`) is about."""
    effect = entry.effect
    _, side, kind = listed.split("/", 2)
    if entry.stream != stream or entry.link not in records or effect is None:
        return False
    if effect.takes_back or effect.side != side:
        return False
    return field_of(listed) in effect.left if kind.startswith(FIELD) else effect.act == kind


# --- a batch that was begun ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Begun:
    """A batch that a person said yes to: its records are kept, slice by slice, so that who goes on does the same."""

    key: FlowKey
    digest: str
    at: datetime
    slices: tuple[Slice, ...]
    records: Mapping[str, Collection[str]] = field(default_factory=dict)
    """Stream → links, of one that a version before kept as a whole."""

    @classmethod
    def read(cls, world: World, key: FlowKey, digest: str) -> Begun | None:
        """Return the batch of that hash; None where nobody has begun it."""
        body = world.blobs.get(_blob(key, digest))
        if body is None:
            return None
        told = orjson.loads(body)
        records: dict[str, set[str]] = defaultdict(set)
        for stream, link in told.get("records", ()):
            records[stream].add(link)
        slices = [Slice(*each) for each in told.get("slices", ())] or [Slice(stream, 0, 1) for stream in records]
        return cls(key, digest, datetime.fromisoformat(told["at"]), tuple(slices), records)

    def keep(self, world: World) -> None:
        """Store the batch, once every slice of it is kept."""
        slices = [[each.stream, each.bucket, each.count] for each in self.slices]
        body = orjson.dumps({"at": self.at.isoformat(), "slices": slices})
        world.blobs.put(_blob(self.key, self.digest), body)

    def keep_part(self, world: World, at: Slice, made: Planned) -> None:
        """Store what a slice is to take back."""
        named = {link: name_of(at.stream, link, decision) for link, (_, decision) in made.decided.items()}
        world.blobs.put(self._part(at), orjson.dumps(named))

    def part(self, world: World, at: Slice) -> Mapping[str, str]:
        """Return the links of a slice, each with the name of what is to be done (`name_of`); "" where none was kept."""
        if at.stream in self.records:
            return dict.fromkeys(self.records[at.stream], "")
        named: dict[str, str] = orjson.loads(world.blobs.get(self._part(at)) or b"{}")
        return named

    def takes(self, world: World) -> Callable[[JournalEntry], bool]:
        """Return what tells whether a line is of a write that took something back of these records."""
        counts = {each.stream: each.count for each in self.slices}
        held: dict[Slice, Collection[str]] = {}

        def is_one(entry: JournalEntry) -> bool:
            if entry.effect is None or not entry.effect.takes_back or entry.stream not in counts:
                return False
            count = counts[entry.stream]
            at = Slice(entry.stream, bucket_of(entry.link, count), count)
            if at not in held:
                held[at] = self.part(world, at)
            return entry.link in held[at]

        return is_one

    def _part(self, at: Slice) -> str:
        return blob_of(self.key, "undo-records", f"{self.digest}/{at.stream}/{at.bucket:05}")


def _blob(key: FlowKey, digest: str) -> str:
    return blob_of(key, "undo", digest)
