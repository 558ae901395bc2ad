"""Random lives of a hub: people, messages, faults and time in any order, from one seed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random

from samspill.engine.model import Link, Side
from samspill.messages import Replay
from samspill.pipeline.replay.replay import replay
from samspill.state import FlowKey, FlowStatus
from samspill.usecases import setup
from tests.simulation.actions import act, add, decide_about_a_list, delete_many
from tests.simulation.broken import Broken
from tests.simulation.flows import Rules, draw_rules
from tests.simulation.hub import SimulatedHub
from tests.simulation.invariants import at_rest, fixpoint
from tests.simulation.neighbour import COMPANY, CUSTOMER, Neighbour
from tests.simulation.options import CALM, draw_vendor, draw_weather
from tests.simulation.watch import Watch
from tests.support.actors import admin

LENGTH = 60
LISTED_S = 200
"""After so long every change is in the lists of what changed."""
ROUNDS = 6
"""Reconciliations after a long life, at most; a story of one record may need two (INV-CONVERGE-BOUND)."""


def hub_of(seed: int, *, calm: bool, plain: bool = False, deltas_only: bool = False) -> SimulatedHub:
    """Return the hub that a seed names: its vendors, rules and weather."""
    chance = Random(f"world {seed}")
    left, right = draw_vendor(chance), draw_vendor(chance)
    if deltas_only:
        left, right = (replace(options, webhooks="none", delta=True) for options in (left, right))
    rules = Rules() if plain or chance.random() < 0.3 else draw_rules(chance)
    weather = draw_weather(chance, calm=calm)
    if deltas_only:  # only a whole read finds what an answer left out without saying so
        weather = replace(weather, hides_rows=0.0, hides_fields=0.0)
    return SimulatedHub(seed, left=left, right=right, rules=rules, weather=weather)


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
        deltas_only: no webhooks, and only reads of what changed. Answers leave nothing out.
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


def live_beside(seed: int, flow: FlowKey = CUSTOMER) -> SimulatedHub:
    """Live the lives of two customers in one table and one queue, and check everything of both. Raises Broken.

    With `COMPANY` they are two companies of one customer.
    """
    hub = hub_of(seed, calm=False)
    chance = Random(f"neighbour {seed}")
    beside = Neighbour(hub, flow, left=draw_vendor(chance), right=draw_vendor(chance))
    both = [Watch(hub), Watch(beside)]

    def anybody() -> None:
        watch = hub.chance.choice(both)
        act(watch.hub, watch)

    hub.meanwhile = anybody
    for _ in range(2 * LENGTH):
        anybody()
    settle(*both)
    return hub


def live_companies(seed: int) -> SimulatedHub:
    """Live the lives of two companies of one customer, each in a flow of its own. Raises Broken."""
    return live_beside(seed, COMPANY)


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
    if not full:
        hubs[0].wait(LISTED_S)
    if not any(_reconcile(watches, full=full) and _holds(watches) for _ in range(rounds)):
        try:
            _check(watches)
        except Broken as late:
            if "INV-CONVERGE" not in late.names:
                raise
            _in_the_end(watches, late, rounds, full=full)
    for hub in hubs:
        fixpoint(hub, full=full)
    hubs[0].hubs[0].people.rest()


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
    hubs[0].wait(1000 if full else LISTED_S)
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
        setup.test(hub.inner, admin(), hub.flow_key.tenant, hub.connections[side])
    status = hub.inner.registry.flow(hub.flow_key).status
    if status is FlowStatus.PAUSED:
        setup.resume(hub.inner, admin(), hub.flow_key)
