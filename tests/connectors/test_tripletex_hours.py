"""Hours are listed by day, found by cell, and set under their version."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import httpx
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from samspill.canon.numbers import decimal_text
from samspill.connectors.tripletex.hours.mapping import HOURS
from samspill.connectors.tripletex.kinds import KINDS
from samspill.engine.revision import Revision
from samspill.errors import (
    ConfigurationError,
    ConflictError,
    MappingError,
    NotFoundError,
    RejectedError,
    UnknownOutcomeError,
    UsageError,
)
from samspill.ports import VendorWrite
from tests.connectors.rig import change, create
from tests.connectors.tripletex_rig import TripletexRig
from tests.connectors.tripletex_timesheet import MONDAY, Timesheet, asked, body


@pytest.fixture
def sheet(tripletex: TripletexRig) -> Timesheet:
    return Timesheet(tripletex)


def day(offset: int) -> str:
    return (date.fromisoformat(MONDAY) + timedelta(days=offset)).isoformat()


# --- reading ---------------------------------------------------------------------------------------------------------


def test_an_entry_tells_its_cell_its_hours_and_who_it_is_about(sheet: Timesheet) -> None:
    entry = sheet.entry(comment="Fliser")
    [row], complete, cursor = sheet.rig.read_all("hours")
    assert row.external_id == entry
    assert row.fields == sheet.fields(comment="Fliser") | {"is_locked": False}
    assert row.label == f"Administrator Nordlys {MONDAY} 100 Bad Fakturerbart arbeid"
    assert row.version == Revision(0)
    assert (complete, cursor) == (True, None)


@pytest.mark.parametrize(("settings", "back"), [({}, 62), ({"hours_days": "7"}, 7)])
def test_the_days_around_today_are_listed(settings: dict[str, str], back: int) -> None:
    sheet = Timesheet(TripletexRig(settings))
    listed = [sheet.entry(date=day(offset), project=None, activity=sheet.office) for offset in (-back, 0, 31)]
    for offset in (-back - 1, 32):
        sheet.rig.tripletex.account.world.load("timesheetEntry", {"date": day(offset), "hours": 1})
    rows, complete, _cursor = sheet.rig.read_all("hours")
    assert [row.external_id for row in rows] == listed
    assert complete
    query = sheet.rig.transport.sent[-1].url.params
    assert (query["dateFrom"], query["dateTo"]) == (day(-back), day(32))


def test_today_is_the_day_it_is_in_norway(sheet: Timesheet) -> None:
    sheet.rig.clock.advance(15.5 * 3600)  # 23:30 UTC
    sheet.rig.read_all("hours")
    assert sheet.rig.transport.sent[-1].url.params["dateTo"] == day(33)


@pytest.mark.parametrize("days", ["two months", "-1", "1000000000"])
def test_a_setting_that_is_no_number_of_days_is_told_before_anything_is_asked(days: str) -> None:
    rig = TripletexRig({"hours_days": days})
    with pytest.raises(ConfigurationError) as caught:
        rig.connector.page("hours")
    assert caught.value.reason.code == "no_number_of_days"
    assert caught.value.reason.params == {"setting": "hours_days", "value": days, "most": "3650"}
    assert rig.transport.sent == []


def test_hours_are_summed_exactly_by_employee_day_and_project(sheet: Timesheet) -> None:
    sheet.entry(hours="0.1")
    sheet.entry(hours="0.2", activity=_named(sheet, "Prosjektadministrasjon"))
    sheet.entry(hours="7.25", project=None, activity=sheet.office)
    sums: Counter[tuple[Any, ...]] = Counter()
    for row in sheet.rig.read_all("hours")[0]:
        cell = (row.fields["employee"], row.fields["date"], row.fields["project"])
        sums[cell] += Decimal(str(row.fields["hours"]))  # type: ignore[assignment]  # a counter of decimals
    assert sums == {
        (sheet.kari, MONDAY, sheet.bath): Decimal("0.3"),
        (sheet.kari, MONDAY, None): Decimal("7.25"),
    }


def test_too_many_entries_are_read_in_parts_of_days(sheet: Timesheet) -> None:
    listed = [sheet.entry(date=day(offset)) for offset in range(-20, 20)]
    sheet.rig.sandbox.set_faults({"result_limit": 9})
    rows, complete, _cursor = sheet.rig.read_all("hours")
    assert sorted(row.external_id for row in rows) == sorted(listed)
    assert complete


def test_too_many_entries_of_one_day_cannot_be_read(sheet: Timesheet) -> None:
    for hours in (1, 2):
        sheet.rig.tripletex.account.world.load("timesheetEntry", {"date": MONDAY, "hours": hours})
    sheet.rig.sandbox.set_faults({"result_limit": 1})
    with pytest.raises(RejectedError) as caught:
        sheet.rig.read_all("hours")
    assert caught.value.reason.code == "result_too_large"


def test_a_list_that_moves_while_it_is_read_is_not_complete(monkeypatch: pytest.MonkeyPatch, sheet: Timesheet) -> None:
    monkeypatch.setattr("samspill.connectors.tripletex.paging.SLICE", 10)
    entries = [sheet.entry(date=day(offset)) for offset in range(-15, 0)]
    first = sheet.rig.connector.page("hours")
    sheet.rig.remove("hours", entries[3])
    assert (first.complete, sheet.rig.connector.page("hours", token=first.next).complete) == (True, False)


def test_entries_are_read_by_id_whatever_their_day(sheet: Timesheet) -> None:
    sheet.rig.edit("projects", sheet.bath, {"period": {"start": "2019-01-01", "end": None}})
    old, new, gone = sheet.entry(date="2019-05-06"), sheet.entry(), sheet.entry(date=day(1))
    sheet.rig.remove("hours", gone)
    seen = sheet.rig.connector.read("hours", [new, gone, old])
    assert [(each.external_id, each.deleted) for each in seen] == [(new, False), (gone, True), (old, False)]
    assert sheet.rig.one(old, "hours").fields["date"] == "2019-05-06"


def test_hours_that_somebody_emptied_are_none_at_all(sheet: Timesheet) -> None:
    entry = sheet.entry()
    sheet.rig.sandbox.edit("timesheetEntry", entry, {"hours": 0})
    assert sheet.rig.one(entry, "hours").fields["hours"] == "0"


def test_an_approved_month_locks_its_entries(sheet: Timesheet) -> None:
    march, april = sheet.entry(), sheet.entry(date="2026-04-01")
    sheet.approve()
    assert [row.fields["is_locked"] for row in sheet.rig.connector.read("hours", [march, april])] == [True, False]


def test_the_one_entry_of_a_cell_is_found_in_one_call(sheet: Timesheet) -> None:
    wanted = sheet.entry()
    sheet.entry(date=day(1))
    sheet.entry(activity=_named(sheet, "Prosjektadministrasjon"))
    inner = sheet.entry(project=None, activity=sheet.office)
    sheet.rig.read_all("hours")
    sheet.rig.forget_calls()
    cell = {"employee": sheet.kari, "project": sheet.bath, "activity": sheet.work, "date": MONDAY}
    assert [each.external_id for each in sheet.rig.connector.find("hours", keys=cell)] == [wanted]
    assert asked(sheet.rig) == ["GET /timesheet/entry"]
    internal = {"employee": sheet.kari, "project": "", "activity": sheet.office, "date": MONDAY}
    assert [each.external_id for each in sheet.rig.connector.find("hours", keys=internal)] == [inner]
    assert sheet.rig.connector.find("hours", keys={**cell, "project": ""}) == []


def test_a_day_that_is_none_is_not_looked_for(sheet: Timesheet) -> None:
    with pytest.raises(MappingError):
        sheet.rig.connector.find("hours", keys={"date": "monday"})
    with pytest.raises(UsageError):
        sheet.rig.connector.find("hours", keys={"project": ""})


def test_check_asks_for_the_hours_of_one_day(tripletex: TripletexRig) -> None:
    tripletex.sandbox.set_faults({"missing_right": ["timesheet"]})
    assert [each.params["what"] for each in tripletex.connector.check().missing] == ["hours"]
    [asked_for] = [each.url.params for each in tripletex.transport.sent if each.url.path.endswith("/entry")]
    assert (asked_for["dateFrom"], asked_for["dateTo"], asked_for["count"]) == (MONDAY, day(1), "1")


# --- writing ---------------------------------------------------------------------------------------------------------


def test_entries_are_created_and_changed_in_one_call_each_with_the_fields_to_set(sheet: Timesheet) -> None:
    seen = [sheet.rig.one(sheet.entry(date=day(offset)), "hours") for offset in (7, 8)]
    creates = [create(str(offset), **sheet.fields(date=day(offset))) for offset in (1, 2)]
    written = sheet.write(*(change(each, {"hours": "3.25"}) for each in seen), *creates)
    assert [each.record.fields["hours"] for each in written if each.record] == ["3.25", "3.25", "7.5", "7.5"]
    assert asked(sheet.rig) == ["POST /timesheet/entry/list", "PUT /timesheet/entry/list"]
    posted, put = (body(each) for each in sheet.rig.transport.sent)
    assert posted[0] == {
        "employee": {"id": int(sheet.kari)},
        "project": {"id": int(sheet.bath)},
        "activity": {"id": int(sheet.work)},
        "date": day(1),
        "hours": 7.5,
    }
    assert put == [{"id": int(each.external_id), "version": 0, "hours": 3.25} for each in seen]
    assert sheet.held() == [(day(1), 7.5), (day(2), 7.5), (day(7), 3.25), (day(8), 3.25)]


def test_the_answer_to_a_write_tells_when_it_was_seen_to_the_millisecond(sheet: Timesheet) -> None:
    written = sheet.write(*(create(str(offset), **sheet.fields(date=day(offset))) for offset in (1, 2)))
    now_ms = int(sheet.rig.clock.now().timestamp() * 1000)
    assert [each.record.seen_at for each in written if each.record] == [now_ms, now_ms]


def test_an_internal_entry_has_no_project(sheet: Timesheet) -> None:
    written = sheet.create(project=None, activity=sheet.office)
    assert written.record is not None
    assert written.record.fields["project"] is None
    assert "project" not in body(sheet.rig.transport.sent[-1])


def test_answers_in_another_order_still_belong_to_their_writes(sheet: Timesheet) -> None:
    def turned(request: httpx.Request) -> httpx.Response:
        answer = sheet.rig.transport.inner.handle_request(request)
        answer.read()
        return httpx.Response(201, json={"values": answer.json()["values"][::-1]})

    sheet.rig.connector.check()
    sheet.rig.transport.answers = [turned]
    writes = [create(str(offset), **sheet.fields(date=day(offset))) for offset in (1, 2, 3)]
    written = sheet.rig.connector.write("hours", writes)
    assert [each.record.fields["date"] for each in written if each.record] == [day(1), day(2), day(3)]


def test_setting_the_same_hours_twice_leaves_them_once(sheet: Timesheet) -> None:
    seen = sheet.rig.one(sheet.entry(), "hours")
    for _ in range(2):
        [written] = sheet.write(VendorWrite("k", {"hours": "4"}, seen.external_id))
        assert written.record is not None
    assert sheet.held() == [(MONDAY, 4)]


def test_a_stale_version_is_a_conflict_and_nothing_is_written(sheet: Timesheet) -> None:
    seen = sheet.rig.one(sheet.entry(), "hours")
    sheet.rig.sandbox.edit("timesheetEntry", seen.external_id, {"hours": 2})
    for write in (change(seen, {"hours": "4"}), change(seen, {}, archive=True)):
        [written] = sheet.write(write)
        assert isinstance(written.error, ConflictError)
        assert written.error.reason.code == "changed_meanwhile"
    assert sheet.held() == [(MONDAY, 2)]


def test_archiving_deletes_the_entry_under_its_version(sheet: Timesheet) -> None:
    seen = sheet.rig.one(sheet.entry(), "hours")
    [written] = sheet.write(change(seen, {}, archive=True))
    assert written.record is not None
    assert (written.record.external_id, written.record.deleted) == (seen.external_id, True)
    [request] = sheet.rig.transport.sent
    assert (request.method, request.url.params["version"], request.content) == ("DELETE", "0", b"")
    assert sheet.held() == []


def test_a_delete_whose_answer_was_lost_is_repeated_and_finds_nothing(sheet: Timesheet) -> None:
    seen = sheet.rig.one(sheet.entry(), "hours")
    sheet.rig.sandbox.set_faults({"drop_answer_next": [{"times": 1, "method": "DELETE"}]})
    [written] = sheet.write(change(seen, {}, archive=True))
    assert isinstance(written.error, NotFoundError)
    assert sheet.rig.one(seen.external_id, "hours").deleted


def test_a_create_whose_answer_was_lost_is_unknown_and_found_by_its_cell(sheet: Timesheet) -> None:
    sheet.rig.sandbox.set_faults({"drop_answer_next": [{"times": 1, "method": "POST", "path_prefix": "/v2/timesheet"}]})
    written = sheet.create()
    assert isinstance(written.error, UnknownOutcomeError)
    cell = {"employee": sheet.kari, "project": sheet.bath, "activity": sheet.work, "date": MONDAY}
    assert [each.fields["hours"] for each in sheet.rig.connector.find("hours", keys=cell)] == ["7.5"]
    assert sheet.held() == [(MONDAY, 7.5)]


@given(st.decimals(min_value="0.01", max_value=24, places=2))
def test_hours_travel_without_losing_a_hundredth(hours: Decimal) -> None:
    sent = orjson.dumps({"value": {"id": 1, **HOURS.write({"hours": str(hours)})}})
    [row] = KINDS["hours"].decoder.one(sent, "value").rows
    assert HOURS.read(row) == {"hours": decimal_text(hours)}


@pytest.mark.parametrize(
    ("hours", "reason"),
    [
        ("0", "cannot_map"),
        ("-1", "cannot_map"),
        ("NaN", "cannot_map"),
        ("half", "cannot_map"),
        ("7.1000000000000000001", "cannot_map"),
        ("24.01", "hours_over_day"),
    ],
)
def test_hours_that_must_not_be_sent_fail_alone_and_are_not_sent(sheet: Timesheet, hours: str, reason: str) -> None:
    writes = [create("bad", **sheet.fields(hours=hours)), create("good", **sheet.fields(date=day(1), hours="24"))]
    bad, good = sheet.write(*writes)
    assert isinstance(bad.error, MappingError)
    assert (bad.error.field, bad.error.reason.code) == ("hours", reason)
    assert good.record is not None
    assert sheet.held() == [(day(1), 24)]


@pytest.mark.parametrize("value", [None, "2026-02-30"])
def test_a_day_must_be_one(sheet: Timesheet, value: str | None) -> None:
    seen = sheet.rig.one(sheet.entry(), "hours")
    [written] = sheet.write(change(seen, {"date": value}))
    assert isinstance(written.error, MappingError)
    assert written.error.field == "date"
    assert sheet.rig.transport.sent == []


# --- lists with a bad row --------------------------------------------------------------------------------------------


def test_one_refused_create_does_not_take_the_others_with_it(sheet: Timesheet) -> None:
    sheet.rig.sandbox.set_faults({"list_atomic": True})
    taken = sheet.entry(date=day(4), hours="1")
    written = sheet.write(*(create(str(offset), **sheet.fields(date=day(offset))) for offset in range(1, 8)))
    assert [each.key for each in written if each.error] == ["4"]
    assert len({each.record.external_id for each in written if each.record} - {taken}) == 6
    assert sheet.held() == [(day(offset), 1 if offset == 4 else 7.5) for offset in range(1, 8)]


def test_one_locked_change_does_not_take_the_others_with_it(sheet: Timesheet) -> None:
    days = ("2026-02-27", "2026-03-02", "2026-03-03")
    seen = [sheet.rig.one(sheet.entry(date=each), "hours") for each in days]
    sheet.approve("2026-02")
    written = sheet.write(*(change(each, {"hours": "1"}) for each in seen))
    assert [each.error.reason.code if each.error else None for each in written] == ["hours_month_locked", None, None]
    assert sheet.held() == [(days[0], 7.5), (days[1], 1), (days[2], 1)]


def test_two_creates_of_one_cell_become_one_entry_and_a_conflict(sheet: Timesheet) -> None:
    sheet.rig.sandbox.set_faults({"list_atomic": True})
    written = sheet.write(create("a", **sheet.fields(hours="3")), create("b", **sheet.fields(hours="4")))
    assert [type(each.error) for each in written] == [type(None), ConflictError]
    assert sheet.held() == [(MONDAY, 3)]


def _named(sheet: Timesheet, name: str) -> str:
    return next(str(row["id"]) for row in sheet.rig.sandbox.rows("activity") if row["name"] == name)
