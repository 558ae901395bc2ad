"""Hours whose activity in accounting changes while their lines in Svenn stay: they move, and none is lost on the way.

Lines that a person moves are in `test_hours.py`.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from samspill.engine.model import Link, LinkState, Result, Side
from samspill.messages import decode
from samspill.modes.hours import sheets
from samspill.modes.hours.rules import moves
from samspill.pipeline.dispatch import handle
from samspill.usecases import setup
from tests.flows.hub import STEPS, Hub
from tests.flows.test_hours import NAME, TODAY, TOMORROW, Site, sums
from tests.support.actors import admin

TASK = "Garantiarbeid"
"""A task of Svenn's that Tripletex has no activity for at first."""


@pytest.fixture
def site() -> Site:
    return Site(Hub(size=6, flow=NAME))


def new_activity(site: Site) -> str:
    """Somebody makes an activity in Tripletex, of the kind the standard one is."""
    row = next(row for row in site.hub.tripletex.rows("activity") if str(row["id"]) == site.work)
    copied = {key: value for key, value in row.items() if key not in {"id", "version", "url", "number"}}
    return str(site.hub.tripletex.add("activity", {**copied, "name": TASK, "displayName": TASK})["id"])


def by_activity(site: Site) -> dict[tuple[str, str], float]:
    return {(row["date"], str(row["activity"]["id"])): row["hours"] for row in site.rows}


def cell(site: Site, activity: str, day: str = TODAY) -> Link:
    [link] = [link for link in site.links(day) if link.id.endswith(f"|{activity}")]
    return link


def code(link: Link) -> str:
    return link.outcome.reason.code if link.outcome else ""


def night(site: Site) -> None:
    site.hub.clock.advance(86400)
    site.hub.sync()
    site.settle()


# --- another activity ------------------------------------------------------------------------------------------------


def test_hours_move_to_an_activity_that_came_to_be_and_are_there_before_they_are_taken_away(site: Site) -> None:
    site.enter("7.5", taskId=site.unknown_task)
    site.settle()
    made = new_activity(site)
    site.hub.tripletex.calls.clear()
    site.hub.sync()
    site.settle()
    assert by_activity(site) == {(TODAY, made): 7.5}
    assert [call.split()[0] for call in site.writes()] == ["POST", "DELETE"]
    assert sums(site) == {TODAY: ("7.5", "7.5")}
    assert site.exported() == Decimal("7.5")
    assert {code(link) for link in site.links()} == {"updated"}
    site.hub.tripletex.calls.clear()
    site.hub.svenn.calls.clear()
    night(site)
    assert (site.writes(), by_activity(site)) == ([], {(TODAY, made): 7.5})
    assert [call.path for call in site.hub.svenn.calls if "day-sheets" in call.path] == ["/v1/day-sheets"] * 2
    assert site.hub.journal("hours_differ") == []


def test_of_hours_on_one_activity_only_those_of_the_task_that_has_its_own_move(site: Site) -> None:
    site.enter("4", taskId=site.unknown_task)
    site.enter("2", taskId=None)
    site.settle()
    assert by_activity(site) == {(TODAY, site.work): 6}
    made = new_activity(site)
    site.hub.sync()
    site.settle()
    assert by_activity(site) == {(TODAY, site.work): 2, (TODAY, made): 4}
    assert [call.split()[0] for call in site.writes()] == ["POST", "POST", "PUT"]
    assert (site.exported(), sums(site)) == (Decimal(6), {TODAY: ("6", "6")})


def test_hours_go_back_when_the_activity_is_renamed(site: Site) -> None:
    site.enter("4", taskId=site.unknown_task)
    site.settle()
    made = new_activity(site)
    night(site)
    site.hub.tripletex.edit("activity", made, {"name": "Noe annet", "displayName": "Noe annet"})
    night(site)
    assert (by_activity(site), site.exported()) == ({(TODAY, site.work): 4}, Decimal(4))
    assert (sums(site), site.hub.journal("hours_differ")) == ({TODAY: ("4", "4")}, [])


def test_hours_stay_where_they_are_while_the_new_place_is_refused(site: Site) -> None:
    site.enter("4", taskId=site.unknown_task)
    site.settle()
    made = new_activity(site)
    site.hub.tripletex.edit("activity", made, {"isDisabled": True})
    night(site)
    assert by_activity(site) == {(TODAY, site.work): 4}
    assert (code(cell(site, made)), code(cell(site, site.work))) == ("hours_activity_inactive", "hours_moving")
    told = cell(site, site.work).outcome
    assert told is not None
    assert (told.result, told.reason.params["activity"]) == (Result.WAITING, TASK)
    site.hub.tripletex.edit("activity", made, {"isDisabled": False})
    night(site)
    assert by_activity(site) == {(TODAY, made): 4}


def test_hours_stay_where_they_are_while_a_person_has_to_decide_about_the_new_place(site: Site) -> None:
    site.enter("4", taskId=site.unknown_task)
    site.settle()
    made = new_activity(site)
    site.entry(3, activity={"id": int(made)})
    night(site)
    assert by_activity(site) == {(TODAY, site.work): 4, (TODAY, made): 3}
    assert (code(cell(site, made)), code(cell(site, site.work))) == ("conflict", "hours_moving")


