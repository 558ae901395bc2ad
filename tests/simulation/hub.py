"""The real hub in the simulated world: every call may be the last, and anything may happen inside one."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import fields as dataclass_fields
from datetime import UTC, datetime
from random import Random
from typing import Any, Literal, cast

from samspill.canon.values import Value
from samspill.engine.model import Link, Side
from samspill.errors import SamspillError
from samspill.flows.catalogue import FLOWS
from samspill.messages import decode
from samspill.ports import Connector, Hook, LinkCommit, VendorWrite, World
from samspill.state import Connection, ConnectionStatus, FlowKey, FlowState, FlowStatus, JournalEntry, Run, StreamKey
from samspill.steps import setup
from samspill.steps.dispatch import handle
from samspill.steps.receive import receive
from samspill.store.budget import BudgetRule
from samspill.store.memory import MemoryBudgets, memory_world
from tests.simulation.flows import FIELDS, Rules
from tests.simulation.history import EngineWrite, History, Record
from tests.simulation.options import CALM, VendorOptions, Weather
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
QUIET = {"receive", "done", "back", "duplicate", "depth", "open", "next_due", "dead"}


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

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.time, UTC)


class Port:
    """A port every call of which is a step of the simulation."""

    def __init__(self, name: str, inner: Any, io: Callable[[str], None]) -> None:
        self._name, self._inner, self._io = name, inner, io

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        if name in QUIET or not callable(found):
            return found
        label, io = f"{self._name}.{name}", self._io

        def call(*arguments: Any, **named: Any) -> Any:
            io(label)
            out = found(*arguments, **named)
            io(label)
            return out

        setattr(self, name, call)
        return call


class Links(Port):
    """Links whose batches are split: a function may die between any two commits."""

    def commit(self, stream: StreamKey, commits: list[LinkCommit]) -> list[bool]:
        """See `Links.commit`."""
        return [self._hub.committed(stream, commit, self._inner, self._io) for commit in commits]

    _hub: SimulatedHub


class Queues(Port):
    """Queues whose batches are split."""

    def send(self, messages: list[Any], *, delay_s: int = 0) -> None:
        """See `Queues.send`."""
        for message in messages:
            self._io("queues.send")
            self._inner.send([message], delay_s=delay_s)
        self._io("queues.send")

    def hint(self, hints: list[Any]) -> None:
        """See `Queues.hint`."""
        for hint in hints:
            self._io("queues.hint")
            self._inner.hint([hint])
        self._io("queues.hint")


class Cursors(Port):
    """Cursors that are watched."""

    def put(self, stream: StreamKey, side: Side, cursor: str) -> None:
        """See `Cursors.put`."""
        self._io("cursors.put")
        self._inner.put(stream, side, cursor)
        self._hub.watch_cursor(stream, side, cursor)
        self._io("cursors.put")

    _hub: SimulatedHub


PORTS = {
    "links": Links,
    "queues": Queues,
    "cursors": Cursors,
    "registry": Port,
    "runs": Port,
    "journal": Port,
    "blobs": Port,
}
"""Those of the hub's own calls that are steps of the simulation."""


