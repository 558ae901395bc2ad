"""People who are told of every life: the hub looks as time passes, and god compares what they believe with what is so.

The looks and the telling are the real ones, over the hub's own state. They are no part of the life that is lived:
nothing of theirs dies or takes time, so that a life goes on as if nobody looked. Looks that die, mail that fails and
recipients who come and go are lived in `telling.py`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from samspill.engine.model import Result
from samspill.messages import Message, TellNotice, WatchTenant
from samspill.notices.recipients import INSTALLATION
from samspill.pipeline.notify.tell import tell_notice
from samspill.pipeline.notify.watch import watch_tenant
from samspill.ports import Letter
from samspill.state import ConnectionStatus, FlowState, FlowStatus, RunStatus, StreamKey
from samspill.usecases import notify
from tests.simulation.broken import Broken
from tests.support.actors import admin
from tests.support.ids import CountingIds

if TYPE_CHECKING:
    from tests.simulation.played import PlayedWorld

EVERY_S = 120.0
"""The schedule looks each quarter of an hour, and problems have it looked at once."""
CALM_S = 1800.0
HOUR_S = 3600.0
DAY_S = 24 * HOUR_S
GOOD_RUN = frozenset({"key", "overdue", "slow"})
"""Kinds whose all-clear waits for a good run."""
DONE = frozenset({RunStatus.DONE, RunStatus.DONE_WITH_PROBLEMS})
COUNTED = {"failed": Result.FAILED, "conflict": Result.CONFLICT, "review": Result.REVIEW}

type Place = tuple[str, str, str, str]
"""Tenant, kind, flow, connection."""


class Told:
    """Somebody of each customer, and somebody who looks after the installation."""

    def __init__(self, hub: PlayedWorld) -> None:
        self.hub = hub
        self.names: Counter[tuple[str, str]] = Counter()
        """(address, name) → how often it was told."""
        self.believed: dict[tuple[str, Place], bool] = {}
        """(address, place) → whether it is so, as far as the address was told."""
        self.ill_at: dict[Place, float] = {}
        """When a look last found it so, or could not tell, in god's eyes."""
        self.well: dict[Place, float] = {}
        """Since when every look found it not to be so."""
        self._so: dict[Place, bool | None] = {}
        self.told_kinds: Counter[tuple[str, str]] = Counter()
        """(kind, edge) → how often it was told, for coverage."""
        self._asked: list[Message] = []
        self._next = hub.clock.time
        self._known: set[str] = set()
        ports: dict[str, Any] = {"ids": CountingIds(), "queues": self, "mailer": self}
        self.world = replace(hub.inner, **ports, calm=timedelta(seconds=CALM_S))

    # --- what the looks meet -----------------------------------------------------------------------------------------

    def send(self, *arguments: Any, **named: Any) -> None:
        """See `Queues.send` and `Mailer.send`: what is asked for is done after the look; what is told is judged."""
        if isinstance(arguments[0], str):
            self._told(*arguments, **named)
        else:
            self._asked.extend(arguments[0])

    def count_dead(self, step: str) -> int:
        """See `Queues.count_dead`."""
        return self.hub.inner.queues.count_dead(step)

    def _told(self, address: str, _letter: Letter, *, name: str) -> None:
        tenant, kind, flow, connection, _, edge = name.split("/")
        place = (tenant, kind, flow, connection)
        self.names[address, name] += 1
        if self.names[address, name] > 1:
            raise Broken("INV-TOLD-ONCE", f"{address} is told {name} again")
        self.told_kinds[kind, edge.partition("-")[0]] += 1
        before = self.believed.get((address, place), False)
        if before is not (edge != "start"):
            raise Broken("INV-TOLD-ONCE", f"{address} is told {name}, and believed {before}")
        self.believed[address, place] = edge != "end"
        if edge == "end":
            self._is_over(place)
        else:
            self._begins(place)

    # --- looking -----------------------------------------------------------------------------------------------------

    def look(self) -> None:
        """Look for conditions, if there was none for two minutes; compare what people believe with what is so."""
        if self.hub.clock.time < self._next:
            return
        self._next = self.hub.clock.time + EVERY_S
        tenants = (*dict.fromkeys(each.flow_key.tenant for each in self.hub.hubs), INSTALLATION)
        for tenant in tenants:
            self._known_to(tenant)
        for tenant in tenants:
            truth = self._so = dict(self.truth(tenant))
            self._note(tenant, truth)
            watch_tenant(self.world, WatchTenant(tenant=tenant))
            while self._asked:
                asked = self._asked.pop()
                if isinstance(asked, TellNotice):
                    tell_notice(self.world, asked)
            self._compare(tenant, truth)

    def _known_to(self, tenant: str) -> None:
        """Add who is told of a customer, or of everything."""
        if tenant not in self._known:
            self._known.add(tenant)
            whose, address = tenant or self.hub.flow_key.tenant, f"{tenant or 'all'}@x.example"
            notify.add(self.world, admin(), whose, "mail", address, language="en", everywhere=not tenant)
            self._asked.clear()

    def rest(self) -> None:
        """Let as much time pass as an all-clear waits for."""
        for _ in range(3):
            self.hub.clock.time += CALM_S / 2
            self.look()

    def _note(self, tenant: str, truth: Mapping[Place, bool | None]) -> None:
        """Note since when a look finds each place well: seen to work, where that can be seen."""
        now = self.hub.clock.time
        for place in {*truth, *(place for _, place in self.believed if place[0] == tenant)}:
            if truth.get(place) is not False:
                self.well.pop(place, None)
                self.ill_at[place] = now
            elif not self._waits_for_proof(place):
                self.well.setdefault(place, now)

    def _compare(self, tenant: str, truth: Mapping[Place, bool | None]) -> None:
        """Whoever wants to hear of what is so believes it, and of what stayed well for half an hour that it is over."""
        addresses = {f"{who or 'all'}@x.example" for who in self._known & {tenant, INSTALLATION}}
        for place, ill in truth.items():
            long_well = self.hub.clock.time - self.well.get(place, self.hub.clock.time) >= CALM_S
            for address in addresses:
                believed = self.believed.get((address, place), False)
                if ill and not believed:
                    raise Broken("INV-TOLD", f"{place} is so, and {address} does not know")
                if long_well and believed:
                    raise Broken("INV-TOLD", f"{place} is over, and {address} was not told")

    def _begins(self, place: Place) -> None:
        if self._so.get(place) is False:
            raise Broken("INV-TOLD-TRUE", f"{place} is told, and is not so")

    def _is_over(self, place: Place) -> None:
        if self.hub.clock.time - self.well.get(place, self.hub.clock.time) < CALM_S:
            raise Broken("INV-TOLD-TRUE", f"{place} is called over, and did not stay well for half an hour")

    def _waits_for_proof(self, place: Place) -> bool:
        """Tell whether nothing was seen to work since it was so, although something could be."""
        _, kind, flow, connection = place
        if kind not in GOOD_RUN:
            return False
        used = [
            state
            for state in self._states(place[0])
            if (state.flow == flow if flow else connection in state.connections and state.status is FlowStatus.ACTIVE)
        ]
        good = [state.last_good_at.timestamp() for state in used if state.last_good_at]
        return bool(used) and not any(at > self.ill_at.get(place, 0.0) for at in good)

    # --- what is so, in god's eyes -----------------------------------------------------------------------------------

    def _states(self, tenant: str) -> Sequence[FlowState]:
        return [self.hub.inner.registry.flow(it.flow_key) for it in self.hub.hubs if it.flow_key.tenant == tenant]

    def truth(self, tenant: str) -> Iterator[tuple[Place, bool | None]]:
        """Yield each place of a tenant, and whether it is so now; None where that hangs on how long is too long."""
        if tenant == INSTALLATION:
            yield ("", "dead-letters", "", ""), any(self.hub.inner.queues.dead.values())
            return
        for hub in (each for each in self.hub.hubs if each.flow_key.tenant == tenant):
            yield from self._of_flow(hub)
            for name in hub.connections.values():
                known = hub.inner.registry.connection(tenant, name)
                refused = known.refusal is not None or known.status is ConnectionStatus.KEY_INVALID
                yield (tenant, "key", "", name), refused

    def _of_flow(self, hub: PlayedWorld) -> Iterator[tuple[Place, bool | None]]:
        tenant, flow = hub.flow_key
        state = hub.inner.registry.flow(hub.flow_key)
        ended: Counter[Result] = Counter()
        for stream in hub.flow.streams:
            for link in hub.inner.links.all(StreamKey(tenant, flow, stream.name)):
                if link.outcome is not None:
                    ended[link.outcome.result] += 1
        for kind, result in COUNTED.items():
            yield (tenant, kind, flow, ""), bool(ended[result])
        yield (tenant, "held", flow, ""), bool(state.held)
        yield (tenant, "totals", flow, ""), bool(state.differing)
        yield (tenant, "overdue", flow, ""), self._is_overdue(hub, state)
        yield (tenant, "slow", flow, ""), None

    def _is_overdue(self, hub: PlayedWorld, state: FlowState) -> bool | None:
        """Tell whether no run ended well for too long. A refused key, which is told by itself, gives it more time."""
        now, runs = self.hub.clock.time, hub.inner.runs.latest(hub.flow_key, 10)
        good = [run.ended_at.timestamp() for run in runs if run.status in DONE and run.ended_at]
        refused = [self.ill_at.get((*place[:1], "key", "", place[1]), -DAY_S) for place in self._connections(hub)]
        if any(at > now - HOUR_S for at in good) or state.status is not FlowStatus.ACTIVE:
            return False
        if good and all(run.status.is_over for run in runs) and max(refused) < now - DAY_S / 2:
            return True
        return None

    def _connections(self, hub: PlayedWorld) -> list[tuple[str, str]]:
        return [(hub.flow_key.tenant, name) for name in hub.connections.values()]
