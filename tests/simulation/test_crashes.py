"""A function dies before and after every single call of a story: nothing is lost, nothing is there twice."""

from __future__ import annotations

import pytest

from tests.simulation.scenarios import BY_NAME, QUIET, SCENARIOS, Scenario, deaths, die_twice, length, play


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_a_function_may_die_at_any_call(scenario: Scenario) -> None:
    for death in deaths(scenario):
        play(scenario, death)


@pytest.mark.parametrize("scenario", QUIET, ids=lambda scenario: scenario.name)
def test_the_story_ends_well(scenario: Scenario) -> None:
    play(scenario)


def test_functions_may_die_twice_in_a_create() -> None:
    assert die_twice(BY_NAME["create"]) > 1000


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_every_story_has_calls_to_die_at(scenario: Scenario) -> None:
    assert length(scenario) > 50
