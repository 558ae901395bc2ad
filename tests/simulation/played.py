"""The world a hub is played in: its ports, clock and faults, and god's notes of every call that is made in it."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields as dataclass_fields
from datetime import datetime
from random import Random
from typing import Any, cast
from zlib import crc32

from samspill.canon.values import Fields
from samspill.engine.model import Link, Side
from samspill.engine.revision import Revision
from samspill.errors import PermanentError, UnstorableError
from samspill.flows.catalogue import FLOWS
from samspill.guard.batch import HeldList
from samspill.hints import Hints
from samspill.messages import FetchPage, Message, UpsertRecords
from samspill.pipeline.log import wake
from samspill.ports import Connector, Hook, LinkCommit, Page, VendorWrite, World
from samspill.reasons import Reason
from samspill.state import Connection, ConnectionStatus, FlowKey, FlowState, FlowStatus, StreamKey
from samspill.store.budget import BudgetRule
from samspill.store.memory import MemoryBudgets, memory_world
from tests.simulation.broken import Broken, Died
from tests.simulation.clock import SimulatedClock
from tests.simulation.connector import SimulatedConnector
from tests.simulation.flows import Rules
from tests.simulation.history import EngineWrite, History, Record
from tests.simulation.options import CALM, VendorOptions, Weather
from tests.simulation.ports import PORTS, changes
from tests.simulation.spoils import UNSTORABLE, spoiled_in
from tests.simulation.told import Told
from tests.simulation.vendor import Row, SimulatedVendor
from tests.support.ids import CountingIds

FLOW = FlowKey("acme", "simulated")
OVERLAP_S = 600
STALE_S = 500
"""How long after a change a vendor's copies may still tell what was before it: less than it takes to believe them."""
"""How far behind the vendor's clock a read of changes begins: more than what it lists may lag."""
MOST_STEPS = 30_000
"""More than any life of the length we live takes."""
LONGEST_CHAIN = 300
"""More messages than may come of one another: the longest chain is of those that wait for a vendor in vain."""
DEPTH = 2
"""How deep actions may nest in each other."""


class _Connectors:
    def __init__(self, hub: PlayedWorld) -> None:
        self._hub = hub

    def open(self, connection: Connection) -> Connector:
        whose = self._hub.behind(connection)
        self._hub.touched(whose.flow_key)
        return cast("Connector", whose.opened(connection))


class _Hooks:
    def challenge(self, *_: object) -> None:
        """None of them asks for a handshake."""

    def read(self, vendor: str, headers: Mapping[str, str], body: bytes, secret: str, now: datetime) -> list[Hook]:
        return self.told(vendor, body)

    def told(self, _vendor: str, body: bytes) -> list[Hook]:
        event = json.loads(body)
        version = None if event["version"] is None else Revision.from_json(event["version"])
        return [Hook(event["delivery"], event["kind"], event["id"], "", event["deleted"], version)]


def _unstorable(link: Link) -> str | None:
    """Return the field that makes a link more than the table takes."""
    held = [link.base, *(shadow.fields for shadow in link.shadows.values())]
    held += [link.intent.fields, link.intent.overwritten] if link.intent else []
    held += [{name: each} for name, sides in link.conflicts.items() for each in sides.values()]
    return next((name for fields in held if (name := spoiled_in(fields, UNSTORABLE)) is not None), None)


