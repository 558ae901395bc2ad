"""Lives among vendors that are as difficult as real ones.

Most tell no versions, or tags, so that only the order of calls says what is later; calls and answers are on their way
for long, and others read and write meanwhile; what was refused is delivered again; people make the same record on both
sides within one look; lists end early without saying so.
"""

from __future__ import annotations

from random import Random

from samspill.engine.model import Side
from tests.simulation.actions import act
from tests.simulation.flows import Rules, draw_rules
from tests.simulation.histories import LENGTH, settle
from tests.simulation.hub import SimulatedHub
from tests.simulation.options import draw_vendor, harder, harder_weather
from tests.simulation.watch import Watch


def live_hard(seed: int) -> SimulatedHub:
    """Live a life among difficult vendors, and check everything. Raises Broken."""
    chance = Random(f"hard {seed}")
    left, right = (harder(chance, draw_vendor(chance)) for _ in Side)
    rules = Rules() if chance.random() < 0.5 else draw_rules(chance)
    hub = SimulatedHub(seed, left=left, right=right, rules=rules, weather=harder_weather(chance))
    hub.twins = chance.choice((0.15, 0.7))
    watch = Watch(hub)
    hub.meanwhile = lambda: act(hub, watch)
    for _ in range(LENGTH):
        act(hub, watch)
    settle(watch)
    return hub
