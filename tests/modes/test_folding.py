"""Day sheets are folded into cells, and what accounting holds is spread over them again: to the last minute."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from samspill.canon.numbers import decimal_text
from samspill.canon.work import Cell, cell_key, is_sheet
from samspill.engine.model import Detail, DetailKind, Observation
from samspill.engine.revision import Revision
from samspill.modes.hours.rules.folding import fold, spread
from samspill.reasons import Reason

SHEET = "17|2026-03-02"
ACTIVITIES = {"t1": "a1", "t2": "a2", "t3": "a2"}
KEYS = [cell_key(project, task) for project in ("p1", "p2") for task in ("t1", "t2", "t3", "t4")]
hours = st.decimals(min_value="0.01", max_value="24", places=2)
groups = st.dictionaries(st.sampled_from(KEYS), hours.map(decimal_text))


def activity_of(_project: str | None, activity: str | None) -> str | None:
    return ACTIVITIES.get(activity or "")


def sheet(**fields: Any) -> Observation:
    return Observation(
        SHEET, {"hours": {}, "exported": {}, "comments": {}, **fields}, version=Revision(3), label="Kari"
    )


def cells(observation: Observation, *known: str) -> dict[str, Observation]:
    return {cell.external_id: cell for cell in fold(observation, activity_of, known)}


def test_lines_that_accounting_has_one_activity_for_are_one_cell() -> None:
    told = sheet(
        hours={"p1|t2": "4", "p1|t3": "3.5", "p1|t1": "1"},
        comments={"p1|t2": "Fliser", "p1|t3": "Fug", "p1|t1": "Rydding"},
        exported={"p1|t3": "3"},
    )
    found = cells(told)
    assert found.keys() == {f"{SHEET}|p1|a1", f"{SHEET}|p1|a2"}
    assert found[f"{SHEET}|p1|a2"].fields == {
        "employee": "17",
        "date": "2026-03-02",
        "project": "p1",
        "activity": "a2",
        "hours": "7.5",
        "comment": "Fliser; Fug",
        "exported": "3",
    }
    assert found[f"{SHEET}|p1|a2"].version == Revision(3)


def test_a_known_cell_that_the_sheet_has_nothing_in_any_more_is_told_as_empty() -> None:
    gone = f"{SHEET}|p1|a1"
    other_day = "17|2026-03-03|p1|a1"
    [cell] = fold(sheet(), activity_of, [gone, other_day])
    assert (cell.external_id, cell.fields["hours"], cell.deleted) == (gone, None, False)
    assert "exported" not in cell.fields  # there is no line to note it on


def test_a_deleted_sheet_empties_what_is_known_of_it() -> None:
    deleted = Observation(SHEET, {}, deleted=True)
    [cell] = fold(deleted, activity_of, [f"{SHEET}|p1|a1"])
    assert (cell.fields["hours"], cell.deleted) == (None, False)


def test_hours_on_what_accounting_has_no_activity_for_say_so() -> None:
    [cell] = fold(sheet(hours={"p1|t4": "2"}), activity_of)
    assert cell.problem == Reason("hours_no_activity", {"activity": "t4"})
    assert cell.detail == Detail(DetailKind.NO_COUNTERPART, missing=("t4",))


def test_hours_on_nothing_are_a_cell_without_a_problem() -> None:
    [cell] = fold(sheet(hours={"|": "2"}), activity_of)
    assert (cell.external_id, cell.problem) == (f"{SHEET}||", None)


def test_a_sheet_that_cannot_be_read_says_so_where_it_is_known_and_where_it_is_not() -> None:
    bad = Observation(SHEET, {}, problem=Reason("defect"))
    assert [(cell.external_id, cell.problem) for cell in fold(bad, activity_of)] == [(f"{SHEET}||", bad.problem)]
    [cell] = fold(bad, activity_of, [f"{SHEET}|p1|a1"])
    assert (cell.external_id, cell.problem) == (f"{SHEET}|p1|a1", bad.problem)


def test_ids_of_sheets_and_cells_are_told_apart() -> None:
    cell = Cell("17", "2026-03-02", "p1", "a1")
    assert Cell.of(cell.id) == cell
    assert (is_sheet(cell.sheet), is_sheet(cell.id)) == (True, False)


@given(groups)
def test_no_minute_is_lost_in_folding(told: dict[str, str]) -> None:
    folded = sum(Decimal(str(cell.fields["hours"])) for cell in fold(sheet(hours=told), activity_of))
    assert folded == sum((Decimal(value) for value in told.values()), Decimal())


@given(groups, groups, st.dictionaries(st.sampled_from(["a1", "a2"]), hours | st.none()))
def test_what_accounting_holds_is_what_is_noted_and_the_rest_stays(
    told: dict[str, str], noted: dict[str, str], held: dict[str, Decimal | None]
) -> None:
    day = sheet(hours=told, exported=noted)
    before = {name: cell.fields["exported"] for name, cell in cells(day).items()}
    given_hours = {
        name: decimal_text(value) if value is not None else None
        for activity, value in held.items()
        if (name := f"{SHEET}|p1|{activity}") in before
    }
    after = cells(sheet(hours=told, exported=spread(day, given_hours, activity_of)))
    for name, exported in before.items():
        wanted = given_hours.get(name, exported)
        cell = after.get(name)
        assert (cell.fields["exported"] if cell else None) == wanted
