"""Lives of those who are told: conditions come, go and flap, mail fails, functions die, recipients come and go.

The hub looks and tells with its real steps; what is wrong is god's to say, so every notice can be compared with it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import fields as dataclass_fields
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from samspill.engine.model import Result, Side
from samspill.errors import SamspillError, UnavailableError
from samspill.messages import WatchTenant, WatchTenants, decode
from samspill.notices import judgement
from samspill.notices.condition import Condition
from samspill.notices.facts import Tally, TenantFacts
from samspill.notices.notice import Notice
from samspill.notices.recipients import INSTALLATION, Audience
from samspill.pipeline.dispatch import handle
from samspill.pipeline.notify import watch
from samspill.ports import Letter, World
from samspill.reasons import Reason
from samspill.state import (
    Connection,
    ConnectionStatus,
    FlowKey,
    FlowState,
    FlowStatus,
    Refusal,
    Stop,
)
from samspill.store.memory import memory_world
from samspill.usecases import notify
from tests.simulation.broken import Broken, Died
from tests.simulation.clock import SimulatedClock
from tests.simulation.ports import Port
from tests.support.actors import admin
from tests.support.ids import CountingIds

TENANTS = ("acme", "beta")
EVERY_S = 900
CALM_S = 1800
DEPTH = 2
PROVED = frozenset({"key", "overdue"})
"""Kinds whose all-clear waits for a good run."""
SHY = frozenset({"notices", "mailer", "queues", "leases", "registry"})
"""Ports at whose calls a function may die, or somebody else may act."""

type Place = tuple[str, str, str, str]
"""Tenant, kind, flow, connection."""


class Telling:
    """One life."""

    def __init__(self, seed: int, *, dies: float = 0.01, meanwhile: float = 0.03) -> None:
        self.chance, self.clock = Random(seed), SimulatedClock()
        self.dies, self.others = dies, meanwhile
        self.inner = memory_world(self.clock, CountingIds(), None, None, max_receives=10**6)  # type: ignore[arg-type]
        self.failing: Counter[tuple[str, Result]] = Counter()
        self.runs_go = dict.fromkeys(TENANTS, True)
        self.good: dict[str, list[float]] = defaultdict(list)
        self.mail_down = False
        self.looks: list[tuple[float, dict[Place, bool]]] = []
        self.noted: dict[Place, set[float]] = defaultdict(set)
        """When a look found something wrong and noted it: who dies, or is overtaken, before that has not looked."""
        self.told: dict[tuple[str, Place], list[str]] = defaultdict(list)
        """(address, place) → the names it was told, repeats left out."""
        self.sent: Counter[tuple[str, str]] = Counter()
        self.deaths, self._depth, self._next_look, self._working = 0, 0, self.clock.time, False
        self.addresses: dict[str, tuple[str, str]] = {}
        """Address → (tenant, recipient) of those who are told now."""
        self.world = self._wrapped()
        self._set_up()

    def _wrapped(self) -> World:
        ports: dict[str, Any] = {each.name: getattr(self.inner, each.name) for each in dataclass_fields(World)}
        for name in SHY:
            ports[name] = Port(name, ports[name], self.io)
        ports["mailer"], ports["links"] = Port("mailer", self, self.io), self
        ports["notices"] = Port("notices", self, self.io)
        ports["calm"] = timedelta(seconds=CALM_S)
        return World(**ports)

    def _set_up(self) -> None:
        now = self.clock.now()
        for tenant in TENANTS:
            self.inner.tenants.note(tenant)
            self.inner.registry.save_connection(
                Connection(
                    tenant=tenant,
                    id="c",
                    vendor="tripletex",
                    base_url="https://v.example",
                    status=ConnectionStatus.TESTED,
                    created_at=now,
                )
            )
            self.inner.registry.save_flow(
                FlowState(
                    tenant=tenant,
                    flow="f",
                    declaration="tripletex-timerabbit",
                    left="c",
                    right="c",
                    status=FlowStatus.ACTIVE,
                    every_min=15,
                    created_at=now,
                    last_good_at=now,
                )
            )
            self.add(tenant)
        self.add(INSTALLATION)

    # --- what the steps meet -----------------------------------------------------------------------------------------

    def io(self, label: str) -> None:
        """A function may die here, or somebody else may act."""
        if not self._working:
            return
        self.clock.time += 0.01
        if self.chance.random() < self.dies:
            raise Died
        if self._depth < DEPTH and self.chance.random() < self.others:
            self._depth += 1
            try:
                self.act()
            finally:
                self._depth -= 1

    def tally(self, flow: FlowKey, result: Result, most: int) -> Tally:
        """See `Links.tally`."""
        count = self.failing[flow.tenant, result]
        return Tally(min(count, most), count > most, None, "somebody", Reason("rejected"))

    def send(self, address: str, letter: Letter, *, name: str) -> None:
        """See `Mailer.send`: everything that somebody is told is compared with what is so."""
        if self.mail_down:
            raise UnavailableError("no mail today")
        tenant, kind, flow, connection, number, edge = name.split("/")
        place = (tenant, kind, flow, connection)
        self.sent[address, name] += 1
        if self.sent[address, name] > 1 + self.deaths:
            raise Broken("INV-TOLD-ONCE", f"{address} is told {name} again though nobody died")
        before = self.told[address, place]
        if name in before:
            return
        # Who died after sending a start noted it for nobody, and who could not be reached in time heard of no end.
        notice = self.inner.notices.get(tenant, place[1:])
        owed = notice is not None and self.addresses.get(address, ("", ""))[1] in notice.owed
        if before and before[-1].endswith(edge) and not self.deaths and not owed:
            raise Broken("INV-TOLD-ONCE", f"{address} is told {name} after {before[-1]}")
        if edge.startswith("more"):
            self._has_grown(place, name, before)
            return
        self._is_true(place, int(number), edge)
        before.append(name)

    def _has_grown(self, place: Place, name: str, before: list[str]) -> None:
        """Of what has grown hears who was told of its start, and only of ten times as much as was told before."""
        notice = self.inner.notices.get(place[0], place[1:])
        if not self.deaths and (not before or before[-1].endswith("end")):
            raise Broken("INV-TOLD-TRUE", f"{name} is told to somebody who knows nothing of it")
        if notice is not None and notice.name_of("more") == name and notice.told_count < 10:
            raise Broken("INV-TOLD-TRUE", f"{name} is told, and there are {notice.told_count}")

    def save(self, notice: Notice) -> Notice:
        """See `Notices.save`."""
        saved = self.inner.notices.save(notice)
        self.noted[(saved.tenant, *saved.place)].add(saved.ill_at.timestamp())
        return saved

    def of(self, tenant: str) -> tuple[Audience, list[Notice]]:
        """See `Notices.of`."""
        return self.inner.notices.of(tenant)

    def get(self, tenant: str, place: tuple[str, str, str]) -> Notice | None:
        """See `Notices.get`."""
        return self.inner.notices.get(tenant, place)

    def _is_true(self, place: Place, number: int, edge: str) -> None:
        notice = self.inner.notices.get(place[0], place[1:])
        if notice is None or notice.number != number:
            return  # it began again meanwhile; what is sent was so
        if edge == "start":
            began = notice.started_at.timestamp()
            if not any(at == began and truth.get(place) for at, truth in self.looks):
                raise Broken("INV-TOLD-TRUE", f"{place} is told, and was not so")
            return
        if notice.ended_at is None:
            raise Broken("INV-TOLD-TRUE", f"the end of {place} is told, and it has not ended")
        ended = notice.ended_at.timestamp()
        ills = [at for at in self.noted[place] if at <= ended]
        if any(ended - CALM_S < at for at in ills):
            raise Broken("INV-TOLD-TRUE", f"{place} is called over, and was so within the half hour before")
        ill = max(ills, default=0.0)
        if place[1] in PROVED and not any(ill < at <= ended for at in self.good[place[0]]):
            raise Broken("INV-TOLD-TRUE", f"{place} is called over, and nothing was seen to work since")

    # --- what happens ------------------------------------------------------------------------------------------------

    def act(self) -> None:
        """Something happens, chosen by chance."""
        actions: tuple[tuple[Callable[[], object], int], ...] = (
            (self.deliver, 30),
            (self.pass_time, 12),
            (self.change_something, 5),
            (self.recipients, 1),
            (self.mail, 1),
        )
        self.chance.choices([each for each, _ in actions], [weight for _, weight in actions])[0]()

    def deliver(self, *, repeat: bool = True) -> bool:
        """Hand a message to its function; tell whether there was one."""
        for delivery in self.inner.queues.receive("notify", 1):
            if repeat and self.chance.random() < 0.1:
                self.inner.queues.duplicate(delivery.handle, self.chance.choice((0, 1, 400)))
            before, self._working = self._working, True
            try:
                handle(self.world, decode(delivery.body))
            except Died:
                self.deaths += 1
                self.inner.queues.back(delivery.handle, self.chance.choice((1, 60, 400)))
            except SamspillError:
                self.inner.queues.back(delivery.handle, 30)
            else:
                self.inner.queues.done(delivery.handle)
            finally:
                self._working = before
            return True
        return False

    def pass_time(self) -> None:
        """Time passes; the schedule strikes."""
        self.clock.time += self.chance.choice((1, 60, 300, 900, 2000))
        while self._next_look <= self.clock.time:
            self._next_look += EVERY_S
            self.inner.queues.send([WatchTenants()])
            for tenant in TENANTS:
                if self.runs_go[tenant]:
                    self.run(tenant)

    def run(self, tenant: str) -> None:
        """A run of the tenant's flow ends well, unless its key is refused."""
        state = self.inner.registry.flow(FlowKey(tenant, "f"))
        if self.inner.registry.connection(tenant, "c").refusal is not None:
            return
        self.good[tenant].append(self.clock.time)
        self.inner.registry.save_flow(state.model_copy(update={"last_good_at": self.clock.now()}))

    def change_something(self) -> None:
        """Something goes wrong, or is well again."""
        tenant = self.chance.choice(TENANTS)
        what = self.chance.choice(("key", "failed", "review", "held", "runs", "dead"))
        if what == "key":
            connection = self.inner.registry.connection(tenant, "c")
            now = self.clock.now()
            refusal = None if connection.refusal else Refusal(since=now, next=now)
            self.inner.registry.save_connection(connection.model_copy(update={"refusal": refusal}))
        elif what == "held":
            state = self.inner.registry.flow(FlowKey(tenant, "f"))
            stop = Stop(stream="customers", side=Side.RIGHT, kind="archive", at=self.clock.now())
            held = {} if state.held else {"customers/right/archive": stop}
            self.inner.registry.save_flow(state.model_copy(update={"held": held}))
        elif what == "runs":
            self.runs_go[tenant] = not self.runs_go[tenant]
        elif what == "dead":
            self.inner.queues.dead["map"].clear() if self.inner.queues.dead["map"] else self.inner.queues.bury(
                "map", "{}", "no"
            )
        else:
            result = Result.FAILED if what == "failed" else Result.REVIEW
            self.failing[tenant, result] = self.chance.choice((0, 0, 1, 1200))
        if self.chance.random() < 0.7:
            self.inner.queues.send([WatchTenant(tenant=tenant)])

    def recipients(self) -> None:
        """Somebody is added, removed, or wants to hear nothing for a while."""
        tenant = self.chance.choice((*TENANTS, INSTALLATION))
        if self.chance.random() < 0.3 and tenant:
            notify.mute(self.inner, admin(), tenant, hours=self.chance.choice((1, 3)))
        elif self.chance.random() < 0.5:
            self.add(tenant)
        else:
            mine = [address for address, (whose, _) in self.addresses.items() if whose == tenant]
            if len(mine) > 1:
                _, name = self.addresses.pop(mine[0])
                notify.remove(self.inner, admin(), tenant or "acme", name)

    def add(self, tenant: str) -> None:
        address = f"r{len(self.told) + len(self.sent) + len(self.addresses)}-{self.clock.time}@x.example"
        made = notify.add(self.inner, admin(), tenant or "acme", "mail", address, language="en", everywhere=not tenant)
        self.addresses[address] = (tenant, made.recipient.recipient)

    def mail(self) -> None:
        """Mail goes down for a while, or up again."""
        self.mail_down = not self.mail_down

    # --- at rest -----------------------------------------------------------------------------------------------------

    def settle(self) -> None:
        """Let everything come to rest, with whatever is wrong left as it is; then compare what people believe."""
        self.mail_down, self.dies, self.others = False, 0.0, 0.0
        for _ in range(30):
            self.clock.time += EVERY_S
            self._next_look = self.clock.time
            self.pass_time_at_rest()
            while self.deliver(repeat=False):
                pass
        for tenant in (*TENANTS, INSTALLATION):
            last = [truth for _, truth in self.looks if any(place[0] == tenant for place in truth)][-1]
            for place, ill in last.items():
                for address, (whose, _) in self.addresses.items():
                    if whose in {tenant, INSTALLATION}:
                        self._believes(address, place, ill=ill)

    def pass_time_at_rest(self) -> None:
        self.inner.queues.send([WatchTenants()])
        for tenant in TENANTS:
            if self.runs_go[tenant]:
                self.run(tenant)

    def _believes(self, address: str, place: Place, *, ill: bool) -> None:
        told = self.told[address, place]
        believed = bool(told) and told[-1].endswith("start")
        if ill and not believed:
            raise Broken("INV-TOLD", f"{place} is so, and {address} was told {told or 'nothing'}")
        if not ill and believed and not self._unproved(place):
            raise Broken("INV-TOLD", f"{place} is over, and {address} was last told {told[-1]}")

    def _unproved(self, place: Place) -> bool:
        """Tell whether nothing was seen to work since: then it is not over."""
        ill = max((at for at, truth in self.looks if truth.get(place)), default=0.0)
        return place[1] in PROVED and not any(ill < at for at in self.good[place[0]])


