"""The whole hub in one process: real steps, real connectors, the vendors' sandboxes, everything else in memory."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from local.vendors.app import Sandbox
from local.vendors.data import build
from local.vendors.timerabbit import TimerabbitSandbox
from local.vendors.transport import SandboxTransport
from local.vendors.tripletex import TripletexSandbox
from samspill.connectors.timerabbit import webhooks as timerabbit_webhooks
from samspill.connectors.timerabbit.connector import Timerabbit
from samspill.connectors.tripletex import webhooks as tripletex_webhooks
from samspill.connectors.tripletex.connector import Tripletex
from samspill.engine.model import Link
from samspill.messages import decode
from samspill.ports import Connector, Hook
from samspill.state import Connection, FlowKey, JournalEntry, Run, StreamKey
from samspill.steps import review, setup
from samspill.steps.dispatch import handle
from samspill.steps.planning import DraftPlan, read_plan
from samspill.steps.receive import receive
from samspill.store.budget import BudgetRule
from samspill.store.memory import MemoryBudgets, memory_world
from tests.support.clock import FixedClock
from tests.support.ids import CountingIds

FLOW = FlowKey("acme", "tripletex-timerabbit")
STEPS = ("fetch", "map", "upsert", "log")


class _Connectors:
    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    def open(self, connection: Connection) -> Connector:
        made = Tripletex if connection.vendor == "tripletex" else Timerabbit
        return made(
            connection,
            secrets=self._hub.world.secrets,
            budgets=self._hub.budgets,
            now=self._hub.clock.now,
            base_url=connection.base_url,
            transport=SandboxTransport(self._hub.sandboxes[connection.vendor]),
            log=lambda _call: None,
        )


class _Hooks:
    def read(self, vendor: str, headers: Any, body: bytes, secret: str, now: Any) -> list[Hook]:
        if vendor == "tripletex":
            return tripletex_webhooks.read(headers, body, secret)
        return timerabbit_webhooks.read(headers, body, secret, now)


class Hub:
    """One customer's hub between two accounts full of demo data."""

    def __init__(self, size: int | str = "demo", seed: int = 7) -> None:
        self.clock = FixedClock()
        self.budgets = MemoryBudgets(self.clock, lambda _key: BudgetRule(1_000_000, 10))
        self.delivered: list[int] = []
        self.tripletex = TripletexSandbox(clock=self.clock.now, deliver=self._deliver)
        self.timerabbit = TimerabbitSandbox(clock=self.clock.now, deliver=self._deliver)
        self.sandboxes: dict[str, Sandbox] = {"tripletex": self.tripletex, "timerabbit": self.timerabbit}
        data = build(seed, size)
        for sandbox in self.sandboxes.values():
            sandbox.load(data)
        self.world = memory_world(self.clock, CountingIds(), _Connectors(self), _Hooks())

    def _deliver(self, request: Any) -> int:
        path = request.url.split("/hooks/", 1)[1]
        tenant, connection = path.split("/")
        answer = receive(self.world, tenant, connection, dict(request.headers), request.body)
        self.delivered.append(int(answer))
        return int(answer)

    # --- what people do ----------------------------------------------------------------------------------------------

    def connect(self) -> None:
        addresses = {"tripletex": "https://tripletex.sandbox/v2", "timerabbit": "https://timerabbit.sandbox"}
        for vendor, url in addresses.items():
            settings = {"environment": "test"} if vendor == "tripletex" else {}
            setup.connect(
                self.world,
                "acme",
                vendor,
                vendor,
                url,
                credentials=self.sandboxes[vendor].tokens(),
                settings=settings,
            )
            setup.test(self.world, "acme", vendor)
        setup.enable(self.world, "acme", FLOW.flow, "tripletex", "timerabbit")

    def plan(self) -> DraftPlan:
        run = setup.run(self.world, FLOW, by="tester")
        self.drain()
        found = self.world.runs.get(FLOW, run.id)
        assert found is not None
        plan = read_plan(self.world, found)
        assert plan is not None, found
        return plan

    def approve(self, plan: DraftPlan) -> Run:
        run = setup.approve_plan(self.world, FLOW, plan.hash, "tester")
        self.drain()
        found = self.world.runs.get(FLOW, run.id)
        assert found is not None
        return found

    def first_sync(self) -> Run:
        self.connect()
        run = self.approve(self.plan())
        for vendor in ("tripletex", "timerabbit"):
            setup.subscribe(self.world, "acme", vendor, f"https://hub.example/hooks/acme/{vendor}")
        return run

    def sync(self, *, full: bool = True) -> Run:
        run = setup.run(self.world, FLOW, by="tester", full=full)
        self.drain()
        found = self.world.runs.get(FLOW, run.id)
        assert found is not None
        return found

    # --- the machine room --------------------------------------------------------------------------------------------

    def deliver_webhooks(self) -> None:
        for sandbox in self.sandboxes.values():
            sandbox.webhooks.pump()

    def drain(self, *, limit_s: int = 4000, before: Callable[[str], None] | None = None) -> None:
        """Work until nothing is left, moving the clock on for what is delayed."""
        waited = 0
        while True:
            worked = False
            for step in STEPS:
                for delivery in self.world.queues.receive(step):
                    worked = True
                    if before:
                        before(delivery.body)
                    handle(self.world, decode(delivery.body))
                    self.world.queues.done(delivery.handle)
            if worked:
                continue
            if waited >= limit_s or not self.world.queues.depth():
                return
            self.clock.advance(1)
            waited += 1

    def journal(self, code: str = "") -> list[JournalEntry]:
        now = self.clock.now()
        entries = self.world.journal.read(FLOW, now.replace(year=now.year - 1), now)
        return [entry for entry in entries if not code or entry.reason.code == code]

    def links(self, stream: str) -> list[Link]:
        return list(self.world.links.all(StreamKey(*FLOW, stream)))

    def reviews(self) -> list[tuple[StreamKey, Link]]:
        return review.waiting_for_a_person(self.world, FLOW)

    def writes(self, vendor: str) -> int:
        calls = self.sandboxes[vendor].calls
        return sum(call.method not in {"GET", "HEAD"} and "token" not in call.path for call in calls)
