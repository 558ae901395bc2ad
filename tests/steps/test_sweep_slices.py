"""The sweep of a large stream: slice by slice it comes to what it comes to in one go, whoever dies."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, cast

import orjson
import pytest

from samspill.engine.model import Link, LinkState, Side, link_id
from samspill.guard import pair_count, pending
from samspill.messages import FetchPage, FetchRecords, LogOutcomes, SweepLinks, decode
from samspill.pipeline.dispatch import handle
from samspill.ports import LinkCommit
from samspill.runs import sweep, sweep_slices
from samspill.state import FlowKey, FlowState, FlowStatus, Run, RunStatus, StreamKey
from samspill.store.memory import MemoryWorld, memory_world
from samspill.usecases import limits
from samspill.work.snapshots import folder
from tests.steps.test_plan_slices import Mortal
from tests.support.actors import admin
from tests.support.clock import START, FixedClock
from tests.support.ids import CountingIds

FLOW = FlowKey("acme", "tripletex-timerabbit")
CUSTOMERS = StreamKey(*FLOW, "customers")
RUN = "read"
PAIRS, PAGE = 40, 5


def read_whole(lacking: set[int], *, earlier: set[int] = frozenset(), pairs: int = PAIRS) -> MemoryWorld:  # type: ignore[assignment]
    """A hub with so many pairs that has just read the left side whole, but for some; some lacked once before."""
    world = memory_world(FixedClock(), CountingIds(), cast("Any", None), cast("Any", None))
    state = FlowState(
        tenant=FLOW.tenant, flow=FLOW.flow, declaration=FLOW.flow, left="l", right="r", every_min=5, created_at=START
    )
    world.registry.save_flow(state.model_copy(update={"status": FlowStatus.ACTIVE}))
    for index in range(pairs):
        ids = {Side.LEFT: f"L{index:03}", Side.RIGHT: f"R{index:03}"}
        absent = {Side.LEFT: 1} if index in earlier else {}
        link = Link(link_id(Side.LEFT, ids[Side.LEFT]), ids, LinkState.LINKED, label=f"No {index}", absent=absent)
        assert world.links.commit(CUSTOMERS, [LinkCommit(link, ((Side.RIGHT, ids[Side.RIGHT]),))]) == [True]
    alone = Link("left-X", {Side.LEFT: "X"})
    assert world.links.commit(CUSTOMERS, [LinkCommit(alone)]) == [True]
    counters = {f"customers.{side}.complete": 1 for side in Side} | {"customers.left.read": pairs - len(lacking)}
    names = {"tenant": FLOW.tenant, "flow": FLOW.flow}
    run = Run(
        **names, id=RUN, purpose="sync", trigger="manual", started_at=START, counters={**counters, "customers.begun": 1}
    )
    world.runs.start(run)
    there = [f"L{index:03}" for index in range(pairs) if index not in lacking]
    for page, first in enumerate(range(0, len(there), PAGE)):
        key = f"{folder(run)}/customers/left/seen/{page:06}"
        world.blobs.put(key, orjson.dumps(there[first : first + PAGE]))
    return world


PAGE_MESSAGE = FetchPage(tenant=FLOW.tenant, flow=FLOW.flow, run=RUN, stream="customers", side=Side.LEFT)


@contextmanager
def small(*, links: int = 6, pages: int = 2, listed: int = sweep.LISTED) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sweep, "LINKS", links)
        patch.setattr(sweep, "LISTED", listed)
        patch.setattr(sweep_slices, "PAGES", pages)
        yield


def work_off(world: MemoryWorld) -> list[SweepLinks]:
    """Do the sweep's messages, again where somebody died; return them."""
    done: list[SweepLinks] = []
    seen = 0
    while seen < 1000:
        deliveries = world.queues.receive("fetch", 10)
        for delivery in deliveries:
            seen += 1
            message = decode(delivery.body)
            if not isinstance(message, SweepLinks):
                continue
            done.append(message)
            try:
                handle(world, message)
            except InterruptedError:
                world.queues.back(delivery.handle, 60)
            else:
                world.queues.done(delivery.handle)
        if not deliveries:
            return done
        cast("FixedClock", world.clock).advance(61)
    raise AssertionError("the sweep comes to no end")


def came_to(world: MemoryWorld) -> tuple[Any, ...]:
    """What a sweep leaves behind: absences, what is asked for, what is held and told, how many pairs there are."""
    absent = {link.id: dict(link.absent) for link in world.links.all(CUSTOMERS) if link.absent}
    asked: set[str] = set()
    told: set[str] = set()
    places = [place.letter.message for place in world.queues._places.values()]
    for message in places:
        if isinstance(message, FetchRecords):
            assert all(hint.deleted for hint in message.records)
            asked |= {hint.left or "" for hint in message.records}
        if isinstance(message, LogOutcomes):
            told |= {f"{entry.reason.code} {entry.reason.params}" for entry in message.entries}
    lists = [(each.name, dict(each.entries), each.total) for each in pending.lists(world, FLOW)]
    return absent, asked, lists, told, pair_count.counted(world, CUSTOMERS)


def look(world: MemoryWorld) -> None:
    sweep.look_for_absent(world, world.registry.flow(FLOW), PAGE_MESSAGE)


