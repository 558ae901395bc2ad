"""Lives in which two systems number their records by themselves, and people make one thing twice in other spellings.

Two different things get one number, and one thing two numbers or none. What a thing is, only god and the people know:
they answer truthfully when they are asked.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from random import Random

from samspill.engine.model import Link, LinkState, Side
from samspill.engine.rules import FieldRule, MatchRule, Policy, single
from samspill.errors import SamspillError
from samspill.flows import matching
from samspill.ports import VendorWrite
from samspill.state import StreamKey
from samspill.usecases import review
from tests.simulation import flows
from tests.simulation.broken import Broken
from tests.simulation.flows import Rules
from tests.simulation.histories import LENGTH, settle
from tests.simulation.history import EngineWrite
from tests.simulation.hub import SimulatedHub
from tests.simulation.options import VendorOptions, draw_vendor, draw_weather
from tests.simulation.vendor import Row, SimulatedVendor
from tests.simulation.watch import Watch, underway
from tests.support.actors import admin

NOTICED_S = 300
"""A record that was made so long ago can be found by everybody, whatever lags."""
KIND = "customers"
RULES = replace(
    flows.CUSTOMERS,
    fields=(*flows.CUSTOMERS.fields[:-1], FieldRule("number", Policy.OFF)),
    matches=(MatchRule("number", single(matching.number), field="number", claim=True),),
    proposals=matching.NAMES,
    similarity=matching.similarity,
    differ=matching.differ,
    agrees=matching.same_name,
)
"""Numbers are each system's own, and not kept in step: whoever is renumbered stays what it is."""


@dataclass(slots=True)
class IdentityWatch(Watch):
    """Watches what is joined and what is created, beside everything else."""

    asked: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        Watch.__post_init__(self)
        self.hub.watch_write = self.write

    def commit(self, stream: StreamKey, before: Link | None, after: Link) -> None:
        """Check that two different things share no link."""
        if after.state is LinkState.LINKED and len(after.ids) == len(Side):
            known = [self.hub.history.entity_of.get((stream.stream, side, own)) for side, own in after.ids.items()]
            if known[0] != known[1]:
                raise Broken("INV-IDENTITY", f"{after.ids} were joined unasked; they are {known}")
        Watch.commit(self, stream, before, after)

    def write(self, vendor: SimulatedVendor, done: EngineWrite, asked: VendorWrite) -> None:
        """Check that nothing is created that a person had made there already."""
        if done.create and not self._is_said(done):
            there = [row for row in vendor.rows[KIND].values() if row.id != done.record[2] and self._is(row, done)]
            if there:
                raise Broken("INV-NO-TWIN", f"{done.record} was created unasked; {there[0].id} was there")
        self.writes.write(vendor, done, asked)

    def _is_said(self, done: EngineWrite) -> bool:
        """Tell whether a person said that the record is to be created."""
        name = done.attempt.rpartition("@")[0]
        link = self.hub.inner.links.get(self.hub.key(done.record[0]), [name]).get(name)
        return link is not None and link.decision is not None and link.decision.action == "create"

    def _is(self, row: Row, done: EngineWrite) -> bool:
        """Tell whether a record that stands alone is the same thing, and was there long enough to be found."""
        kind, side, _ = done.record
        same = self.hub.history.entity_of[kind, side, row.id] == done.entity and not row.marker and not row.archived
        if not same or self.hub.clock.time - row.listed_at < NOTICED_S:
            return False
        link = self.hub.inner.links.of_records(self.hub.key(kind), side, [row.id]).get(row.id)
        if link is None and row.id in underway(self.hub, kind, side):
            return False  # it was read, even several times, and nobody has dealt with it yet
        return link is None or link.state is LinkState.UNLINKED


def draw_nature(chance: Random) -> VendorOptions:
    """Draw a vendor that numbers by itself, and tells its changes."""
    drawn = draw_vendor(chance)
    return replace(drawn, assigns_numbers=False, unique_numbers=False, normalises=False, delta=True, markers=True)


