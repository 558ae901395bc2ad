"""Every wrong engine is caught, by the invariant that is about it."""

from __future__ import annotations

from functools import partial

import pytest

from tests.simulation.histories import live
from tests.simulation.hub import Broken
from tests.simulation.mutants import MUTANTS, Mutant
from tests.simulation.scenarios import QUIET, SCENARIOS, play
from tools.uv import ROOT

SEEDS = 500


def broken_by(mutant: Mutant) -> frozenset[str]:
    """Return the invariants that the stories and lives break until one breaks that the mutant is about."""
    found: frozenset[str] = frozenset()
    kind = {"calm": not mutant.deaths, "plain": mutant.plain, "deltas_only": mutant.deltas_only}
    stories = () if mutant.deltas_only else (*SCENARIOS, *QUIET)
    runs = [partial(play, story) for story in stories] + [
        partial(live, seed, **kind) for seed in range(mutant.first_seed, SEEDS)
    ]
    for run in runs:
        try:
            run()
        except Broken as broken:
            found |= broken.names
            if found & mutant.killed_by:
                break
    return found


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: f"{mutant.number} {mutant.name}")
def test_no_wrong_engine_lives(mutant: Mutant, monkeypatch: pytest.MonkeyPatch) -> None:
    mutant.apply(monkeypatch)
    found = broken_by(mutant)
    assert found & mutant.killed_by, f"{mutant.name} lives; it broke {sorted(found) or 'nothing'}"


def test_the_list_of_mutants_is_whole_and_told_with_who_catches_them() -> None:
    numbers = {mutant.number for mutant in MUTANTS}
    assert numbers >= {str(number) for number in (*range(1, 17), *range(19, 25))} | {"3b", "7b", "11b", "11c"}
    lines = (ROOT / "docs" / "simulation.md").read_text(encoding="utf-8").splitlines()
    told = {cells[1].strip(): cells[3] for line in lines if len(cells := line.split("|")) == 5}
    for mutant in MUTANTS:
        assert mutant.killed_by == frozenset(told[mutant.number].strip().split(" or ")), mutant.number