class _Connectors:
    def __init__(self, hub: SimulatedHub) -> None:
        self._hub = hub

    def open(self, connection: Connection) -> Connector:
        return cast("Connector", SimulatedConnector(self._hub.vendors[Side(connection.id)], self._hub.io))


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
    ) -> None:
        self.chance = Random(seed)
        self.clock = SimulatedClock()
        self.history = History()
        self.weather, self.die_at = weather, die_at
        self.steps, self.most_steps = 0, MOST_STEPS
        self.seen: Counter[tuple[str, str]] = Counter()
        """(fault, step) → how often, for coverage."""
        self.trace = 0
        """A hash over every step, so that two runs can be compared."""
        self._deadlines: list[float] = []
        self._depth = 0
        self._at = ""
        self.flow = (rules or Rules()).flow()
        FLOWS[self.flow.name] = self.flow
        limit = {side: o.calls_per_window for side, o in ((Side.LEFT, left), (Side.RIGHT, right)) if o}
        self.budgets = MemoryBudgets(self.clock, lambda key: BudgetRule(limit.get(Side(key[7:])) or 10**6, 60))
        self.vendors = {
            Side.LEFT: SimulatedVendor(self, Side.LEFT, left or VendorOptions()),
            Side.RIGHT: SimulatedVendor(self, Side.RIGHT, right or VendorOptions()),
        }
        self.inner = memory_world(
            self.clock, CountingIds(), _Connectors(self), _Hooks(), max_receives=10**6, visibility_s=10**6
        )
        self.world = self._wrapped()
        self.loses_keys = True
        """Whether a key may be lost: what was dropped then is found by the whole read that follows."""
        self._values = 0
        self.story_steps = 0
        self.meanwhile: Callable[[], None] = lambda: None
        """What may happen inside a call."""
        self.watch_write: Callable[[SimulatedVendor, EngineWrite, VendorWrite], None] = lambda *_: None
        self.watch_overwrite: Callable[[SimulatedVendor, str, Row, VendorWrite], None] = lambda *_: None
        self.watch_commit: Callable[[StreamKey, Link | None, Link], None] = lambda *_: None
        self.watch_limit: Callable[[SimulatedVendor, int], None] = lambda *_: None
        self.watch_cursor: Callable[[StreamKey, Side, str], None] = lambda *_: None
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
            self.inner.secrets.put(FLOW.tenant, side, {"hook_secret": "secret", "key": "key"})
            self.inner.registry.save_connection(
                Connection(
                    tenant=FLOW.tenant,
                    id=side,
                    vendor=self.flow.vendors[side],
                    base_url="https://vendor.example",
                    status=ConnectionStatus.TESTED,
                    created_at=self.clock.now(),
                )
            )
        self.inner.registry.save_flow(
            FlowState(
                tenant=FLOW.tenant,
                flow=FLOW.flow,
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
        self.trace = hash((self.trace, label, self.clock.time))
        if not self._deadlines:
            return
        self.clock.time += 0.005
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
            self.watch_commit(stream, before, commit.link)
        io("links.commit")
        return held

    def cursor(self, vendor: SimulatedVendor, newest: float) -> str:
        """Return where the next read of changes begins: behind the vendor's own clock by more than it may lag."""
        return str(newest - OVERLAP_S)

    def source_of(self, kind: str, marker: str) -> Record:
        """Return the record a create was made from."""
        side, _, external_id = marker.rpartition(":")[2].partition("-")
        return kind, Side(side), external_id

    def before_write(self, vendor: SimulatedVendor, kind: str, row: Row, write: VendorWrite) -> None:
        """Called before an existing record is changed by the hub."""
        self.watch_overwrite(vendor, kind, row, write)

    def wrote(self, write: EngineWrite, asked: VendorWrite) -> None:
        """Called after a vendor carried a write out."""
        self.history.writes.append(write)
        self.watch_write(self.vendors[write.record[1]], write, asked)

    # --- functions and messages --------------------------------------------------------------------------------------

    def call(self, function: Callable[[], object], seconds: float) -> Literal["done", "failed", "died"]:
        """Run a function with a time limit; tell how it ended."""
        self._deadlines.append(self.clock.time + seconds)
        try:
            function()
        except Died:
            self.history.deaths += 1
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
            ended = self.call(lambda message=message: handle(self.world, message), FUNCTION_S[step])  # type: ignore[misc]
            if ended == "done":
                self.inner.queues.done(delivery.handle)
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
        return self.call(lambda: receive(self.world, FLOW.tenant, event.side, {}, text), 10)

    def drain(self, *, limit_s: float = 4000) -> None:
        """Work until nothing is left, moving the clock on for what is delayed."""
        end = self.clock.time + limit_s
        while self.clock.time < end:
            worked = False
            for step in STEPS:
                while self.deliver(step):
                    worked = True
            for vendor in self.vendors.values():
                vendor.pass_time()
            while self.hook():
                worked = True
            if worked:
                continue
            due = self.inner.queues.next_due()
            waiting = [due.timestamp()] if due else []
            waiting += [event.due for vendor in self.vendors.values() for event in vendor.events]
            waiting += [late[0] for vendor in self.vendors.values() for late in vendor.late]
            if not waiting:
                return
            self.wait(max(min(waiting) - self.clock.time, 0) + 0.001)

    def sync(self, *, full: bool = True) -> Run | None:
        """Start a run as the schedule does, if none is under way."""
        made: list[Run] = []

        def begin() -> None:
            made.append(setup.run(self.world, FLOW, by="schedule", full=full))

        self.call(begin, 60)
        return made[0] if made else None

    def wait(self, seconds: float) -> None:
        """Let time pass; what a vendor carries out late happens when it is due."""
        end = self.clock.time + seconds
        late = [(entry[0], vendor) for vendor in self.vendors.values() for entry in vendor.late if entry[0] <= end]
        for due, vendor in sorted(late, key=lambda item: item[0]):
            self.clock.time = max(self.clock.time, due)
            vendor.pass_time()
        self.clock.time = max(self.clock.time, end)

    # --- looking -----------------------------------------------------------------------------------------------------

    def key(self, stream: str) -> StreamKey:
        return StreamKey(*FLOW, stream)

    def links(self, stream: str) -> list[Link]:
        return list(self.inner.links.all(self.key(stream)))

    def journal(self) -> list[JournalEntry]:
        now = self.clock.now()
        return list(self.inner.journal.read(FLOW, now.replace(year=now.year - 1), now))

    def row(self, kind: str, side: Side, external_id: str | None) -> Row | None:
        return self.vendors[side].rows[kind].get(external_id or "")

    # --- people ------------------------------------------------------------------------------------------------------

    def value(self, name: str) -> Value:
        """Return a value nobody has used yet, which a vendor may normalise."""
        self._values += 1
        if name == "address":
            return {"street": f" Gate {self._values}", "city": f"By {self._values} "}
        return str(self._values) if name == "number" else f"{name.title()} {self._values} "

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
