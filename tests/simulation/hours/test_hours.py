"""Hours survive every death of a function, and pairs of deaths; every wrong way to keep them is caught."""

from __future__ import annotations

import pytest

from tests.simulation.hours.stories import BY_NAME, SCENARIOS, Scenario, deaths, die_twice, live, play

LIVES = 60


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_a_function_may_die_at_any_call(scenario: Scenario) -> None:
    died = [play(scenario, death).history.deaths for death in deaths(scenario)]
    assert len(died) > 10
    assert set(died) == {1}


@pytest.mark.parametrize("name", ["hours set", "hours moved"])
def test_functions_may_die_twice(name: str) -> None:
    assert die_twice(BY_NAME[name]) > 100


@pytest.mark.parametrize("seed", range(LIVES))
def test_every_sum_is_right_in_random_lives(seed: int) -> None:
    live(seed)
