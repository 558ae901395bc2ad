"""Entries that people write, and the day sheets they make."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from local.vendors.app import NoSuchRecord
from local.vendors.clock import ManualClock
from local.vendors.contract.problems import Problem
from local.vendors.data import build
from local.vendors.svenn import SvennSandbox
from tests.sandbox.asking import problem
from tests.sandbox.company import MONDAY, Company
from tests.sandbox.conftest import Receiver
from tests.sandbox.contract import complaints

HOOK = {"url": "https://hub.example/hooks/3", "events": ["workday.changed"], "secret": "a-secret-of-sixteen"}


def test_a_sheet_tells_all_entries_of_an_employee_and_day_in_their_order(company: Company) -> None:
    first = company.write("4", comment="Ferdig")
    second = company.write("3.5", projectId=company.roof, taskId=None, approved=False)
    company.write("8", date="2026-03-03")

    sheet = company.sheet()

    assert {name: sheet[name] for name in ("id", "employeeId", "employeeName", "date", "exported")} == {
        "id": company.sheet_id,
        "employeeId": company.kari,
        "employeeName": "Kari Moen",
        "date": MONDAY,
        "exported": [],
    }
    common = {"tagId": None, "exportedAt": None, "exportedBy": None}
    assert sheet["entries"] == [
        common
        | {"id": first, "projectId": company.bath, "taskId": company.task}
        | {"hours": "4", "comment": "Ferdig", "approved": True},
        common
        | {"id": second, "projectId": company.roof, "taskId": None}
        | {"hours": "3.5", "comment": None, "approved": False},
    ]


def test_every_change_to_an_entry_raises_the_version_of_its_sheet(company: Company, svenn: SvennSandbox) -> None:
    entry = company.write(approved=False)
    seen = [company.sheet()["version"]]
    for change in ({"approved": True}, {"hours": "6"}, {"comment": "Ny"}, {"approved": False}):
        company.edit(entry, **change)
        seen.append(company.sheet()["version"])
    company.edit(entry, hours="6")
    svenn.remove("entries", entry)
    seen.append(company.sheet()["version"])

    assert seen == [1, 2, 3, 4, 5, 6]
    assert company.sheet()["entries"] == []


def test_a_moved_entry_changes_both_days_and_tells_both(
    company: Company, app: httpx.Client, receiver: Receiver
) -> None:
    entry = company.write()
    app.post("/webhooks", json=HOOK)

    company.edit(entry, date="2026-03-03")

    tuesday = f"{company.kari}|2026-03-03"
    told = [json.loads(request.body) for request in receiver.requests]
    assert [(each["event"], each["id"], each["version"]) for each in told] == [
        ("workday.changed", company.sheet_id, 2),
        ("workday.changed", tuesday, 1),
    ]
    assert [complaint for each in told for complaint in complaints("svenn", "/components/schemas/Delivery", each)] == []
    assert company.sheet()["entries"] == []
    assert [each["id"] for each in company.sheet(tuesday)["entries"]] == [entry]


def test_an_entry_that_changes_its_owner_changes_both_sheets(company: Company) -> None:
    ola = company._made("employees", firstName="Ola")
    entry = company.write()

    company.edit(entry, employeeId=ola)

    assert company.sheet()["version"] == 2
    assert len(company.sheet(f"{ola}|{MONDAY}")["entries"]) == 1


def test_a_day_nobody_wrote_on_has_no_sheet(company: Company, app: httpx.Client) -> None:
    assert problem(app.get(f"/day-sheets/{quote(company.sheet_id)}")) == (404, "not_found")


@pytest.mark.parametrize(
    "body",
    [
        {"hours": "7,5"}, {"hours": None}, {"hours": "-1"}, {"date": None}, {"date": "2026-02-30"},
        {"employeeId": "999"}, {"projectId": "999"}, {"taskId": "999"}, {"tagId": "999"}, {"approved": 1},
    ],
)  # fmt: skip
def test_what_an_entry_cannot_hold_is_refused(company: Company, svenn: SvennSandbox, body: dict[str, Any]) -> None:
    with pytest.raises(Problem) as refused:
        company.write(**body)
    assert [wrong.field for wrong in refused.value.errors] == [*body]
    assert svenn.rows("entries") == svenn.rows("day-sheets") == []


def test_an_entry_has_a_task_or_a_tag(company: Company) -> None:
    with pytest.raises(Problem):
        company.write(tagId=company.tag)
    company.write(taskId=None, tagId=company.tag)


def test_what_hours_are_put_on_is_not_deleted(company: Company, svenn: SvennSandbox) -> None:
    company.write()

    for kind, record_id in (("projects", company.bath), ("employees", company.kari), ("tasks", company.task)):
        with pytest.raises(Problem) as refused:
            svenn.remove(kind, record_id)
        assert refused.value.code == "in_use"


def test_sheets_of_some_days_are_listed_page_by_page_and_nothing_is_claimed(
    company: Company, app: httpx.Client, svenn: SvennSandbox
) -> None:
    for number in range(1, 8):
        company.write(date=f"2026-03-{number:02}")
    window = {"from": "2026-03-02", "to": "2026-03-06", "limit": "3"}

    first = app.get("/day-sheets", params=window).json()
    second = app.get("/day-sheets", params={**window, "after": first["next"]}).json()

    assert [each["date"][-2:] for page in (first, second) for each in page["items"]] == ["02", "03", "04", "05", "06"]
    assert second["next"] is None
    assert first["cursor"] == second["cursor"]
    assert svenn.rows("exports") == []


@pytest.mark.parametrize("query", [{"from": "today"}, {"to": "2026-02-30"}, {"updatedSince": "2026-03-02T08:00:00Z"}])
def test_a_parameter_of_the_list_that_cannot_be_read_is_refused(app: httpx.Client, query: dict[str, str]) -> None:
    assert problem(app.get("/day-sheets", params=query)) == (422, "validation")


def test_stale_reads_show_sheets_as_they_were(company: Company, svenn: SvennSandbox) -> None:
    entry = company.write()
    svenn.set_faults({"stale_reads": True})
    company.edit(entry, hours="5")

    assert company.sheet()["entries"][0]["hours"] == "7.5"
    svenn.set_faults({})
    assert company.sheet()["entries"][0]["hours"] == "5"


def test_quick_changes_to_a_day_may_arrive_as_one(
    company: Company, app: httpx.Client, svenn: SvennSandbox, receiver: Receiver, clock: ManualClock
) -> None:
    app.post("/webhooks", json=HOOK)
    svenn.set_faults({"webhook_skip_version": True})
    company.edit(company.write(), hours="5")
    clock.advance(1)
    svenn.webhooks.pump()

    assert [json.loads(request.body)["version"] for request in receiver.requests] == [2]


def test_sheets_and_claims_are_made_by_nobodys_hand(svenn: SvennSandbox) -> None:
    for collection in ("day-sheets", "exports"):
        with pytest.raises(NoSuchRecord):
            svenn.add(collection, {})


def test_the_demo_has_two_weeks_of_hours_of_every_kind(svenn: SvennSandbox, clock: ManualClock) -> None:
    data = build(1)
    svenn.load(data)

    entries, sheets = svenn.rows("entries"), svenn.rows("day-sheets")
    days = sorted({each["date"] for each in entries})
    approved = [each for each in entries if each["approved"]]
    assert len(days) == 10
    assert days[-1] < clock().date().isoformat()
    assert {date.fromisoformat(day).isoweekday() for day in days} == {1, 2, 3, 4, 5}
    assert 0.8 < len(approved) / len(entries) < 1
    assert all(Decimal(each["hours"]) > 0 for each in entries)
    assert {each["id"] for each in sheets} == {f"{each['employeeId']}|{each['date']}" for each in entries}
    assert {each["version"] for each in sheets} == {1}
    assert sum(len(each["entries"]) for each in sheets) == len(entries)
    names = {name for name, for_projects, _ in data.activities if for_projects}
    assert {each["name"] for each in svenn.rows("tasks")} - names == {"Garantiarbeid"}
    assert {name for name, for_projects, _ in data.activities if not for_projects} < {
        each["name"] for each in svenn.rows("tags")
    }
    assert any(each["tagId"] for each in approved)
    assert any(each["taskId"] is None and each["projectId"] for each in approved)
    assert any(each["comment"] for each in approved)


def test_the_same_seed_and_day_give_the_same_hours(svenn: SvennSandbox, clock: ManualClock) -> None:
    other = SvennSandbox(clock=clock)
    for sandbox in (svenn, other):
        sandbox.load(build(3))

    assert svenn.rows("entries") == other.rows("entries")
