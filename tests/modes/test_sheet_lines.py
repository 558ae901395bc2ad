"""The lines of a day sheet: which cell each belongs to, what a cell says of them, and what is noted on which line."""

from __future__ import annotations

from typing import Any

import pytest

from samspill.canon.values import Value
from samspill.canon.work import Cell
from samspill.engine.model import Observation
from samspill.engine.revision import Revision
from samspill.modes.hours.rules.folding import fold, spread
from samspill.reasons import Reason

SHEET = "17|2026-03-02"
A1, A2 = f"{SHEET}|p1|a1", f"{SHEET}|p1|a2"
ACTIVITIES = {("p1", "t1"): "a1", ("p1", "t2"): "a2", ("p1", "t3"): "a2", ("p2", "t1"): "a9", (None, "tag"): "a5"}
LINES = {"p1|t2": "4", "p1|t3": "3.5"}
"""Two lines of one cell."""


def activity_of(project: str | None, task: str | None) -> str | None:
    return ACTIVITIES.get((project, task or ""))


def sheet(**fields: Any) -> Observation:
    return Observation(SHEET, fields, version=Revision(3), seen_at=7, label="Kari")


def only(told: Observation, *known: str) -> Observation:
    (cell,) = fold(told, activity_of, known)
    return cell


@pytest.mark.parametrize(
    ("line", "cell"),
    [
        ("p1|t1", f"{SHEET}|p1|a1"),
        ("p2|t1", f"{SHEET}|p2|a9"),
        ("|tag", f"{SHEET}||a5"),
        ("p1|t4", f"{SHEET}|p1|"),
        ("p1|", f"{SHEET}|p1|"),
        ("|", f"{SHEET}||"),
    ],
)
def test_a_line_is_in_the_cell_of_its_project_and_of_what_accounting_calls_its_task(line: str, cell: str) -> None:
    assert only(sheet(hours={line: "1"})).external_id == cell
    assert only(sheet(exported={line: "1"})).external_id == cell, "a mark alone is a line"


def test_a_cell_tells_all_of_its_lines_and_nothing_else() -> None:
    told = sheet(
        hours={**LINES, "p1|t1": "1"}, exported={"p1|t2": "2"}, comments={"p1|t3": "Fug", "p1|t2": "Fug", "x|": "y"}
    )
    one, two = fold(told, activity_of)
    place: dict[str, Value] = {"employee": "17", "date": "2026-03-02", "project": "p1"}
    first = {**place, "activity": "a1", "hours": "1", "comment": None, "exported": None}
    second = {**place, "activity": "a2", "hours": "7.5", "comment": "Fug", "exported": "2"}
    assert (one, two) == tuple(
        Observation(name, each, Revision(3), 7, label="Kari") for name, each in ((A1, first), (A2, second))
    )
    assert only(sheet(hours={"|": "2"})).fields == {
        "employee": "17",
        "date": "2026-03-02",
        "project": None,
        "activity": None,
        "hours": "2",
        "comment": None,
        "exported": None,
    }


def test_known_cells_of_this_day_without_a_line_are_told_as_empty() -> None:
    names = [
        cell.external_id for cell in fold(sheet(hours={"p1|t1": "1"}), activity_of, [A1, A2, "17|2026-03-03|p1|a1"])
    ]
    assert names == [A1, A2]
    assert only(sheet(), A2).fields == {**Cell.of(A2).place, "hours": None, "comment": None}


def test_lines_that_are_no_group_are_no_lines() -> None:
    assert fold(sheet(hours="7", exported=None), activity_of) == []
    assert only(sheet(hours={"p1|t1": "1"}, comments="Fug")).fields["comment"] is None


@pytest.mark.parametrize(
    ("fields", "lacking"),
    [
        ({"hours": {"p1|t4": "2"}}, "t4"),
        ({"hours": {"p1|t4": "2", "p1|t5": "1", "p1|": "1"}}, "t4, t5, p1"),
        ({"hours": {"|t4": "2"}}, "t4"),
        ({"hours": {"|": "2"}}, None),
        ({"exported": {"p1|t4": "2"}}, None),
        ({"hours": {"p1|t4": "0"}}, None),
        ({"hours": {"p1|t1": "2"}}, None),
    ],
)
def test_hours_that_accounting_has_no_activity_for_name_what_it_lacks(
    fields: dict[str, Any], lacking: str | None
) -> None:
    problem = Reason("hours_no_activity", {"activity": lacking}) if lacking else None
    assert only(sheet(**fields)).problem == problem


def test_what_is_wrong_with_the_sheet_is_wrong_with_every_known_cell_in_order() -> None:
    bad = Observation(SHEET, {"hours": {"p1|t4": "2"}}, problem=Reason("defect"))
    told = fold(bad, activity_of, [A2, A1])
    assert [(each.external_id, each.problem, each.fields["hours"]) for each in told] == [
        (A1, bad.problem, None),
        (A2, bad.problem, None),
    ]


@pytest.mark.parametrize(
    ("held", "noted"),
    [
        ("7.5", {"p1|t2": "4", "p1|t3": "3.5"}),
        ("5", {"p1|t2": "4", "p1|t3": "1"}),
        ("4", {"p1|t2": "4"}),
        ("2", {"p1|t2": "2"}),
        ("9.25", {"p1|t2": "4", "p1|t3": "5.25"}),
        ("0", {}),
        (None, {}),
    ],
)
def test_each_line_is_noted_with_what_it_holds_and_the_last_one_with_the_rest(
    held: str | None, noted: dict[str, str]
) -> None:
    told = sheet(hours=LINES, exported={"p1|t3": "1", "p1|t1": "6", "odd": 2})
    assert spread(told, {A2: held}, activity_of) == {"p1|t1": "6", "odd": "2", **noted}
    assert spread(told, {A2: held, f"{SHEET}|p8|a1": "3"}, activity_of) == {"p1|t1": "6", "odd": "2", **noted}


def test_a_line_of_which_only_the_mark_is_left_takes_the_rest() -> None:
    told = sheet(hours={"p1|t2": "4"}, exported={"p1|t3": "3"})
    assert spread(told, {A2: "6"}, activity_of) == {"p1|t2": "4", "p1|t3": "2"}
    first = sheet(exported={"p1|t2": "3", "p1|t3": "1"})
    assert spread(first, {A2: "6"}, activity_of) == {"p1|t3": "6"}
    assert spread(sheet(), {A2: "6"}, activity_of) == {}
    assert spread(Observation(SHEET, {"hours": LINES}, deleted=True), {A2: "6"}, activity_of) == {}
