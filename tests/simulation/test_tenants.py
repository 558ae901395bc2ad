"""Two customers in one table and one queue: same flow, same ids, same numbers; each sees its own alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.simulation.histories import live_beside
from tests.simulation.hub import Broken
from tests.simulation.mixing import MIXES

SEEDS = range(14)


def test_nothing_of_one_customer_is_read_written_or_told_to_another() -> None:
    for seed in SEEDS:
        first, second = live_beside(seed).hubs
        assert set(first.history.entity_of) & set(second.history.entity_of), "the two have records of the same id"
        assert first.history.writes
        assert second.history.writes


@pytest.mark.parametrize("mix", MIXES.values(), ids=MIXES)
def test_an_engine_that_mixes_customers_is_caught(
    mix: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    mix(monkeypatch)
    found: frozenset[str] = frozenset()
    for seed in SEEDS:
        try:
            live_beside(seed)
        except Broken as broken:
            found |= broken.names
    assert "INV-TENANT" in found
