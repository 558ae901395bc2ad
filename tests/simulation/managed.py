"""Lives in which people manage the flow: rules are changed, it is paused, and what was given up on is put back."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from samspill.engine.model import Side
from samspill.engine.rules import OnConflict, Policy
from samspill.errors import SamspillError
from tests.simulation.actions import act
from tests.simulation.flows import Rules, draw_rules
from tests.simulation.histories import LENGTH, settle
from tests.simulation.hub import SimulatedHub
from tests.simulation.options import draw_vendor, draw_weather, odder
from tests.simulation.watch import Watch

MAX_RECEIVES = (1, 2)
"""So few that messages are given up on."""
FIELDS = ("customers.name", "customers.phone", "customers.address", "projects.name")
"""Fields an admin changes the rule of."""


def live_managed(seed: int) -> SimulatedHub:
    """Live a life under an admin's hands, among vendors with rarer traits, and check everything. Raises Broken."""
    chance = Random(f"managed {seed}")
    left, right = (odder(chance, draw_vendor(chance)) for _ in Side)
    weather = replace(draw_weather(chance, calm=False), too_many=chance.choice((0.0, 0.05)))
    rules = Rules() if chance.random() < 0.5 else draw_rules(chance)
    most = chance.choice(MAX_RECEIVES)
    hub = SimulatedHub(seed, left=left, right=right, rules=rules, weather=weather, max_receives=most)
    watch = Watch(hub)

    def anything() -> None:
        waits = hub.is_paused or any(hub.inner.queues.dead.values())
        if hub.chance.random() < (0.3 if waits else 0.1):
            manage(hub)
            watch.step()
        else:
            act(hub, watch)

    hub.meanwhile = anything
    for _ in range(LENGTH):
        anything()
    settle(watch)
    return hub


def manage(hub: SimulatedHub) -> None:
    """Somebody who runs the flow does something; what does not fit its state is refused."""
    kind = hub.chance.random()
    try:
        if hub.is_paused or kind < 0.25:
            hub.person_pauses_or_resumes()
        elif any(hub.inner.queues.dead.values()) and kind < 0.75:
            hub.person_replays_dead()
        elif kind < 0.75:
            change_a_rule(hub)
        else:
            hub.person_tries()
    except SamspillError:
        return


def change_a_rule(hub: SimulatedHub) -> None:
    chance = hub.chance
    policy, master = chance.choice(tuple(Policy)), chance.choice(tuple(Side))
    hub.person_changes_a_rule(chance.choice(FIELDS), policy, master, chance.choice(tuple(OnConflict)))
