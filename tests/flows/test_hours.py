"""Hours from Svenn to Tripletex, whole: real steps, real connectors, both sandboxes. What one cell holds is set."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

import pytest

from samspill.connectors.tripletex.connector import Tripletex
from samspill.engine.model import Link, LinkState, Result, Side
from samspill.messages import Replay
from samspill.modes.hours import totals
from samspill.modes.hours.tasks import CheckTotals
from samspill.pipeline.dispatch import handle
from samspill.texts.reasons import reason_text
from samspill.usecases import review, setup
from tests.flows.hub import Hub
from tests.support.actors import admin

NAME = "svenn-tripletex"
TODAY, TOMORROW = "2026-03-02", "2026-03-03"
NEW_PROJECT = {"name": "Nytt bad", "number": "9001", "startDate": "2026-01-01"}


class Site:
    """Somebody with hours, a project and an internal tag, all of them known on both sides."""

    def __init__(self, hub: Hub, **settings: str) -> None:
        self.hub = hub
        hub.first_sync()
        given = {"project_activity": "Fakturerbart arbeid", "internal_activity": "Administrasjon", **settings}
        setup.enable(hub.world, admin(), "acme", NAME, "svenn", "tripletex", settings=given)
        self.employee, self.person = self._pair("employees", "employee", "number", "employeeNumber")
        self.project, self.job = self._open_project()
        self.work, self.office = (self._named("activity", name) for name in ("Fakturerbart arbeid", "Administrasjon"))
        self.task = next(row["id"] for row in hub.svenn.rows("tasks") if row["name"] == "Montasje")
        self.unknown_task = next(row["id"] for row in hub.svenn.rows("tasks") if row["name"] == "Garantiarbeid")
        self.tag = next(row["id"] for row in hub.svenn.rows("tags") if row["name"] == "Administrasjon")
        hub.sync()
        hub.svenn.calls.clear()
        hub.tripletex.calls.clear()

    def _pair(self, left: str, right: str, ours: str, theirs: str) -> tuple[str, str]:
        numbers = {str(row[theirs]): row for row in self.hub.tripletex.rows(right)}
        found = next(
            row
            for row in self.hub.svenn.rows(left)
            if row[ours] in numbers and numbers[row[ours]]["allowInformationRegistration"]
        )
        return str(found["id"]), str(numbers[found[ours]]["id"])

    def _open_project(self) -> tuple[str, str]:
        jobs = {str(row["number"]): row for row in self.hub.tripletex.rows("project")}
        for row in self.hub.svenn.rows("projects"):
            job = jobs.get(row["number"] or "")
            if job and row["status"] == "active" and not (job["forParticipantsOnly"] or job["isClosed"]):
                self.hub.tripletex.edit("project", str(job["id"]), {"startDate": "2020-01-01", "endDate": None})
                self.hub.deliver_webhooks()
                self.hub.drain()
                return str(row["id"]), str(job["id"])
        raise AssertionError("no open project")

    def _named(self, collection: str, name: str) -> str:
        return next(str(row["id"]) for row in self.hub.tripletex.rows(collection) if row["name"] == name)

    # --- what people do in Svenn --------------------------------------------------------------------------------------

    def enter(self, hours: str, **other: Any) -> str:
        line = {"employeeId": self.employee, "date": TODAY, "projectId": self.project, "hours": hours, "approved": True}
        if "tagId" not in other:
            line["taskId"] = self.task
        else:
            line["projectId"] = None
        return str(self.hub.svenn.add("entries", line | other)["id"])

    def change(self, entry: str, **fields: Any) -> None:
        self.hub.svenn.edit("entries", entry, fields)

    # --- what people do in Tripletex ----------------------------------------------------------------------------------

    def entry(self, hours: float, **other: Any) -> str:
        """Somebody registers hours there."""
        row = {
            "employee": {"id": int(self.person)},
            "project": {"id": int(self.job)},
            "activity": {"id": int(self._named("activity", "Montasje"))},
            "date": TODAY,
            "hours": hours,
        }
        return str(self.hub.tripletex.add("timesheetEntry", row | other)["id"])

    def month(self, action: str) -> None:
        """Somebody approves the month there, or takes that back."""
        self.hub.clock.advance(60)
        connection = self.hub.world.registry.connection("acme", "tripletex")
        tripletex = self.hub.world.connectors.open(connection)
        assert isinstance(tripletex, Tripletex)
        query = {"employeeIds": self.person, "monthYear": TODAY[:7]}
        tripletex._gateway.call("PUT", f"/timesheet/month/:{action}", query=query)

    # --- what comes of it ---------------------------------------------------------------------------------------------

    def settle(self) -> None:
        for _ in range(4):
            self.hub.deliver_webhooks()
            self.hub.drain()

    @property
    def rows(self) -> list[dict[str, Any]]:
        found = self.hub.tripletex.rows("timesheetEntry")
        return sorted((row for row in found if row["date"] >= TODAY), key=lambda row: (row["date"], row["id"]))

    @property
    def held(self) -> list[float]:
        """Hours of the entries in Tripletex, by day."""
        return [row["hours"] for row in self.rows]

    def exported(self, day: str = TODAY) -> Decimal:
        """What the sheet notes as taken over."""
        sheet = f"{self.employee}|{day}"
        found = [row for row in self.hub.svenn.rows("day-sheets") if row["id"] == sheet]
        return sum((Decimal(line["hours"]) for row in found for line in row["exported"]), Decimal())

    def links(self, day: str = TODAY) -> list[Link]:
        return [link for link in self.hub.links("hours") if f"|{day}|" in link.id]

    @property
    def outcome(self) -> str:
        [link] = self.links()
        assert link.outcome is not None
        return link.outcome.reason.code

    def writes(self) -> list[str]:
        return [
            f"{call.method} {call.path.removeprefix('/v2')}"
            for call in self.hub.tripletex.calls
            if call.method != "GET" and "/timesheet/entry" in call.path
        ]


@pytest.fixture
def site() -> Site:
    return Site(Hub(size=6, flow=NAME))


# --- sending ---------------------------------------------------------------------------------------------------------


def test_approved_hours_become_one_entry_and_are_confirmed(site: Site) -> None:
    site.enter("4", comment="Fliser")
    site.enter("3.5", comment="Fug")
    site.settle()
    [row] = site.rows
    assert (row["hours"], row["comment"]) == (7.5, "Fliser; Fug")
    assert {name: str(row[name]["id"]) for name in ("employee", "project")} == {
        "employee": site.person,
        "project": site.job,
    }
    assert str(row["activity"]["id"]) == site._named("activity", "Montasje")
    assert site.exported() == Decimal("7.5")
    assert site.writes() == ["POST /timesheet/entry"]


def test_what_is_not_approved_or_nothing_is_not_sent(site: Site) -> None:
    site.enter("4", approved=False)
    site.enter("0")
    site.settle()
    assert (site.held, site.links(), site.writes()) == ([], [], [])


def test_approval_sends_what_was_waiting_for_it(site: Site) -> None:
    entry = site.enter("4", approved=False)
    site.settle()
    site.change(entry, approved=True)
    site.settle()
    assert (site.held, site.exported()) == ([4], Decimal(4))


def test_hours_on_a_tag_go_to_the_internal_activity_of_its_name(site: Site) -> None:
    site.enter("2", tagId=site.tag)
    site.settle()
    [row] = site.rows
    assert (str(row["activity"]["id"]), row["project"]) == (site.office, None)


def test_two_tasks_that_accounting_has_one_activity_for_are_one_entry(site: Site) -> None:
    site.enter("4", taskId=site.unknown_task)
    site.enter("2", taskId=None)
    site.settle()
    [row] = site.rows
    assert (row["hours"], str(row["activity"]["id"])) == (6, site.work)
    assert site.exported() == Decimal(6)


def test_without_a_standard_activity_a_person_is_told_and_choosing_one_and_replaying_sends_the_hours() -> None:
    site = Site(Hub(size=6, flow=NAME), project_activity="")
    site.enter("4", taskId=site.unknown_task)
    site.settle()
    assert (site.held, site.outcome) == ([], "hours_no_activity")
    [link] = site.links()
    assert link.outcome is not None
    assert link.outcome.reason.params["activity"] == "Garantiarbeid"
    chosen = {"project_activity": "Fakturerbart arbeid"}
    setup.enable(site.hub.world, admin(), "acme", NAME, "svenn", "tripletex", settings=chosen)
    site.hub.sync(full=True)
    assert site.held == [4]
    assert {link.outcome.reason.code for link in site.links() if link.outcome} == {"hours_none", "updated"}


def test_hours_on_neither_project_nor_tag_are_not_sent(site: Site) -> None:
    site.enter("4", projectId=None, taskId=None)
    site.settle()
    assert (site.held, site.outcome) == ([], "hours_on_nothing")


def test_hours_from_before_the_flow_was_set_up_are_not_sent_until_somebody_says_so(site: Site) -> None:
    day = "2026-02-27"
    site.enter("4", date=day)
    site.settle()
    assert {link.outcome.reason.code for link in site.links(day) if link.outcome} == {"hours_before_start"}
    setup.enable(site.hub.world, admin(), "acme", NAME, "svenn", "tripletex", settings={"hours_from": day})
    site.hub.sync()
    mine = [row for row in site.hub.tripletex.rows("timesheetEntry") if str(row["employee"]["id"]) == site.person]
    assert 4 in [row["hours"] for row in mine]


def test_hours_wait_for_a_project_that_is_not_linked_and_go_when_it_is(site: Site) -> None:
    project = site.hub.svenn.add("projects", {"name": "Nytt bad", "number": "9001"})
    site.enter("4", projectId=project["id"])
    site.settle()
    assert (site.held, site.outcome) == ([], "waiting_for")
    site.hub.svenn.edit("projects", project["id"], {"startDate": "2026-01-01"})
    site.settle()
    site.hub.sync()
    site.settle()
    assert site.held == [4]


def test_hours_that_waited_and_are_refused_are_sent_once(site: Site) -> None:
    site.month("approve")
    site.enter("4", projectId=site.hub.svenn.add("projects", NEW_PROJECT)["id"])
    site.settle()
    assert len(site.hub.journal("waiting_for")) == 1
    assert (site.held, site.outcome, len(site.writes())) == ([], "hours_month_locked", 1)


# --- correcting ------------------------------------------------------------------------------------------------------


def test_a_correction_sets_the_new_sum(site: Site) -> None:
    entry = site.enter("4")
    site.settle()
    site.change(entry, hours="6.25")
    site.settle()
    assert (site.held, site.exported()) == ([6.25], Decimal("6.25"))
    assert [call.split()[0] for call in site.writes()] == ["POST", "PUT"]


@pytest.mark.parametrize("where", ["date", "taskId", "projectId"])
def test_moved_hours_leave_where_they_were_and_are_where_they_went(site: Site, where: str) -> None:
    entry = site.enter("4")
    stays = site.enter("1")
    site.settle()
    assert stays
    there = {"date": TOMORROW, "taskId": site.unknown_task, "projectId": None}[where]
    site.change(entry, **{where: there}, **({"taskId": None, "tagId": site.tag} if where == "projectId" else {}))
    site.settle()
    assert sorted(site.held) == [1, 4]
    assert site.exported() + site.exported(TOMORROW) == Decimal(5)


def test_withdrawn_hours_are_deleted_and_come_back_when_they_are_approved_again(site: Site) -> None:
    entry = site.enter("4")
    site.settle()
    site.change(entry, approved=False)
    site.settle()
    assert (site.held, site.exported()) == ([], Decimal())
    site.change(entry, approved=True)
    site.settle()
    assert (site.held, site.exported()) == ([4], Decimal(4))
    assert [call.split()[0] for call in site.writes()] == ["POST", "DELETE", "POST"]


def test_a_deleted_line_takes_its_hours_out(site: Site) -> None:
    gone, _ = site.enter("4"), site.enter("1")
    site.settle()
    site.hub.svenn.remove("entries", gone)
    site.settle()
    assert (site.held, site.exported()) == ([1], Decimal(1))


def test_lost_webhooks_are_made_good_by_the_next_run(site: Site) -> None:
    entry = site.enter("4")
    site.settle()
    site.hub.svenn.set_faults({"webhook_drop": True})
    site.change(entry, hours="5")
    site.hub.sync(full=False)
    assert (site.held, site.exported()) == ([5], Decimal(5))


def test_nothing_is_written_while_nothing_changes(site: Site) -> None:
    site.enter("4")
    site.settle()
    site.hub.tripletex.calls.clear()
    site.hub.svenn.calls.clear()
    for full in (True, False):
        site.hub.sync(full=full)
        site.settle()
    assert site.writes() == []
    assert [call.path for call in site.hub.svenn.calls if call.method in {"PATCH", "PUT", "DELETE"}] == []
    assert [call.path for call in site.hub.svenn.calls if "batch" in call.path] == []


# --- what is there already -------------------------------------------------------------------------------------------


def test_hours_somebody_registered_in_tripletex_are_asked_about_and_not_written_over(site: Site) -> None:
    site.entry(3)
    site.enter("4")
    site.settle()
    assert (site.held, site.outcome) == ([3], "conflict")
    [(_, link)] = [(key, link) for key, link in site.hub.reviews() if key.stream == "hours"]
    assert link.conflicts["hours"] == {"left": "4", "right": "3"}


def test_equal_hours_that_are_there_already_are_taken_over_as_they_are(site: Site) -> None:
    site.entry(4)
    site.enter("4")
    site.settle()
    assert (site.held, site.writes(), site.exported()) == ([4], [], Decimal(4))


@pytest.mark.parametrize(("action", "hours"), [("take-left", 4), ("take-right", 3)])
def test_a_person_decides_whose_hours_stand(site: Site, action: str, hours: float) -> None:
    entry = site.enter("4")
    site.settle()
    row = site.rows[0]
    site.hub.tripletex.edit("timesheetEntry", str(row["id"]), {"hours": 3})
    site.hub.sync()
    [(key, link)] = [(key, link) for key, link in site.hub.reviews() if key.stream == "hours"]
    assert (site.held, link.outcome and link.outcome.result) == ([3], Result.CONFLICT)
    review.decide(site.hub.world, admin("kari"), key, [link.id], action)
    site.hub.drain()
    site.hub.sync()
    assert (site.held, site.exported()) == ([hours], Decimal(str(hours)))
    assert [key for key, _ in site.hub.reviews() if key.stream == "hours"] == []
    site.change(entry, hours="5")
    site.settle()
    assert (site.held, site.exported()) == ([5], Decimal(5))


def test_hours_a_person_deleted_in_tripletex_are_asked_about(site: Site) -> None:
    entry = site.enter("4")
    site.settle()
    site.hub.tripletex.remove("timesheetEntry", str(site.rows[0]["id"]))
    site.change(entry, hours="5")
    site.settle()
    assert (site.held, site.outcome) == ([], "conflict")


def test_hours_of_nobody_here_are_left_alone(site: Site) -> None:
    site.entry(3, activity={"id": int(site.work)})
    before = len(site.hub.links("hours"))
    site.hub.sync()
    assert (site.held, site.writes(), len(site.hub.links("hours"))) == ([3], [], before)


def test_hours_that_were_exported_before_and_are_not_there_are_not_sent_again(site: Site) -> None:
    site.hub.svenn.set_faults({"webhook_drop": True})
    site.enter("4")
    sheet = f"{site.employee}|{TODAY}"
    line = {"projectId": site.project, "taskId": site.task, "tagId": None, "hours": "4"}
    version = next(row["version"] for row in site.hub.svenn.rows("day-sheets") if row["id"] == sheet)
    site.hub.svenn.sheets.confirm(sheet, {"exported": [line]}, version, "another export")
    site.hub.sync()
    assert (site.held, site.outcome, site.exported()) == ([], "hours_exported_before", Decimal(4))


# --- refusals --------------------------------------------------------------------------------------------------------


def test_a_locked_month_is_told_and_the_hours_go_when_it_is_opened_again(site: Site) -> None:
    entry = site.enter("4")
    site.settle()
    site.month("approve")
    site.change(entry, hours="5")
    site.settle()
    assert (site.held, site.outcome) == ([4], "hours_month_locked")
    site.month("unapprove")
    site.hub.sync()
    assert (site.held, site.outcome, site.exported()) == ([5], "updated", Decimal(5))


def test_new_hours_in_a_locked_month_go_by_the_nightly_read_once_it_is_opened(site: Site) -> None:
    site.month("approve")
    site.enter("4")
    site.settle()
    assert (site.held, site.outcome) == ([], "hours_month_locked")
    site.hub.sync(full=False)
    tried = len(site.writes())
    site.month("unapprove")
    site.hub.sync(full=True)
    assert (site.held, site.exported(), len(site.writes())) == ([4], Decimal(4), tried + 1)


@pytest.mark.parametrize(
    ("collection", "values", "code"),
    [
        ("project", {"startDate": "2026-12-01"}, "hours_project_not_started"),
        ("project", {"isClosed": True}, "hours_project_ended"),
        ("project", {"forParticipantsOnly": True}, "hours_participants_only"),
        ("activity", {"isDisabled": True}, "hours_activity_inactive"),
        ("employee", {"allowInformationRegistration": False}, "hours_employee_not_open"),
    ],
)
def test_what_tripletex_refuses_is_told_in_words_and_goes_after_a_replay(
    site: Site, collection: str, values: dict[str, Any], code: str
) -> None:
    ids = {"project": site.job, "employee": site.person, "activity": site._named("activity", "Montasje")}
    old = next(row for row in site.hub.tripletex.rows(collection) if str(row["id"]) == ids[collection])
    site.hub.tripletex.set_faults({"webhook_drop": True})
    site.hub.tripletex.edit(collection, ids[collection], values)
    site.enter("4")
    site.settle()
    assert (site.held, site.outcome) == ([], code)
    [link] = site.links()
    assert link.state is LinkState.LINKED
    assert link.outcome is not None
    assert "Tripletex" in reason_text(link.outcome.reason, "nb")
    site.hub.tripletex.edit(collection, ids[collection], {name: old[name] for name in values})
    replay(site, link)
    assert (site.held, site.exported()) == ([4], Decimal(4))


def replay(site: Site, link: Link) -> None:
    """A person has the record looked at again."""
    handle(site.hub.world, Replay(tenant="acme", flow=NAME, stream="hours", records=(link.id,), by="kari"))
    site.settle()


def test_both_sides_of_a_pair_are_known_by_what_the_cell_is_called(site: Site) -> None:
    site.enter("4")
    site.settle()
    [link] = site.links()
    montasje = site._named("activity", "Montasje")
    assert link.ids == {
        Side.LEFT: f"{site.employee}|{TODAY}|{site.project}|{montasje}",
        Side.RIGHT: f"{site.person}|{TODAY}|{site.job}|{montasje}",
    }


# --- control totals --------------------------------------------------------------------------------------------------


def sums(site: Site) -> dict[str, tuple[str, str]]:
    """Day → the hours of both sides, of our person on our project."""
    [(_, found)] = totals.all_totals(site.hub.world, site.hub.flow)
    return {
        total.day: (str(total.hours[Side.LEFT]), str(total.hours[Side.RIGHT]))
        for total in found
        if (total.employee, total.project) == (site.employee, site.project)
    }


def test_the_hours_of_both_sides_add_up(site: Site) -> None:
    site.enter("4")
    site.enter("2", taskId=site.unknown_task)
    moved = site.enter("1")
    site.settle()
    site.change(moved, date=TOMORROW)
    site.settle()
    assert {day: Decimal(left) == Decimal(right) for day, (left, right) in sums(site).items()} == {
        TODAY: True,
        TOMORROW: True,
    }
    site.hub.sync()
    assert site.hub.journal("hours_differ") == []


def test_hours_that_are_not_over_ring_once_they_had_a_second_look(site: Site) -> None:
    site.hub.tripletex.set_faults({"webhook_drop": True})
    site.hub.tripletex.edit("project", site.job, {"isClosed": True})
    site.enter("4")
    site.settle()
    site.hub.sync()
    [told] = site.hub.journal("hours_differ")
    assert (told.reason.params["ours"], told.reason.params["theirs"]) == ("4", "0")
    assert told.reason.params["codes"] == "hours_project_ended"
    assert told.result is Result.REVIEW


def test_hours_that_cannot_be_taken_back_ring_with_the_reason(site: Site) -> None:
    """The approval is withdrawn in Svenn, and the month is locked: what it rings for is what Tripletex still holds."""
    entry = site.enter("4")
    site.settle()
    site.month("approve")
    site.change(entry, approved=False)
    site.settle()
    assert (site.held, site.outcome) == ([4], "hours_month_locked")
    site.hub.sync()
    [told] = site.hub.journal("hours_differ")
    assert (told.reason.params["ours"], told.reason.params["theirs"]) == ("0", "4")
    assert told.reason.params["codes"] == "hours_month_locked"


def test_a_difference_that_the_second_look_settles_does_not_ring(site: Site) -> None:
    """Hours that no webhook told, entered while the sums are made, are sent by the look that the difference causes."""
    site.hub.svenn.set_faults({"webhook_drop": True})
    site.enter("4")
    check = CheckTotals(tenant="acme", flow=NAME, stream="hours", run="r1", trigger="schedule")
    site.hub.world.queues.send([check])
    assert site.held == []

    site.hub.drain()

    assert (site.held, site.exported()) == ([4], Decimal(4))
    assert site.hub.journal("hours_differ") == []


def test_an_entry_that_somebody_deleted_in_tripletex_rings_as_a_conflict(site: Site) -> None:
    """It is found by its sum: the window cannot tell that it is gone."""
    site.enter("4")
    site.settle()
    site.hub.tripletex.remove("timesheetEntry", str(site.rows[0]["id"]))
    site.hub.sync()
    assert site.outcome == "conflict"
    [told] = site.hub.journal("hours_differ")
    assert told.reason.params["codes"] == "conflict"


def test_hours_that_are_not_ours_and_hours_that_are_not_sent_do_not_ring(site: Site) -> None:
    site.entry(3, activity={"id": int(site.work)})
    site.enter("2", projectId=None, taskId=None)
    site.enter("5", approved=False)
    site.settle()
    site.hub.sync()
    assert site.hub.journal("hours_differ") == []


# --- what it costs ---------------------------------------------------------------------------------------------------


def test_a_correction_is_read_and_written_in_as_many_calls_as_the_rules_need(site: Site) -> None:
    """Each side: what changed, what is there before it is written, the write; then both once more, to confirm."""
    entry = site.enter("4")
    site.settle()
    for sandbox in site.hub.sandboxes.values():
        sandbox.calls.clear()
    site.change(entry, hours="5")
    site.settle()
    made = {name: Counter(call.method for call in sandbox.calls) for name, sandbox in site.hub.sandboxes.items()}
    assert made["tripletex"] == Counter({"GET": 2, "PUT": 1})
    assert made["svenn"] == Counter({"GET": 4, "PATCH": 1})


def test_a_day_of_many_people_is_sent_in_one_list_and_confirmed_in_one(site: Site) -> None:
    people = {str(row["employeeNumber"]): row for row in site.hub.tripletex.rows("employee")}
    staff = [
        row["id"]
        for row in site.hub.svenn.rows("employees")
        if row["number"] in people and people[row["number"]]["allowInformationRegistration"]
    ]
    site.hub.svenn.set_faults({"webhook_drop": True})
    for employee in staff:
        for task in (site.task, site.unknown_task):
            site.enter("3.75", employeeId=employee, taskId=task)
    site.hub.tripletex.calls.clear()
    site.hub.svenn.calls.clear()
    site.hub.sync(full=False)
    assert len(site.rows) == 2 * len(staff) >= 4
    assert site.writes() == ["POST /timesheet/entry/list"]
    assert [call.path for call in site.hub.svenn.calls if "day-sheets/batch" in call.path] == ["/v1/day-sheets/batch"]
