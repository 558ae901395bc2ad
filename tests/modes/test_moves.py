"""Hours whose activity changed in accounting: set in their new place before they are taken out of the old one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from samspill.canon.values import Value
from samspill.engine.model import (
    Detail,
    DetailKind,
    Intent,
    Link,
    LinkState,
    Observation,
    Outcome,
    Result,
    Shadow,
    Side,
)
from samspill.modes.hours.rules.moves import in_order, left_its_mark
from samspill.reasons import Reason

SHEET, ACCOUNTING = Side.LEFT, Side.RIGHT
OLD, NEW, ELSEWHERE = "17|2026-03-02|p1|a1", "17|2026-03-02|p1|a2", "17|2026-03-02|p2|a2"
LACKING = Reason("hours_no_activity", {"activity": "t4"})
T4 = Detail(DetailKind.NO_COUNTERPART, missing=("t4",))
MOVING = Reason("hours_moving", {"activity": "a2"})


def cell(
    name: str,
    hours: str | None = None,
    exported: str | None = None,
    problem: Reason | None = None,
    detail: Detail | None = None,
) -> Observation:
    fields: dict[str, Value] = {"hours": hours, "exported": exported}
    return Observation(name, fields, problem=problem, detail=detail)


def link(name: str, held: str | None, noted: str | None = None) -> Link:
    """A cell that accounting holds so many hours in, of which we noted so many as ours."""
    ids = dict.fromkeys(Side, name)
    base: dict[str, Value] = {"hours": held, "exported": noted}
    shadows = {ACCOUNTING: Shadow({"hours": held})}
    return Link(f"left-{name}", ids, LinkState.LINKED, base, shadows)


def ordered(cells: list[Observation], *links: Link) -> dict[str, Observation]:
    found = in_order(cells, {each.ids[SHEET]: each for each in links}, SHEET)
    assert [each.external_id for each in found] == [each.external_id for each in cells]
    return {each.external_id: each for each in found}


MOVED = [cell(OLD), cell(NEW, "4", "4")]
"""The line stands as it was, its mark with it; accounting has another activity for it now."""
HELD = link(OLD, "4", "4")


def test_the_new_cell_is_told_without_its_mark_and_the_old_one_waits_for_it() -> None:
    found = ordered(MOVED, HELD)
    assert found[NEW].fields == {"hours": "4"}
    assert (found[OLD].waits, found[OLD].detail) == (MOVING, Detail(DetailKind.MOVING, missing=("a2",)))
    assert found[OLD].fields == MOVED[0].fields


def test_once_they_are_there_the_old_cell_is_emptied() -> None:
    assert ordered(MOVED, HELD, link(NEW, "4", "4")) == {OLD: MOVED[0], NEW: MOVED[1]}


def test_what_is_where_it_was_is_told_as_it_is() -> None:
    cells = [cell(OLD, "4", "4"), cell(NEW, "3")]
    assert ordered(cells, HELD) == {OLD: cells[0], NEW: cells[1]}


@pytest.mark.parametrize(
    "cells",
    [
        [cell(OLD), cell(NEW, "4")],  # no mark: hours that nobody sent before
        [cell(OLD), cell(ELSEWHERE, "4", "4")],  # another project's
        [cell(OLD), cell(NEW, "5", "5")],  # more than ever left
    ],
)
def test_marked_hours_that_did_not_come_from_here_keep_their_mark(cells: list[Observation]) -> None:
    assert ordered(cells, HELD) == {each.external_id: each for each in cells}


def test_hours_that_came_with_somebody_elses_mark_have_come_from_nowhere() -> None:
    theirs = replace(link(NEW, None), outcome=Outcome(Result.SKIPPED, Reason("x"), Detail(DetailKind.KEPT_APART)))
    assert ordered(MOVED, HELD, theirs)[NEW] == MOVED[1]
    ours = replace(theirs, outcome=Outcome(Result.CONFLICT, Reason("hours_exported_before")))
    assert ordered(MOVED, HELD, ours)[NEW].fields == {"hours": "4"}


@pytest.mark.parametrize(
    "held",
    [
        replace(HELD, state=LinkState.UNLINKED),
        replace(HELD, shadows={}),
        replace(HELD, base={}),
        link(OLD, None, "4"),
        link(OLD, "4", None),
    ],
)
def test_only_hours_that_accounting_holds_and_that_are_ours_have_left(held: Link) -> None:
    assert ordered(MOVED, held) == {OLD: MOVED[0], NEW: MOVED[1]}


def test_what_was_about_to_be_noted_when_a_function_died_counts_as_noted() -> None:
    begun = Intent("w", SHEET, 0, {"exported": "4"}, Shadow({}), {})
    assert ordered(MOVED, replace(link(OLD, "4"), intent=begun))[OLD].waits is not None
    other = replace(begun, side=ACCOUNTING)
    assert ordered(MOVED, replace(link(OLD, "4"), intent=other))[OLD].waits is None
    assert ordered([cell(OLD, "1"), cell(NEW, "3", "3")], replace(link(OLD, "4", "4"), intent=begun))[OLD].waits


def test_only_a_part_may_have_left() -> None:
    cells = [cell(OLD, "1", "1"), cell(NEW, "3", "3")]
    found = ordered(cells, HELD)
    assert found[NEW].fields == {"hours": "3"}
    assert (found[OLD].waits, found[OLD].detail) == (MOVING, Detail(DetailKind.MOVING, missing=("a2",)))
    assert ordered([cell(OLD, "1", "4"), cell(NEW, "3", "3")], HELD)[OLD].waits is None, "its mark is still here"


def test_while_a_line_has_no_activity_no_cell_comes_to_hold_less() -> None:
    line = cell("17|2026-03-02|p1|", "4", "4", LACKING, T4)
    found = ordered(
        [cell(OLD, "3"), line, cell(NEW, "5"), cell(ELSEWHERE, "2")], HELD, link(NEW, "4"), link(ELSEWHERE, "2")
    )
    assert (found[OLD].problem, found[OLD].detail) == (LACKING, T4)
    assert (found[NEW].problem, found[ELSEWHERE].problem) == (None, None)
    assert found[line.external_id] == line
    other = replace(line, problem=Reason("cannot_map", {"field": "hours"}), detail=None)
    assert ordered([cell(OLD, "3"), other], HELD)[OLD].problem is None


@pytest.mark.parametrize(
    ("base", "state", "left"),
    [
        ({"hours": None, "exported": "4"}, LinkState.LINKED, True),
        ({"exported": "4"}, LinkState.LINKED, True),
        ({"hours": "1", "exported": "4"}, LinkState.LINKED, False),
        ({"hours": None, "exported": None}, LinkState.LINKED, False),
        ({"exported": "4"}, LinkState.UNLINKED, False),
        ({"exported": "4"}, LinkState.TOMBSTONE, False),
    ],
)
def test_an_emptied_cell_with_our_mark_has_left_it_elsewhere(
    base: dict[str, Value], state: LinkState, *, left: bool
) -> None:
    assert left_its_mark(replace(HELD, base=base, state=state)) is left


def test_half_an_hour_moves_like_a_whole_one_and_only_where_it_was_noted_as_ours() -> None:
    cells = [cell(OLD), cell(NEW, "0.5", "0.5")]
    moved = ordered(cells, link(OLD, "0.5", "0.5"))
    assert (moved[NEW].fields, moved[OLD].waits) == ({"hours": "0.5"}, MOVING)
    assert ordered(cells, link(OLD, "4", None)) == {OLD: cells[0], NEW: cells[1]}
