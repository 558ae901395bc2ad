"""What must hold after every step, each under its own name, told from god's view.

It is checked where it can be broken: at a vendor's write (`writes.py`), at a commit, at the end of a function.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from samspill.canon.values import Fields
from samspill.engine.model import Link, LinkState, Shadow, Side
from samspill.engine.rules import StreamRules
from samspill.messages import FetchRecords, MapRecords, UpsertRecords, decode
from samspill.pipeline.fetch.waiting_line import hint_of
from samspill.state import StreamKey
from tests.simulation.broken import Broken
from tests.simulation.comebacks import note_scope
from tests.simulation.guard import GuardWatch
from tests.simulation.history import Record
from tests.simulation.hub import STEPS, SimulatedHub
from tests.simulation.vendor import POISON, SimulatedVendor
from tests.simulation.writes import WriteWatch

LIVE = {LinkState.LINKED, LinkState.CLAIMED}


@dataclass(slots=True)
class Watch:
    """Checks what must hold after every step."""

    hub: SimulatedHub
    paired: dict[Record, dict[Record, float]] = field(default_factory=lambda: defaultdict(dict))
    """Every record that was ever the other half of a pair, and since when."""

    agreed: dict[tuple[str, str, str], float] = field(default_factory=dict)
    """(stream, link, field) → since when both sides have agreed on it."""

    guard: GuardWatch = field(init=False)
    writes: WriteWatch = field(init=False)

    def __post_init__(self) -> None:
        self.guard = GuardWatch(self.hub)
        self.hub.watch_refusal = self.guard.refused
        self.writes = WriteWatch(self.hub, self.guard, self.paired)
        self.hub.watch_commit = self.commit
        self.hub.watch_cursor = self.cursor
        self.hub.watch_limit = self.limit

    def rules(self, kind: str) -> StreamRules:
        return self.hub.flow_now().stream(kind).rules

    # --- at a call ---------------------------------------------------------------------------------------------------

    def limit(self, vendor: SimulatedVendor, calls: int) -> None:
        """Check that the vendor never has to say that it is too much."""
        raise Broken("INV-BUDGET", f"{calls} calls on {vendor.side} in one window")

    # --- at a commit -------------------------------------------------------------------------------------------------

    def commit(self, stream: StreamKey, before: Link | None, after: Link) -> None:
        """Check one commit."""
        for side, shadow in (before.shadows if before else {}).items():
            now = after.shadows.get(side)
            same = before is not None and before.ids.get(side) == after.ids.get(side)
            restored = self.hub.history.restored.get((stream.stream, side, after.ids.get(side, "")), -1.0)
            same = same and side in after.ids and restored * 1000 < shadow.seen_at
            was, is_now = _order(shadow), _order(now)
            if now and same and was and is_now and is_now < was:
                raise Broken("INV-MONOTONE", f"{after.id} went back from {shadow.version} to {now.version} on {side}")
            if now and same and not self.hub.vendors[side].options.orders:
                self._not_back(stream.stream, side, after, shadow.fields, now.fields)
        self._joined(stream, after)
        note_scope(self.hub, stream.stream, after)
        for name in after.base:
            self.agreed.setdefault((stream.stream, after.id, name), self.hub.clock.time)
        for side, shadow in after.shadows.items():
            record = (stream.stream, side, after.ids.get(side, ""))
            for name, value in shadow.fields.items():
                rule = self.rules(stream.stream).by_name.get(name)
                held = self.hub.history.held.get((record, name))
                if held and rule and rule.references is None and value not in held:
                    raise Broken(
                        "INV-ATOMIC-STATE", f"{after.id} believes {record} held {name}={value!r}; it never did"
                    )

    def _joined(self, stream: StreamKey, after: Link) -> None:
        """Check that both halves of a pair are the same thing, and that no person had parted them."""
        if after.state is not LinkState.LINKED or len(after.shadows) < len(Side):
            return
        left, right = ((stream.stream, side, after.ids[side]) for side in Side)
        if len({self.hub.history.entity_of.get(record) for record in (left, right)}) > 1:
            raise Broken("INV-LINK-1TO1", f"{left} and {right} were joined; they are different things")
        if (left, right) in self.hub.history.apart:
            raise Broken("INV-APART", f"{left} and {right} were joined again; a person had parted them")
        self.paired[left].setdefault(right, self.hub.clock.time)
        self.paired[right].setdefault(left, self.hub.clock.time)

    def _not_back(self, kind: str, side: Side, link: Link, before: Fields, after: Fields) -> None:
        """Check that of a record without versions no older value is believed than was by now."""
        vendor = self.hub.vendors[side]
        for name in before.keys() & after.keys():
            held = [vendor.normal(value) for value in self.hub.history.held[(kind, side, link.ids[side]), name]]
            was, now = vendor.normal(before[name]), vendor.normal(after[name])
            if was in (None, POISON) or was not in held or now not in held:
                continue  # what may come back, or is named otherwise here
            if held[::-1].index(now) > held[::-1].index(was):
                raise Broken("INV-MONOTONE", f"{link.id}: {name} on {side} went back from {was} to {now}")

    # --- after every function ----------------------------------------------------------------------------------------

    def step(self) -> None:
        """Check the state of the hub."""
        self.guard.note_pairs()
        for stream in self.hub.flow.streams:
            live: Counter[tuple[Side, str]] = Counter()
            asked: Counter[tuple[str, str, str]] = Counter()
            for link in self.hub.links(stream.name):
                if link.state in LIVE:
                    live.update((side, external_id) for side, external_id in link.ids.items())
                if link.conflicts:
                    things = self._things(stream.name, link)
                    asked.update((*thing, name) for thing in things for name in link.conflicts)
            often = [conflict for conflict, count in asked.items() if count > 1]
            if often:
                raise Broken("INV-CONFLICT-ONCE", f"a person is asked about {often} more than once")
            twice = [record for record, count in live.items() if count > 1]
            if twice:
                raise Broken("INV-LINK-1TO1", f"{twice} are in more than one pair")

    def _things(self, kind: str, link: Link) -> set[tuple[str, str]]:
        """Return what a pair's records stand for, with their numbers: of two that people made as one and that somebody
        renumbered before they were matched, nobody can tell that they are one."""
        known = self.hub.history.entity_of
        rows = {side: self.hub.row(kind, side, own) for side, own in link.ids.items()}
        return {
            (known[kind, side, row.id], str(row.fields.get("number")))
            for side, row in rows.items()
            if row and (kind, side, row.id) in known
        }

    def cursor(self, stream: StreamKey, side: Side, cursor: str) -> None:
        """Check that everything before a cursor is known, or on its way."""
        told = set(underway(self.hub, stream.stream, side))
        for row in self.hub.vendors[side].rows[stream.stream].values():
            if row.changed_at >= float(cursor) or row.archived or row.id in self.hub.vendors[side].hidden:
                continue
            link = self.hub.inner.links.of_records(stream, side, [row.id]).get(row.id)
            known = link is not None and (link.outcome is not None or side in link.shadows)
            if not known and row.id not in told:
                raise Broken("INV-CURSOR-SAFE", f"{row.id} was made before the cursor and nobody knows of it")


def underway(hub: SimulatedHub, stream: str, side: Side) -> Iterator[str]:
    """Yield the records of one side that some message is about."""
    for waiting in hub.inner.line.first(hub.key(stream), 10**6):
        yield hint_of(waiting).id_on(side) or ""
    queues = hub.inner.queues
    dead = [decode(letter.body) for step in STEPS for letter in queues.dead[step]]
    for message in (*(place.letter.message for place in queues._places.values()), *dead):
        if getattr(message, "stream", "") != stream or message.flow_key != hub.flow_key:
            continue
        if isinstance(message, FetchRecords):
            yield from (hint.id_on(side) or "" for hint in message.records)
        elif isinstance(message, MapRecords):
            yield from (o.external_id for subject in message.subjects if (o := subject.on(side)))
        elif isinstance(message, UpsertRecords):
            yield from (write.link.ids.get(side, "") for write in message.writes)


def _order(shadow: Shadow | None) -> int | None:
    return shadow.version.order if shadow and shadow.version else None