class PlayedWorld:
    """One company's part of it: one flow, between two simulated vendors."""

    tells_people = False
    """Whether conditions are looked for, and told."""

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
        """In every word that this company's people write, so that it is known in whose records it ends up."""
        self.hubs: Sequence[PlayedWorld] = [self]
        """Every company of this hub; a `Neighbour` adds itself."""
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
        self.limits = {side: o.calls_per_window for side, o in ((Side.LEFT, left), (Side.RIGHT, right)) if o}
        self.budgets = MemoryBudgets(self.clock, lambda key: BudgetRule(self.limits.get(Side(key[7:])) or 10**6, 60))
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
        self.twins, self.stale_s = 0.15, STALE_S
        """How often a record with a number is made on the other side as well; how long after a change a vendor's copies
        may still tell what was before it."""
        self._values, self.story_steps = 0, 0
        self.story_turns: list[int] = []
        self.meanwhile: Callable[[], object] = lambda: None
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
        self._trace()
        self._set_up()

    def _trace(self) -> None:
        """Begin to note what messages come of, and what is told and read."""
        self.chains: dict[tuple[str, str, str, int], set[str]] = defaultdict(set)
        """(run, stream, side, page) → the messages that went on from that page."""
        self.told_at: dict[Record, int] = {}
        """Record → the step at which the last hint at it was queued."""
        self.read_at: dict[Record, int] = {}
        """Record → the step at which the last read of it began."""
        self._shown: list[dict[Record, Fields]] = []
        """Per function at work: what it was told of each record that it asked for by id last."""
        self.inner.queues.lineage = {}
        self.people = Told(self)

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
            name = self.connections[side]
            self.inner.secrets.put(self.flow_key.tenant, name, {"hook_secret": "secret", "key": "key"})
            self.inner.registry.save_connection(
                Connection(
                    tenant=self.flow_key.tenant,
                    id=name,
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
                declaration=self.flow.name,
                left=self.connections[Side.LEFT],
                right=self.connections[Side.RIGHT],
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

    def takes_long(self, what: str) -> None:
        """What is on its way, a call or its answer, takes long: others act meanwhile."""
        self._at = what
        if self._depth >= DEPTH or not self.happens(self.weather.slow, "slow"):
            return
        self._depth += 1
        try:
            for _ in range(self.chance.choice((1, 3, 9))):
                self.meanwhile()
            self.clock.time += self.chance.choice((0, 1, 5))
        finally:
            self._depth -= 1

    def happens(self, likelihood: float, fault: str) -> bool:
        """Tell whether a fault strikes now."""
        if likelihood and self.chance.random() < likelihood:
            self.seen[fault, self._at] += 1
            return True
        return False

    def committed(self, stream: StreamKey, commit: LinkCommit, links: Any, io: Callable[[str], None]) -> bool:
        """Commit one link, unless the table pretends that somebody else was first."""
        io("links.commit")
        if (name := _unstorable(commit.link)) is not None:
            why = Reason("too_large", {"field": name, "size": "450"})
            raise UnstorableError([False], {0: PermanentError("cannot be stored", reason=why, field=name)})
        before = links.get(stream, [commit.link.id]).get(commit.link.id)
        if self.happens(self.weather.throttles, "throttles"):
            return False
        held: bool = links.commit(stream, [commit])[0]
        if held:
            self.touched(stream.of_flow)
            self.of(stream.of_flow).watch_commit(stream, before, commit.link)
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

    def shown(self, record: Record, fields: Fields) -> None:
        """Called with what a vendor told of a record that was asked for by id."""
        if self._shown:
            self._shown[-1][record] = fields

    def shown_to_writer(self, record: Record) -> Fields:
        """Return what the function at work was told of a record when it asked for it; nothing if it did not ask."""
        return self._shown[-1].get(record, {}) if self._shown else {}

    @contextmanager
    def showing(self, told: dict[Record, Fields]) -> Iterator[None]:
        """Have what happens now pass for the work of a function that was told this."""
        self._shown.append(told)
        try:
            yield
        finally:
            self._shown.pop()

    def sent(self, message: Message) -> None:
        """Called when a function sends a message: chains of messages are single, and not without end."""
        parent = self._at_work[-1] if self._at_work else None
        if isinstance(message, FetchPage) and isinstance(parent, FetchPage) and message.page == parent.page + 1:
            page = parent.run, parent.stream, str(parent.side), parent.page
            self.chains[page].add(parent.chain)
            if len(self.chains[page]) > 1:
                raise Broken("INV-ONE-CHAIN", f"two messages went on from page {parent.page} of {page[1]}/{page[2]}")
        lineage = self.inner.queues.lineage or {}
        hops = lineage[next(reversed(lineage))].hops if lineage else {}
        if sum(hops.values()) > LONGEST_CHAIN:
            raise Broken("INV-BOUNDED", f"{message} comes of {sum(hops.values())} messages: {hops}")

    def hinted(self, hints: Hints) -> None:
        """Called when a hint is queued."""
        for each in hints.records:
            self.told_at[hints.stream, Side(each.side), each.external_id] = self.steps

    def let_out(self, message: UpsertRecords) -> None:
        """Called when writes leave for the vendor."""
        let_out = self.of(message.flow_key).history.let_out
        for write in message.writes:
            let_out.setdefault((message.stream, write.attempt), self.clock.time)

    def key(self, stream: str) -> StreamKey:
        return StreamKey(*self.flow_key, stream)

    def opened(self, connection: Connection) -> SimulatedConnector:
        """Return the vendor as a connection reaches it."""
        return SimulatedConnector(self.vendors[self.side_of(connection)], self.hubs[0].io)

    @property
    def connections(self) -> dict[Side, str]:
        """The names of its connections: another flow of the customer has others."""
        before = "" if self.flow_key.flow == FLOW.flow else f"{self.flow_key.flow}-"
        return {side: f"{before}{side}" for side in Side}

    def side_of(self, connection: Connection) -> Side:
        """Return the side that a connection of this company is on."""
        return next(side for side in Side if self.connections[side] == connection.id)

    def of(self, flow: FlowKey) -> PlayedWorld:
        """Return the company of that flow."""
        return next(hub for hub in self.hubs if hub.flow_key == flow)

    def behind(self, connection: Connection) -> PlayedWorld:
        """Return the company of that connection, or of the one that a new key is tried for."""
        tenant, name = connection.tenant, connection.id.removesuffix("~")
        return next(hub for hub in self.hubs if hub.flow_key.tenant == tenant and name in hub.connections.values())

    def touched(self, flow: FlowKey) -> None:
        """Called with whose vendors or state a function is about to use."""
        if self._at_work and self._at_work[-1].flow_key != flow:
            raise Broken("INV-TENANT", f"{self._at_work[-1]} used what belongs to {flow}")

    def source_of(self, kind: str, marker: str) -> Record:
        """Return the record a create was made from."""
        side, _, external_id = marker.rpartition(":")[2].partition("-")
        record = kind, Side(side), external_id
        if record not in self.history.entity_of:
            raise Broken("INV-TENANT", f"{marker} names a record that this company does not have")
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
