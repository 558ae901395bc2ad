"""What holds about hours: after every write of the hub, and when everything has come to rest."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from math import inf

from samspill.canon.values import Value
from samspill.canon.work import Cell
from samspill.engine.model import LinkState, Result
from samspill.ports import VendorWrite
from samspill.usecases import review
from tests.simulation.broken import Broken
from tests.simulation.hours.world import HOURS, HoursHub, ours, theirs
from tests.simulation.played import FLOW
from tests.support.actors import admin


class HoursWatch:
    """Watches one hub."""

    def __init__(self, hub: HoursHub) -> None:
        self.hub = hub
        self.decided: set[str] = set()
        """Cells of which a person said that Alpha's hours stand."""
        self.let_stand: set[str] = set()
        """Cells of which a person said that Beta's stand."""
        hub.setting = self.setting

    def setting(self, cell: str, held: Value, write: VendorWrite) -> None:
        """Check one write before Beta carries it out."""
        value = Decimal(str(write.fields.get("hours") or 0))
        locked = self.hub.locked.get(Cell.of(cell).date)
        if locked is not None and locked <= self.hub.looked.get(write.key, inf):  # later nobody could know
            raise Broken("INV-CLOSED-PERIOD", f"{cell} is locked and was to be set to {value}")
        if value not in self.hub.sums[ours(cell)]:
            raise Broken("INV-HOURS-CELL", f"{cell} was set to {value}; approved were {self.hub.sums[ours(cell)]}")
        theirs_now = self.hub.by_person.get(cell)
        # What both sides held alike, or a person let stand, follows Alpha's next change.
        agreed = ours(cell) in self.decided | self.let_stand or Decimal(theirs_now or 0) in self.hub.sums[ours(cell)]
        if theirs_now is not None and not agreed:
            raise Broken("INV-HOURS-ASKED", f"{cell} held {held} of a person, and was set to {value} unasked")

    def decide(self, action: str) -> None:
        """A person decides every conflict the same way."""
        for key, link in review.waiting_for_a_person(self.hub.inner, admin(), FLOW):
            if link.conflicts and key == HOURS:
                (self.decided if action == "take-left" else self.let_stand).add(link.id.removeprefix("left-"))
                review.decide(self.hub.inner, admin(), key, [link.id], action)


def settle(hub: HoursHub, watch: HoursWatch, *, thorough: bool = True) -> None:
    """Let the world become kind, decide what is open, unlock, and check what must hold at rest. Raises Broken.

    Without `thorough` one whole read has to put everything right, and nothing is asked beyond.
    """
    hub.weather, hub.die_at = type(hub.weather)(), frozenset()
    hub.wait(400)
    hub.drain()
    hub.sync()
    hub.drain()
    at_rest(hub, watch)
    if not thorough:
        return
    hub.locked.clear()
    hub.sync()
    hub.drain()
    watch.decide("take-left")
    hub.drain()
    hub.sync()
    hub.drain()
    at_rest(hub, watch)
    if open_cells(hub):
        raise Broken("INV-PROGRESS", f"{sorted(open_cells(hub))} are still open")
    writes = len(hub.history.writes)
    hub.sync()
    hub.drain()
    if len(hub.history.writes) != writes:
        raise Broken("INV-FIXPOINT", f"another sync wrote {hub.history.writes[writes]}")
    hub.people.rest()


def open_cells(hub: HoursHub) -> set[str]:
    """Return the cells that wait for a person, or for a lock to be lifted."""
    waiting = {Result.CONFLICT, Result.FAILED}
    links = hub.inner.links.all(HOURS)
    return {link.id.removeprefix("left-") for link in links if link.outcome and link.outcome.result in waiting}


def at_rest(hub: HoursHub, watch: HoursWatch) -> None:
    """Check everything that is not open, and that no person let stand."""
    wanted, held = hub.approved(), hub.entries
    still_open = open_cells(hub) | {cell for cell in watch.let_stand if theirs(cell) in hub.by_person}
    sums: dict[str, dict[tuple[str, str, str], Decimal]] = {"left": defaultdict(Decimal), "right": defaultdict(Decimal)}
    for side, cells in (("left", wanted), ("right", held)):
        for name, value in cells.items():
            if name not in still_open and theirs(name) not in hub.by_person:
                sums[side][Cell.of(name)[:3]] += value
    broken = [
        Broken("INV-HOURS-CELL", f"{cell} is {held.get(cell)}, approved are {wanted.get(cell)}")
        for cell in wanted.keys() | held.keys()
        if cell not in still_open
        and not (theirs(cell) in hub.by_person and cell not in wanted)
        and wanted.get(cell) != held.get(cell)
    ]
    if sums["left"] != sums["right"]:
        raise Broken("INV-HOURS-TOTAL", f"{sums['left']} is not {sums['right']}", *broken)
    if broken:
        raise broken[0]
    if not still_open and not hub.by_person and hub.exported != sum(wanted.values(), Decimal()):
        raise Broken("INV-HOURS-TOTAL", f"Alpha notes {hub.exported} as taken over, of {sum(wanted.values())}")
    _audited(hub)


def _audited(hub: HoursHub) -> None:
    """Nothing is under way, and every write that reached Beta is in the journal."""
    for link in hub.inner.links.all(HOURS):
        if link.intent is not None or link.state is LinkState.CLAIMED:
            raise Broken("INV-EXPLAINED", f"{link.id} is still being written")
    told = {entry.attempt for entry in hub.journal()}
    silent = [write for write in hub.history.writes if write.attempt not in told and write.record[0] == "cells"]
    if silent:
        raise Broken("INV-AUDIT", f"{silent[0]} is in no journal line")
