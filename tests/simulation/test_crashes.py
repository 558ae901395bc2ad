"""A function dies before and after every single call of a story: nothing is lost, nothing is there twice."""

from __future__ import annotations

from itertools import pairwise

import pytest

from samspill.engine.model import Side
from samspill.state import RunStatus
from tests.simulation.invariants import state
from tests.simulation.parts import parts
from tests.simulation.positions import positions
from tests.simulation.scenarios import BY_NAME, QUIET, SCENARIOS, Scenario, announced, deaths, die_twice, planned, play

DEATH_PARTS, PAIR_PARTS = 3, 24
"""Every death, and every pair of deaths, shared out."""


@pytest.mark.parametrize("part", parts(DEATH_PARTS))
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_a_function_may_die_at_any_call(scenario: Scenario, part: int) -> None:
    died = [play(scenario, death).history.deaths for death in deaths(scenario, part, DEATH_PARTS)]
    assert len(died) * DEATH_PARTS > 10
    assert set(died) == {1}


@pytest.mark.parametrize("scenario", QUIET, ids=lambda scenario: scenario.name)
def test_the_story_ends_well(scenario: Scenario) -> None:
    play(scenario)


def test_a_webhook_is_acted_on_without_another_read_wherever_a_function_dies_over_it() -> None:
    turns = announced().story_turns
    assert len(turns) > 10
    for turn in turns:
        hub = announced({turn})
        assert hub.history.deaths == 1
        left, right = (next(iter(hub.vendors[side].rows["customers"].values())) for side in Side)
        assert right.fields["name"] == left.fields["name"], f"death at {turn}"


def test_a_plan_is_made_without_another_run_wherever_a_function_dies_over_it() -> None:
    turns = planned().story_turns
    assert len(turns) > 10
    for turn in turns:
        hub = planned({turn})
        assert hub.history.deaths == 1
        (run,) = hub.inner.runs.latest(hub.flow_key, 2)
        assert run.status is RunStatus.PLANNED, f"death at {turn}"
        assert not hub.history.writes


@pytest.mark.parametrize("part", parts(PAIR_PARTS))
def test_functions_may_die_twice_in_a_create(part: int) -> None:
    assert die_twice(BY_NAME["create"], part, PAIR_PARTS) > 15


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_between_two_changes_a_function_only_looks(scenario: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    steps, between = positions(monkeypatch, lambda: play(scenario))
    assert steps > 2 * len(between)
    assert [len(left) for left in between] == [1] * len(between)


def test_wherever_a_function_dies_between_two_changes_it_leaves_the_same() -> None:
    create = BY_NAME["create"]
    story = play(create)
    for begins, ends in pairwise([*story.story_turns, story.story_steps + 1]):
        left = {repr((state(hub), hub.told())) for step in range(begins, ends) for hub in [play(create, {step})]}
        assert len(left) == 1, f"deaths at {begins} to {ends - 1}"
