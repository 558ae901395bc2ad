"""Hours survive every death of a function, and pairs of deaths; every wrong way to keep them is caught."""

from __future__ import annotations

from functools import partial

import pytest

from tests.simulation.broken import Broken
from tests.simulation.hours.mutants import MUTANTS, HoursMutant
from tests.simulation.hours.stories import BY_NAME, SCENARIOS, Scenario, deaths, die_twice, live_hours, play
from tests.simulation.parts import parts
from tests.simulation.positions import positions

LIVES = 30
REGRESSIONS = (1795253352527, 50121, 50606, 90217, 1796052034365)
"""Lives that once broke something."""
SEEDS = 200
DEATH_PARTS, SET_PARTS, MOVED_PARTS = 3, 12, 48
"""Every death, and every pair of deaths, shared out."""


@pytest.mark.parametrize("part", parts(DEATH_PARTS))
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_a_function_may_die_at_any_call(scenario: Scenario, part: int) -> None:
    died = [play(scenario, death).history.deaths for death in deaths(scenario, part, DEATH_PARTS)]
    assert len(died) * DEATH_PARTS > 10
    assert set(died) == {1}


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_between_two_changes_a_function_only_looks(scenario: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    steps, between = positions(monkeypatch, lambda: play(scenario))
    assert steps > 2 * len(between)
    assert [len(left) for left in between] == [1] * len(between)


@pytest.mark.parametrize("part", parts(SET_PARTS))
def test_functions_may_die_twice_while_hours_are_set(part: int) -> None:
    assert die_twice(BY_NAME["hours set"], part, SET_PARTS) > 15


@pytest.mark.parametrize("part", parts(MOVED_PARTS))
def test_functions_may_die_twice_while_hours_are_moved(part: int) -> None:
    assert die_twice(BY_NAME["hours moved"], part, MOVED_PARTS) > 15


@pytest.mark.parametrize("seed", [*range(LIVES), *REGRESSIONS])
def test_every_sum_is_right_in_random_lives(seed: int) -> None:
    live_hours(seed)


def broken_by(mutant: HoursMutant) -> frozenset[str]:
    """Return the invariants that stories and lives break until the one breaks that the mutant is about."""
    found: frozenset[str] = frozenset()
    for run in [partial(play, story) for story in SCENARIOS] + [partial(live_hours, seed) for seed in range(SEEDS)]:
        try:
            run()
        except Broken as broken:
            found |= broken.names
            if mutant.killed_by in found:
                break
    return found


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: f"{mutant.number} {mutant.name}")
def test_no_wrong_way_lives(mutant: HoursMutant, monkeypatch: pytest.MonkeyPatch) -> None:
    mutant.apply(monkeypatch)
    found = broken_by(mutant)
    assert mutant.killed_by in found, f"{mutant.name} lives; it broke {sorted(found) or 'nothing'}"
