"""Lives in which an admin maps a field of each account's own, whose values a lookup translates, and adds rows later.

The field is held beside the records' others: what it may hold is checked here, all else by the usual watch.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from random import Random
from typing import Any, override

from samspill.canon.values import Value
from samspill.engine.model import Link, LinkState, Observation, Result, Side
from samspill.errors import SamspillError
from samspill.flows.schema import Schema, SchemaField
from samspill.ports import VendorWrite
from samspill.state import Connection
from samspill.usecases import lookups, mapping
from tests.simulation.actions import act
from tests.simulation.broken import Broken
from tests.simulation.connector import SimulatedConnector
from tests.simulation.flows import FIELDS, Rules
from tests.simulation.histories import LENGTH, heal, settle
from tests.simulation.hub import SimulatedHub
from tests.simulation.options import draw_vendor, draw_weather
from tests.simulation.vendor import Row, SimulatedVendor
from tests.simulation.watch import Watch
from tests.support.actors import admin

KIND = "customers"
OWN: Mapping[Side, str] = {Side.LEFT: "attributes.colour", Side.RIGHT: "attributes.farbe"}
PAIR = f"{OWN[Side.LEFT]} = {OWN[Side.RIGHT]} (colours)"
ROWS = (("red", "1"), ("blue", "2"))
LATER = ("green", "3")
"""What people use before it has a row."""
MEANS: Mapping[Value, Value] = dict((*ROWS, LATER))


class _Vendor(SimulatedVendor):
    """A vendor whose customers have a field of the account's own."""

    def __init__(self, hub: Colours, side: Side, vendor: SimulatedVendor) -> None:
        super().__init__(hub, side, vendor.options)
        self.own: dict[str, Value] = {}
        """By record."""

    def set_own(self, row: Row, value: Value) -> None:
        """Change the field, whoever asked for it."""
        self.own[row.id] = value

    @override
    def execute(self, kind: str, write: VendorWrite) -> Row | SamspillError:
        name = OWN[self.side]
        if strange := write.fields.keys() - set(FIELDS[kind]) - {name}:
            raise Broken("INV-MAPPED", f"{sorted(strange)} was written to {self.side}, which has no such field")
        if name in write.fields and write.fields[name] not in values(self.side):
            raise Broken("INV-MAPPED", f"{write.fields[name]!r} was written to {name}, which holds no such value")
        rest = {each: value for each, value in write.fields.items() if each != name}
        done = super().execute(kind, replace(write, fields=rest))
        if isinstance(done, Row) and name in write.fields:
            self.set_own(done, write.fields[name])
            told = self.hub.history.writes[-1]  # the journal knows it by the engine's name
            self.hub.history.writes[-1] = replace(told, fields={**told.fields, PAIR: write.fields[name]})
        return done


class _Connector(SimulatedConnector):
    """Tells the field as the account holds it."""

    _vendor: _Vendor

    def describe(self, kind: str) -> Schema:
        """See `Connector.describe`."""
        self._call("describe")
        own = (SchemaField(OWN[self._vendor.side]),) if kind == KIND else ()
        self._answered("describe")
        return Schema(kind, (*(SchemaField(name) for name in FIELDS[kind]), *own))

    @override
    def _observe(self, kind: str, row: Row, seen_at: float, *, exact: bool = False) -> Observation:
        told = super()._observe(kind, row, seen_at, exact=exact)
        own = {OWN[self._vendor.side]: self._vendor.own.get(row.id)} if kind == KIND else {}
        return replace(told, fields={**told.fields, **own})


