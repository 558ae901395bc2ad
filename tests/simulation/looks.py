"""Stories of the look right before a write, where a vendor takes no preconditions."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import override

from samspill.engine.model import Observation, Side
from samspill.engine.rules import OnConflict
from samspill.messages import UpsertRecords
from samspill.state import Connection
from tests.simulation.connector import LATE_S, SimulatedConnector
from tests.simulation.flows import CUSTOMERS, Rules
from tests.simulation.histories import settle
from tests.simulation.hub import SimulatedHub
from tests.simulation.options import CALM, VendorOptions, Weather
from tests.simulation.vendor import Row
from tests.simulation.watch import Watch

UNGUARDED = VendorOptions(webhooks="exact", versions=False, preconditions=False)
EDITED, TYPED = "Phone edited", "Phone typed"
ASKS = Rules(replace(CUSTOMERS, fields=tuple(replace(r, on_conflict=OnConflict.REVIEW) for r in CUSTOMERS.fields)))


class _Looking(SimulatedConnector):
    """A vendor at which something happens in the moment in which a write looks, and whose answer leaves fields out."""

    @override
    def read(self, kind: str, external_ids: Sequence[str]) -> list[Observation]:
        hub = self._hub
        looks = isinstance(hub, LookHub) and isinstance(hub._at_work[-1], UpsertRecords)
        left_out = hub.looked() if isinstance(hub, LookHub) and looks else ()
        seen = super().read(kind, external_ids)
        return [replace(each, fields={n: v for n, v in each.fields.items() if n not in left_out}) for each in seen]


class LookHub(SimulatedHub):
    """A hub with a pair of customers, and what happens at the first look of a write."""

    at_look: Callable[[], Collection[str]]
    """Returns the fields that the answer leaves out."""
    looks = 0

    @override
    def opened(self, connection: Connection) -> SimulatedConnector:
        return _Looking(self.vendors[Side(connection.id)], self.hubs[0].io)

    def looked(self) -> Collection[str]:
        """Count a look of a write."""
        self.looks += 1
        return self.at_look() if self.looks == 1 else ()


def _paired(rules: Rules | None = None) -> tuple[LookHub, Watch, Row, Row]:
    hub = LookHub(3, left=UNGUARDED, right=UNGUARDED, rules=rules)
    watch = Watch(hub)
    theirs = hub.person_adds(Side.RIGHT)
    hub.sync()
    hub.drain()
    (ours,) = hub.vendors[Side.LEFT].rows["customers"].values()
    hub.vendors[Side.LEFT].options = replace(UNGUARDED, webhooks="none")
    return hub, watch, ours, theirs


def left_out() -> LookHub:
    """Somebody edits the field that is about to be written, and the look does not show it."""
    hub, watch, ours, theirs = _paired()

    def edited() -> Collection[str]:
        hub.person_edits(Side.LEFT, "customers", ours, "phone", EDITED)
        return {"phone"}

    hub.at_look = edited
    hub.person_edits(Side.RIGHT, "customers", theirs, "phone", TYPED)
    hub.drain()
    settle(watch)
    return hub


def put_away() -> LookHub:
    """Somebody edits a record that is about to be archived."""
    hub, watch, ours, theirs = _paired()

    def edited() -> Collection[str]:
        hub.person_edits(Side.LEFT, "customers", ours, "phone", EDITED)
        return ()

    hub.at_look = edited
    hub.person_deletes(Side.RIGHT, "customers", theirs)
    hub.drain()
    settle(watch)
    return hub


def decided_and_carried_out_late() -> LookHub:
    """A person decides; the vendor carries the write out when nobody waits for it, after somebody's edit."""
    hub, watch, ours, theirs = _paired(ASKS)
    hub.at_look = tuple
    for side, row, value in ((Side.LEFT, ours, "Phone ours"), (Side.RIGHT, theirs, TYPED)):
        hub.person_edits(side, "customers", row, "phone", value)
    hub.sync()
    hub.drain()
    (link,) = hub.links("customers")
    hub.person_decides("customers", link.id, "take-right")
    hub.weather = Weather(executes_late=1.0)
    while not hub.vendors[Side.LEFT].late:
        hub.deliver_any()
    hub.weather = CALM
    hub.person_edits(Side.LEFT, "customers", ours, "phone", EDITED)
    hub.wait(LATE_S)
    settle(watch)
    return hub
