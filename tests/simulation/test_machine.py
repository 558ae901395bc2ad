"""The same world, driven by Hypothesis: it draws who acts next, and makes what fails as short as it can."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from random import Random

from hypothesis import settings, target
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.simulation import actions, managed
from tests.simulation.broken import Broken
from tests.simulation.histories import hub_of, settle
from tests.simulation.hub import SimulatedHub
from tests.simulation.watch import Watch

LUCK = st.integers(0, 2**16)
ACTS = ("add", "edit", "delete", "decide", "lose_key", "sync", "hook", "wait", "guard", "manage")


def told[**P](act: Callable[P, None]) -> Callable[P, None]:
    """Have Hypothesis shorten what breaks an invariant: it does so for ordinary exceptions."""

    @wraps(act)
    def call(*drawn: P.args, **named: P.kwargs) -> None:
        try:
            act(*drawn, **named)
        except Broken as broken:
            raise AssertionError(str(broken)) from broken

    return call


class World(RuleBasedStateMachine):
    """People, messages, faults and time; which of the acts happen at all is drawn too (swarm testing)."""

    hub: SimulatedHub
    watch: Watch
    acts: frozenset[str]

    @initialize(seed=st.integers(0, 10_000), calm=st.booleans(), acts=st.frozensets(st.sampled_from(ACTS)))
    @told
    def begin(self, seed: int, calm: bool, acts: frozenset[str]) -> None:
        self.hub = hub_of(seed, calm=calm)
        self.watch = Watch(self.hub)
        self.hub.meanwhile = lambda: actions.act(self.hub, self.watch)
        self.acts = acts | {"add", "edit"}

    def _lucky(self, luck: int) -> SimulatedHub:
        self.hub.chance = Random(luck)
        return self.hub

    @rule(luck=LUCK)
    @told
    def somebody_adds(self, luck: int) -> None:
        actions.add(self._lucky(luck))

    @rule(luck=LUCK)
    @told
    def somebody_edits(self, luck: int) -> None:
        actions.edit(self._lucky(luck))

    @precondition(lambda self: "delete" in self.acts)
    @rule(luck=LUCK)
    @told
    def somebody_deletes(self, luck: int) -> None:
        actions.delete(self._lucky(luck))

    @precondition(lambda self: "decide" in self.acts)
    @rule(luck=LUCK)
    @told
    def an_operator_decides(self, luck: int) -> None:
        actions.decide(self._lucky(luck))

    @precondition(lambda self: "guard" in self.acts)
    @rule(luck=LUCK, share=st.sampled_from((0.05, 1.0)), at_least=st.integers(0, 2))
    @told
    def an_admin_sets_limits(self, luck: int, share: float, at_least: int) -> None:
        self._lucky(luck).person_sets_limits(share=share, at_least=at_least)

    @precondition(lambda self: "guard" in self.acts and "delete" in self.acts)
    @rule(luck=LUCK)
    @told
    def somebody_deletes_many(self, luck: int) -> None:
        actions.delete_many(self._lucky(luck))

    @precondition(lambda self: "guard" in self.acts)
    @rule(luck=LUCK)
    @told
    def a_person_decides_about_a_list(self, luck: int) -> None:
        actions.decide_about_a_list(self._lucky(luck))

    @precondition(lambda self: "manage" in self.acts)
    @rule(luck=LUCK)
    @told
    def an_admin_changes_a_rule_or_pauses_or_tries(self, luck: int) -> None:
        managed.manage(self._lucky(luck))

    @precondition(lambda self: "lose_key" in self.acts)
    @rule(luck=LUCK)
    @told
    def a_key_is_lost_or_found(self, luck: int) -> None:
        actions.lose_key(self._lucky(luck))

    @rule(luck=LUCK, messages=st.integers(1, 6))
    @told
    def functions_work(self, luck: int, messages: int) -> None:
        hub = self._lucky(luck)
        for _ in range(messages):
            hub.deliver_any()

    @precondition(lambda self: "hook" in self.acts)
    @rule(luck=LUCK)
    @told
    def a_webhook_arrives(self, luck: int) -> None:
        self._lucky(luck).hook()

    @precondition(lambda self: "sync" in self.acts)
    @rule(luck=LUCK, full=st.booleans())
    @told
    def the_schedule_strikes(self, luck: int, full: bool) -> None:
        self._lucky(luck).sync(full=full)

    @precondition(lambda self: "wait" in self.acts)
    @rule(luck=LUCK, seconds=st.sampled_from((1, 30, 200, 1000)))
    @told
    def time_passes(self, luck: int, seconds: int) -> None:
        self._lucky(luck).wait(seconds)

    @invariant()
    @told
    def what_must_always_hold(self) -> None:
        if hasattr(self, "watch"):
            self.watch.step()

    @told
    def teardown(self) -> None:
        if hasattr(self, "watch"):
            settle(self.watch)
            edits = len(self.hub.history.edits) or 1
            target(len(self.hub.history.writes) / edits, label="engine writes per edit")


TestWorld = World.TestCase
TestWorld.settings = settings(max_examples=60, stateful_step_count=30, deadline=None, derandomize=True)