def live_twins(seed: int) -> SimulatedHub:
    """Live a life of twins and of numbers that mean two things, and check everything. Raises Broken."""
    chance = Random(f"twins {seed}")
    left, right = draw_nature(chance), draw_nature(chance)
    weather = replace(
        draw_weather(chance, calm=chance.random() < 0.5), hides_fields=0.0, hides_rows=0.0, stale_read=0.0
    )
    hub = SimulatedHub(seed, left=left, right=right, rules=Rules(customers=RULES), weather=weather)
    watch = IdentityWatch(hub)
    hub.loses_keys = False
    hub.sync()
    hub.drain()
    hub.meanwhile = lambda: _act(hub, watch)
    for _ in range(LENGTH):
        _act(hub, watch)
    settle(watch)
    return hub


def _act(hub: SimulatedHub, watch: Watch) -> None:
    kind = hub.chance.random()
    if kind < 0.08:
        _make(hub)
    elif kind < 0.16:
        _make_twin(hub)
    elif kind < 0.22:
        _edit(hub)
    elif kind < 0.30:
        _answer(hub)
    elif kind < 0.75:
        if not hub.deliver_any():
            hub.hook()
    elif kind < 0.85:
        hub.hook()
    elif kind < 0.90:
        hub.sync(full=hub.chance.random() < 0.5)
    else:
        hub.wait(hub.chance.choice((1, 10, 100, 500)))
    watch.step()


def _number(hub: SimulatedHub, side: Side) -> str:
    """Return the next number that a system hands out by itself: both begin with one, and write it their own way."""
    number = str(1 + len(hub.vendors[side].rows[KIND]))
    return hub.chance.choice((number, f"0{number}", f" {number}"))


def _make(hub: SimulatedHub) -> None:
    side = hub.chance.choice(tuple(Side))
    hub.person_adds(side, number=hub.chance.choice((None, _number(hub, side), _number(hub, side))))


def _make_twin(hub: SimulatedHub) -> None:
    """Somebody makes on one side what somebody else made on the other: the same name, spelled another way."""
    known = hub.history.records_of
    alone = [(entity, records[0]) for entity, records in known.items() if len(records) == 1 and records[0][0] == KIND]
    if not alone:
        return
    entity, (_, side, own) = hub.chance.choice(alone)
    row = hub.row(KIND, side, own)
    if row is None:
        return
    name = str(row.fields["name"])
    spelled = hub.chance.choice((name, name.upper(), f"AS {name.strip()}", name.replace("Name", "Namé")))
    held = str(row.fields["number"] or "").strip().lstrip("0")
    number = hub.chance.choice((None, f"00{held}" if held else None, _number(hub, side.other)))
    hub.person_adds(side.other, entity=entity, name=spelled, number=number)


def _edit(hub: SimulatedHub) -> None:
    """Somebody changes a telephone; or gives a number to what has none, which may end a doubt or begin one."""
    side = hub.chance.choice(tuple(Side))
    rows = [row for row in hub.vendors[side].rows[KIND].values() if not row.archived]
    if not rows:
        return
    row = hub.chance.choice(rows)
    if row.fields["number"] is None and hub.chance.random() < 0.5:
        hub.person_edits(side, KIND, row, "number", _number(hub, side))
    else:
        hub.person_edits(side, KIND, row, "phone", hub.value("phone"))


def _answer(hub: SimulatedHub) -> None:
    """Somebody is asked what a record is, and says the truth."""
    waiting = [link for _, link in review.waiting_for_a_person(hub.inner, admin(), hub.flow_key) if len(link.ids) == 1]
    if not waiting:
        return
    link = hub.chance.choice(waiting)
    ((side, own),) = link.ids.items()
    entity = hub.history.entity_of[KIND, side, own]
    same = [r for k, s, r in hub.history.records_of[entity] if s is side.other and hub.row(k, s, r) is not None]
    free = [r for r in same if _is_alone(hub, side.other, r)]
    try:
        hub.history.decided.add((KIND, link.id))
        target = free[0] if free else None
        action = "link" if free else "ignore" if same else "create"
        review.decide(hub.inner, admin(), hub.key(KIND), [link.id], action, target=target)
    except SamspillError:
        return


def _is_alone(hub: SimulatedHub, side: Side, own: str) -> bool:
    link = hub.inner.links.of_records(hub.key(KIND), side, [own]).get(own)
    return link is None or link.state is LinkState.UNLINKED
