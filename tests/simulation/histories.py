"""Random lives of a hub: people, messages, faults and time in any order, from one seed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from random import Random

from samspill.engine.model import Link, Side
from samspill.errors import ConflictError, SamspillError
from samspill.messages import Replay
from samspill.state import FlowStatus
from samspill.steps import held, review, setup
from samspill.steps.replay import replay
from tests.simulation.flows import FIELDS, Rules, draw_rules
from tests.simulation.hub import Broken, SimulatedHub
from tests.simulation.invariants import Watch, at_rest, fixpoint
from tests.simulation.neighbour import Neighbour
from tests.simulation.options import CALM, Weather, draw_vendor, draw_weather
from tests.simulation.vendor import POISON

LENGTH = 60
ROUNDS = 6
"""Reconciliations after a long life, at most; a story of one record may need two (INV-CONVERGE-BOUND)."""


def hub_of(seed: int, *, calm: bool, plain: bool = False, deltas_only: bool = False) -> SimulatedHub:
    """Return the hub that a seed names: its vendors, rules and weather."""
    chance = Random(f"world {seed}")
    left, right = draw_vendor(chance), draw_vendor(chance)
    if deltas_only:
        left, right = (replace(options, webhooks="none", delta=True) for options in (left, right))
    rules = Rules() if plain or chance.random() < 0.3 else draw_rules(chance)
    return SimulatedHub(seed, left=left, right=right, rules=rules, weather=draw_weather(chance, calm=calm))


def live_guarded(seed: int) -> SimulatedHub:
    """Live a life under small limits, in which many records go at once and people decide about lists. Raises Broken."""
    hub = hub_of(seed, calm=False)
    watch = Watch(hub)
    for _ in range(8):
        add(hub)
    hub.sync()
    hub.drain()
    hub.person_sets_limits(at_least=hub.chance.choice((0, 1, 2)))

    def anything() -> None:
        kind = hub.chance.random()
        if kind < 0.06:
            delete_many(hub)
        elif kind < 0.14:
            decide_about_a_list(hub)
        elif kind < 0.16:
            hub.person_sets_limits(share=hub.chance.choice((0.05, 0.5, 1.0)), at_least=hub.chance.choice((0, 1, 2)))
        else:
            act(hub, watch)
        watch.step()

    hub.meanwhile = anything
    for _ in range(LENGTH):
        anything()
    settle(watch)
    return hub


def live(seed: int, *, calm: bool = False, plain: bool = False, deltas_only: bool = False) -> SimulatedHub:
    """Live one life and check everything. Raises Broken.

    Args:
        seed: names the life.
        calm: calls do what they are told, so that bounds on writes are exact.
        plain: every field is two-way and the left side wins.
        deltas_only: no webhooks, and only reads of what changed.
    """
    hub = hub_of(seed, calm=calm, plain=plain, deltas_only=deltas_only)
    watch = Watch(hub)
    if deltas_only:
        hub.watch_cursor = lambda *_: None
        hub.loses_keys = False
    hub.meanwhile = lambda: act(hub, watch)
    for _ in range(LENGTH):
        act(hub, watch)
    settle(watch, full=not deltas_only)
    return hub


def live_beside(seed: int) -> SimulatedHub:
    """Live the lives of two customers in one table and one queue, and check everything of both. Raises Broken."""
    hub = hub_of(seed, calm=False)
    chance = Random(f"neighbour {seed}")
    beside = Neighbour(hub, left=draw_vendor(chance), right=draw_vendor(chance))
    both = [Watch(hub), Watch(beside)]

    def anybody() -> None:
        watch = hub.chance.choice(both)
        act(watch.hub, watch)

    hub.meanwhile = anybody
    for _ in range(2 * LENGTH):
        anybody()
    settle(*both)
    return hub


def twice(life: Callable[[int], SimulatedHub], seed: int) -> None:
    """Live a life again: it is the same, call by call. Raises Broken."""
    first, second = life(seed), life(seed)
    if first.trace != second.trace:
        raise Broken("INV-DETERMINISM", f"seed {seed} lived {first.steps} and {second.steps} steps, not the same ones")


def only_tried(hub: SimulatedHub) -> None:
    """Have a sync worked out while nothing else is under way: nothing is sent, and no pair changes. Raises Broken."""
    before = hub.attempts.copy(), _links(hub)
    hub.person_tries()
    hub.drain()
    if before != (hub.attempts, _links(hub)):
        raise Broken("INV-DRY-RUN", f"a dry run sent {hub.attempts - before[0]} and left {_links(hub)}")


def settle(*watches: Watch, full: bool = True, rounds: int = ROUNDS) -> None:
    """Let the sun shine, reconcile until nothing happens any more, so many times at most, and check."""
    hubs = [watch.hub for watch in watches]
    for hub in hubs:
        heal(hub)
    for _ in range(rounds):
        if _reconcile(watches, full=full) and _holds(watches):
            break
    try:
        _check(watches)
    except Broken as late:
        if "INV-CONVERGE" not in late.names:
            raise
        _in_the_end(watches, late, rounds, full=full)
    for hub in hubs:
        fixpoint(hub, full=full)


def _reconcile(watches: Sequence[Watch], *, full: bool) -> bool:
    """Have everything compared once; tell whether all were, and nothing was sent or changed."""
    hubs, quiet = [watch.hub for watch in watches], True
    hubs[0].drain()
    for watch in watches:
        watch.step()
    for hub in hubs:
        before = hub.attempts.copy(), _links(hub)
        if any(hub.inner.queues.dead.values()):
            hub.person_replays_dead()
        replay(hub.inner, Replay(tenant=hub.flow_key.tenant, flow=hub.flow_key.flow))
        hub.drain()
        quiet &= hub.sync(full=full) is not None
        hub.drain()
        quiet &= before == (hub.attempts, _links(hub))
    hubs[0].wait(1000 if full else 100)
    return quiet


def _links(hub: SimulatedHub) -> list[list[Link]]:
    return [hub.links(stream.name) for stream in hub.flow.streams]


def _check(watches: Sequence[Watch]) -> None:
    for watch in watches:
        at_rest(watch)


def _holds(watches: Sequence[Watch]) -> bool:
    try:
        _check(watches)
    except Broken:
        return False
    return True


def _in_the_end(watches: Sequence[Watch], late: Broken, rounds: int, *, full: bool) -> None:
    """Two sides still differ: tell whether they always will, or only for too long."""
    for _ in range(ROUNDS):
        _reconcile(watches, full=full)
    if _holds(watches):
        raise Broken("INV-CONVERGE-BOUND", f"after {rounds} rounds the sides still differed", late)
    raise late


def heal(hub: SimulatedHub) -> None:
    """End all faults, as people and vendors do."""
    hub.weather, hub.die_at = CALM, frozenset()
    for vendor in hub.vendors.values():
        vendor.key_works = True
        vendor.options = replace(vendor.options, calls_per_window=0)
    for side in Side:
        setup.test(hub.inner, hub.flow_key.tenant, side)
    status = hub.inner.registry.flow(hub.flow_key).status
    if status is FlowStatus.PAUSED:
        setup.resume(hub.inner, hub.flow_key, "tester")


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
    if row.fields.get("number") and chance.random() < 0.15:
        other = hub.vendors[side.other]
        if not other.numbered("customers", row.fields["number"]):
            entity = hub.history.entity_of["customers", side, row.id]
            hub.person_adds(side.other, entity=entity, number=row.fields["number"])


def _some_row(hub: SimulatedHub):  # type: ignore[no-untyped-def]  # (side, kind, row), or None
    side, kind = hub.chance.choice(tuple(Side)), hub.chance.choice(("customers", "customers", "projects"))
    rows = [row for row in hub.vendors[side].rows[kind].values() if not row.archived]
    return (side, kind, hub.chance.choice(rows)) if rows else None


def edit(hub: SimulatedHub) -> None:
    found = _some_row(hub)
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
    found = _some_row(hub)
    if found is not None:
        hub.person_deletes(*found)


def delete_many(hub: SimulatedHub) -> None:
    """A restored backup, or somebody in a hurry."""
    side = hub.chance.choice(tuple(Side))
    rows = [row for row in hub.vendors[side].rows["customers"].values() if not row.archived]
    for row in hub.chance.sample(rows, len(rows) // 2):
        hub.person_deletes(side, "customers", row)


def decide_about_a_list(hub: SimulatedHub) -> None:
    lists = held.lists(hub.inner, hub.flow_key)
    if not lists:
        return
    found = hub.chance.choice(lists)
    try:
        (hub.person_lets_through if hub.chance.random() < 0.7 else hub.person_refuses)(found)
    except ConflictError:
        return  # too old a list


def decide(hub: SimulatedHub) -> None:
    waiting = review.waiting_for_a_person(hub.inner, hub.flow_key)
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
            hub.call(partial(setup.test, hub.world, hub.flow_key.tenant, side), 60)


__all__ = ["Broken", "Weather", "live"]
