"""Small stories in which a function dies before or after every single call it makes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from samspill.engine.model import Side
from samspill.engine.rules import OnConflict, OnDelete
from samspill.engine.versions import SURE_AFTER_S
from samspill.guard import pending
from samspill.messages import FetchRecords, RecordHint
from samspill.state import FlowStatus
from samspill.usecases import setup
from tests.simulation.comebacks import come_back, go_back, out_of_scope, turn_aside
from tests.simulation.flows import CUSTOMERS, Rules
from tests.simulation.histories import settle
from tests.simulation.hub import SimulatedHub
from tests.simulation.options import CALM, VendorOptions, Weather
from tests.simulation.vendor import Row
from tests.simulation.watch import Watch
from tests.support.actors import admin

PLAIN, LEFT = Rules(), VendorOptions(webhooks="none")
RIGHT = VendorOptions(webhooks="none", search_lag_s=5)
type Story = Callable[[SimulatedHub], None]


@dataclass(frozen=True, slots=True)
class Scenario:
    """What was before, and what happens while functions may die."""

    name: str
    before: Story
    story: Story
    rules: Rules = PLAIN
    left: VendorOptions = LEFT
    right: VendorOptions = RIGHT
    full: bool = False
    """Whether the sync of the story is a whole read."""


def _nothing(hub: SimulatedHub) -> None:
    """An empty world."""


def _add(hub: SimulatedHub) -> None:
    hub.person_adds(Side.LEFT)


def _pair(hub: SimulatedHub) -> None:
    hub.person_adds(Side.LEFT)
    hub.sync()
    hub.drain()


def _row(hub: SimulatedHub, side: Side) -> Row:
    return next(iter(hub.vendors[side].rows["customers"].values()))


def _edit(side: Side, name: str) -> Story:
    def story(hub: SimulatedHub) -> None:
        hub.person_edits(side, "customers", _row(hub, side), name, hub.value(name))

    return story


def _delete(side: Side) -> Story:
    def story(hub: SimulatedHub) -> None:
        hub.person_deletes(side, "customers", _row(hub, side))
        external_id = next(link.ids[side] for link in hub.links("customers"))
        hub.vendors[side].options = replace(hub.vendors[side].options, webhooks="exact")
        hub.vendors[side].tell("customers", external_id, deleted=True)

    return story


def _all(*stories: Story) -> Story:
    def story(hub: SimulatedHub) -> None:
        for each in stories:
            each(hub)

    return story


def _merge(hub: SimulatedHub) -> None:
    """Two linked customers become one in the left system: the second is gone, the first takes its phone."""
    first, second = hub.vendors[Side.LEFT].rows["customers"].values()
    hub.person_edits(Side.LEFT, "customers", first, "phone", hub.value("phone"))
    hub.person_deletes(Side.LEFT, "customers", second)
    hub.vendors[Side.LEFT].options = replace(hub.vendors[Side.LEFT].options, webhooks="exact")
    hub.vendors[Side.LEFT].tell("customers", second.id, deleted=True)


def _two_pairs(hub: SimulatedHub) -> None:
    hub.person_adds(Side.LEFT)
    hub.person_adds(Side.LEFT)
    hub.sync()
    hub.drain()


def _overlap(hub: SimulatedHub) -> None:
    """Registers that overlap, before the first sync: a plan is made and approved."""
    for count in range(3):
        row = hub.person_adds(Side.LEFT)
        if count:
            entity = hub.history.entity_of["customers", Side.LEFT, row.id]
            hub.person_adds(Side.RIGHT, entity=entity, number=row.fields["number"])
    hub.person_adds(Side.RIGHT)
    state = hub.inner.registry.flow(hub.flow_key)
    hub.inner.registry.save_flow(state.model_copy(update={"status": FlowStatus.APPROVED}))
    hub.person_tries()
    hub.drain()


def _approve(hub: SimulatedHub) -> None:
    plan = hub.inner.registry.flow(hub.flow_key).plan
    setup.approve_plan(hub.inner, admin(), hub.flow_key, plan or "")


def _pages(hub: SimulatedHub) -> None:
    for _ in range(4):
        hub.person_adds(Side.LEFT)


def _delta(hub: SimulatedHub) -> None:
    hub.wait(700)
    hub.sync(full=False)


def _conflict(hub: SimulatedHub) -> None:
    _all(_pair, _edit(Side.LEFT, "name"), _edit(Side.RIGHT, "name"))(hub)
    hub.sync()
    hub.drain()


def _decide_and_edit(hub: SimulatedHub) -> None:
    """A person decides for the left value; before that is carried out, somebody edits the right one again."""
    (link,) = hub.links("customers")
    hub.person_decides("customers", link.id, "take-left")
    hub.deliver("fetch")
    _edit(Side.RIGHT, "name")(hub)


def _hide_rows(hub: SimulatedHub) -> None:
    hub.weather = Weather(hides_rows=1.0)
    hub.sync()
    hub.drain()


def _rush(hub: SimulatedHub) -> None:
    for _ in range(12):
        hub.person_adds(Side.RIGHT)


PAIRS, DELETED = 4, 3


def _few_may_go(hub: SimulatedHub) -> None:
    """Pairs in a stream where one delete a day is enough."""
    hub.person_sets_limits(at_least=1)
    for _ in range(PAIRS):
        hub.person_adds(Side.LEFT)
    _let_everything_through(hub)


def _let_everything_through(hub: SimulatedHub) -> None:
    hub.sync()
    hub.drain()
    for found in pending.lists(hub.inner, hub.flow_key):
        hub.person_lets_through(found)
    hub.drain()


def _delete_many(count: int, *, told: bool) -> Story:
    """A restored backup, or somebody in a hurry: many records go at once, and the vendor says so or does not."""

    def story(hub: SimulatedHub) -> None:
        left = hub.vendors[Side.LEFT]
        left.options = replace(left.options, webhooks="exact" if told else "none")
        for row in list(left.rows["customers"].values())[:count]:
            hub.person_deletes(Side.LEFT, "customers", row)

    return story


def _many_are_missing(hub: SimulatedHub) -> None:
    _all(_few_may_go, _delete_many(DELETED, told=False))(hub)
    hub.sync()
    hub.drain()


def _let_the_list_through(hub: SimulatedHub) -> None:
    (found,) = pending.lists(hub.inner, hub.flow_key)
    hub.person_lets_through(found)


def _refuse_the_list(hub: SimulatedHub) -> None:
    """A person refuses it, and raises the limits later for something else."""
    (found,) = pending.lists(hub.inner, hub.flow_key)
    hub.person_refuses(found)
    hub.drain()
    hub.person_sets_limits(at_least=2 * PAIRS, share=1.0, shrink=1.0)


def _limits_were_raised(hub: SimulatedHub) -> None:
    """Yesterday's limits were raised for a clean-up, which was done."""
    _few_may_go(hub)
    hub.sync()
    hub.drain()
    hub.person_sets_limits(share=1.0)
    _delete_many(2, told=True)(hub)
    hub.drain()
    hub.wait(25 * 3600)


