"""What counts as two systems undoing each other's writes, and for how long it is remembered."""

from __future__ import annotations

import pytest

from samspill.canon.values import Fields
from samspill.engine.case import Case
from samspill.engine.loops import LOOP_S, LOOP_WRITES, count_echoes, find_loop
from samspill.engine.merge import Merged
from samspill.engine.model import Link, Side
from samspill.engine.rules import FieldRule, StreamRules

RULES = StreamRules("customers", (FieldRule("name"),), systems={Side.LEFT: "Tripletex", Side.RIGHT: "Svenn"})
NOTHING: dict[Side, Fields] = {side: {} for side in Side}
NAME_REPLACED = Merged({}, {}, {**NOTHING, Side.RIGHT: {"name": "A"}}, {**NOTHING, Side.RIGHT: {"name": "B"}}, {}, ())
QUIET = Merged({}, {}, {**NOTHING, Side.RIGHT: {"name": "A"}}, NOTHING, {}, ())


def case(now: int, echoes: dict[str, tuple[int, int]] | None = None) -> Case:
    link = Link("left-1", {Side.LEFT: "1", Side.RIGHT: "9"}, echoes=echoes or {})
    return Case(RULES, link, {}, now, ())


def corrected(times: int, *, every_s: int) -> dict[str, tuple[int, int]]:
    echoes: dict[str, tuple[int, int]] = {}
    for turn in range(times):
        echoes = count_echoes(case(turn * every_s, echoes), NAME_REPLACED, Side.RIGHT)
    return echoes


def test_a_field_that_is_corrected_again_and_again_within_the_hour_is_a_loop() -> None:
    assert find_loop(corrected(LOOP_WRITES, every_s=60), Side.RIGHT) is None
    found = find_loop(corrected(LOOP_WRITES + 1, every_s=60), Side.RIGHT)
    assert found == {"field": "name", "count": str(LOOP_WRITES)}
    assert find_loop(corrected(LOOP_WRITES + 1, every_s=60), Side.LEFT) is None


def test_the_hour_is_counted_from_the_first_correction_however_steadily_they_come() -> None:
    """Six corrections spread over a day are an ordinary day's work."""
    every_s = LOOP_S // LOOP_WRITES
    assert find_loop(corrected(LOOP_WRITES * 4, every_s=every_s), Side.RIGHT) is None
    assert count_echoes(case(60, {"right.name": (1, 5)}), NAME_REPLACED, Side.RIGHT) == {"right.name": (2, 5)}


@pytest.mark.parametrize(("age_s", "count"), [(LOOP_S - 1, 4), (LOOP_S, 1)])
def test_what_is_older_than_an_hour_is_forgotten(age_s: int, count: int) -> None:
    counted = count_echoes(case(age_s, {"right.name": (3, 0)}), NAME_REPLACED, Side.RIGHT)
    assert counted["right.name"] == (count, 0 if count > 1 else age_s)


def test_a_write_that_replaces_nothing_a_person_put_there_is_not_counted() -> None:
    assert count_echoes(case(0), QUIET, Side.RIGHT) == {}
    assert count_echoes(case(10, {"left.name": (2, 5)}), QUIET, Side.RIGHT) == {"left.name": (2, 5)}
