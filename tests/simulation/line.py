"""Stories of what vendors tell: gathered while it is read, parked at a limit, and not forgotten whoever dies."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import replace
from functools import partial

from samspill.engine.model import LinkState, Side
from samspill.messages import FetchLine
from tests.simulation.broken import Broken
from tests.simulation.hub import SimulatedHub
from tests.simulation.options import VendorOptions, Weather

LEFT = VendorOptions(webhooks="exact", versions=False, preconditions=False)
"""What it tells is not known by a version: only a read can tell."""
RIGHT = VendorOptions(webhooks="none")
CALLS = 3
"""A window of the vendor that is at its limit."""
MANY = 7
type Story = Callable[[SimulatedHub], None]


def _rename(hub: SimulatedHub, number: int = 0) -> None:
    row = list(hub.vendors[Side.LEFT].rows["customers"].values())[number]
    hub.person_edits(Side.LEFT, "customers", row, "name", hub.value("name"))
    hub.hook()


def told_often(hub: SimulatedHub) -> None:
    """A record is told, read, told again while it is gathered, and once more while the line is read."""
    _rename(hub)
    hub.deliver("fetch")
    for _ in range(2):
        _rename(hub)
        hub.deliver("fetch")
    hub.meanwhile = partial(_while_the_line_is_read, hub)
    hub.weather = Weather(meanwhile=1.0)


def _while_the_line_is_read(hub: SimulatedHub) -> None:
    """Edit and tell once more when the vendor has just answered."""
    if hub._at == "left.read answered" and isinstance(hub._at_work[-1], FetchLine):
        hub.weather = Weather()
        _rename(hub)
        hub.deliver("fetch")


def at_the_limit(hub: SimulatedHub) -> None:
    """More records are told than the vendor may be asked for in a window; one of them twice."""
    hub.vendors[Side.LEFT].options = replace(LEFT, calls_per_window=CALLS)
    hub.limits[Side.LEFT] = CALLS
    for number in range(MANY):
        _rename(hub, number)
        hub.deliver("fetch")
    _rename(hub, 1)


def shut_for_good(hub: SimulatedHub) -> None:
    """The vendor answers everything with 429."""
    hub.weather = Weather(too_many=1.0)
    at_the_limit(hub)


def lived(story: Story, pairs: int, die_at: AbstractSet[int] = frozenset(), *, limit_s: float = 8000) -> SimulatedHub:
    """Play a story in which nothing but webhooks has anybody look, with deaths at these calls. Raises Broken."""
    hub = SimulatedHub(7, left=LEFT, right=RIGHT)
    for _ in range(pairs):
        hub.person_adds(Side.LEFT)
    hub.sync()
    hub.drain()
    start = hub.steps
    hub.die_at = frozenset(start + step for step in die_at)
    story(hub)
    hub.drain(limit_s=limit_s)
    hub.story_turns = [step - start for step in hub.turns.values() if step > start]
    return hub


def ended_well(hub: SimulatedHub) -> None:
    """Check that all that was told was read after it was told, and has gone over. Raises Broken."""
    for record, told in hub.told_at.items():
        if hub.read_at.get(record, -1) < told:
            raise Broken("INV-TOLD-READ", f"{record} was told at step {told}, and nobody has read it since")
    for link in hub.links("customers"):
        names = {side: hub.vendors[side].rows["customers"][link.ids[side]].fields["name"] for side in Side}
        if link.state is not LinkState.LINKED or len(set(names.values())) > 1:
            raise Broken("INV-TOLD-READ", f"{link.id} was told, and {names} differ")
    key = hub.key("customers")
    if hub.inner.line.first(key, 1) or hub.inner.line.reader(key) is not None:
        raise Broken("INV-TOLD-READ", "somebody waits in line, or somebody reads it, and nothing more will happen")


def ends_well(story: Story, pairs: int, die_at: AbstractSet[int] = frozenset()) -> SimulatedHub:
    """Play a story and check its end. Raises Broken."""
    hub = lived(story, pairs, die_at)
    ended_well(hub)
    return hub


STORIES: tuple[tuple[Story, int], ...] = ((told_often, 1), (at_the_limit, MANY))


def told() -> Iterator[Callable[[], object]]:
    """The stories in which nobody dies."""
    return (partial(ends_well, story, pairs) for story, pairs in STORIES)


def deadly() -> Iterator[Callable[[], object]]:
    """The stories with every single death."""
    for story, pairs in STORIES:
        turns = lived(story, pairs).story_turns
        yield from (partial(ends_well, story, pairs, {turn}) for turn in turns)


def shut() -> Iterator[Callable[[], object]]:
    """A vendor that lets nothing through."""
    yield partial(lived, shut_for_good, MANY, limit_s=10**6)