def _overtaken(first: str, at: str, other: str) -> Story:
    """An edit goes to a side without versions, whose record is read: one call overtakes the other on its way."""

    def story(hub: SimulatedHub) -> None:
        _edit(Side.LEFT, "name")(hub)
        left, right = (RecordHint.model_validate({side.value: _row(hub, side).id}) for side in Side)
        read = {"tenant": hub.flow_key.tenant, "flow": hub.flow_key.flow, "stream": "customers", "force": True}
        hub.inner.queues.send([FetchRecords(**read, trigger="manual", records=(left,))])
        hub.deliver("fetch")
        hub.deliver("map")
        hub.inner.queues.send([FetchRecords(**read, trigger="manual", records=(right,))])
        hub.weather, hub.meanwhile = Weather(slow=1.0), lambda: hub.at(at) and hub.deliver(other)
        hub.deliver(first)
        hub.weather, hub.meanwhile = CALM, lambda: None

    return story


def _deleted(hub: SimulatedHub) -> None:
    """A pair that has ended: the left record was deleted, the right one is kept."""
    _pair(hub)
    _delete(Side.LEFT)(hub)
    hub.sync()
    hub.drain()


def _out_of_the_bin(hub: SimulatedHub) -> None:
    """Somebody takes it back, and goes on working with it."""
    vendor = hub.vendors[Side.LEFT]
    (row,) = vendor.removed["customers"].values()
    come_back(hub, vendor, "customers", row)
    hub.person_edits(Side.LEFT, "customers", row, "name", hub.value("name"))


