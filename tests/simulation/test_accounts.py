"""Keys that are refused, revoked, renewed, given to another company, and entered for the wrong one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.simulation.accounts import live_accounts
from tests.simulation.broken import Broken
from tests.simulation.histories import twice
from tests.simulation.mutants.keys import KEYS

SEEDS = (*range(20), 60000112)
MANY = 200
"""Lives to try until a wrong engine is told by the name of its invariant."""
TOLD = {"key_refused", "stopped_for_key", "key_accepted", "same_company"}


def test_nothing_reaches_another_company_and_one_refused_answer_stops_nothing_for_good() -> None:
    told: set[str] = set()
    for seed in SEEDS:
        told |= {entry.reason.code for entry in live_accounts(seed).journal()}
    assert told >= TOLD, "each of these occurs"


@pytest.mark.parametrize(("wrong", "invariant", "first"), KEYS.values(), ids=KEYS)
def test_an_engine_that_mistakes_keys_is_caught(
    wrong: Callable[[pytest.MonkeyPatch], None], invariant: str, first: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong(monkeypatch)
    for seed in range(first, first + MANY):
        try:
            live_accounts(seed)
        except Broken as broken:
            if invariant in broken.names:
                return
    pytest.fail(f"nobody noticed by {invariant}")


def test_the_same_seed_lives_the_same_life_of_keys() -> None:
    twice(live_accounts, 3)