def live(seed: int, *, steps: int = 250, **more: float) -> Telling:
    """Live for a while, then come to rest."""
    life = Telling(seed, **more)
    judge = judgement.conditions

    def noted(facts: TenantFacts) -> Iterator[Condition]:
        life.looks.append((facts.now.timestamp(), seen(facts)))
        return judge(facts)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(watch, "conditions", noted)
        for _ in range(steps):
            life.act()
        life.settle()
    return life


def seen(facts: TenantFacts) -> dict[Place, bool]:
    """Return what is so by what a look saw, in god's own judgement."""
    tenant = facts.tenant
    if tenant == INSTALLATION:
        return {("", "dead-letters", "", ""): facts.dead_letters > 0}
    ((connection,), (flow,)) = facts.connections, facts.flows
    good = flow.state.last_good_at
    assert good is not None
    refused = connection.refusal is not None
    late = max([good, *facts.refused_until.values()]) <= facts.now - timedelta(hours=1)
    return {
        (tenant, "key", "", "c"): refused,
        (tenant, "failed", "f", ""): flow.tallies[Result.FAILED].count > 0,
        (tenant, "review", "f", ""): flow.tallies[Result.REVIEW].count > 0,
        (tenant, "held", "f", ""): bool(flow.state.held),
        (tenant, "overdue", "f", ""): late and not refused,
    }
