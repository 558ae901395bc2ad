"""Lives in which people put values into records that some step cannot deal with, and correct some of them later.

No message may be given up on for want of one record, and at rest each record stands for itself (`by_itself.py`).
"""

from __future__ import annotations

from dataclasses import replace
from random import Random

from samspill.canon.values import Fields
from samspill.engine.model import Side
from samspill.reasons import Reason
from tests.simulation.actions import act, add, some_row
from tests.simulation.broken import Broken
from tests.simulation.flows import CUSTOMERS, PROJECTS, Rules
from tests.simulation.histories import LENGTH, settle
from tests.simulation.hub import SimulatedHub
from tests.simulation.options import draw_vendor, draw_weather
from tests.simulation.spoils import SPOILS, UNPLANNABLE, UNSEARCHABLE, Unforeseen, spoiled_in
from tests.simulation.watch import Watch

MAX_RECEIVES = 5
"""As the template has it: what fails so often is given up on."""


def _scope(fields: Fields) -> Reason | None:
    if spoiled_in(fields, UNPLANNABLE):
        raise Unforeseen("the rules cannot deal with this")
    return None


RULES = Rules(*(replace(each, scope=dict.fromkeys(Side, _scope)) for each in (CUSTOMERS, PROJECTS)))


def live_spoiled(seed: int) -> SimulatedHub:
    """Live a life beside spoiled records, and check everything. Raises Broken."""
    chance = Random(f"spoiled {seed}")
    left, right = (replace(draw_vendor(chance), calls_per_window=0) for _ in Side)
    weather = replace(draw_weather(chance, calm=chance.random() < 0.5), refuses=0.0, dies=0.0, meanwhile=0.0)
    hub = SimulatedHub(seed, left=left, right=right, rules=RULES, weather=weather, max_receives=MAX_RECEIVES)
    hub.loses_keys = False
    watch = Watch(hub)
    for _ in range(4):
        add(hub)
    for _ in range(LENGTH):
        kind = hub.chance.random()
        if kind < 0.10:
            spoil(hub)
        elif kind < 0.16:
            correct(hub)
        else:
            act(hub, watch)
        watch.step()
        _nothing_given_up_on(hub)
    settle(watch)
    _nothing_given_up_on(hub)
    return hub


def spoil(hub: SimulatedHub) -> None:
    """Somebody types what some step cannot deal with, into a record that is there or into a new one.

    One at a time: of two things that are wrong with one record, the first hides the second.
    """
    chance = hub.chance
    kind = chance.choice(SPOILS)
    value = f"{kind} {hub.value('number')}"
    if kind == UNSEARCHABLE or chance.random() < 0.3:
        name = "number" if kind == UNSEARCHABLE else chance.choice(("name", "phone", "number"))
        hub.person_adds(chance.choice(tuple(Side)), **{name: value})
    elif (found := some_row(hub)) is not None and spoiled_in(found[2].fields) is None:
        side, stream, row = found
        name = chance.choice(("name", "phone") if stream == "customers" else ("name",))
        hub.person_edits(side, stream, row, name, value)


def correct(hub: SimulatedHub) -> None:
    """Somebody types something else where a spoiled value stands."""
    spoiled = [
        (side, stream, row, name)
        for side in Side
        for stream, rows in hub.vendors[side].rows.items()
        for row in rows.values()
        if (name := spoiled_in(row.fields)) is not None and not row.archived
    ]
    if spoiled:
        side, stream, row, name = hub.chance.choice(spoiled)
        hub.person_edits(side, stream, row, name, hub.value(name))


def _nothing_given_up_on(hub: SimulatedHub) -> None:
    given_up = [letter for letters in hub.inner.queues.dead.values() for letter in letters]
    if given_up or any(what == "dead letter" for what, _ in hub.seen):
        raise Broken("INV-ALONE", f"a message with all its records was given up on: {given_up}")