CASES: dict[str, Callable[[], MemoryWorld]] = {
    "nothing lacks": lambda: read_whole(set()),
    "one lacks for the first time": lambda: read_whole({17}),
    "some lack, one for the second time": lambda: read_whole({0, 17, 39}, earlier={17}),
    "one that lacked is back": lambda: read_whole({3}, earlier={17}),
    "the list came back empty": lambda: read_whole(set(range(PAIRS))),
    "too many lack": lambda: read_whole(set(range(0, PAIRS, 2))),
}


@pytest.mark.parametrize("case", CASES)
def test_slices_come_to_what_one_go_comes_to(case: str) -> None:
    whole, parted = CASES[case](), CASES[case]()
    look(whole)
    with small():
        look(parted)
        assert came_to(parted) != came_to(whole) or case == "never"
        messages = work_off(parted)
    assert came_to(parted) == came_to(whole)
    assert len(messages) > PAIRS // 6


def test_a_person_who_refused_is_asked_neither_way_again() -> None:
    worlds = [CASES["too many lack"]() for _ in range(2)]
    for world in worlds:
        with small(links=1000) if world is worlds[0] else small():
            look(world)
            work_off(world)
        (found,) = pending.lists(world, FLOW)
        from samspill.usecases import approvals

        approvals.reject(world, admin("kari"), FLOW, found.hash)
        with small(links=1000) if world is worlds[0] else small():
            look(world)
            work_off(world)
        assert pending.lists(world, FLOW) == []
    assert came_to(worlds[0])[:3] == came_to(worlds[1])[:3]


@pytest.mark.parametrize("case", ["some lack, one for the second time", "too many lack"])
def test_whoever_dies_over_a_slice_it_comes_to_the_same(case: str) -> None:
    with small():
        whole = Mortal(CASES[case](), 0)
        look(whole.world)
        work_off(whole.world)
        expected = came_to(whole.world)
        for die_at in range(2, whole.changes + 1):
            mortal = Mortal(CASES[case](), die_at)
            try:
                look(mortal.world)
            except InterruptedError:
                look(mortal.world)
            work_off(mortal.world)
            assert mortal.died
            assert came_to(mortal.world) == expected, f"death after change {die_at}"


def test_a_message_that_comes_twice_does_not_fork_the_sweep() -> None:
    with small():
        world = read_whole({17})
        look(world)
        once = len(work_off(world))
        world = read_whole({17})
        look(world)
        handled = 0
        while deliveries := world.queues.receive("fetch", 1):
            for delivery in deliveries:
                if handled < 2 * once:
                    world.queues.duplicate(delivery.handle)
                message = decode(delivery.body)
                if isinstance(message, SweepLinks):
                    handle(world, message)
                    handled += 1
                world.queues.done(delivery.handle)
        assert handled <= 4 * once
        assert came_to(world)[0] == {"left-L017": {Side.LEFT: 1}}


def test_a_run_waits_for_its_sweep_and_no_longer() -> None:
    with small():
        world = read_whole({17})
        look(world)
        run = world.runs.get(FLOW, RUN)
        assert run is not None
        from samspill.runs import runs
        from samspill.work.context import open_flow

        runs.advance(world, open_flow(world, FLOW), run)
        assert (world.runs.get(FLOW, RUN) or run).stage == 0
        work_off(world)
        assert (world.runs.get(FLOW, RUN) or run).stage == 1


def test_a_stopped_run_is_swept_no_further() -> None:
    with small():
        world = read_whole({17})
        look(world)
        run = world.runs.get(FLOW, RUN)
        assert run is not None
        world.runs.move(run, status=RunStatus.STOPPED, stage=0)
        assert len(work_off(world)) == 1
        assert came_to(world)[0] == {}


def test_of_more_than_can_be_listed_the_first_are_and_the_whole_is_weighed() -> None:
    with small(listed=7):
        world = CASES["the list came back empty"]()
        look(world)
        work_off(world)
        (found,) = pending.lists(world, FLOW)
    assert sorted(found.entries) == [f"left-L{index:03}" for index in range(7)]
    assert found.total == PAIRS


def test_limits_that_an_admin_raised_hold_for_slices_too() -> None:
    with small():
        world = CASES["too many lack"]()
        limits.change(world, admin("kari"), FLOW, at_least=PAIRS, share=1.0, shrink=1.0)
        look(world)
        work_off(world)
        assert pending.lists(world, FLOW) == []
        assert len(came_to(world)[0]) == PAIRS // 2


def test_a_link_that_was_noted_once_for_this_read_is_not_noted_again() -> None:
    with small():
        world = read_whole({17})
        look(world)
        messages = work_off(world)
        handle(world, messages[-1])
        handle(world, replace_chain(messages[-1]))
    (link,) = world.links.get(CUSTOMERS, ["left-L017"]).values()
    assert link.absent == {Side.LEFT: 1}


def replace_chain(message: SweepLinks) -> SweepLinks:
    return message.model_copy(update={"chain": "another"})


def test_links_are_told_in_the_order_of_their_ids_and_once_each() -> None:
    world = read_whole(set())
    found: list[Link] = []
    while some := world.links.following(CUSTOMERS, found[-1].id if found else "", 7):
        found += some
    assert [link.id for link in found] == sorted(link.id for link in world.links.all(CUSTOMERS))
    assert replace(found[0], label="") is not None
