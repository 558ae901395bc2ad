"""What goes back, comes back, or leaves and returns: restored backups, deleted records that live again, scopes.

Here is what happens and what must hold; `odd_histories.py` lives it.
"""

from __future__ import annotations

from samspill.canon.values import Fields
from samspill.engine.model import Link, LinkState, Result, Side
from samspill.engine.rules import Policy
from samspill.reasons import Reason
from tests.simulation.broken import Broken
from tests.simulation.flows import FIELDS
from tests.simulation.history import EngineWrite, Record
from tests.simulation.hub import SimulatedHub
from tests.simulation.vendor import Row, SimulatedVendor

OUT_OF_SCOPE = "is_offer"
"""The reason of a record that is none of the flow's business."""


def out_of_scope(fields: Fields) -> Reason | None:
    """Say why a record is none of the flow's business."""
    return Reason(OUT_OF_SCOPE, {"source": "", "target": ""}) if fields.get("aside") else None


# --- what happens -----------------------------------------------------------------------------------------------------


def _any_row(hub: SimulatedHub, *, orders: bool = False) -> tuple[SimulatedVendor, str, Row] | None:
    vendor = hub.vendors[hub.chance.choice(tuple(Side))]
    kind = hub.chance.choice(("customers", "customers", "projects"))
    rows = [row for row in vendor.rows[kind].values() if not row.archived]
    if orders:
        rows = [row for row in rows if row.past and vendor.options.orders]
    return (vendor, kind, hub.chance.choice(rows)) if rows else None


def restore(hub: SimulatedHub) -> None:
    """A vendor puts a record back to what a backup holds, its version too, and tells nobody."""
    found = _any_row(hub, orders=True)
    if found is None:
        return
    vendor, kind, row = found
    go_back(hub, vendor, kind, row, hub.chance.randrange(len(row.past)))


def go_back(hub: SimulatedHub, vendor: SimulatedVendor, kind: str, row: Row, place: int) -> None:
    """Set a record back to one of its past states."""
    version, fields = row.past[place]
    record: Record = (kind, vendor.side, row.id)
    link = hub.inner.links.of_records(hub.key(kind), vendor.side, [row.id]).get(row.id)
    shadow = link.shadows.get(vendor.side) if link is not None and link.state is LinkState.LINKED else None
    known = shadow.version.order if shadow is not None and shadow.version is not None else None
    is_known = known is not None and known > version
    if known is not None and is_known:
        hub.history.known[record] = known
    for name in FIELDS[kind]:
        if row.fields[name] != fields[name]:
            hub.history.unmade.add((record, name))
            if is_known and link is not None and name in link.base:
                hub.history.yesterday[record, name] = fields[name]
            hub.history.reverts.append((record, name))
    row.fields, row.version, row.past = dict(fields), version, row.past[:place]
    hub.history.restored[record] = hub.clock.time
    hub.seen["restores", ""] += 1


def hide(hub: SimulatedHub) -> None:
    """A key loses the right to see a record: the vendor says that there is none, and sends no webhook."""
    found = _any_row(hub)
    if found is None:
        return
    vendor, kind, row = found
    hub.history.deleted[kind, vendor.side, row.id] = hub.clock.time
    vendor.removed[kind][row.id] = vendor.rows[kind].pop(row.id)


def bring_back(hub: SimulatedHub) -> None:
    """Somebody takes a record out of the bin, or gives a right back: under its id, perhaps with another version."""
    vendor = hub.vendors[hub.chance.choice(tuple(Side))]
    kind = hub.chance.choice(("customers", "customers", "projects"))
    rows = [row for row in vendor.removed[kind].values() if not row.archived]
    if not rows:
        return
    row = hub.chance.choice(rows)
    if vendor.numbered(kind, row.fields.get("number")):
        return
    row.version = max(1, row.version + hub.chance.choice((-1, 0, 0, 2)))
    come_back(hub, vendor, kind, row)
    if hub.chance.random() < 0.5:
        row.changed_at = row.listed_at = hub.clock.time
        vendor.tell(kind, row.id)


