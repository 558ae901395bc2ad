"""Plans and sweeps in slices, in the simulated world: functions die at every change, and the plan is the same one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from typing import Any

import pytest

from samspill.engine import match
from samspill.engine.model import Side
from samspill.plan import make, matching, store
from samspill.plan.lines import DraftPlan, read_plan
from samspill.plan.rows import Row
from samspill.runs import sweep, sweep_slices
from samspill.state import FlowStatus, RunStatus
from samspill.usecases import setup
from samspill.work import turns
from samspill.work.buckets import StoredBuckets
from tests.simulation.broken import Broken
from tests.simulation.histories import settle
from tests.simulation.hub import SimulatedHub
from tests.simulation.options import VendorOptions
from tests.simulation.parts import parts
from tests.simulation.watch import Watch
from tests.support.actors import admin

QUIET = VendorOptions(webhooks="none")
LEFT, SAME, RIGHT = 3, 3, 2
"""Customers on the left only, on both sides under one number, on the right only."""
PARTS = 12
"""Every death, shared out."""


@pytest.fixture
def sliced(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three records make a bucket, two links a slice of a sweep."""
    monkeypatch.setattr(make, "ROWS", 3)
    monkeypatch.setattr(sweep, "LINKS", 2)
    monkeypatch.setattr(sweep_slices, "PAGES", 1)


def registers() -> SimulatedHub:
    """Two registers that overlap, and a plan that a person has asked for."""
    hub = SimulatedHub(7, left=QUIET, right=QUIET)
    for count in range(LEFT + SAME):
        row = hub.person_adds(Side.LEFT)
        if count >= LEFT:
            entity = hub.history.entity_of["customers", Side.LEFT, row.id]
            told = {name: row.fields[name] for name in ("name", "number")}
            hub.person_adds(Side.RIGHT, "customers", entity=entity, **told)
    for _ in range(RIGHT):
        hub.person_adds(Side.RIGHT)
    state = hub.inner.registry.flow(hub.flow_key)
    hub.inner.registry.save_flow(state.model_copy(update={"status": FlowStatus.APPROVED}))
    hub.person_tries()
    return hub


def plan_of(hub: SimulatedHub) -> DraftPlan:
    """Return the plan that may be approved. Raises Broken where there is none, or not exactly one run made it."""
    runs = hub.inner.runs.latest(hub.flow_key, 3)
    plan = read_plan(hub.inner, runs[0])
    if len(runs) != 1 or runs[0].status is not RunStatus.PLANNED or plan is None:
        raise Broken("INV-PROGRESS", f"no plan comes of {runs}")
    if hub.inner.registry.flow(hub.flow_key).plan != plan.hash:
        raise Broken("INV-APPROVAL", "another plan may be approved than the one that is shown")
    return plan


def play(whole: DraftPlan | None = None, die_at: AbstractSet[int] = frozenset()) -> SimulatedHub:
    """Make the plan, with deaths at these calls, and carry it out. Raises Broken where it is not the `whole` one."""
    hub = registers()
    watch = Watch(hub)
    start = hub.steps
    hub.die_at = frozenset(start + step for step in die_at)
    hub.drain()
    hub.story_turns = [step - start for step in hub.turns.values() if step > start]
    plan = plan_of(hub)
    if whole is not None and (plan.hash, plan.counts()) != (whole.hash, whole.counts()):
        raise Broken("INV-SLICES", f"in slices {plan.counts()}, in one go {whole.counts()}")
    setup.approve_plan(hub.inner, admin(), hub.flow_key, plan.hash)
    hub.drain()
    settle(watch, rounds=2)
    return hub


def in_one_go() -> DraftPlan:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(make, "ROWS", 10_000)
        hub = registers()
        hub.drain()
        return plan_of(hub)


@pytest.mark.usefixtures("sliced")
def test_a_first_sync_in_slices_is_the_one_made_in_one_go() -> None:
    hub = play(in_one_go())
    assert hub.inner.runs.latest(hub.flow_key, 20)[-1].count("plan", "slices") > 10


