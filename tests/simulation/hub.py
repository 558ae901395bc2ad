"""The real hub in the simulated world: every call may be the last, and anything may happen inside one."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import fields as dataclass_fields
from datetime import UTC, datetime
from math import inf
from random import Random
from typing import Any, Literal, cast
from zlib import crc32

from samspill.canon.values import Value
from samspill.engine.model import Link, Side
from samspill.engine.rules import OnConflict, Policy
from samspill.errors import SamspillError
from samspill.flows.catalogue import FLOWS
from samspill.flows.flow import Flow
from samspill.messages import FetchPage, Message, Replay, UpsertRecords, decode
from samspill.ports import Connector, Hook, LinkCommit, Page, VendorWrite, World
from samspill.state import Connection, ConnectionStatus, FlowKey, FlowState, FlowStatus, JournalEntry, Run, StreamKey
from samspill.steps import limits, review, setup, verdicts, wake
from samspill.steps import rules as field_rules
from samspill.steps.dispatch import handle
from samspill.steps.held_list import HeldList
from samspill.steps.receive import receive
from samspill.store.budget import BudgetRule
from samspill.store.memory import MemoryBudgets, memory_world
from tests.simulation.flows import FIELDS, Rules
from tests.simulation.history import EngineWrite, History, Record
from tests.simulation.options import CALM, VendorOptions, Weather
from tests.simulation.ports import PORTS, changes
from tests.simulation.vendor import OVERLAP_S, Event, Row, SimulatedConnector, SimulatedVendor
from tests.support.ids import CountingIds

FLOW = FlowKey("acme", "simulated")
STEPS = ("fetch", "map", "upsert", "log")
FUNCTION_S = {"fetch": 120, "map": 60, "upsert": 120, "log": 60}
"""Time-outs of the functions, as the template has them."""
BEGAN = 1_772_438_400.0
MOST_STEPS = 30_000
"""More than any life of the length we live takes."""
DEPTH = 2
"""How deep actions may nest in each other."""


class Died(BaseException):
    """The function is gone; no handler of ours may catch this."""


class Broken(AssertionError):  # noqa: N818 - reads as a sentence where it is raised
    """Invariants do not hold."""

    def __init__(self, name: str, detail: str, *more: Broken) -> None:
        super().__init__("; ".join([f"{name}: {detail}", *(str(each) for each in more)]))
        self.name = name
        self.names: frozenset[str] = frozenset({name}.union(*(each.names for each in more)))


class SimulatedClock:
    """Moves only when the simulation says so."""

    def __init__(self) -> None:
        self.time = BEGAN
        self._told = BEGAN, datetime.fromtimestamp(BEGAN, UTC)

    def now(self) -> datetime:
        if self._told[0] != self.time:
            self._told = self.time, datetime.fromtimestamp(self.time, UTC)
        return self._told[1]


class _Connectors:
    def __init__(self, hub: SimulatedHub) -> None:
        self._hub = hub

    def open(self, connection: Connection) -> Connector:
        whose = self._hub.of(connection.tenant)
        self._hub.touched(connection.tenant)
        return cast("Connector", SimulatedConnector(whose.vendors[Side(connection.id)], self._hub.io))


class _Hooks:
    def read(self, vendor: str, headers: Mapping[str, str], body: bytes, secret: str, now: datetime) -> list[Hook]:
        event = json.loads(body)
        return [Hook(event["delivery"], event["kind"], event["id"], "changed", "", deleted=event["deleted"])]


class SimulatedHub:
    """One customer's hub between two simulated vendors."""

    def __init__(
        self,
        seed: int = 0,
        *,
        left: VendorOptions | None = None,
        right: VendorOptions | None = None,
        rules: Rules | None = None,
        weather: Weather = CALM,
        die_at: frozenset[int] = frozenset(),
        max_receives: int = 10**6,
    ) -> None:
        self.flow_key = FLOW
        self.tag = ""
        """In every word that this customer's people write, so that it is known in whose records it ends up."""
        self.hubs: list[SimulatedHub] = [self]
        """Every customer of this hub; a `Neighbour` adds itself."""
        self.chance = Random(seed)
        self.clock = SimulatedClock()
        self.history = History()
        self.weather, self.die_at = weather, die_at
        self.steps, self.most_steps = 0, MOST_STEPS
        self.seen: Counter[tuple[str, str]] = Counter()
        """(fault, step) → how often, for coverage."""
        self.attempts: Counter[tuple[str, str]] = Counter()
        """(record or marker, fields) → how many writes arrived at a vendor, refused ones too."""
        self.trace = 0
        """A sum over every step and write, so that two lives can be compared, also those of two processes."""
        self.turns: dict[tuple[int, int], int] = {}
        """(function, changes so far) → the first step in which that was so. Between two changes a function only looks:
        wherever it dies there, it leaves the same behind."""
        self._functions, self._changes = 0, 0
        self._deadlines: list[float] = []
        self._depth = 0
        self._at = "no function"
        self.rules = rules or Rules()
        self.flow = self.rules.flow()
        FLOWS[self.flow.name] = self.flow
        wake._referred_to.cache_clear()  # flows of one name differ here from life to life
        limit = {side: o.calls_per_window for side, o in ((Side.LEFT, left), (Side.RIGHT, right)) if o}
        self.budgets = MemoryBudgets(self.clock, lambda key: BudgetRule(limit.get(Side(key[7:])) or 10**6, 60))
        self.vendors = {
            Side.LEFT: SimulatedVendor(self, Side.LEFT, left or VendorOptions()),
            Side.RIGHT: SimulatedVendor(self, Side.RIGHT, right or VendorOptions()),
        }
        self.inner = memory_world(
            self.clock, CountingIds(), _Connectors(self), _Hooks(), max_receives=max_receives, visibility_s=10**6
        )
        self.world = self._wrapped()
        self.loses_keys = True
        """Whether a key may be lost: what was dropped then is found by the whole read that follows."""
        self._values = 0
        self.story_steps = 0
        self.story_turns: list[int] = []
        self.meanwhile: Callable[[], None] = lambda: None
        """What may happen inside a call."""
        self.watch_write: Callable[[SimulatedVendor, EngineWrite, VendorWrite], None] = lambda *_: None
        self.watch_overwrite: Callable[[SimulatedVendor, str, Row, VendorWrite], None] = lambda *_: None
        self.watch_commit: Callable[[StreamKey, Link | None, Link], None] = lambda *_: None
        self.watch_limit: Callable[[SimulatedVendor, int], None] = lambda *_: None
        self.watch_cursor: Callable[[StreamKey, Side, str], None] = lambda *_: None
        self.watch_page: Callable[[FetchPage, Page], None] = lambda *_: None
        self.watch_read: Callable[[FetchPage], None] = lambda *_: None
        self.watch_refusal: Callable[[HeldList], None] = lambda *_: None
        self._at_work: list[Message] = []
        self._set_up()

    def _wrapped(self) -> World:
        ports: dict[str, Any] = {}
        for port in dataclass_fields(World):
            inner = getattr(self.inner, port.name)
            if port.name in PORTS:
                ports[port.name] = PORTS[port.name](port.name, inner, self.io)
                ports[port.name]._hub = self
            else:
                ports[port.name] = inner
        return World(**ports)

    def _set_up(self) -> None:
        for side in Side:
            self.inner.secrets.put(self.flow_key.tenant, side, {"hook_secret": "secret", "key": "key"})
            self.inner.registry.save_connection(
                Connection(
                    tenant=self.flow_key.tenant,
                    id=side,
                    vendor=self.flow.vendors[side],
                    base_url="https://vendor.example",
                    status=ConnectionStatus.TESTED,
                    created_at=self.clock.now(),
                )
            )
        self.inner.registry.save_flow(
            FlowState(
                tenant=self.flow_key.tenant,
                flow=self.flow_key.flow,
                left=Side.LEFT,
                right=Side.RIGHT,
                status=FlowStatus.ACTIVE,
                every_min=15,
                created_at=self.clock.now(),
            )
        )

    # --- the one place where things happen ---------------------------------------------------------------------------

    def io(self, label: str) -> None:
        """A step of a function: it may die here, run out of time, or be overtaken by others."""
        self.steps += 1
        if self.steps > self.most_steps:
            raise Broken("INV-PROGRESS", "this never comes to rest")
        self._at = label
        self.trace = crc32(f"{label} {self.clock.time}".encode(), self.trace)
        if not self._deadlines:
            return
        self.clock.time += 0.005
        self.turns.setdefault((self._functions, self._changes), self.steps)
        self._changes += changes(label)
        if self.steps in self.die_at or self.happens(self.weather.dies, "dies"):
            raise Died
        if self._depth < DEPTH and self.happens(self.weather.meanwhile, "meanwhile"):
            self._depth += 1
            try:
                self.meanwhile()
            finally:
                self._depth -= 1
        if self.clock.time > self._deadlines[-1]:
            self.seen["ran out of time", label] += 1
            raise Died

    def happens(self, likelihood: float, fault: str) -> bool:
        """Tell whether a fault strikes now."""
        if likelihood and self.chance.random() < likelihood:
            self.seen[fault, self._at] += 1
            return True
        return False

    def committed(self, stream: StreamKey, commit: LinkCommit, links: Any, io: Callable[[str], None]) -> bool:
        """Commit one link, unless the table pretends that somebody else was first."""
        io("links.commit")
        before = links.get(stream, [commit.link.id]).get(commit.link.id)
        if self.happens(self.weather.throttles, "throttles"):
            return False
        held: bool = links.commit(stream, [commit])[0]
        if held:
            self.touched(stream.tenant)
            self.of(stream.tenant).watch_commit(stream, before, commit.link)
        io("links.commit done")
        return held

    def cursor(self, vendor: SimulatedVendor, newest: float) -> str:
        """Return where the next read of changes begins: behind the vendor's own clock by more than it may lag."""
        return str(newest - OVERLAP_S)

    def paged(self, page: Page) -> Page:
        """Called with every page a vendor answers; returns it."""
        if self._at_work and isinstance(message := self._at_work[-1], FetchPage):
            self.watch_page(message, page)
        return page

    def let_out(self, message: UpsertRecords) -> None:
        """Called when writes leave for the vendor."""
        let_out = self.of(message.tenant).history.let_out
        for write in message.writes:
            let_out.setdefault((message.stream, write.attempt), self.clock.time)

    def of(self, tenant: str) -> SimulatedHub:
        """Return the customer of that name."""
        return next(hub for hub in self.hubs if hub.flow_key.tenant == tenant)

    def touched(self, tenant: str) -> None:
        """Called with whose vendors or state a function is about to use."""
        if self._at_work and self._at_work[-1].tenant != tenant:
            raise Broken("INV-TENANT", f"{self._at_work[-1]} used what belongs to {tenant}")

    def source_of(self, kind: str, marker: str) -> Record:
        """Return the record a create was made from."""
        side, _, external_id = marker.rpartition(":")[2].partition("-")
        record = kind, Side(side), external_id
        if record not in self.history.entity_of:
            raise Broken("INV-TENANT", f"{marker} names a record that this customer does not have")
        return record

    def asked(self, write: VendorWrite) -> None:
        """Called with every write that arrives at a vendor, also with those that are refused."""
        self.attempts[write.external_id or write.marker, str(write.fields)] += 1
        if self._at_work and self._at_work[-1].run in self.history.dry_runs:
            raise Broken("INV-DRY-RUN", f"{self._at_work[-1]} asked for {write}")

    def before_write(self, vendor: SimulatedVendor, kind: str, row: Row, write: VendorWrite) -> None:
        """Called before an existing record is changed by the hub."""
        self.watch_overwrite(vendor, kind, row, write)

    def wrote(self, write: EngineWrite, asked: VendorWrite) -> None:
        """Called after a vendor carried a write out."""
        self.history.writes.append(write)
        self.trace = crc32(f"{write.record} {sorted(write.fields.items())}".encode(), self.trace)
        self.watch_write(self.vendors[write.record[1]], write, asked)

    # --- functions and messages --------------------------------------------------------------------------------------

    def call(self, function: Callable[[], object], seconds: float) -> Literal["done", "failed", "died"]:
        """Run a function with a time limit; tell how it ended."""
        self._deadlines.append(self.clock.time + seconds)
        self._functions += 1
        try:
            function()
        except Died:
            for hub in self.hubs:
                hub.history.deaths += 1
            return "died"
        except SamspillError:
            return "failed"
        finally:
            self._deadlines.pop()
        return "done"

    def deliver(self, step: str, *, repeat: bool = False) -> bool:
        """Hand one message to its function; tell whether there was one."""
        deliveries = self.inner.queues.receive(step, 1)
        for delivery in deliveries:
            if repeat:
                self.inner.queues.duplicate(delivery.handle, self.chance.choice((0, 1, 400)))
            message = decode(delivery.body)
            self._at_work.append(message)
            ended = self.call(lambda message=message: handle(self.world, message), FUNCTION_S[step])  # type: ignore[misc]
            self._at_work.pop()
            if ended == "done":
                self.inner.queues.done(delivery.handle)
                if isinstance(message, FetchPage):
                    self.of(message.tenant).watch_read(message)
            else:
                self.inner.queues.back(delivery.handle, 30 if ended == "failed" else self.chance.choice((1, 60, 400)))
        return bool(deliveries)

    def deliver_any(self) -> bool:
        """Hand out a message of a step chosen by chance."""
        steps = [step for step in STEPS if self.inner.queues.depth(step)]
        if not steps:
            return False
        return self.deliver(
            self.chance.choice(steps), repeat=self.happens(self.weather.repeats_message, "repeats_message")
        )

    def hook(self) -> bool:
        """Deliver one webhook that is due, chosen by chance."""
        due = [
            (vendor, event)
            for vendor in self.vendors.values()
            for event in vendor.events
            if event.due <= self.clock.time
        ]
        if not due:
            return False
        vendor, event = self.chance.choice(due)
        vendor.events.remove(event)
        if self._receive(event) != "done":
            vendor.events.append(event)
        return True

    def _receive(self, event: Event) -> str:
        body = {"kind": event.kind, "id": event.external_id, "deleted": event.deleted}
        body["delivery"] = f"{event.side}/{event.delivery}"
        text = json.dumps(body).encode()
        return self.call(lambda: receive(self.world, self.flow_key.tenant, event.side, {}, text), 10)

    def drain(self, *, limit_s: float = 4000) -> None:
        """Work until nothing is left, moving the clock on for what is delayed."""
        end = self.clock.time + limit_s
        while self.clock.time < end:
            worked = False
            for step in STEPS:
                while self.deliver(step):
                    worked = True
            for vendor in self._all_vendors():
                vendor.pass_time()
            for hub in self.hubs:
                while hub.hook():
                    worked = True
            if worked:
                continue
            due = self.inner.queues.next_due()
            waiting = [due.timestamp()] if due else []
            waiting += [event.due for vendor in self._all_vendors() for event in vendor.events]
            waiting += [late[0] for vendor in self._all_vendors() for late in vendor.late]
            if not waiting:
                return
            self.wait(max(min(waiting) - self.clock.time, 0) + 0.001)

    def _all_vendors(self) -> list[SimulatedVendor]:
        return [vendor for hub in self.hubs for vendor in hub.vendors.values()]

    def sync(self, *, full: bool = True) -> Run | None:
        """Start a run as the schedule does, if none is under way."""
        made: list[Run] = []

        def begin() -> None:
            made.append(setup.run(self.world, self.flow_key, by="schedule", full=full))

        self.call(begin, 60)
        return made[0] if made else None

    def wait(self, seconds: float) -> None:
        """Let time pass; what a vendor carries out late happens when it is due."""
        end = self.clock.time + seconds
        late = [(entry[0], vendor) for vendor in self._all_vendors() for entry in vendor.late if entry[0] <= end]
        for due, vendor in sorted(late, key=lambda item: item[0]):
            self.clock.time = max(self.clock.time, due)
            vendor.pass_time()
        self.clock.time = max(self.clock.time, end)

    # --- looking -----------------------------------------------------------------------------------------------------

    def flow_now(self) -> Flow:
        """Return the flow under the rules in force."""
        return self.flow.changed(self.inner.registry.flow(self.flow_key).rules)

    def key(self, stream: str) -> StreamKey:
        return StreamKey(*self.flow_key, stream)

    def links(self, stream: str) -> list[Link]:
        return list(self.inner.links.all(self.key(stream)))

    def journal(self) -> list[JournalEntry]:
        now = self.clock.now()
        return list(self.inner.journal.read(self.flow_key, now.replace(year=now.year - 1), now))

    def told(self) -> list[tuple[str, str, str]]:
        """Return what vendors carried out and what the journal says became of it, without times."""
        writes = [("write", str(write.record), str(write.fields)) for write in self.history.writes]
        return writes + sorted({("line", e.attempt, f"{e.result} {e.reason.code}") for e in self.journal()})

    def archived(self, side: Side, kind: str = "customers") -> set[str]:
        """Return what the hub has archived on a side."""
        return {w.record[2] for w in self.history.writes if w.archive and w.record[:2] == (kind, side)}

    def row(self, kind: str, side: Side, external_id: str | None) -> Row | None:
        return self.vendors[side].rows[kind].get(external_id or "")

    # --- people ------------------------------------------------------------------------------------------------------

    def value(self, name: str) -> Value:
        """Return a value nobody has used yet, which a vendor may normalise."""
        self._values += 1
        if name == "address":
            return {"street": f" Gate {self._values}{self.tag}", "city": f"By {self._values} "}
        return str(self._values) if name == "number" else f"{name.title()} {self._values}{self.tag} "

    def person_adds(self, side: Side, kind: str = "customers", *, entity: str = "", **given: Value) -> Row:
        """A person makes a record."""
        self._values += 1
        vendor = self.vendors[side]
        fields: dict[str, Value] = {name: self.value(name) for name in FIELDS[kind] if name != "customer"}
        if vendor.options.assigns_numbers:
            fields.pop("number", None)
        fields |= given
        row = vendor.add(kind, fields, entity=entity or f"E{self._values}")
        for name, value in fields.items():
            self.history.edited(self.clock.time, (kind, side, row.id), name, value)
        return row

    def person_edits(self, side: Side, kind: str, row: Row, name: str, value: Value) -> None:
        """A person changes a field."""
        self.history.edited(self.clock.time, (kind, side, row.id), name, value)
        self.vendors[side].put(kind, row, {name: value})

    def person_deletes(self, side: Side, kind: str, row: Row) -> None:
        """A person deletes a record."""
        self.history.deleted[kind, side, row.id] = self.clock.time
        self.vendors[side].remove(kind, row)

    def person_decides(self, stream: str, link: str, action: str) -> None:
        """A person decides about one record in review."""
        self.history.decided.add((stream, link))
        review.decide(self.inner, self.key(stream), [link], action, by="tester")

    def person_tries(self) -> Run:
        """A person has worked out what a sync would do."""
        run = setup.run(self.inner, self.flow_key, by="tester", dry_run=True)
        self.history.dry_runs.add(run.id)
        return run

    def person_changes_a_rule(self, field: str, policy: Policy, master: Side, on_conflict: OnConflict) -> None:
        """An admin changes the rule of one field, `stream.field`."""
        self.history.flows.append((self.clock.time, self.flow_now()))
        changed = {"policy": policy, "master": master, "on_conflict": on_conflict}
        field_rules.change(self.inner, self.flow_key, field, by="tester", **changed)  # type: ignore[arg-type]
        self.history.ruled[field].append(self.clock.time)
        self.seen["changes a rule", self._at] += 1

    def person_pauses_or_resumes(self) -> None:
        """A person stops the flow, or has it go on."""
        if self.is_paused:
            setup.resume(self.inner, self.flow_key, "tester")
        else:
            setup.pause(self.inner, self.flow_key)
            self.seen["pauses", self._at] += 1

    @property
    def is_first_sync(self) -> bool:
        """True while a plan that a person approved is carried out: nothing of it is counted."""
        return self.inner.registry.flow(self.flow_key).status is FlowStatus.MATCHING

    @property
    def is_paused(self) -> bool:
        return self.inner.registry.flow(self.flow_key).status is FlowStatus.PAUSED

    def person_replays_dead(self) -> None:
        """A person has what was given up on put back to the start. Whoever does it may die, too."""
        self.seen.update({("dead letter", step): len(dead) for step, dead in self.inner.queues.dead.items() if dead})
        tenant, flow = self.flow_key
        asked = Replay(tenant=tenant, flow=flow, dead=True, by="tester")
        self.call(lambda: handle(self.world, asked), FUNCTION_S["fetch"])

    def person_sets_limits(self, **limit: float) -> None:
        """A person sets limits of the guard."""
        state = limits.change(self.inner, self.flow_key, by="tester", **limit)  # type: ignore[arg-type]  # counts are whole
        ends = state.raised.expires_at.timestamp() if state.raised and state.raised.expires_at else inf
        self.history.limits.append((self.clock.time, limits.in_force(state, self.clock.now()), ends))

    def person_lets_through(self, found: HeldList) -> None:
        """A person lets exactly one list through."""
        given = verdicts.approve(self.inner, self.flow_key, found.hash, "tester")
        self.history.approved.append((found.name, frozenset(found.entries), given.expires_at.timestamp()))

    def person_refuses(self, found: HeldList) -> None:
        """A person refuses one list."""
        verdicts.reject(self.inner, self.flow_key, found.hash, "tester")
        self.watch_refusal(found)
