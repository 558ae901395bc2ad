"""A dry run tells which hours would be sent, corrected, left and refused; it sends none."""

from __future__ import annotations

from decimal import Decimal

import pytest

from samspill.plan.lines import PlanLine, read_plan
from samspill.usecases import setup
from tests.flows.hub import Hub
from tests.flows.test_hours import NAME, TODAY, TOMORROW, Site
from tests.support.actors import admin


@pytest.fixture
def site() -> Site:
    return Site(Hub(size=6, flow=NAME))


def planned(site: Site) -> list[PlanLine]:
    """The lines about hours of a dry run."""
    run = setup.run(site.hub.world, admin(), site.hub.flow, dry_run=True)
    site.hub.drain()
    plan = read_plan(site.hub.world, run)
    assert plan is not None
    return [line for line in plan.lines if line.stream == "hours"]


def told(lines: list[PlanLine], day: str) -> list[tuple[str, str]]:
    return [(line.action, line.reason.code) for line in lines if f"|{day}|" in (line.left or line.right or "")]


def test_hours_that_would_be_sent_are_told_and_not_sent(site: Site) -> None:
    site.hub.svenn.set_faults({"webhook_drop": True})
    site.enter("4")
    before = (site.writes(), site.links())

    [(action, _)] = told(planned(site), TODAY)

    assert action == "update", "in accounting every cell is there, and holds nothing"
    assert (site.writes(), site.links()) == before == ([], [])
    assert (site.held, site.exported()) == ([], Decimal())


def test_a_correction_is_told_with_the_field_it_would_write(site: Site) -> None:
    entry = site.enter("4")
    site.settle()
    site.hub.svenn.set_faults({"webhook_drop": True})
    site.change(entry, hours="6")

    [line] = planned(site)

    assert (line.action, line.fields) == ("update", ("hours",))
    assert site.held == [4]


def test_what_is_as_it_was_makes_no_line(site: Site) -> None:
    site.enter("4")
    site.settle()

    assert planned(site) == []


def test_hours_that_would_wait_or_fail_say_why() -> None:
    site = Site(Hub(size=6, flow=NAME), project_activity="")
    site.hub.svenn.set_faults({"webhook_drop": True})
    site.enter("3", taskId=site.unknown_task)
    project = site.hub.svenn.add("projects", {"name": "Nytt bad", "startDate": "2026-01-01"})
    site.enter("2", projectId=str(project["id"]), date=TOMORROW)

    lines = planned(site)

    assert told(lines, TODAY) == [("fail", "hours_no_activity")]
    assert told(lines, TOMORROW) == [("wait", "waiting_for")]
    assert site.writes() == []


def test_a_change_in_accounting_is_told_once_though_both_sides_are_read(site: Site) -> None:
    entry = site.enter("4")
    site.settle()
    site.hub.svenn.set_faults({"webhook_drop": True})
    site.change(entry, hours="6")
    [row] = site.rows
    site.hub.tripletex.edit("timesheetEntry", str(row["id"]), {"hours": 5})

    lines = planned(site)

    assert len(lines) == 1
    assert (site.held, site.writes()) == ([5], ["POST /timesheet/entry"])
