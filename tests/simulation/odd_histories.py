"""Random lives in which backups are restored, deleted records live again, and records leave the scope and return."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from samspill.engine.model import Side
from tests.simulation.actions import act
from tests.simulation.comebacks import bring_back, hide, out_of_scope, restore, step_aside
from tests.simulation.flows import Rules, draw_rules
from tests.simulation.histories import LENGTH, settle
from tests.simulation.hub import SimulatedHub
from tests.simulation.options import draw_vendor, draw_weather
from tests.simulation.watch import Watch


def live_odd(seed: int, *, calm: bool = False) -> SimulatedHub:
    """Live a life in which things go back, come back, leave and return. Raises Broken."""
    chance = Random(f"odd world {seed}")
    left, right = draw_vendor(chance), draw_vendor(chance)
    rules = Rules() if chance.random() < 0.3 else draw_rules(chance)
    rules = replace(rules, customers=replace(rules.customers, scope=dict.fromkeys(Side, out_of_scope)))
    hub = SimulatedHub(seed, left=left, right=right, rules=rules, weather=draw_weather(chance, calm=calm))
    watch = Watch(hub)

    def anything() -> None:
        kind = hub.chance.random()
        if kind < 0.05:
            restore(hub)
        elif kind < 0.08:
            hide(hub)
        elif kind < 0.13:
            bring_back(hub)
        elif kind < 0.19:
            step_aside(hub)
        else:
            act(hub, watch)
            return
        watch.step()

    hub.meanwhile = anything
    for _ in range(LENGTH):
        anything()
    settle(watch)
    return hub
