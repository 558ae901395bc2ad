"""What hours say of themselves when the pipeline and the guard ask."""

from __future__ import annotations

from dataclasses import replace

import pytest

from samspill.canon.values import Fields
from samspill.engine.model import Detail, DetailKind, Link, LinkState, Outcome, Result, Shadow, Side, Write
from samspill.flows import hours
from samspill.modes import Modes
from samspill.reasons import Reason

STREAM = hours.stream(Side.LEFT, {Side.LEFT: "Svenn", Side.RIGHT: "Tripletex"})
MODE = Modes().of(STREAM)
PAIR = Link("left-1", {Side.LEFT: "1", Side.RIGHT: "9"}, LinkState.LINKED, shadows={Side.RIGHT: Shadow({"hours": "4"})})


@pytest.mark.parametrize(("fields", "counted"), [({"hours": None}, {"field:hours"}), ({"hours": "7.5"}, set())])
def test_of_hours_only_what_empties_a_cell_is_counted(fields: Fields, counted: set[str]) -> None:
    assert MODE.counted_as(Write(Side.RIGHT, fields, "9"), (), PAIR) == counted
    moved = replace(PAIR, outcome=Outcome(Result.WAITING, Reason("hours_moving"), Detail(DetailKind.MOVING)))
    assert MODE.counted_as(Write(Side.RIGHT, fields, "9"), (), moved) == set()


def test_pairs_count_what_hours_do_not() -> None:
    pairs = Modes().of(replace(STREAM, mode="pairs"))
    moved = replace(PAIR, outcome=Outcome(Result.WAITING, Reason("hours_moving"), Detail(DetailKind.MOVING)))
    assert pairs.counted_as(Write(Side.RIGHT, {"hours": "7.5"}, "9"), (), moved) == {"field:hours"}


def test_hours_that_others_wrote_into_accounting_are_nobodys_concern() -> None:
    assert not MODE.concerns(STREAM, Side.RIGHT, None)
    assert MODE.concerns(STREAM, Side.RIGHT, PAIR)
    assert MODE.concerns(STREAM, Side.LEFT, None)


def test_the_cells_of_a_day_are_read_together_where_day_sheets_are() -> None:
    assert MODE.read_with(STREAM, Side.LEFT, "7|2026-03-02|11|3") == "7|2026-03-02"
    assert MODE.read_with(STREAM, Side.RIGHT, "7|2026-03-02|11|3") == "7|2026-03-02|11|3"
