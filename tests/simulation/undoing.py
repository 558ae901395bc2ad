"""Stories of people who take back what a run wrote: quietly, over an edit, and while functions die."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from functools import partial

from samspill.engine.model import Side
from samspill.engine.rules import FieldRule
from tests.simulation.flows import CUSTOMERS, Rules
from tests.simulation.histories import settle
from tests.simulation.hub import SimulatedHub
from tests.simulation.options import VendorOptions
from tests.simulation.taken_back import person_takes_back
from tests.simulation.vendor import Row
from tests.simulation.watch import Watch

SILENT = VendorOptions(webhooks="none")
NUMBERS = VendorOptions(webhooks="none", assigns_numbers=True)
OWNED = replace(
    CUSTOMERS, fields=tuple(FieldRule(rule.name) for rule in CUSTOMERS.fields), creates=frozenset({Side.RIGHT})
)


@dataclass(frozen=True, slots=True)
class Undoing:
    """What a run wrote, and what people do between the yes and the look, and afterwards."""

    name: str
    wrote: Callable[[SimulatedHub], None]
    meanwhile: Callable[[SimulatedHub], None] = lambda _hub: None
    later: Callable[[SimulatedHub], None] = lambda _hub: None
    rules: Rules = field(default_factory=Rules)
    right: VendorOptions = SILENT


def row(hub: SimulatedHub, side: Side) -> Row:
    return next(iter(hub.vendors[side].rows["customers"].values()))


def _edit(side: Side, name: str = "phone") -> Callable[[SimulatedHub], None]:
    return lambda hub: hub.person_edits(side, "customers", row(hub, side), name, hub.value(name))


def _delete(side: Side) -> Callable[[SimulatedHub], None]:
    return lambda hub: hub.person_deletes(side, "customers", row(hub, side))


def _change(hub: SimulatedHub) -> None:
    hub.person_adds(Side.LEFT)
    hub.sync()
    hub.drain()
    _edit(Side.LEFT)(hub)


def _change_both(hub: SimulatedHub) -> None:
    _change(hub)
    _edit(Side.RIGHT, "name")(hub)


def _create(hub: SimulatedHub) -> None:
    hub.person_adds(Side.LEFT)


def _create_without_number(hub: SimulatedHub) -> None:
    """The right side gives what is created there a number, which goes back to the left one."""
    hub.person_adds(Side.LEFT, number=None)


STORIES = (
    Undoing("a value", _change),
    Undoing("a value of an owner", _change, later=_edit(Side.RIGHT), rules=Rules(OWNED)),
    Undoing("a value that was edited", _change, _edit(Side.RIGHT)),
    Undoing("a value whose source was edited", _change, _edit(Side.LEFT)),
    Undoing("a value whose source is edited later", _change, later=_edit(Side.LEFT)),
    Undoing("a value, and another field is edited", _change, _edit(Side.RIGHT, "name")),
    Undoing("values of both sides", _change_both),
    Undoing("values of both sides, one of which was edited", _change_both, _edit(Side.LEFT, "name")),
    Undoing("values of both sides, one of which is edited later", _change_both, later=_edit(Side.RIGHT, "name")),
    Undoing("a create and the number it was given", _create_without_number, right=NUMBERS),
    Undoing("a create", _create),
    Undoing("a create that was edited", _create, _edit(Side.RIGHT)),
    Undoing("a create whose source was edited", _create, _edit(Side.LEFT)),
    Undoing("a create whose source is edited later", _create, later=_edit(Side.LEFT)),
    Undoing("a create whose source is deleted", _create, _delete(Side.LEFT)),
    Undoing("a create whose source is deleted later", _create, later=_delete(Side.LEFT)),
    Undoing("a create that was deleted", _create, _delete(Side.RIGHT)),
)


def play(story: Undoing, die_at: AbstractSet[int] = frozenset()) -> SimulatedHub:
    """Play a story, with deaths at these calls after the yes, and check everything. Raises Broken."""
    hub = SimulatedHub(7, left=SILENT, right=story.right, rules=story.rules)
    watch = Watch(hub)
    story.wrote(hub)
    run = hub.sync()
    hub.drain()
    assert run is not None
    hub.wait(1)
    person_takes_back(hub, run.id)
    assert hub.history.taken_back, "there is nothing to take back"
    hub.wait(1)
    story.meanwhile(hub)
    start = hub.steps
    hub.die_at = frozenset(start + step for step in die_at)
    hub.drain()
    hub.story_turns = [step - start for step in hub.turns.values() if step > start]
    hub.wait(1)
    story.later(hub)
    settle(watch)
    return hub


def every_story() -> list[Callable[[], object]]:
    """Return what plays each story once."""
    return [partial(play, story) for story in STORIES]
