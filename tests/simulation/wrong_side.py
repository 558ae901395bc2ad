"""The story of an edit on the wrong side while nobody has read what the side that decides holds by now."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import replace
from functools import partial

from samspill.engine.model import Side
from samspill.engine.rules import FieldRule, Policy
from tests.simulation.flows import CUSTOMERS, Rules
from tests.simulation.histories import settle
from tests.simulation.hub import SimulatedHub
from tests.simulation.options import VendorOptions
from tests.simulation.watch import Watch

OWNED = Rules(
    replace(
        CUSTOMERS,
        fields=(
            FieldRule("name"),
            FieldRule("phone"),
            FieldRule("address", Policy.FILL_IF_BLANK),
            FieldRule("number", Policy.TWO_WAY),
        ),
        creates=frozenset({Side.RIGHT}),
    )
)
"""The left side decides."""
EDITS = (("phone", "Phone on the wrong side"), ("address", None))
"""What is typed on the right: into a field that the left side owns, and into one that it fills where it is empty."""


def untold(name: str, wrong: str | None, die_at: AbstractSet[int] = frozenset()) -> SimulatedHub:
    """The master's edit is told by nobody; an edit of that field on the other side, to `wrong`, is told at once."""
    hub = SimulatedHub(7, left=VendorOptions(webhooks="none"), right=VendorOptions(webhooks="exact"), rules=OWNED)
    watch = Watch(hub)
    ours = hub.person_adds(Side.LEFT)
    hub.sync()
    hub.drain()
    hub.wait(1)
    (theirs,) = hub.vendors[Side.RIGHT].rows["customers"].values()
    hub.person_edits(Side.LEFT, "customers", ours, name, hub.value(name))
    hub.wait(1)
    hub.person_edits(Side.RIGHT, "customers", theirs, name, wrong)
    start = hub.steps
    hub.die_at = frozenset(start + step for step in die_at)
    hub.drain()
    hub.story_turns = [step - start for step in hub.turns.values() if step > start]
    settle(watch)
    return hub


def every_story() -> list[Callable[[], object]]:
    """Return what plays each story once."""
    return [partial(untold, name, wrong) for name, wrong in EDITS]
