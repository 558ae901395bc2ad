"""What may happen to a hub between two steps, each drawn by chance: people, messages, faults and time."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from samspill.engine.model import Side
from samspill.errors import ConflictError, SamspillError
from samspill.guard import pending
from samspill.usecases import review, setup
from tests.simulation.flows import FIELDS
from tests.simulation.hub import SimulatedHub
from tests.simulation.vendor import POISON
from tests.simulation.watch import Watch
from tests.support.actors import admin


def act(hub: SimulatedHub, watch: Watch) -> None:
    """One thing happens."""
    chance = hub.chance
    kind = chance.random()
    if kind < 0.10:
        add(hub)
    elif kind < 0.34:
        edit(hub)
    elif kind < 0.37:
        delete(hub)
    elif kind < 0.80:
        if not hub.deliver_any():
            hub.hook()
    elif kind < 0.88:
        hub.hook()
    elif kind < 0.92:
        hub.sync(full=chance.random() < 0.5)
    elif kind < 0.94:
        decide(hub)
    elif kind < 0.945:
        lose_key(hub)
    else:
        hub.wait(chance.choice((1, 10, 100, 500)))
    watch.step()


def add(hub: SimulatedHub) -> None:
    chance = hub.chance
    side = chance.choice(tuple(Side))
    customers = [row for row in hub.vendors[side].rows["customers"].values() if not row.archived]
    if customers and chance.random() < 0.3:
        hub.person_adds(side, "projects", customer=chance.choice(customers).id)
        return
    row = hub.person_adds(side)
    if row.fields.get("number") and chance.random() < hub.twins:
        other = hub.vendors[side.other]
        if not other.numbered("customers", row.fields["number"]):
            entity = hub.history.entity_of["customers", side, row.id]
            hub.person_adds(side.other, entity=entity, number=row.fields["number"])


def some_row(hub: SimulatedHub):  # type: ignore[no-untyped-def]  # (side, kind, row), or None
    side, kind = hub.chance.choice(tuple(Side)), hub.chance.choice(("customers", "customers", "projects"))
    rows = [row for row in hub.vendors[side].rows[kind].values() if not row.archived]
    return (side, kind, hub.chance.choice(rows)) if rows else None


def edit(hub: SimulatedHub) -> None:
    found = some_row(hub)
    if found is None:
        return
    side, kind, row = found
    name = hub.chance.choice(FIELDS[kind])
    if name == "customer":
        customers = [c for c in hub.vendors[side].rows["customers"].values() if not c.archived]
        if customers:
            hub.person_edits(side, kind, row, name, hub.chance.choice(customers).id)
        return
    if name == "number" and not all(vendor.options.markers for vendor in hub.vendors.values()):
        return  # what a record is found by after an interruption; who changes it meanwhile makes it another record
    value = hub.value(name)
    held = row.fields[name]
    if name == "address" and isinstance(held, Mapping) and isinstance(value, Mapping):
        part = hub.chance.choice(("street", "city"))
        value = hub.chance.choice((value, {**held, part: value[part]}))
    if name == "name" and hub.chance.random() < 0.05:
        value = POISON
    if name == "phone" and row.fields[name] is not None and hub.chance.random() < 0.1:
        value = None
    hub.person_edits(side, kind, row, name, value)


def delete(hub: SimulatedHub) -> None:
    found = some_row(hub)
    if found is not None:
        hub.person_deletes(*found)


def delete_many(hub: SimulatedHub) -> None:
    """A restored backup, or somebody in a hurry."""
    side = hub.chance.choice(tuple(Side))
    rows = [row for row in hub.vendors[side].rows["customers"].values() if not row.archived]
    for row in hub.chance.sample(rows, len(rows) // 2):
        hub.person_deletes(side, "customers", row)


def decide_about_a_list(hub: SimulatedHub) -> None:
    lists = pending.lists(hub.inner, hub.flow_key)
    if not lists:
        return
    found = hub.chance.choice(lists)
    try:
        (hub.person_lets_through if hub.chance.random() < 0.7 else hub.person_refuses)(found)
    except ConflictError:
        return  # too old a list


def decide(hub: SimulatedHub) -> None:
    waiting = review.waiting_for_a_person(hub.inner, admin(), hub.flow_key)
    if not waiting:
        return
    stream, link = hub.chance.choice(waiting)
    action = hub.chance.choice(("take-left", "take-right") if link.conflicts else ("archive", "keep"))
    try:
        hub.person_decides(stream.stream, link.id, action)
    except SamspillError:
        return


def lose_key(hub: SimulatedHub) -> None:
    if not hub.loses_keys:
        return
    vendor = hub.vendors[hub.chance.choice(tuple(Side))]
    vendor.key_works = not vendor.key_works
    if all(each.key_works for each in hub.vendors.values()):
        for side in Side:
            hub.call(partial(setup.test, hub.world, admin(), hub.flow_key.tenant, hub.connections[side]), 60)