class Colours(SimulatedHub):
    """A hub between two such accounts."""

    def __init__(self, *told: Any, **more: Any) -> None:
        super().__init__(*told, **more)
        self.coloured = {side: _Vendor(self, side, vendor) for side, vendor in self.vendors.items()}
        self.vendors.update(self.coloured)

    @override
    def opened(self, connection: Connection) -> SimulatedConnector:
        return _Connector(self.vendors[Side(connection.id)], self.hubs[0].io)

    def person_colours(self, side: Side, row: Row, value: Value) -> None:
        """A person fills the field in."""
        vendor = self.coloured[side]
        vendor.set_own(row, value)
        vendor.put(KIND, row, {})

    def admin_adds(self, left: str, right: str) -> None:
        """An admin adds a row to the lookup."""
        lookups.set_row(self.inner, admin(), self.flow_key, "colours", left, right)

    def admin_maps(self) -> None:
        """An admin maps the two fields; the left system wins where both were changed."""
        rule = {"lookup": "colours", "on_conflict": "master-wins"}
        mapping.set_pair(self.inner, admin(), self.flow_key, KIND, OWN[Side.LEFT], OWN[Side.RIGHT], **rule)

    def colours_of(self, link: Link) -> dict[Side, Value]:
        """Return what both sides of a pair hold in the field."""
        return {side: self.coloured[side].own.get(link.ids[side]) for side in Side}


def values(side: Side) -> set[Value]:
    """Return what the field may hold on a side."""
    return {None, *(MEANS.keys() if side is Side.LEFT else MEANS.values())}


def live_mapped(seed: int) -> Colours:
    """Live a life in which fields are mapped and values are translated, and check everything. Raises Broken."""
    chance = Random(f"mapped {seed}")
    left, right = draw_vendor(chance), draw_vendor(chance)
    weather = replace(draw_weather(chance, calm=seed % 2 == 0), stale_read=0.0)
    hub = Colours(seed, left=left, right=right, rules=Rules(), weather=weather)
    watch = Watch(hub)
    for row in ROWS:
        hub.admin_adds(*row)
    begins, grows = sorted(chance.sample(range(LENGTH), 2))
    tasks = [(begins, hub.admin_maps), (grows, lambda: hub.admin_adds(*LATER))]
    hub.meanwhile = lambda: _anything(hub, watch)
    for at in range(LENGTH):
        tasks = [task for task in tasks if task[0] > at or hub.call(task[1], 60) != "done"]
        _anything(hub, watch)
        watch.step()
    heal(hub)
    for _, task in tasks:
        task()
    settle(watch)
    translated(hub)
    return hub


def _anything(hub: Colours, watch: Watch) -> None:
    if hub.chance.random() > 0.3:
        act(hub, watch)
        return
    side = hub.chance.choice(tuple(Side))
    rows = list(hub.vendors[side].rows[KIND].values())
    if rows:
        own = sorted(value for value in values(side) if isinstance(value, str))
        hub.person_colours(side, hub.chance.choice(rows), hub.chance.choice(own))


def translated(hub: Colours) -> None:
    """Check that of every pair at rest one side holds what the other's value means. Raises Broken."""
    for link in hub.links(KIND):
        rows = [hub.row(KIND, side, link.ids.get(side)) for side in Side]
        open_ = link.outcome is not None and link.outcome.result in {Result.FAILED, Result.REVIEW}
        if link.state is not LinkState.LINKED or open_ or any(row is None or row.archived or row.aside for row in rows):
            continue
        held = hub.colours_of(link)
        if MEANS.get(held[Side.LEFT]) != held[Side.RIGHT]:
            raise Broken("INV-MAPPED", f"{link.id}: {held} is not what the lookup says; {link.outcome}")


def waits_for_a_row() -> Colours:
    """A value without a row holds its own record up and no other, and goes over by itself once it has one."""
    hub = Colours(1)
    watch = Watch(hub)
    for row in ROWS:
        hub.admin_adds(*row)
    first, second = (hub.person_adds(Side.LEFT) for _ in range(2))
    hub.sync()
    hub.drain()
    hub.admin_maps()
    hub.person_colours(Side.LEFT, first, LATER[0])
    hub.person_colours(Side.LEFT, second, "red")
    hub.sync()
    hub.drain()
    held = {link.ids[Side.LEFT]: hub.colours_of(link)[Side.RIGHT] for link in hub.links(KIND)}
    reasons = {link.ids[Side.LEFT]: link.outcome.reason.code for link in hub.links(KIND) if link.outcome}
    if held != {first.id: None, second.id: "1"} or reasons[first.id] != "lookup_missing":
        raise Broken("INV-MAPPED", f"{held}, {reasons}: a value without a row is to wait, and nothing else")
    hub.admin_adds(*LATER)
    settle(watch)
    translated(hub)
    return hub
