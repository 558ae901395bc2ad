"""What a change of rules, mapping or lookups would do to the present records, and would have done to what is past.

Both systems are read page by page, once. What was read is planned twice, as a dry run plans: under the present rules
and under the other ones. Then the two plans are compared, part by part, so that memory does not grow with the company.
The hub is at hand only as far as it reads (`work.read_only`), so nothing is written, whatever is planned.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, cast

from samspill.canon.values import Fields, Value
from samspill.engine.case import Plan
from samspill.engine.model import Link, Side
from samspill.engine.otherwise import NOTHING, Difference, Line, Made, Verdict, compare, judge
from samspill.engine.rules import StreamRules
from samspill.errors import MappingError, UsageError
from samspill.flows.flow import Stream
from samspill.guard.limits import in_force
from samspill.guard.pair_count import pairs
from samspill.messages import FetchPage
from samspill.plan.draft import Draft, StreamDraft
from samspill.plan.lines import PlanLine
from samspill.plan.make import ROWS
from samspill.plan.slice import Slice
from samspill.plan.slices import following, work
from samspill.ports import Capabilities, Connector, Page, World
from samspill.reasons import Reason
from samspill.state import ConnectionStatus, FlowKey, FlowStatus, Run, StreamKey
from samspill.usecases.actor import Actor, Role, needs
from samspill.usecases.views.whatif import (
    ActionCount,
    FieldCount,
    FieldValues,
    GuardStop,
    LeftOut,
    PastChange,
    PastCount,
    RecordChange,
    StreamRead,
    WhatIf,
)
from samspill.usecases.whatif_changes import as_if, read_file, together
from samspill.work import snapshots
from samspill.work.buckets import Buckets, OneBucket, StoredBuckets
from samspill.work.context import Opened, connected, open_flow
from samspill.work.isolation import sound
from samspill.work.mapped import own_fields
from samspill.work.read_only import read_only, with_scratch
from samspill.work.scratch import Scratch, scratch

EXAMPLES = 20
"""So many records, and so many lines of the journal, are shown of each stream."""

type Which = Literal["now", "new"]
"""The present rules, or the other ones."""
type Tell = Callable[[str, int], None]
"""Hears of each page: the stream, and how many records of it were read so far."""


@needs(Role.OPERATOR, decides=False)  # it reads, and changes nothing
def whatif(
    world: World,
    _actor: Actor,
    key: FlowKey,
    files: Mapping[str, bytes],
    *,
    span: timedelta,
    tell: Tell = lambda _stream, _count: None,
) -> WhatIf:
    """Return what would become of the present records, and of the journal's lines of `span`, under other rules.

    Args:
        world: the hub; only read.
        key: the flow.
        files: by name; each as `rules`, `mapping` or `lookups` tells it with `--json`.
        span: how far back the journal is looked through.
        tell: hears how far the reading has come.

    Raises:
        UsageError: a file cannot be read, the change would be refused, it changes nothing, or the flow is at rest.
        KeyRefusedError: a system refuses the key; that is noted nowhere.
    """
    reading = read_only(world)
    opened = open_flow(reading, key)
    streams = _streams(reading, opened)
    asked = together([read_file(key.flow, name, body) for name, body in files.items()])
    _may_ask(reading, opened)
    other = as_if(reading, opened, asked)
    if other.flow.salt() == opened.flow.salt():
        raise UsageError.because("whatif_nothing", flow=key.flow)
    with scratch() as blobs:
        found = _Compared(with_scratch(reading, blobs), blobs, {"now": opened, "new": other}, streams)
        found.read(tell)
        found.plan()
        found.compare()
    past = _Past(world.clock.now() - span)
    past.look(reading, opened, other)
    return found.shown(pairs_of=lambda stream: pairs(reading, StreamKey(*key, stream)), past=past)


def _streams(world: World, opened: Opened) -> list[Stream]:
    """Return the streams whose rules can be changed at all; UsageError where there are none."""
    if len(opened.state.sides) < len(Side):
        raise UsageError.because("mapped_one_side", stream=opened.flow.streams[0].name)
    free = [stream for stream in opened.flow.streams if not world.modes.of(stream).rules_are_fixed]
    if not free:
        first = opened.flow.streams[0]
        raise UsageError.because(world.modes.of(first).rules_are_fixed, field=first.name)
    return free


def _may_ask(world: World, opened: Opened) -> None:
    """Refuse a flow at rest, and a connection whose key was refused: trying it is noted, and this notes nothing."""
    if opened.state.status is FlowStatus.PAUSED:
        raise UsageError.because("flow_is_paused", flow=opened.state.flow)
    if not opened.may_read:
        raise UsageError.because("flow_at_rest", flow=opened.state.flow)
    for name in opened.state.connections:
        connection = world.registry.connection(opened.state.tenant, name)
        if connection.status is not ConnectionStatus.TESTED or connection.refusal is not None:
            raise UsageError.because("whatif_key", system=connection.vendor, connection=name)


@dataclass(slots=True)
class _Compared:
    """The present records, planned twice."""

    world: World
    blobs: Scratch
    ways: Mapping[Which, Opened]
    streams: Sequence[Stream]
    counts: Counter[tuple[str, Side]] = field(default_factory=Counter)
    made: Buckets = field(default_factory=OneBucket)
    actions: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    fields: Counter[tuple[str, Side, str]] = field(default_factory=Counter)
    kinds: Counter[tuple[str, Side, str]] = field(default_factory=Counter)
    refused: int = 0
    examples: dict[str, list[Difference]] = field(default_factory=lambda: defaultdict(list))

    def read(self, tell: Tell) -> None:
        """Read every page of both sides once, and keep it as each of the two mappings sees it."""
        for stream in self.streams:
            for side in Side:
                for number, (page, capabilities) in enumerate(self._pages(stream, side)):
                    for which in self.ways:
                        self._keep(which, stream, side, number, cast("Connector", _Told(page, capabilities)))
                    self.counts[stream.name, side] += len(page.observations)
                    tell(stream.name, sum(self.counts[stream.name, each] for each in Side))

    def _pages(self, stream: Stream, side: Side) -> Iterator[tuple[Page, Capabilities]]:
        token: str | None = None
        with connected(self.world, self.ways["now"], side) as connector:
            while True:
                page = connector.page(stream.kind_on(side), token=token)
                yield page, connector.capabilities
                if (token := page.next) is None:
                    return

    def _keep(self, which: Which, stream: Stream, side: Side, number: int, told: Connector) -> None:
        opened, run = self.ways[which], self._run(which)
        own = opened.flow.stream(stream.name)
        seen = self.world.modes.of(own).view(self.world, opened, own, side, told).page(own.kind_on(side))
        names = {"tenant": run.tenant, "flow": run.flow, "run": run.id, "trigger": run.trigger}
        message = FetchPage.model_validate({**names, "stream": own.name, "side": side, "page": number})
        snapshots.save(self.world, run, message, [sound(each) for each in seen.observations])

    def _run(self, which: Which) -> Run:
        """A dry run that is stored nowhere."""
        state = self.ways[which].state
        names = {"tenant": state.tenant, "flow": state.flow, "id": which, "purpose": "dry-run", "trigger": "manual"}
        return Run.model_validate({**names, "started_at": self.world.clock.now()})

    def plan(self) -> None:
        """Plan both ways, and keep what is made of each record where the other way's is."""
        most = max(sum(self.counts[stream.name, side] for side in Side) for stream in self.streams)
        count = max(-(-most // ROWS), 1)
        if count > 1:
            self.made = StoredBuckets(self.blobs, "made", count)
        for which, opened in self.ways.items():
            rows: Buckets = StoredBuckets(self.blobs, f"rows/{which}", count) if count > 1 else OneBucket()
            told: set[str] = set()
            listener = _Listener(self, which, told)
            draft = Draft(self.world, opened, self._run(which), rows, listener=listener)
            for stream in self.streams:
                at: Slice | None = Slice(stream.name)
                while at is not None:
                    records, _ = work(draft, at)
                    place = f"{at.stream}-{at.stage.replace('/', '-')}-{at.bucket:05}"
                    for line in records.lines if records is not None else ():
                        if line.link not in told:  # a person is asked before anything is planned
                            self.put(which, line, Made(line.link, line.label, line.action, line.reason))
                    told.clear()
                    draft.rows.save(place)
                    self.made.save(f"{which}-{place}")
                    at = following(draft, at)

    def put(self, which: Which, line: PlanLine, made: Made) -> None:
        """Keep what is made of a record, unless that is nothing."""
        if made.action != NOTHING or made.asked:
            self.made.put(f"{line.stream}/{which}", line.link, made)

    def compare(self) -> None:
        """Compare part by part, and count."""
        for stream in self.streams:
            for bucket in range(self.made.count):
                now, new = (self._taken(stream.name, which, bucket) for which in ("now", "new"))
                for link in sorted({*now, *new}):
                    differs = compare(now.get(link), new.get(link))
                    if differs is not None:
                        self._note(stream.name, differs)

    def _taken(self, stream: str, which: str, bucket: int) -> dict[str, Made]:
        taken: list[Made] = self.made.take(f"{stream}/{which}", bucket, _read_made)
        return {made.link: made for made in taken}

    def _note(self, stream: str, differs: Difference) -> None:
        self.actions[stream, differs.now.action, differs.new.action] += 1
        for each in differs.fields:
            self.fields[stream, each.side, each.name] += 1
        self.refused += differs.new.foreseen is not None and differs.now.foreseen is None
        if len(self.examples[stream]) < EXAMPLES:
            self.examples[stream].append(differs)

    def shown(self, *, pairs_of: Callable[[str], int], past: _Past) -> WhatIf:
        """Return the answer."""
        now = self.ways["now"]
        systems = {stream.name: stream.rules.systems for stream in self.streams}

        def named(stream: str, side: Side) -> str:
            return systems[stream].get(side, side.value)

        return WhatIf(
            flow=now.state.flow,
            read=tuple(
                StreamRead(
                    stream=each.name, left=self.counts[each.name, Side.LEFT], right=self.counts[each.name, Side.RIGHT]
                )
                for each in self.streams
            ),
            left_out=tuple(
                LeftOut(stream=each.name, reason=Reason(why, {"field": each.name}))
                for each in now.flow.streams
                if (why := self.world.modes.of(each).rules_are_fixed)
            ),
            differing=self.actions.total(),
            actions=tuple(
                ActionCount(stream=stream, now=was, new=would, count=count)
                for (stream, was, would), count in sorted(self.actions.items())
            ),
            fields=tuple(
                FieldCount(stream=stream, system=named(stream, side), field=name, count=count)
                for (stream, side, name), count in sorted(self.fields.items())
            ),
            refused=self.refused,
            guard=tuple(self._stops(named, pairs_of)),
            examples=tuple(_example(stream, each, named) for stream, found in self.examples.items() for each in found),
            since=past.since,
            past=tuple(past.counted()),
            past_examples=tuple(each for found in past.examples.values() for each in found),
        )

    def _stops(self, named: Callable[[str, Side], str], pairs_of: Callable[[str], int]) -> Iterator[GuardStop]:
        """Return what would be too much for a day. Before the flow is active a person approves the whole."""
        state = self.ways["now"].state
        guard = in_force(state, self.world.clock.now())
        for (stream, side, kind), count in sorted(self.kinds.items()):
            if state.status is FlowStatus.ACTIVE and count > guard.at_least:
                limit = guard.limit(pairs_of(stream))
                if count > limit:
                    yield GuardStop(stream=stream, system=named(stream, side), what=kind, count=count, limit=limit)


class _Told:
    """A page that was read already, for whoever translates it."""

    def __init__(self, page: Page, capabilities: Capabilities) -> None:
        self._page, self.capabilities = page, capabilities

    def page(self, kind: str, *, token: str | None = None, since: str | None = None) -> Page:
        """Return the page."""
        del kind, token, since
        return self._page


@dataclass(frozen=True, slots=True)
class _Listener:
    """Hears of each record that is planned one way."""

    compared: _Compared
    which: Which
    told: set[str]

    def __call__(self, draft: StreamDraft, line: PlanLine, plan: Plan, before: Link | None) -> None:
        """Keep what is made of it; under the other rules, count it as the guard would."""
        self.told.add(line.link)
        self.compared.put(self.which, line, _made(draft, line, plan))
        if self.which == "new" and plan.write is not None and not _is_let_through(plan, before):
            mode = draft.world.modes.of(draft.stream)
            for kind in mode.counted_as(plan.write, plan.overwritten, before):
                self.compared.kinds[line.stream, plan.write.side, kind] += 1


def _is_let_through(plan: Plan, before: Link | None) -> bool:
    """Tell whether the guard does not count a write: a person decided about it, or it was let through before."""
    if plan.recover or before is None:
        return plan.recover
    again = plan.write is not None and plan.write.external_id is None and bool(before.attempt)
    return before.decision is not None or before.intent is not None or again


def _made(draft: StreamDraft, line: PlanLine, plan: Plan) -> Made:
    write = plan.write
    asked = tuple(sorted(plan.link.conflicts))
    if write is None:
        return Made(line.link, line.label, line.action, plan.reason, asked=asked)
    rules, flow = draft.stream.rules, draft.opened.state.flow
    held, written = (_own(flow, rules, write.side, fields) for fields in (plan.replaced, write.fields))
    return Made(line.link, line.label, line.action, plan.reason, write.side, held, written, asked, line.foreseen)


def _own(flow: str, rules: StreamRules, side: Side, fields: Fields) -> Fields:
    """Return fields as the account names and holds them; a value without a row as it stands there."""
    out: dict[str, Value] = {}
    for name, value in fields.items():
        try:
            out |= own_fields(flow, rules, side, {name: value})
        except MappingError:
            paths = rules.of(name).own
            out[paths.paths[side] if paths else name] = str(value).removeprefix(f"{side}:")
    return out


def _read_made(data: dict[str, Any]) -> Made:
    reasons = {name: Reason.from_json(data[name]) if data[name] else None for name in ("reason", "foreseen")}
    side = Side(data["side"]) if data["side"] else None
    return Made(**{**data, **reasons, "side": side, "asked": tuple(data["asked"])})


def _example(stream: str, differs: Difference, named: Callable[[str, Side], str]) -> RecordChange:
    return RecordChange(
        stream=stream,
        link=differs.new.link,
        label=differs.new.label,
        now=differs.now.action,
        new=differs.new.action,
        reason=differs.new.reason,
        foreseen=differs.new.foreseen,
        fields=tuple(
            FieldValues(system=named(stream, each.side), field=each.name, held=each.held, now=each.now, new=each.new)
            for each in differs.fields
        ),
    )


@dataclass(slots=True)
class _Past:
    """What the journal tells."""

    since: datetime
    verdicts: Counter[tuple[str, str, Verdict]] = field(default_factory=Counter)
    examples: dict[str, list[PastChange]] = field(default_factory=lambda: defaultdict(list))

    def look(self, world: World, now: Opened, new: Opened) -> None:
        """Judge every line about a record of a stream whose rules would change."""
        ways = {stream.name: (stream.rules, new.flow.stream(stream.name).rules) for stream in now.flow.streams}
        ways = {name: (old, other) for name, (old, other) in ways.items() if old.fields != other.fields}
        for entry in world.journal.read(now.state.key, self.since, world.clock.now()):
            if not entry.link or entry.stream not in ways:
                continue
            found = judge(Line(entry.result, entry.fields, entry.before, entry.effect), *ways[entry.stream])
            for name, verdict in found.items():
                self.verdicts[entry.stream, name, verdict] += 1
            otherwise = tuple(name for name, verdict in found.items() if verdict is Verdict.OTHERWISE)
            if otherwise and len(self.examples[entry.stream]) < EXAMPLES:
                about = {"at": entry.at, "stream": entry.stream, "link": entry.link, "label": entry.label}
                self.examples[entry.stream].append(PastChange(**about, fields=otherwise, reason=entry.reason))

    def counted(self) -> Iterator[PastCount]:
        """Return the counts by stream and field."""
        for stream, name in sorted({(stream, name) for stream, name, _ in self.verdicts}):
            yield PastCount(
                stream=stream,
                field=name,
                **{verdict.value: self.verdicts[stream, name, verdict] for verdict in Verdict},
            )
