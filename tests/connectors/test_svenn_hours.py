"""Hours as day sheets: a whole read claims nothing, changes are claimed, a confirmation is a write under a version."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import httpx
import orjson
import pytest

from samspill.canon.work import cell_key
from samspill.connectors.hooks import VendorHooks
from samspill.engine.model import Observation
from samspill.engine.revision import Revision
from samspill.errors import (
    ConfigurationError,
    ConflictError,
    ContractError,
    MappingError,
    NotFoundError,
    RejectedError,
    UnknownOutcomeError,
    UsageError,
)
from samspill.ports import VendorWrite, Written
from tests.connectors.rig import change, create, order_of
from tests.connectors.svenn_rig import SvennRig

MONDAY = "2026-03-02"
SECRET = "a-secret-of-32-characters-length"


class Site:
    """One employee, a project, a task and a tag, and a hand that writes hours."""

    def __init__(self, rig: SvennRig) -> None:
        self.rig = rig
        self.kari = rig.add("employees", {"first_name": "Kari", "last_name": "Moen"})
        self.bath = rig.add("projects", {"name": "Bad"})
        self.task = str(rig.sandbox.add("tasks", {"name": "Montasje"})["id"])
        self.tag = str(rig.sandbox.add("tags", {"name": "Kurs"})["id"])
        self.sheet_id = f"{self.kari}|{MONDAY}"
        self.cell = cell_key(self.bath, f"task:{self.task}")
        self.course = cell_key(None, f"tag:{self.tag}")

    def write(self, hours: str = "7.5", **body: Any) -> str:
        usual = {"employeeId": self.kari, "date": MONDAY, "projectId": self.bath, "taskId": self.task, "approved": True}
        return str(self.rig.sandbox.add("entries", {**usual, "hours": hours, **body})["id"])

    def attend(self, hours: str, **body: Any) -> str:
        return self.write(hours, projectId=None, taskId=None, tagId=self.tag, **body)

    def edit(self, entry: str, **body: Any) -> None:
        self.rig.sandbox.edit("entries", entry, body)

    def sheet(self) -> Observation:
        return self.rig.one(self.sheet_id, "hours")

    def confirm(self, seen: Observation, exported: dict[str, str]) -> Written:
        [written] = self.rig.connector.write("hours", [change(seen, {"exported": exported})])
        return written

    def claims(self) -> list[dict[str, Any]]:
        return self.rig.sandbox.rows("exports")

    def cursor(self) -> str:
        _rows, _complete, cursor = self.rig.read_all("hours")
        assert cursor is not None
        return cursor


@pytest.fixture
def site(svenn: SvennRig) -> Site:
    return Site(svenn)


def ids(rows: list[Observation]) -> list[str]:
    return [row.external_id for row in rows]


def test_approved_hours_are_summed_by_cell_and_written_as_decimals(site: Site) -> None:
    site.write("4.25")
    site.write("3.25")
    site.attend("1")
    site.write("2", approved=False)
    site.write("0")
    seen = site.sheet()
    assert seen.external_id == site.sheet_id
    assert seen.fields == {
        "employee": site.kari,
        "date": MONDAY,
        "hours": {site.cell: "7.5", site.course: "1"},
        "exported": {},
        "comments": {},
    }
    assert (seen.label, seen.version) == (f"Kari Moen {MONDAY}", Revision(5))
    assert seen.changed_at == int(site.rig.clock.now().timestamp())


def test_hours_without_project_task_or_tag_have_a_cell_of_their_own(site: Site) -> None:
    site.write("1", projectId=None, taskId=None)
    site.write("2", taskId=None)
    assert site.sheet().fields["hours"] == {"|": "1", f"{site.bath}|": "2"}


def test_a_comment_keeps_its_lines(site: Site) -> None:
    site.write("1", comment="Ring først:\n\n  - port 3")
    assert site.sheet().fields["comments"] == {site.cell: "Ring først:\n\n  - port 3"}


def test_different_comments_of_what_counts_are_joined_in_their_order(site: Site) -> None:
    for comment in ("Venter på deler", " Ferdig ", None, "Venter  på deler"):
        site.write("1", comment=comment)
    site.write("1", comment="Ikke godkjent", approved=False)
    site.attend("1", comment="HMS")
    assert site.sheet().fields["comments"] == {site.cell: "Venter på deler; Ferdig", site.course: "HMS"}


def test_a_sheet_without_approved_hours_is_told_and_empty(site: Site) -> None:
    cursor = site.cursor()
    entry = site.write()
    site.edit(entry, approved=False)
    [row] = site.rig.read_all("hours", since=cursor)[0]
    assert (row.fields["hours"], row.fields["comments"], row.problem) == ({}, {}, None)


def test_a_whole_read_claims_nothing_and_its_cursor_leads_to_later_changes(site: Site) -> None:
    site.write()
    rows, complete, cursor = site.rig.read_all("hours")
    assert (ids(rows), complete) == ([site.sheet_id], False)
    assert site.claims() == []
    assert site.rig.read_all("hours", since=cursor)[0] == []
    site.write("1", date="2026-03-03")
    rows, _complete, later = site.rig.read_all("hours", since=cursor)
    assert ids(rows) == [f"{site.kari}|2026-03-03"]
    assert later != cursor


@pytest.mark.parametrize(("settings", "days"), [({}, 62), ({"hours_days": "7"}, 7)])
def test_a_whole_read_looks_back_as_far_as_it_is_set(settings: dict[str, str], days: int) -> None:
    site = Site(SvennRig(settings))
    first = date(2026, 3, 2) - timedelta(days=days)
    site.write(date=first.isoformat())
    site.write(date=(first - timedelta(days=1)).isoformat())
    site.write(date="2026-03-20")
    assert ids(site.rig.read_all("hours")[0]) == [f"{site.kari}|{first}", f"{site.kari}|2026-03-20"]


@pytest.mark.parametrize("days", ["two months", "-1", "3651", "9999999999", "9" * 5000, "٣"])
def test_a_window_that_is_no_number_of_days_is_a_matter_of_the_setup(days: str) -> None:
    rig = SvennRig({"hours_days": days})
    with pytest.raises(ConfigurationError) as caught:
        rig.read_all("hours")
    assert caught.value.reason.code == "no_number_of_days"
    assert rig.transport.sent == []


def test_a_long_window_is_read_page_by_page_and_what_changes_meanwhile_is_told_again(site: Site) -> None:
    entries = [site.write(date=str(date(2026, 1, 5) + timedelta(days=number))) for number in range(201)]
    first = site.rig.connector.page("hours")
    site.edit(entries[3], hours="5")
    second = site.rig.connector.page("hours", token=first.next)
    assert (len(first.observations), len(second.observations), second.next) == (200, 1, None)
    assert ids(site.rig.read_all("hours", since=second.cursor)[0]) == [f"{site.kari}|2026-01-08"]


def test_changes_are_claimed_in_our_name_before_they_are_read(site: Site) -> None:
    cursor = site.cursor()
    site.write()
    site.rig.forget_calls()
    page = site.rig.connector.page("hours", since=cursor)
    [claim] = site.claims()
    assert ([*ids([*page.observations])], page.cursor) == ([site.sheet_id], claim["cursor"])
    assert claim["exporter"] == "Samspill"
    assert [(each.method, each.url.path) for each in site.rig.transport.sent] == [
        ("POST", "/v1/exports"),
        ("GET", f"/v1/exports/{claim['id']}/day-sheets"),
    ]


def test_nothing_changed_is_one_call(site: Site) -> None:
    cursor = site.cursor()
    site.rig.forget_calls()
    assert site.rig.read_all("hours", since=cursor) == ([], True, cursor)
    assert site.rig.calls() == 1


def test_a_claim_of_many_sheets_is_read_page_by_page(site: Site) -> None:
    cursor = site.cursor()
    for number in range(201):
        site.write(date=str(date(2026, 1, 5) + timedelta(days=number)))
    rows, _complete, later = site.rig.read_all("hours", since=cursor)
    assert len({*ids(rows)}) == len(rows) == 201
    [claim] = site.claims()
    assert (claim["sheets"], claim["cursor"]) == (201, later)


def test_a_lost_answer_to_a_claim_leaves_one_claim(site: Site) -> None:
    cursor = site.cursor()
    site.write()
    site.rig.sandbox.set_faults({"drop_answer_next": [{"times": 1, "method": "POST"}]})
    assert ids(site.rig.read_all("hours", since=cursor)[0]) == [site.sheet_id]
    assert len(site.claims()) == 1


def test_two_looks_from_the_same_cursor_are_two_claims_so_that_nothing_is_told_late(site: Site) -> None:
    cursor = site.cursor()
    assert site.rig.read_all("hours", since=cursor)[0] == []
    site.write()
    assert ids(site.rig.read_all("hours", since=cursor)[0]) == [site.sheet_id]


def test_a_claim_that_expires_on_the_way_is_made_anew_and_read_from_its_start(site: Site) -> None:
    cursor = site.cursor()
    for number in range(201):
        site.write(date=str(date(2026, 1, 5) + timedelta(days=number)))
    first = site.rig.connector.page("hours", since=cursor)
    site.rig.clock.advance(3600)
    again = site.rig.connector.page("hours", token=first.next, since=cursor)
    assert ids([*again.observations]) == ids([*first.observations])
    last = site.rig.connector.page("hours", token=again.next, since=cursor)
    assert (len(last.observations), last.next) == (1, None)
    assert len(site.claims()) == 2


def test_where_the_cursor_is_not_known_any_more_the_window_is_read(site: Site) -> None:
    for number in range(201):
        site.write(date=str(date(2026, 1, 5) + timedelta(days=number)))
    rows, complete, cursor = site.rig.read_all("hours", since="99999")
    assert (len({*ids(rows)}), complete) == (201, False)
    assert site.claims() == []
    assert site.rig.read_all("hours", since=cursor) == ([], True, cursor)


def test_a_claim_that_is_gone_at_once_is_told_and_not_repeated_for_ever(site: Site) -> None:
    cursor = site.cursor()
    site.write()

    def gone(request: httpx.Request) -> httpx.Response:
        site.rig.clock.advance(3600)
        return site.rig.transport.inner.handle_request(request)

    site.rig.transport.answers = [site.rig.transport.inner.handle_request, gone]
    with pytest.raises(NotFoundError):
        site.rig.connector.page("hours", since=cursor)


@pytest.mark.parametrize("answer", [b"{}", b"[]", b"7", b'{"id":"1","cursor":"2","sheets":"many"}'])
def test_an_answer_that_is_no_claim_is_not_understood(site: Site, answer: bytes) -> None:
    site.rig.transport.answers = [httpx.Response(201, content=answer)]
    with pytest.raises(ContractError) as caught:
        site.rig.connector.page("hours", since="0")
    assert caught.value.reason.code == "answer_unreadable"


def test_a_sheet_is_read_by_its_id_in_one_call_and_a_day_nobody_wrote_on_is_not_there(site: Site) -> None:
    site.write()
    site.rig.forget_calls()
    seen = site.rig.connector.read("hours", [site.sheet_id, f"{site.kari}|2026-03-03"])
    assert [each.deleted for each in seen] == [False, True]
    assert site.rig.calls() == 2


def test_a_sheet_is_found_by_employee_and_date(site: Site) -> None:
    site.write()
    [found] = site.rig.connector.find("hours", keys={"employee": site.kari, "date": MONDAY})
    assert found.external_id == site.sheet_id
    assert site.rig.connector.find("hours", keys={"employee": site.kari, "date": "2026-03-03"}) == []
    with pytest.raises(UsageError):
        site.rig.connector.find("hours", keys={"employee": site.kari})


def test_a_confirmation_notes_the_hours_and_svenn_shows_the_entries_as_exported(site: Site) -> None:
    site.write("7.5")
    site.attend("1")
    seen = site.sheet()
    written = site.confirm(seen, {site.course: "1.00", site.cell: "7.5"})
    assert written.record is not None
    assert written.record.fields == {**seen.fields, "exported": {site.cell: "7.5", site.course: "1"}}
    assert written.record.version == Revision(order_of(seen) + 1)
    assert written.record.fields == site.sheet().fields
    at = "2026-03-02T08:00:00.000Z"
    assert {(row["exportedAt"], row["exportedBy"]) for row in site.rig.sandbox.rows("entries")} == {(at, "Samspill")}
    sent = next(each for each in site.rig.transport.sent if each.method == "PATCH")
    assert sent.headers["if-match"] == '"2"'
    assert orjson.loads(sent.content) == {
        "exported": [
            {"projectId": site.bath, "taskId": site.task, "tagId": None, "hours": "7.5"},
            {"projectId": None, "taskId": None, "tagId": site.tag, "hours": "1"},
        ][:: 1 if site.cell < site.course else -1]
    }


def test_a_confirmation_of_a_sheet_that_changed_since_is_a_conflict_and_notes_nothing(site: Site) -> None:
    entry = site.write()
    seen = site.sheet()
    site.edit(entry, hours="6")
    written = site.confirm(seen, {site.cell: "7.5"})
    assert isinstance(written.error, ConflictError)
    assert written.error.reason.code == "changed_meanwhile"
    assert site.sheet().fields["exported"] == {}


def test_many_sheets_are_confirmed_in_one_call_each_on_its_own(site: Site) -> None:
    entries = [site.write(date=f"2026-03-{number:02}") for number in range(1, 8)]
    rows, _complete, _cursor = site.rig.read_all("hours")
    site.edit(entries[4], approved=False)
    site.rig.forget_calls()
    written = site.rig.connector.write("hours", [change(row, {"exported": {site.cell: "7.5"}}) for row in rows])
    assert site.rig.calls() == 1
    assert [type(each.error) for each in written if each.error] == [ConflictError]
    assert [bool(row["exported"]) for row in site.rig.sandbox.rows("day-sheets")] == [True] * 4 + [False] + [True] * 2


def test_a_lost_answer_to_a_confirmation_is_repeated_under_its_version(site: Site) -> None:
    site.write()
    seen = site.sheet()
    site.rig.sandbox.set_faults({"drop_answer_next": [{"times": 1, "method": "PATCH"}]})
    assert isinstance(site.confirm(seen, {site.cell: "7.5"}).error, ConflictError)
    assert site.sheet().fields["exported"] == {site.cell: "7.5"}


def test_hours_of_nothing_are_taken_off_the_note(site: Site) -> None:
    site.write()
    site.confirm(site.sheet(), {site.cell: "7.5"})
    written = site.confirm(site.sheet(), {site.cell: "0"})
    assert written.record is not None
    assert written.record.fields["exported"] == {}


def test_what_was_exported_stays_told_when_the_entry_moves_away(site: Site) -> None:
    entry = site.write()
    site.confirm(site.sheet(), {site.cell: "7.5"})
    cursor = site.cursor()
    site.edit(entry, date="2026-03-03")
    rows, _complete, _cursor = site.rig.read_all("hours", since=cursor)
    assert [(row.external_id, row.fields["hours"], row.fields["exported"]) for row in rows] == [
        (site.sheet_id, {}, {site.cell: "7.5"}),
        (f"{site.kari}|2026-03-03", {site.cell: "7.5"}, {}),
    ]


@pytest.mark.parametrize(
    "exported", [{"1|": "seven"}, {"1|": "-1"}, {"1|": "NaN"}, {"1|shoe:7": "1"}, {"1|task:": "1"}, {"1|": None}]
)
def test_a_note_that_cannot_be_written_fails_alone_and_is_not_sent(site: Site, exported: dict[str, Any]) -> None:
    site.write()
    seen = site.sheet()
    site.rig.forget_calls()
    assert isinstance(site.confirm(seen, exported).error, MappingError)
    assert site.rig.calls() == 0


def test_sheets_are_neither_made_nor_archived_nor_changed_in_what_people_wrote(site: Site) -> None:
    site.write()
    seen = site.sheet()
    writes = [
        create("new", exported={site.cell: "1"}),
        change(seen, {}, archive=True),
        VendorWrite("hours", {"hours": {site.cell: "1"}}, seen.external_id, seen.version),
    ]
    errors = [each.error for each in site.rig.connector.write("hours", writes)]
    assert [error and error.reason.code for error in errors] == ["not_creatable", "not_changeable", "not_changeable"]
    assert [type(error) for error in errors] == [RejectedError, RejectedError, MappingError]
    assert site.sheet() == seen


def test_a_confirmation_without_a_version_is_a_defect(site: Site) -> None:
    site.write()
    [written] = site.rig.connector.write("hours", [VendorWrite("k", {"exported": {}}, site.sheet_id)])
    assert isinstance(written.error, ContractError)


def test_a_confirmation_that_cannot_be_understood_is_an_unknown_outcome(site: Site) -> None:
    site.write()
    seen = site.sheet()
    site.rig.transport.answers = [httpx.Response(200, content=b"{}")]
    assert isinstance(site.confirm(seen, {site.cell: "7.5"}).error, UnknownOutcomeError)


BREAK: list[Callable[[dict[str, Any]], object]] = [
    lambda row: row["entries"][0].update(hours="seven"),
    lambda row: row["entries"][0].update(approved="perhaps"),
    lambda row: row["entries"][0].pop("hours"),
    lambda row: row.pop("date"),
]


@pytest.mark.parametrize("broken", BREAK)
def test_a_sheet_that_does_not_fit_fails_alone_with_its_field(
    site: Site, broken: Callable[[dict[str, Any]], object]
) -> None:
    site.write()
    site.write(date="2026-03-03")
    site.rig.alter_row(0, broken)
    page = site.rig.connector.page("hours")
    problems = {each.external_id: each.problem and each.problem.code for each in page.observations}
    assert problems == {site.sheet_id: "cannot_map", f"{site.kari}|2026-03-03": None}


def test_a_moved_entry_hints_at_both_days(site: Site) -> None:
    entry = site.write()
    site.rig.connector.subscribe("https://hub.example/hooks/t1/c1", ["hours"], SECRET)
    site.edit(entry, date="2026-03-03")
    told = [
        hook
        for sent, _status in site.rig.sandbox.webhooks.sent
        for hook in VendorHooks().read("svenn", sent.headers, sent.body, SECRET, site.rig.clock.now())
    ]
    assert [(hook.kind, hook.external_id, hook.version, hook.deleted) for hook in told] == [
        ("hours", site.sheet_id, Revision(2), False),
        ("hours", f"{site.kari}|2026-03-03", Revision(1), False),
    ]
