"""Writes that come back: which of them count towards a loop, and what a person is told when it is one."""

from __future__ import annotations

import pytest

from samspill.canon.values import Fields
from samspill.engine.loops import LOOP_S, LOOP_WRITES, count_echoes, find_loop
from samspill.engine.merge import Merged
from samspill.engine.model import Detail, Result, Side
from tests.engine.builders import L, R, case, ended, pair, rules, written

RULES = rules()
NOTHING: dict[Side, Fields] = {side: {} for side in Side}


def merged(side: Side, *, writes: Fields, overwritten: Fields | None = None) -> Merged:
    lost = {**NOTHING, side: overwritten or {}}
    return Merged({}, {}, {**NOTHING, side: writes}, lost, {}, ())


@pytest.mark.parametrize(
    ("last", "counted"),
    [
        (written(L, "name"), {"right.name": (1, 10)}),
        (written(L, "phone", "name"), {"right.name": (1, 10)}),
        (written(L, "phone"), {}),
        (written(R, "name"), {}),
        (Detail(fields=("name",)), {}),
        (written(L), {}),
        (None, {}),
    ],
    ids=["the same field", "one of several", "another field", "the same way", "no side", "no fields", "nothing"],
)
def test_a_value_that_is_written_back_from_where_we_wrote_it_counts(
    last: Detail | None, counted: dict[str, tuple[int, int]]
) -> None:
    outcome = ended(Result.APPLIED, "updated", last)
    assert count_echoes(case(RULES, pair(outcome=outcome)), merged(R, writes={"name": "A"}), R) == counted
    assert count_echoes(case(RULES, pair()), merged(R, writes={"name": "A"}), R) == {}


def test_each_replaced_field_counts_by_itself_and_by_its_side() -> None:
    echoes = {"right.name": (2, 5), "left.name": (3, 6), "right.old": (4, 10 - LOOP_S)}
    both = merged(R, writes={"name": "A", "phone": "1"}, overwritten={"name": "B", "phone": "2"})
    counted = count_echoes(case(RULES, pair(echoes=echoes)), both, R)
    assert counted == {"right.name": (3, 5), "left.name": (3, 6), "right.phone": (1, 10)}
    back = count_echoes(
        case(RULES, pair(echoes=counted)), merged(L, writes={"name": "B"}, overwritten={"name": "A"}), L
    )
    assert back == {**counted, "left.name": (4, 6)}


@pytest.mark.parametrize(
    ("echoes", "found"),
    [
        ({"right.name": (LOOP_WRITES, 0)}, None),
        ({"right.name": (LOOP_WRITES + 1, 0)}, {"field": "name", "count": str(LOOP_WRITES)}),
        ({"right.name": (LOOP_WRITES + 3, 0)}, {"field": "name", "count": str(LOOP_WRITES + 2)}),
        ({"left.name": (LOOP_WRITES + 1, 0)}, None),
        ({"rightful.name": (LOOP_WRITES + 1, 0)}, None),
        ({"right.a": (1, 0), "right.b.c": (LOOP_WRITES + 1, 0)}, {"field": "b.c", "count": str(LOOP_WRITES)}),
        ({}, None),
    ],
)
def test_a_loop_is_more_than_so_many_writes_of_one_field_on_this_side(
    echoes: dict[str, tuple[int, int]], found: dict[str, str] | None
) -> None:
    assert find_loop(echoes, R) == found
