"""Hours by cell: set where there were none, changed under their version, deleted where there are to be none."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from samspill.errors import ConflictError
from samspill.ports import VendorWrite, Written
from tests.connectors.tripletex_rig import TripletexRig
from tests.connectors.tripletex_timesheet import MONDAY, Timesheet, asked, body


@pytest.fixture
def sheet(tripletex: TripletexRig) -> Timesheet:
    return Timesheet(tripletex)


def day(offset: int) -> str:
    return (date.fromisoformat(MONDAY) + timedelta(days=offset)).isoformat()


def cell(sheet: Timesheet, on: str = MONDAY, **other: str) -> str:
    place = {"employee": sheet.kari, "date": on, "project": sheet.bath, "activity": sheet.work, **other}
    return "|".join(place.values())


def put(sheet: Timesheet, *given: tuple[str, dict[str, Any]], reads: bool = True) -> list[Written]:
    """Write cells, after the read of them that always comes before it."""
    sheet.rig.connector.check()
    if reads:
        sheet.rig.connector.read("cells", [name for name, _ in given])
    sheet.rig.forget_calls()
    return sheet.rig.connector.write("cells", [VendorWrite(name, fields, name) for name, fields in given])


def test_a_cell_without_an_entry_is_there_and_holds_nothing(sheet: Timesheet) -> None:
    sheet.entry(date=day(1), hours="3", comment="Fliser")
    sheet.rig.connector.check()
    sheet.rig.forget_calls()
    empty, full = sheet.rig.connector.read("cells", [cell(sheet), cell(sheet, day(1))])
    assert (empty.external_id, full.external_id) == (cell(sheet), cell(sheet, day(1)))
    assert [each.fields["hours"] for each in (empty, full)] == [None, "3"]
    assert [each.fields["exported"] for each in (empty, full)] == [None, "3"]
    assert full.fields["comment"] == "Fliser"
    assert not empty.deleted
    assert empty.version is full.version is None
    assert asked(sheet.rig) == ["GET /timesheet/entry"]


def test_many_cells_are_read_in_one_call(sheet: Timesheet) -> None:
    sheet.rig.connector.check()
    sheet.rig.forget_calls()
    assert len(sheet.rig.connector.read("cells", [cell(sheet, day(offset)) for offset in range(60)])) == 60
    assert asked(sheet.rig) == ["GET /timesheet/entry"]


def test_the_list_tells_cells_and_is_no_proof_that_others_are_empty(sheet: Timesheet) -> None:
    sheet.entry(hours="2")
    [seen], complete, cursor = sheet.rig.read_all("cells")
    assert (seen.external_id, seen.fields["hours"], complete, cursor) == (cell(sheet), "2", False, None)


def test_hours_are_set_where_there_were_none_and_changed_where_there_were(sheet: Timesheet) -> None:
    sheet.entry(date=day(1), hours="3", comment="Fliser")
    new, changed = put(
        sheet, (cell(sheet), {"hours": "7.5", "comment": None}), (cell(sheet, day(1)), {"hours": "4.25"})
    )
    assert [each.record and each.record.fields["hours"] for each in (new, changed)] == ["7.5", "4.25"]
    assert changed.record is not None
    assert changed.record.fields["comment"] == "Fliser"
    assert sheet.held() == [(MONDAY, 7.5), (day(1), 4.25)]
    assert asked(sheet.rig) == ["POST /timesheet/entry", "PUT /timesheet/entry/" + entry_of(sheet, day(1))]
    sent = body(sheet.rig.transport.sent[-1])
    assert sent.keys() == {"id", "version", "employee", "project", "activity", "date", "hours", "comment"}


def entry_of(sheet: Timesheet, on: str) -> str:
    return next(str(row["id"]) for row in sheet.rig.sandbox.rows("timesheetEntry") if row["date"] == on)


def test_a_cell_that_is_to_hold_nothing_is_deleted_under_its_version(sheet: Timesheet) -> None:
    entry = sheet.entry(hours="3")
    [gone] = put(sheet, (cell(sheet), {"hours": None, "comment": None}))
    assert gone.record is not None
    assert (gone.record.deleted, gone.record.fields["hours"]) == (False, None)
    assert sheet.held() == []
    assert asked(sheet.rig) == [f"DELETE /timesheet/entry/{entry}"]
    assert sheet.rig.transport.sent[-1].url.params["version"] == "0"


@pytest.mark.parametrize("fields", [{"hours": None, "comment": None}, {"comment": "Sent"}])
def test_nothing_is_sent_for_a_cell_that_is_empty_and_stays_so(sheet: Timesheet, fields: dict[str, Any]) -> None:
    [written] = put(sheet, (cell(sheet), fields))
    assert written.record is not None
    assert written.record.fields["hours"] is None
    assert asked(sheet.rig) == []


def test_hours_on_no_project_have_a_cell_too(sheet: Timesheet) -> None:
    name = cell(sheet, project="", activity=sheet.office)
    [written] = put(sheet, (name, {"hours": "1"}))
    assert written.record is not None
    assert (written.record.external_id, written.record.fields["project"]) == (name, None)


def test_a_cell_that_was_not_read_before_is_read_first(sheet: Timesheet) -> None:
    sheet.entry(hours="3")
    put(sheet, (cell(sheet), {"hours": "4"}), reads=False)
    assert sheet.held() == [(MONDAY, 4)]


@pytest.mark.parametrize("theirs", ["edit", "entry", "delete"])
def test_what_a_person_does_between_read_and_write_is_not_written_over(sheet: Timesheet, theirs: str) -> None:
    entry = "" if theirs == "entry" else sheet.entry(hours="3")
    sheet.rig.connector.read("cells", [cell(sheet)])
    match theirs:
        case "edit":
            sheet.rig.edit("hours", entry, {"hours": "5"})
        case "entry":
            sheet.entry(hours="5")
        case "delete":
            sheet.rig.remove("hours", entry)
    [written] = sheet.rig.connector.write("cells", [VendorWrite("k", {"hours": "7.5"}, cell(sheet))])
    assert written.error is not None
    assert sheet.held() == ([] if theirs == "delete" else [(MONDAY, 5)])


@pytest.mark.parametrize("atomic", [True, False])
def test_one_refused_cell_does_not_take_the_others_with_it(sheet: Timesheet, *, atomic: bool) -> None:
    """What a refused list made all the same is found by the refusal of the second try, and counts as done."""
    sheet.rig.sandbox.set_faults({"list_atomic": atomic})
    names = [cell(sheet, day(offset)) for offset in range(1, 8)]
    sheet.rig.connector.read("cells", names)
    sheet.entry(date=day(4), hours="1")
    written = sheet.rig.connector.write("cells", [VendorWrite(name, {"hours": "7.5"}, name) for name in names])
    assert [each.key for each in written if each.error] == [names[3]]
    assert isinstance(written[3].error, ConflictError)
    assert sheet.held() == [(day(offset), 1 if offset == 4 else 7.5) for offset in range(1, 8)]


def test_a_row_that_cannot_be_read_is_not_taken_for_an_empty_cell(sheet: Timesheet) -> None:
    sheet.entry(hours="3")
    sheet.rig.connector.check()
    sheet.rig.alter_row(0, lambda row: row.update(hours="many"))
    [seen] = sheet.rig.connector.read("cells", [cell(sheet)])
    assert seen.problem is not None


def test_an_answer_that_was_lost_leaves_the_outcome_open_and_the_next_read_tells(sheet: Timesheet) -> None:
    sheet.rig.connector.read("cells", [cell(sheet)])
    sheet.rig.sandbox.set_faults({"drop_answer_next": [{"method": "POST"}]})
    [written] = sheet.rig.connector.write("cells", [VendorWrite("k", {"hours": "7.5"}, cell(sheet))])
    assert written.error is not None
    [seen] = sheet.rig.connector.read("cells", [cell(sheet)])
    assert (seen.fields["hours"], sheet.held()) == ("7.5", [(MONDAY, 7.5)])