def _edited_twice(hub: SimulatedHub) -> None:
    """A pair whose left record was edited since it was linked, long ago."""
    _pair(hub)
    for _ in range(2):
        _edit(Side.LEFT, "name")(hub)
        hub.sync()
        hub.drain()
    hub.wait(SURE_AFTER_S + 1)


def _restored(hub: SimulatedHub) -> None:
    """Its vendor is restored from a backup, and somebody goes on working."""
    vendor, row = hub.vendors[Side.LEFT], _row(hub, Side.LEFT)
    go_back(hub, vendor, "customers", row, 0)
    hub.person_edits(Side.LEFT, "customers", row, "phone", hub.value("phone"))


def _aside(hub: SimulatedHub) -> None:
    """A pair that left the scope; both sides are edited meanwhile."""
    _pair(hub)
    turn_aside(hub, hub.vendors[Side.RIGHT], "customers", _row(hub, Side.RIGHT))
    hub.sync()
    hub.drain()
    _all(_edit(Side.RIGHT, "name"), _edit(Side.LEFT, "phone"))(hub)
    hub.sync()
    hub.drain()


def _returned(hub: SimulatedHub) -> None:
    turn_aside(hub, hub.vendors[Side.RIGHT], "customers", _row(hub, Side.RIGHT))


def _with_a_project(hub: SimulatedHub) -> None:
    """A pair that was found by a rule, and a project of it."""
    row = hub.person_adds(Side.LEFT)
    entity = hub.history.entity_of["customers", Side.LEFT, row.id]
    hub.person_adds(Side.RIGHT, entity=entity, number=row.fields["number"])
    hub.sync()
    hub.drain()
    hub.person_adds(Side.LEFT, "projects", customer=row.id)
    hub.sync()
    hub.drain()


def _unlink(hub: SimulatedHub) -> None:
    """A person parts the pair. That the two had been found to be the same is told once more."""
    link = next(each for each in hub.links("customers") if len(each.ids) == len(Side))
    hub.person_unlinks(link)
    found = RecordHint(left=link.ids[Side.LEFT], right=link.ids[Side.RIGHT], rule="number")
    message = {"tenant": hub.flow_key.tenant, "flow": hub.flow_key.flow, "stream": "customers", "force": True}
    hub.inner.queues.send([FetchRecords(**message, trigger="webhook", records=(found,))])


def _unlinked(hub: SimulatedHub) -> None:
    _all(_with_a_project, _unlink)(hub)
    hub.sync()
    hub.drain()


def _link_again(hub: SimulatedHub) -> None:
    """A person joins them after all; both sides were edited meanwhile."""
    _all(_edit(Side.LEFT, "name"), _edit(Side.RIGHT, "phone"))(hub)
    left, right = (_row(hub, side) for side in Side)
    hub.person_links(f"{Side.LEFT}-{left.id}", right.id)