def test_whatever_is_delivered_first_hours_are_never_in_none_of_the_two_places(site: Site) -> None:
    """Every message comes twice, the newest first, and after each one accounting holds what was approved at least."""
    site.enter("7.5", taskId=site.unknown_task)
    site.settle()
    made = new_activity(site)
    setup.run(site.hub.world, admin(), site.hub.flow, full=True)
    least = 99.0
    for _ in range(600):
        for step in reversed(STEPS):
            for delivery in reversed(site.hub.world.queues.receive(step)):
                for _ in range(2):
                    handle(site.hub.world, decode(delivery.body))
                    least = min(least, sum(site.held))
                site.hub.world.queues.done(delivery.handle)
        site.hub.clock.advance(1)
    assert (least, by_activity(site)) == (7.5, {(TODAY, made): 7.5})


def test_many_hours_that_move_at_once_are_no_mass_change(site: Site) -> None:
    """What empties many cells is held back; held back here, the hours would be in both places meanwhile."""
    days = [(date.fromisoformat(TODAY) + timedelta(days=days)).isoformat() for days in range(25)]
    for day in days:
        site.enter("7.5", taskId=site.unknown_task, date=day)
    site.settle()
    made = new_activity(site)
    site.hub.sync()
    site.settle()
    assert by_activity(site) == {(day, made): 7.5 for day in days}
    assert site.hub.journal("guard_stopped") == []


def test_a_mark_of_another_export_stays_one_when_our_hours_move(site: Site) -> None:
    site.hub.svenn.set_faults({"webhook_drop": True})
    site.enter("3")
    sheet = f"{site.employee}|{TODAY}"
    line = {"projectId": site.project, "taskId": site.task, "tagId": None, "hours": "3"}
    version = next(row["version"] for row in site.hub.svenn.rows("day-sheets") if row["id"] == sheet)
    site.hub.svenn.sheets.confirm(sheet, {"exported": [line]}, version, "another export")
    site.hub.sync()
    site.enter("4", taskId=site.unknown_task)
    site.hub.sync()
    assert by_activity(site) == {(TODAY, site.work): 4}
    made = new_activity(site)
    night(site)
    assert by_activity(site) == {(TODAY, made): 4}
    assert {code(link) for link in site.links()} == {"hours_exported_before", "updated"}


def test_the_totals_ring_when_our_own_mark_was_taken_for_another_export(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever a sheet is taken for, the sums do not follow it: here nothing is put in order."""
    monkeypatch.setattr(sheets, "in_order", lambda cells, *_: cells)
    site.enter("4", taskId=site.unknown_task)
    site.settle()
    made = new_activity(site)
    night(site)
    assert (site.held, code(cell(site, made))) == ([], "hours_exported_before")
    assert sums(site) == {TODAY: ("4", "0")}
    [told] = site.hub.journal("hours_differ")
    assert (told.reason.params["ours"], told.reason.params["theirs"]) == ("4", "0")


# --- none ------------------------------------------------------------------------------------------------------------


def test_nothing_is_taken_out_while_a_line_has_no_activity_to_go_to(site: Site) -> None:
    for day in (TODAY, TOMORROW):
        site.enter("7.5", taskId=site.unknown_task, date=day)
    site.settle()
    site.hub.tripletex.calls.clear()
    site.hub.tripletex.edit("activity", site.work, {"name": "Fakturerbar tid", "displayName": "Fakturerbar tid"})
    for _ in range(2):
        night(site)
    assert (site.held, site.writes(), site.exported()) == ([7.5, 7.5], [], Decimal("7.5"))
    assert {code(link) for link in site.links()} == {"hours_no_activity"}
    assert {link.outcome.reason.params["activity"] for link in site.links() if link.outcome} == {TASK}
    chosen = {"project_activity": "Fakturerbar tid"}
    setup.enable(site.hub.world, admin(), "acme", NAME, "svenn", "tripletex", settings=chosen)
    site.hub.sync()
    site.settle()
    assert (site.held, site.writes(), site.exported()) == ([7.5, 7.5], [], Decimal("7.5"))
    assert {code(link) for link in site.links() if link.state is LinkState.LINKED} == {"equal"}


def test_hours_that_a_person_moves_to_a_task_without_an_activity_stay_until_there_is_one(site: Site) -> None:
    moved = site.enter("4")
    site.enter("1")
    site.settle()
    setup.enable(site.hub.world, admin(), "acme", NAME, "svenn", "tripletex", settings={"project_activity": ""})
    site.change(moved, taskId=site.unknown_task)
    site.settle()
    assert site.held == [5]
    assert {code(link) for link in site.links()} == {"hours_no_activity"}
    made = new_activity(site)
    night(site)
    assert by_activity(site) == {(TODAY, site._named("activity", "Montasje")): 1, (TODAY, made): 4}


def test_more_hours_and_hours_of_other_days_are_set_though_a_line_has_no_activity() -> None:
    site = Site(Hub(size=6, flow=NAME), project_activity="")
    entry, other = site.enter("4"), site.enter("3", date=TOMORROW)
    site.settle()
    site.enter("2", taskId=site.unknown_task)
    site.change(entry, hours="5")
    site.change(other, approved=False)
    site.settle()
    assert site.held == [5]


# --- what is told of a sheet -----------------------------------------------------------------------------------------


def test_a_cell_was_left_by_its_mark_only_when_it_is_empty_and_the_mark_was_never_taken_back() -> None:
    def left(hours: str | None, exported: str | None, state: LinkState = LinkState.LINKED) -> bool:
        ids = dict.fromkeys(Side, "17|2026-03-02|p1|a1")
        return moves.left_its_mark(Link("left-x", ids, state, {"hours": hours, "exported": exported}))

    assert left(None, "4")
    assert [left("4", "4"), left(None, None), left(None, "4", LinkState.UNLINKED)] == [False] * 3
