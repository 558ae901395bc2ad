"""Wrong engines that read wrongly: cursors, absence, webhooks, what was refused, limits (5, 6, 10, 12, 20, 23)."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from samspill.engine import deletes
from samspill.engine import plan as planning
from samspill.engine.model import Observation, Result, Side
from samspill.messages import MapRecords, Subject
from samspill.ports import Page
from samspill.runs import sweep
from samspill.store.budget import BudgetRule
from samspill.store.memory import MemoryBudgets
from samspill.work import known
from samspill.work.snapshots import folder
from tests.simulation.connector import SimulatedConnector
from tests.simulation.hub import SimulatedHub
from tests.simulation.vendor import Event, SimulatedVendor


def cursor_first(patch: pytest.MonkeyPatch) -> None:
    """5: the cursor is saved before what was read is safe."""
    page = SimulatedConnector.page

    def first(self: SimulatedConnector, kind: str, *, token: str | None = None, since: str | None = None) -> Page:
        read = page(self, kind, token=token, since=since)
        if read.cursor is not None and read.complete:
            self._hub.world.cursors.put(self._hub.key(kind), self._vendor.side, read.cursor)
        return read

    patch.setattr(SimulatedConnector, "page", first)


def cursor_by_our_clock(patch: pytest.MonkeyPatch) -> None:
    """6: the next read begins where our clock stood, without overlap."""
    patch.setattr(SimulatedHub, "cursor", lambda self, _vendor, _newest: str(self.clock.time + 0.001))


def absent_is_deleted(patch: pytest.MonkeyPatch) -> None:
    """10: what a list does not hold is gone."""

    def look(world: Any, _state: Any, message: Any) -> None:
        run = world.runs.get(message.flow_key, message.run)
        seen = set()
        for key in world.blobs.keys(f"{folder(run)}/{message.stream}/{message.side}/seen/"):
            seen.update(orjson.loads(world.blobs.get(key) or b"[]"))
        now = int(world.clock.now().timestamp() * 1000)
        for link in world.links.all(message.stream_key):
            if sweep.is_live(link, message.side) and link.ids[message.side] not in seen:
                gone = Observation(link.ids[message.side], {}, seen_at=now, deleted=True)
                subject = Subject.model_validate({message.side.value: gone})
                names = {"tenant": message.tenant, "flow": message.flow, "stream": message.stream}
                world.queues.send([MapRecords(**names, subjects=(subject,))])

    patch.setattr(sweep, "look_for_absent", look)
    patch.setattr(deletes, "_edited", lambda _case, _side: False)


def payload_is_applied(patch: pytest.MonkeyPatch) -> None:
    """12: what a webhook carries is applied as it is."""
    tell = SimulatedVendor.tell
    carried: dict[tuple[Side, int], Observation] = {}

    def remember(self: SimulatedVendor, kind: str, external_id: str, *, deleted: bool = False) -> None:
        before = self._deliveries
        tell(self, kind, external_id, deleted=deleted)
        row = self.rows[kind].get(external_id)
        for delivery in range(before + 1, self._deliveries + 1):
            version = self.version_of(row) if row else None
            stamp = int(self.hub.clock.time * 1000)
            fields = dict(row.fields) if row else {}
            carried[self.side, delivery] = Observation(external_id, fields, version, stamp, deleted=row is None)

    def receive(self: SimulatedHub, event: Event) -> str:
        subject = Subject.model_validate({event.side.value: carried[event.side, event.delivery]})
        message = MapRecords(
            tenant=self.flow_key.tenant, flow=self.flow_key.flow, stream=event.kind, subjects=(subject,)
        )
        self.inner.queues.send([message])
        return "done"

    patch.setattr(SimulatedVendor, "tell", remember)
    patch.setattr(SimulatedHub, "_receive", receive)
    patch.setattr(planning, "in_order", lambda case, **_: case)


def own_bucket(patch: pytest.MonkeyPatch) -> None:
    """20: every worker counts its calls for itself."""
    init = SimulatedConnector.__init__

    def alone(self: SimulatedConnector, vendor: SimulatedVendor, io: Any) -> None:
        init(self, vendor, io)
        limit = vendor.options.calls_per_window or 10**6
        self._limiter._budgets = MemoryBudgets(vendor.hub.clock, lambda _key: BudgetRule(limit, 60))

    patch.setattr(SimulatedConnector, "__init__", alone)


def refused_is_sent_again(patch: pytest.MonkeyPatch) -> None:
    """23: what a vendor refused is sent again by every whole read."""
    patch.setattr(known, "_LOOK_AGAIN", frozenset({Result.WAITING, Result.FAILED}))
