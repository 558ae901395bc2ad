"""Small stories about hours in which a function dies at every call, and random lives."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from tests.simulation.hours.watch import HoursWatch, settle
from tests.simulation.hours.world import DAYS, PEOPLE, PROJECTS, TASKS, HoursHub, Line, theirs
from tests.simulation.options import CALM, Weather

type Story = Callable[[HoursHub], None]


@dataclass(frozen=True, slots=True)
class Scenario:
    """What was before, and what happens while functions may die."""

    name: str
    before: Story
    story: Story


def _line(hours: str = "4", task: str = "t1") -> Line:
    return Line("e1", DAYS[0], "p1", task, Decimal(hours))


def _nothing(hub: HoursHub) -> None:
    """An empty day."""


def _set(hub: HoursHub) -> None:
    hub.write_line(_line())


def _sent(hub: HoursHub) -> None:
    hub.write_line(_line())
    hub.write_line(_line("1", task="t2"))
    hub.drain()


def _correct(hub: HoursHub) -> None:
    hub.change_line(hub.lines[0], hours=Decimal("6.25"))


def _move(hub: HoursHub) -> None:
    hub.change_line(hub.lines[0], date=DAYS[1])


def _withdraw(hub: HoursHub) -> None:
    hub.change_line(hub.lines[0], approved=False)


def _typed_there(hub: HoursHub) -> None:
    hub.put_entry(theirs(_line().cell), "3")


def _locked(hub: HoursHub) -> None:
    _sent(hub)
    hub.lock(DAYS[0])


SCENARIOS = (
    Scenario("hours set", _nothing, _set),
    Scenario("hours corrected", _sent, _correct),
    Scenario("hours moved", _sent, _move),
    Scenario("hours withdrawn", _sent, _withdraw),
    Scenario("hours a person registered", _typed_there, _set),
    Scenario("hours in a locked month", _locked, _move),
)
BY_NAME = {scenario.name: scenario for scenario in SCENARIOS}


def play(scenario: Scenario, die_at: AbstractSet[int] = frozenset(), *, thorough: bool = True) -> HoursHub:
    """Play a scenario, with deaths at these calls of its story, and check everything. Raises Broken."""
    hub = HoursHub(7)
    watch = HoursWatch(hub)
    scenario.before(hub)
    scenario.story(hub)
    start = hub.steps
    hub.die_at = frozenset(start + step for step in die_at)
    hub.drain()
    hub.story_turns = [step - start for step in hub.turns.values() if step > start]
    settle(hub, watch, thorough=thorough)
    return hub


def deaths(scenario: Scenario, part: int = 0, parts: int = 1) -> Iterator[frozenset[int]]:
    """Every single death, or those of one part; see `scenarios.deaths`."""
    return (frozenset({step}) for step in play(scenario).story_turns[part::parts])


def die_twice(scenario: Scenario, part: int = 0, parts: int = 1) -> int:
    """Play the pairs of deaths; see `scenarios.die_twice`."""
    count = 0
    for first in play(scenario).story_turns[part::parts]:
        for second in play(scenario, {first}).story_turns:
            if second > first:
                assert play(scenario, {first, second}, thorough=False).history.deaths == 2
                count += 1
    return count


# --- random lives ----------------------------------------------------------------------------------------------------

ROUGH = Weather(
    dies=0.01,
    refuses=0.03,
    loses_request=0.04,
    loses_answer=0.04,
    executes_late=0.04,
    repeats_message=0.1,
    throttles=0.01,
    meanwhile=0.01,
)
LENGTH = 40


def live_hours(seed: int, *, length: int = LENGTH) -> HoursHub:
    """Live one life of people who write hours, and check everything. Raises Broken."""
    chance = Random(seed)
    weather = CALM if chance.random() < 0.2 else ROUGH
    hub = HoursHub(seed, weather=weather, webhooks=chance.random() < 0.8)
    hub.refuses_locked = chance.random() < 0.7
    watch = HoursWatch(hub)
    hub.meanwhile = lambda: _people(hub)
    for _ in range(length):
        _act(hub, watch)
    hub.meanwhile = lambda: None
    settle(hub, watch)
    return hub


def _act(hub: HoursHub, watch: HoursWatch) -> None:
    kind = hub.chance.random()
    if kind < 0.35:
        _people(hub)
    elif kind < 0.80:
        if not hub.deliver_any():
            hub.hook()
    elif kind < 0.90:
        hub.sync(full=hub.chance.random() < 0.5)
    elif kind < 0.93:
        watch.decide(hub.chance.choice(("take-left", "take-right")))
    else:
        hub.wait(hub.chance.choice((1, 10, 200)))


def _people(hub: HoursHub) -> None:
    """Somebody does something in one of the two systems."""
    chance, kind = hub.chance, hub.chance.random()
    if kind < 0.3 or not hub.lines:
        hours = Decimal(chance.choice(("0", "0.25", "1", "4", "7.5")))
        approved = chance.random() < 0.8
        employee, date, project, task = (chance.choice(each) for each in (PEOPLE, DAYS, PROJECTS, TASKS))
        hub.write_line(Line(employee, date, project, task, hours, approved))
        return
    line = chance.choice(hub.lines)
    if kind < 0.5:
        hub.change_line(line, hours=Decimal(chance.choice(("0.5", "2", "8"))))
    elif kind < 0.65:
        name, values = chance.choice((("date", DAYS), ("employee", PEOPLE), ("project", PROJECTS), ("task", TASKS)))
        hub.change_line(line, **{name: chance.choice(values)})
    elif kind < 0.8:
        hub.change_line(line, approved=not line.approved)
    elif kind < 0.87:
        hub.strike_line(line)
    elif kind < 0.94:
        cell = theirs(line.cell)
        if chance.random() < 0.8 and cell not in hub.by_person and line.date not in hub.locked:
            hub.put_entry(cell, chance.choice(("3", "5", None)))
    else:
        day = chance.choice(DAYS)
        if hub.locked.pop(day, None) is None:
            hub.lock(day)