def come_back(hub: SimulatedHub, vendor: SimulatedVendor, kind: str, row: Row) -> None:
    """Put a record that is gone where it was."""
    del vendor.removed[kind][row.id]
    vendor.bin[kind].pop(row.id, None)
    vendor.rows[kind][row.id] = row
    record: Record = (kind, vendor.side, row.id)
    hub.history.back[record] = hub.history.restored[record] = hub.clock.time
    hub.seen["comes back", ""] += 1


def step_aside(hub: SimulatedHub) -> None:
    """Somebody makes a record none of the flow's business, or takes that back."""
    found = _any_row(hub)
    if found is None or found[1] != "customers":
        return
    turn_aside(hub, *found)


def turn_aside(hub: SimulatedHub, vendor: SimulatedVendor, kind: str, row: Row) -> None:
    """Take a record out of the scope, or back into it."""
    row.aside, row.aside_at = not row.aside, hub.clock.time
    vendor.put(kind, row, {})
    hub.seen["steps aside", ""] += 1


# --- what must hold ---------------------------------------------------------------------------------------------------


def _planned_at(hub: SimulatedHub, done: EngineWrite) -> float:
    return hub.history.let_out.get((done.record[0], done.attempt), hub.clock.time)


def asked_for(hub: SimulatedHub, done: EngineWrite) -> None:
    """Check that no value that a restore brought back is written over what the other side holds, unasked."""
    kind, side, external_id = done.record
    if done.create or not hub.history.yesterday:
        return
    for link in hub.links(kind):
        if link.ids.get(side) != external_id or side.other not in link.ids:
            continue
        other: Record = (kind, side.other, link.ids[side.other])
        restored = hub.history.restored.get(other, 0.0)
        if (kind, link.id) in hub.history.decided or _planned_at(hub, done) <= restored:
            continue
        rules = hub.flow_now().stream(kind).rules.by_name
        for name, value in done.fields.items():
            both_ways = name in rules and rules[name].policy is Policy.TWO_WAY and rules[name].references is None
            if both_ways and hub.history.yesterday.get((other, name), _NOTHING) == value:
                raise Broken("INV-NO-YESTERDAY", f"{name}={value!r}, which nobody typed, went to {done.record}")


_NOTHING = object()


def note_scope(hub: SimulatedHub, kind: str, link: Link) -> None:
    """Note since when the hub has taken a pair for out of scope."""
    out = link.outcome is not None and link.outcome.reason.code == OUT_OF_SCOPE
    if out and link.state is LinkState.LINKED:
        hub.history.left_out.setdefault((kind, link.id), hub.clock.time)
    else:
        hub.history.left_out.pop((kind, link.id), None)


def in_scope(hub: SimulatedHub, done: EngineWrite) -> None:
    """Check that nothing is written to a pair that the hub knows to be out of scope."""
    kind, side, external_id = done.record
    for link in hub.links(kind):
        since = hub.history.left_out.get((kind, link.id))
        if link.ids.get(side) != external_id or since is None or done.archive:
            continue
        rows = [row for each in Side if (row := hub.row(kind, each, link.ids.get(each)))]
        still = any(row.aside and row.aside_at < since for row in rows)
        if still and since < _planned_at(hub, done):
            raise Broken("INV-SCOPE", f"{done.record} was written while {link.id} is out of scope")


def nothing_back_is_buried(hub: SimulatedHub, kind: str) -> None:
    """Check that a record that is back is not taken for deleted: it is linked, or a person is asked, or has decided."""
    for link in hub.links(kind):
        if link.state is not LinkState.TOMBSTONE or (kind, link.id) in hub.history.decided:
            continue
        asked = link.outcome is not None and link.outcome.result is Result.REVIEW
        for side, external_id in link.ids.items():
            row = hub.row(kind, side, external_id)
            if row is not None and not row.archived and side in link.gone and not asked:
                raise Broken("INV-COMEBACK", f"{external_id} is there again, and {link.id} takes it for deleted")