KEPT = replace(CUSTOMERS, on_delete=dict.fromkeys(Side, OnDelete.KEEP))
SCOPED = replace(CUSTOMERS, scope=dict.fromkeys(Side, out_of_scope))
ASK = replace(
    CUSTOMERS,
    fields=tuple(replace(rule, on_conflict=OnConflict.REVIEW) for rule in CUSTOMERS.fields),
    on_delete={Side.LEFT: OnDelete.ARCHIVE},
)
SCENARIOS = (
    Scenario("create", _nothing, _add),
    Scenario("update", _pair, _edit(Side.LEFT, "name")),
    Scenario("two-sided update", _pair, _all(_edit(Side.LEFT, "name"), _edit(Side.RIGHT, "phone"))),
    Scenario("conflict", _pair, _all(_edit(Side.LEFT, "name"), _edit(Side.RIGHT, "name")), Rules(ASK)),
    Scenario("decision", _conflict, _decide_and_edit, Rules(ASK)),
    Scenario("delete", _pair, _delete(Side.LEFT)),
    Scenario("delete versus edit", _pair, _all(_edit(Side.RIGHT, "name"), _delete(Side.LEFT))),
    Scenario("merge", _two_pairs, _merge),
    Scenario("first match", _overlap, _approve),
    Scenario("cursor page", _pair, _all(_pages, _delta)),
    Scenario("many deletes told", _few_may_go, _delete_many(DELETED, told=True)),
    Scenario("many records missing", _few_may_go, _delete_many(DELETED, told=False), full=True),
    Scenario("a list let through", _many_are_missing, _let_the_list_through),
    Scenario("back from the bin", _deleted, _out_of_the_bin, Rules(KEPT)),
    Scenario("a backup restored", _edited_twice, _restored),
    Scenario("back in scope", _aside, _returned, Rules(SCOPED)),
    Scenario("unlinked", _with_a_project, _unlink),
    Scenario("linked again", _unlinked, _link_again),
)
RAISED_LIMIT = Scenario("a raised limit has ended", _limits_were_raised, _delete_many(2, told=True))
UNORDERED = VendorOptions(versions=False, preconditions=False, webhooks="none")
QUIET = (
    Scenario("a list leaves out rows", _two_pairs, _hide_rows),
    Scenario("a rush on a small limit", _nothing, _rush, right=VendorOptions(calls_per_window=5)),
    RAISED_LIMIT,
    Scenario("a list refused", _many_are_missing, _refuse_the_list, full=True),
    Scenario("a read during a write", _pair, _overtaken("upsert", "right.write", "fetch"), right=UNORDERED),
    Scenario(
        "a write during a read",
        _pair,
        _overtaken("fetch", "right.read answered", "upsert"),
        right=UNORDERED,
    ),
)
"""Stories that nobody needs to die in."""
BY_NAME = {scenario.name: scenario for scenario in SCENARIOS}


def play(scenario: Scenario, die_at: AbstractSet[int] = frozenset(), *, rounds: int = 2) -> SimulatedHub:
    """Play a scenario, with deaths at these calls of its story, and check everything. Raises Broken."""
    hub = SimulatedHub(7, left=scenario.left, right=scenario.right, rules=scenario.rules)
    watch = Watch(hub)
    scenario.before(hub)
    scenario.story(hub)
    start = hub.steps
    hub.die_at = frozenset(start + step for step in die_at)
    if hub.inner.registry.flow(hub.flow_key).status is FlowStatus.ACTIVE:
        hub.sync(full=scenario.full)
    hub.drain()
    hub.story_steps = hub.steps - start
    hub.story_turns = [step - start for step in hub.turns.values() if step > start]
    settle(watch, rounds=rounds)
    return hub


def announced(die_at: AbstractSet[int] = frozenset()) -> SimulatedHub:
    """An edit of a linked customer is told by webhook, with deaths at these calls; nothing else has anybody look."""
    hub = SimulatedHub(7, right=VendorOptions(webhooks="none"))
    _pair(hub)
    start = hub.steps
    hub.die_at = frozenset(start + step for step in die_at)
    _edit(Side.LEFT, "name")(hub)
    hub.drain()
    hub.story_turns = [step - start for step in hub.turns.values() if step > start]
    return hub


def planned(die_at: AbstractSet[int] = frozenset()) -> SimulatedHub:
    """A person has worked out what a sync would do, with deaths at these calls; nothing else has anybody look."""
    hub = SimulatedHub(7, left=VendorOptions(webhooks="none"), right=VendorOptions(webhooks="none"))
    for side in Side:
        hub.person_adds(side)
    hub.person_tries()
    start = hub.steps
    hub.die_at = frozenset(start + step for step in die_at)
    hub.drain()
    hub.story_turns = [step - start for step in hub.turns.values() if step > start]
    return hub


def deaths(scenario: Scenario, part: int = 0, parts: int = 1) -> Iterator[frozenset[int]]:
    """Every single death, or those of one part: at the beginning of every function, and after each of its changes.

    Between two changes a function only looks: wherever it dies there, it leaves the same behind.
    """
    return (frozenset({step}) for step in play(scenario).story_turns[part::parts])


def die_twice(scenario: Scenario, part: int = 0, parts: int = 1) -> int:
    """Play every pair of deaths, the second also in the recovery from the first; return how many there were.

    Of several parts, which together hold every pair, only one is played.
    """
    count = 0
    for first in play(scenario).story_turns[part::parts]:
        for second in play(scenario, {first}).story_turns:
            if second > first:
                assert play(scenario, {first, second}, rounds=1).history.deaths == 2
                count += 1
    return count
