"""Every wrong engine is caught, by the invariant that is about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

import pytest

from tests.simulation.broken import Broken
from tests.simulation.histories import live
from tests.simulation.hours.mutants import MUTANTS as HOURS_MUTANTS
from tests.simulation.mixing import MIXES
from tests.simulation.mutants import MUTANTS, Mutant
from tests.simulation.mutants.keys import KEYS
from tests.simulation.scenarios import QUIET, SCENARIOS, play
from tests.simulation.test_slices import SLICES
from tests.simulation.test_telling import WRONG as TELLING
from tests.simulation.test_told import WRONG as LOOKS
from tools.uv import ROOT

SEEDS = 500


def broken_by(mutant: Mutant) -> frozenset[str]:
    """Return the invariants that the stories and lives break until one breaks that the mutant is about."""
    found: frozenset[str] = frozenset()
    kind = {"calm": not mutant.deaths, "plain": mutant.plain, "deltas_only": mutant.deltas_only}
    own = mutant.life
    stories = () if mutant.deltas_only or own else (*SCENARIOS, *QUIET)
    life = own or partial(live, **kind)
    played: list[Callable[[], object]] = [partial(play, story) for story in stories]
    lives: list[Callable[[], object]] = [
        partial(life, seed) for seed in range(mutant.first_seed, mutant.first_seed + SEEDS)
    ]
    runs: Iterable[Callable[[], object]] = lives + played if mutant.first_seed else played + lives
    for run in runs if mutant.runs is None else mutant.runs():
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
    caught = {each.number: each.killed_by for each in MUTANTS}
    caught |= {each.number: frozenset({each.killed_by}) for each in HOURS_MUTANTS}
    caught |= dict.fromkeys(MIXES, frozenset({"INV-TENANT"}))
    caught |= {number: frozenset({invariant}) for number, (_, invariant, _) in KEYS.items()}
    caught |= {number: names for number, (_, names) in SLICES.items()}
    caught |= {number: frozenset({invariant}) for number, (_, invariant) in TELLING.items()}
    caught |= {number: frozenset({invariant}) for number, (_, _, invariant) in LOOKS.items()}
    every = (MUTANTS, HOURS_MUTANTS, MIXES, KEYS, SLICES, TELLING, LOOKS)
    assert len(caught) == sum(map(len, every))
    assert caught.keys() >= {*map(str, range(1, 26)), "3b", "7b"}
    page = (ROOT / "docs" / "simulation.md").read_text(encoding="utf-8")
    _, _, rows = page.partition("## Wrong engines")[2].partition("|---|---|---|\n")
    told = [[cell.strip() for cell in row.split("|")] for row in rows.partition("\n\n")[0].splitlines()]
    assert {number: frozenset(names.split(" or ")) for _, number, _, names, _ in told} == caught
    (counted,) = (row for row in page.splitlines() if row.startswith("| deliberately wrong engines"))
    assert counted.endswith(f" | {len(caught)} |")
