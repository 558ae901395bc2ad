"""The handing over of hours: claim, read, confirm."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import httpx
import pytest

from local.vendors.clock import ManualClock
from local.vendors.svenn import SvennSandbox
from tests.sandbox.asking import problem
from tests.sandbox.company import Company


def test_a_claim_tells_what_changed_since_the_cursor_and_the_next_cursor(company: Company) -> None:
    company.write()
    cursor = company.cursor()
    entry = company.write(date="2026-03-03")

    claim = company.claim(cursor)

    tuesday = f"{company.kari}|2026-03-03"
    assert (claim["exporter"], claim["sheets"], company.claimed(claim)) == ("Hub", 1, [tuesday])
    assert company.claim(claim["cursor"], "k-2")["sheets"] == 0
    company.edit(entry, approved=False)
    assert company.claimed(company.claim(claim["cursor"], "k-3")) == [tuesday]


def test_a_claim_shows_its_sheets_as_they_stand_now_and_no_others(company: Company, app: httpx.Client) -> None:
    entry = company.write()
    claim = company.claim("0")
    company.edit(entry, hours="5")
    company.write(date="2026-03-03")

    [sheet] = app.get(f"/exports/{claim['id']}/day-sheets").json()["items"]

    assert (sheet["id"], sheet["entries"][0]["hours"]) == (company.sheet_id, "5")


def test_the_same_key_gets_the_same_claim_until_it_expires(
    company: Company, app: httpx.Client, svenn: SvennSandbox, clock: ManualClock
) -> None:
    company.write()
    claim = company.claim("0")
    company.write(date="2026-03-03")

    assert company.claim("0") == claim
    assert claim["expiresAt"] == "2026-03-02T09:00:00.000Z"
    clock.advance(3600)
    assert problem(app.get(f"/exports/{claim['id']}/day-sheets")) == (410, "expired")
    again = company.claim("0")
    assert (again["id"] != claim["id"], again["sheets"]) == (True, 2)
    assert len(svenn.rows("exports")) == 2


@pytest.mark.parametrize("since", ["x", "", None])
def test_a_claim_needs_a_cursor_of_this_account(app: httpx.Client, since: str | None) -> None:
    response = app.post("/exports", json={"key": "k", "exporter": "Hub", "since": since})

    assert problem(response) == (422, "validation")
    assert [each["field"] for each in response.json()["errors"]] == ["since"]
    unknown = app.post("/exports", json={"key": "k", "exporter": "Hub", "since": "99"})
    assert problem(unknown) == (410, "expired")
    assert problem(app.get("/exports/9/day-sheets")) == (404, "not_found")


def test_a_confirmed_entry_is_shown_as_exported_with_time_and_name(company: Company, svenn: SvennSandbox) -> None:
    entries = [company.write("4"), company.write("3.5"), company.write("1", approved=False), company.write("0")]
    other = company.write("2", projectId=company.roof)

    sheet = company.confirm(company.line("7.5"), version=5).json()

    assert (sheet["version"], sheet["exported"]) == (6, [company.line("7.5")])
    stamps = {row["id"]: (row["exportedAt"], row["exportedBy"]) for row in svenn.rows("entries")}
    done, not_done = ("2026-03-02T08:00:00.000Z", "Samspill"), (None, None)
    assert [stamps[entry] for entry in (*entries, other)] == [done, done, not_done, done, not_done]
    assert {row["id"]: (row["exportedAt"], row["exportedBy"]) for row in sheet["entries"]} == stamps


def test_hours_that_do_not_cover_the_cell_are_noted_and_nothing_is_shown_as_exported(company: Company) -> None:
    company.write("4")
    company.write("3.5")

    sheet = company.confirm(company.line("4"), version=2).json()

    assert sheet["exported"] == [company.line("4")]
    assert {each["exportedAt"] for each in sheet["entries"]} == {None}


def test_a_confirmation_replaces_what_was_noted_and_the_same_again_changes_nothing(company: Company) -> None:
    company.write("4")
    company.write("3.5", projectId=company.roof)
    both = [company.line("4"), company.line("3.5", projectId=company.roof)]
    company.confirm(*both, version=2)

    same = company.confirm(*both, version=3).json()
    one = company.confirm(both[1], version=3).json()
    none = company.confirm(version=4).json()

    assert (same["version"], one["version"], none["version"]) == (3, 4, 5)
    assert (one["exported"], none["exported"]) == ([both[1]], [])
    assert [each["exportedBy"] for each in one["entries"]] == [None, "Samspill"]
    assert {each["exportedBy"] for each in none["entries"]} == {None}


def test_what_accounting_holds_stays_noted_whatever_people_do(company: Company, svenn: SvennSandbox) -> None:
    entry = company.write()
    company.confirm(company.line(), version=1)

    company.edit(entry, approved=False)
    withdrawn = company.sheet()
    svenn.remove("entries", entry)

    assert withdrawn["exported"] == company.sheet()["exported"] == [company.line()]
    assert withdrawn["entries"][0]["exportedAt"] is None
    assert company.sheet()["entries"] == []


def test_a_confirmation_of_a_sheet_that_changed_is_refused_and_nothing_is_noted(company: Company) -> None:
    company.write()
    company.write("1")

    assert problem(company.confirm(company.line(), version=1)) == (412, "stale")
    assert problem(company.confirm(company.line())) == (428, "version_required")
    assert (company.sheet()["version"], company.sheet()["exported"]) == (2, [])


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"hours": "0"}, "exported.0.hours"),
        ({"hours": None}, "exported.0.hours"),
        ({"hours": "7,5"}, "exported.0.hours"),
        ({"projectId": "999"}, "exported.0.projectId"),
        ({"taskId": 7}, "exported.0.taskId"),
        ({"cell": "1|2"}, "exported.0"),
    ],
)
def test_a_line_of_a_confirmation_that_cannot_be_taken_is_refused(
    company: Company, change: dict[str, Any], field: str
) -> None:
    company.write()

    refused = company.confirm(company.line(**change), version=1)

    assert problem(refused) == (422, "validation")
    assert [each["field"] for each in refused.json()["errors"]] == [field]
    assert company.sheet()["version"] == 1


def test_a_confirmation_names_each_cell_once_with_a_task_or_a_tag(company: Company, app: httpx.Client) -> None:
    company.write()
    path = f"/day-sheets/{quote(company.sheet_id, safe='')}"
    both = company.line(tagId=company.tag)

    assert problem(company.confirm(company.line(), company.line("1"), version=1)) == (422, "validation")
    assert problem(company.confirm(both, version=1)) == (422, "validation")
    bodies: list[object] = [[], {}, {"exported": "all"}, {"exported": [], "by": "Hub"}]
    for body in bodies:
        assert problem(app.patch(path, json=body, headers={"If-Match": '"1"'})) == (422, "validation")


def test_sheets_are_confirmed_in_batches_each_on_its_own(company: Company, app: httpx.Client) -> None:
    company.write()
    company.write(date="2026-03-03")
    changes = {"exported": [company.line()]}
    tuesday = f"{company.kari}|2026-03-03"
    items: list[dict[str, Any]] = [
        {"update": {"id": company.sheet_id, "version": 1, "changes": changes}},
        {"update": {"id": tuesday, "version": 9, "changes": changes}},
        {"update": {"id": tuesday, "changes": changes}},
        {"update": {"id": "1|2026-03-02", "version": 1, "changes": changes}},
        {"create": changes},
    ]

    results = app.post("/day-sheets/batch", json={"items": items}).json()["results"]

    assert [each["status"] for each in results] == [200, 412, 428, 404, 422]
    assert company.sheet()["exported"] == [company.line()]
    assert company.sheet(tuesday)["exported"] == []


def test_a_key_needs_the_right_to_read_and_to_export(company: Company, app: httpx.Client, svenn: SvennSandbox) -> None:
    company.write()
    claim = company.claim("0")
    svenn.set_faults({"missing_right": ["day-sheets:write"]})
    assert app.get("/day-sheets").status_code == 200
    assert problem(company.confirm(company.line(), version=1)) == (403, "forbidden")
    body = {"key": "k-2", "exporter": "Hub", "since": "0"}
    assert problem(app.post("/exports", json=body)) == (403, "forbidden")

    svenn.set_faults({"missing_right": ["day-sheets"]})
    assert (
        problem(app.get("/day-sheets")) == problem(app.get(f"/exports/{claim['id']}/day-sheets")) == (403, "forbidden")
    )
