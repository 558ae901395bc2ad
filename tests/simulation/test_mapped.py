"""Fields that an admin maps while everything goes on: only translated values are written, and both sides agree."""

from __future__ import annotations

import pytest

from tests.simulation.histories import twice
from tests.simulation.mapped import live_mapped, waits_for_a_row

LIVES = 24


@pytest.mark.parametrize("seed", range(LIVES))
def test_only_what_the_lookup_says_is_written_and_both_sides_end_the_same(seed: int) -> None:
    live_mapped(seed)


def test_a_value_without_a_row_holds_up_its_own_record_only_until_it_has_one() -> None:
    waits_for_a_row()


def test_a_life_with_mapped_fields_is_the_same_when_lived_again() -> None:
    twice(live_mapped, 3)
