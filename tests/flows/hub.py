"""The whole hub in one process: real steps, real connectors, the vendors' sandboxes, everything else in memory."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from typing import Any, cast

from local.vendors.app import Sandbox
from local.vendors.data import build
from local.vendors.svenn import SvennSandbox
from local.vendors.timerabbit import TimerabbitSandbox
from local.vendors.transport import SandboxTransport
from local.vendors.tripletex import TripletexSandbox
from samspill.connectors.context import ConnectorContext
from samspill.connectors.hooks import VendorHooks
from samspill.connectors.preflight import refusal
from samspill.connectors.svenn.connector import Svenn
from samspill.connectors.timerabbit.connector import Timerabbit
from samspill.connectors.tripletex.connector import Tripletex
from samspill.engine.model import Link, Side
from samspill.flows.catalogue import FLOWS
from samspill.messages import decode
from samspill.pipeline.dispatch import handle
from samspill.pipeline.receive.receive import receive
from samspill.plan.lines import DraftPlan, read_plan
from samspill.ports import Budgets, Connector
from samspill.state import Connection, FlowKey, JournalEntry, Run, StreamKey
from samspill.store.budget import BudgetRule
from samspill.store.memory import MemoryBudgets, MemoryWorld, memory_world
from samspill.usecases import review, setup
from samspill.work import subscriptions
from tests.support.actors import admin
from tests.support.clock import FixedClock
from tests.support.ids import CountingIds

FLOW = FlowKey("acme", "tripletex-timerabbit")
CONNECTORS: dict[str, Any] = {"tripletex": Tripletex, "timerabbit": Timerabbit, "svenn": Svenn}
SANDBOXES: dict[str, Any] = {"tripletex": TripletexSandbox, "timerabbit": TimerabbitSandbox, "svenn": SvennSandbox}
STEPS = ("fetch", "map", "upsert", "log", "notify")


class _Connectors:
    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    def open(self, connection: Connection) -> Connector:
        named = (hub for hub in self._hub.hubs if connection.id.rstrip("~") in hub.connections.values())
        whose = next(named, self._hub)
        context = ConnectorContext(
            connection,
            secrets=self._hub.world.secrets,
            budgets=self._hub.budgets,
            now=self._hub.clock.now,
            base_url=connection.base_url,
            transport=SandboxTransport(whose.sandboxes[connection.vendor]),
            log=lambda _call: None,
        )
        made: Connector = CONNECTORS[connection.vendor](context)
        return made


class Hub:
    """One customer's hub between two accounts full of demo data.

    `beside` another one it is a second company of the same customer: it has accounts, connections and a flow of its
    own, called `name`; everything else is the first one's.
    """

    def __init__(
        self,
        size: int | str = "demo",
        seed: int = 7,
        flow: str = FLOW.flow,
        *,
        beside: Hub | None = None,
        name: str = "",
    ) -> None:
        self.flow = FlowKey(FLOW.tenant, name or flow)
        self.declaration = FLOWS[flow]
        self.vendors = self.declaration.vendors
        self.connections = {vendor: f"{name}-{vendor}" if name else vendor for vendor in self.vendors.values()}
        self.hubs: list[Hub] = beside.hubs if beside else []
        self.hubs.append(self)
        self.clock: FixedClock = beside.clock if beside else FixedClock()
        self.budgets: Budgets = MemoryBudgets(self.clock, lambda _key: BudgetRule(1_000_000, 10))
        self.delivered: list[int] = []
        self.sandboxes: dict[str, Sandbox] = {
            vendor: SANDBOXES[vendor](clock=self.clock.now, deliver=self._deliver) for vendor in self.vendors.values()
        }
        data = build(seed, size)
        for sandbox in self.sandboxes.values():
            sandbox.load(data)
        self.world: MemoryWorld = beside.world if beside else self._new_world()
        self.as_function: Callable[[str], AbstractContextManager[Any]] = nullcontext
        """Around everything that the function of a step does."""

    def _new_world(self) -> MemoryWorld:
        world = memory_world(self.clock, CountingIds(), _Connectors(self), VendorHooks())
        return replace(world, preflight=refusal)

    @property
    def tripletex(self) -> TripletexSandbox:
        return cast("TripletexSandbox", self.sandboxes["tripletex"])

    @property
    def timerabbit(self) -> TimerabbitSandbox:
        return cast("TimerabbitSandbox", self.sandboxes["timerabbit"])

    @property
    def svenn(self) -> SvennSandbox:
        return cast("SvennSandbox", self.sandboxes["svenn"])

    def _deliver(self, request: Any) -> int:
        path = request.url.split("/hooks/", 1)[1]
        tenant, connection, *rest = path.split("/")
        with self.as_function("receive"):
            headers = dict(request.headers)
            taken = receive(self.world, tenant, connection, headers, request.body, token="".join(rest))
        self.delivered.append(taken.answer.value)
        return taken.answer.value

    def manager(self) -> str:
        """Somebody who may lead projects in Tripletex."""
        return str(self.tripletex.rows("project")[0]["projectManager"]["id"])

    def department(self) -> str:
        """A department for new employees in Tripletex."""
        return str(self.tripletex.rows("department")[0]["id"])

    def _settings(self, vendor: str) -> dict[str, str]:
        if vendor != "tripletex":
            return {}
        settings = {"environment": "test", "default_project_manager": self.manager()}
        # Only this flow makes employees there.
        return settings | ({"default_department": self.department()} if "svenn" in self.sandboxes else {})

    # --- what people do ----------------------------------------------------------------------------------------------

    def connect(self) -> None:
        for vendor in self.vendors.values():
            sandbox = self.sandboxes[vendor]
            settings = self._settings(vendor)
            name = self.connections[vendor]
            address = f"https://{name}.sandbox" + ("/v2" if vendor == "tripletex" else "")
            setup.connect(
                self.world, admin(), "acme", name, vendor, address, credentials=sandbox.tokens(), settings=settings
            )
            setup.test(self.world, admin(), "acme", name)
        left, right = (
            self.connections[self.vendors[side]] if side in self.vendors else None for side in (Side.LEFT, Side.RIGHT)
        )
        setup.enable(self.world, admin(), "acme", self.declaration.name, left, right, name=self.flow.flow)
        if self.declaration.needs_operator:
            setup.approve_setup(self.world, admin("operator"), self.flow)

    def plan(self) -> DraftPlan:
        run = setup.run(self.world, admin(), self.flow)
        self.drain()
        found = self.world.runs.get(self.flow, run.id)
        assert found is not None
        plan = read_plan(self.world, found)
        assert plan is not None, found
        return plan

    def present_plan(self) -> DraftPlan:
        """The plan that may be approved now: people's decisions make it anew."""
        state = self.world.registry.flow(self.flow)
        found = self.world.runs.get(self.flow, state.plan_run or "")
        plan = read_plan(self.world, found) if found else None
        assert plan is not None
        assert plan.hash == state.plan
        return plan

    def approve(self, plan: DraftPlan) -> Run:
        run = setup.approve_plan(self.world, admin(), self.flow, plan.hash)
        self.drain()
        found = self.world.runs.get(self.flow, run.id)
        assert found is not None
        return found

    def first_sync(self) -> Run:
        self.connect()
        run = self.approve(self.plan())
        for vendor in self.vendors.values():
            connection = self.world.registry.connection("acme", self.connections[vendor])
            subscriptions.subscribe(self.reachable(), connection, self.world.connectors.open(connection))
        return run

    def reachable(self) -> MemoryWorld:
        """The hub as vendors reach it."""
        return replace(self.world, hook_url="https://hub.example")

    def sync(self, *, full: bool = True) -> Run:
        run = setup.run(self.world, admin(), self.flow, full=full)
        self.drain()
        found = self.world.runs.get(self.flow, run.id)
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
                    with self.as_function(step):
                        handle(self.world, decode(self.world.queues.open(delivery.body)))
                    self.world.queues.done(delivery.handle)
            if worked:
                continue
            if waited >= limit_s or not self.world.queues.depth():
                return
            self.clock.advance(1)
            waited += 1

    def journal(self, code: str = "") -> list[JournalEntry]:
        now = self.clock.now()
        entries = self.world.journal.read(self.flow, now.replace(year=now.year - 1), now)
        return [entry for entry in entries if not code or entry.reason.code == code]

    def links(self, stream: str) -> list[Link]:
        return list(self.world.links.all(StreamKey(*self.flow, stream)))

    def reviews(self) -> list[tuple[StreamKey, Link]]:
        return review.waiting_for_a_person(self.world, admin(), self.flow)

    def writes(self, vendor: str) -> int:
        calls = self.sandboxes[vendor].calls
        return sum(call.method not in {"GET", "HEAD"} and "token" not in call.path for call in calls)