@pytest.mark.usefixtures("sliced")
@pytest.mark.parametrize("part", parts(PARTS))
def test_a_function_may_die_at_any_change_of_a_plan_in_slices(part: int) -> None:
    whole, turns = in_one_go(), play().story_turns
    assert len(turns) > 100
    for turn in turns[part::PARTS]:
        assert play(whole, {turn}).history.deaths == 1, f"death at {turn}"


# --- wrong engines ---------------------------------------------------------------------------------------------------


def leftovers_are_forgotten(patch: pytest.MonkeyPatch) -> None:
    """What a rule leaves open does not go on to the next pass."""
    link_by = match.link_by

    def forget(rule: Any, state: Any, key_of: Any) -> None:
        link_by(rule, state, key_of)
        state.left.clear()

    on = matching.Route.on

    def only_pairs(self: Any, row: Row, first: int = 0) -> None:
        if first == 0 or row.partner is not None or row.side is Side.RIGHT:
            on(self, row, first)

    patch.setattr(matching, "link_by", forget)
    patch.setattr(matching.Route, "on", only_pairs)


def slices_are_counted_twice(patch: pytest.MonkeyPatch) -> None:
    """What a slice planned is kept under a new name whenever it is done."""
    add, names = store.PlanParts.add, iter(range(10**6))

    def again(self: Any, at: Any, made: Any) -> None:
        put = self._world.blobs.put
        number = next(names)

        class Blobs:
            def put(self, key: str, body: bytes) -> None:
                put(f"{key}-{number}", body)

        world, self._world = self._world, type("World", (), {"blobs": Blobs()})()
        try:
            add(self, at, made)
        finally:
            self._world = world

    patch.setattr(store.PlanParts, "add", again)


def the_next_comes_before_the_result(patch: pytest.MonkeyPatch) -> None:
    """The next message is sent before what a slice did is stored: who dies between the two loses it."""
    save = StoredBuckets.save

    def later(self: Any, source: str) -> None:
        held = getattr(self, "_late", None)
        self._late = source, dict(self._put)
        self._put.clear()
        if held is not None:
            self._put.update(held[1])
            save(self, held[0])

    patch.setattr(StoredBuckets, "save", later)


SLICES: dict[str, tuple[Callable[[pytest.MonkeyPatch], None], frozenset[str]]] = {
    "50": (leftovers_are_forgotten, frozenset({"INV-SLICES"})),
    "50b": (slices_are_counted_twice, frozenset({"INV-SLICES"})),
    "50c": (the_next_comes_before_the_result, frozenset({"INV-SLICES", "INV-PROGRESS"})),
}
"""Wrong engines by number, and the invariants of which one catches them."""


def broken_by(wrong: Callable[[pytest.MonkeyPatch], None]) -> Iterator[str]:
    """Yield what breaks in the story, without a death and with one at each change of plan slices."""
    whole, turns = in_one_go(), play().story_turns
    with pytest.MonkeyPatch.context() as patch:
        wrong(patch)
        for deaths in (frozenset[int](), *({turn} for turn in reversed(turns))):
            try:
                play(whole, deaths)
            except Broken as broken:
                yield str(broken.names)


@pytest.mark.usefixtures("sliced")
@pytest.mark.parametrize(("wrong", "caught_by"), SLICES.values(), ids=SLICES)
def test_a_wrong_engine_is_caught(wrong: Callable[[pytest.MonkeyPatch], None], caught_by: frozenset[str]) -> None:
    found = next(broken_by(wrong), "")
    assert any(name in found for name in caught_by)


@pytest.mark.usefixtures("sliced")
def test_a_sweep_that_begins_anew_with_every_slice_comes_to_no_end_and_is_ended(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(turns, "MOST_SLICES", 30)
    compare = sweep_slices._compare
    monkeypatch.setattr(
        sweep_slices,
        "_compare",
        lambda world, run, m: compare(world, run, m).model_copy(update={"after": "", "stage": "compare"}),
    )
    hub = play()
    assert any("more than 30 slices" in dead.why for dead in hub.inner.queues.dead["fetch"])
