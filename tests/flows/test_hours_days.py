"""Which days' hours are read, sent and added up: from the first day on, around today, and what changed before that."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest

from samspill.engine.model import Side
from samspill.errors import UsageError
from samspill.modes.hours import totals
from samspill.state import StreamKey
from samspill.usecases import setup
from tests.flows.hub import Hub
from tests.flows.test_hours import NAME, TODAY, Site, sums
from tests.support.actors import admin

DAY_S = 86400


@pytest.fixture
def site() -> Site:
    return Site(Hub(size=6, flow=NAME))


def held(site: Site) -> list[float]:
    """Return what Tripletex holds of our person, by day, however long ago."""
    mine = [row for row in site.hub.tripletex.rows("timesheetEntry") if str(row["employee"]["id"]) == site.person]
    return [row["hours"] for row in sorted(mine, key=lambda row: str(row["date"])) if row["date"] >= TODAY]


# --- the first day ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("said", ["2026-01-01", "20260101", "2026-W01-4"])
def test_the_first_day_is_the_same_however_it_is_written(said: str) -> None:
    site = Site(Hub(size=6, flow=NAME), hours_from=said)
    site.enter("4")
    site.settle()
    assert site.held == [4]
    assert site.hub.world.registry.flow(site.hub.flow).settings["hours_from"] == "2026-01-01"
    assert sums(site)[TODAY] == ("4", "4")


def test_a_first_day_that_is_none_is_refused_and_nothing_is_stored(site: Site) -> None:
    before = site.hub.world.registry.flow(site.hub.flow)
    with pytest.raises(UsageError) as caught:
        setup.enable(site.hub.world, admin(), "acme", NAME, "svenn", "tripletex", settings={"hours_from": "i januar"})
    assert caught.value.reason.code == "no_day"
    assert site.hub.world.registry.flow(site.hub.flow) == before


# --- what changed, however long ago it was ---------------------------------------------------------------------------


@pytest.mark.parametrize("full", [False, True])
def test_a_change_to_a_day_long_ago_is_sent_though_its_webhook_was_lost(site: Site, *, full: bool) -> None:
    """A whole read lists two months: it must not pass over what changed before them since the last read of changes."""
    entry = site.enter("4")
    site.settle()
    site.hub.clock.advance(70 * DAY_S)
    site.hub.sync()
    site.hub.svenn.set_faults({"webhook_drop": True})
    site.change(entry, hours="6")
    site.hub.sync(full=full)
    site.hub.sync(full=False)
    site.settle()
    assert held(site) == [6]


def test_an_ordinary_run_asks_for_what_changed_and_a_nightly_one_lists_the_days(site: Site) -> None:
    site.enter("4")
    site.settle()
    seen: list[Counter[str]] = []
    for full in (False, True):
        site.hub.svenn.calls.clear()
        site.hub.sync(full=full)
        seen.append(
            Counter(call.path for call in site.hub.svenn.calls if call.path.endswith(("/day-sheets", "/exports")))
        )
    changes, nightly = seen
    assert changes["/v1/exports"] == 1
    assert changes["/v1/day-sheets"] == 0
    assert nightly["/v1/exports"] == 0
    assert nightly["/v1/day-sheets"] >= 1


def test_where_svenn_has_forgotten_the_cursor_the_days_are_listed_and_there_is_a_new_one(site: Site) -> None:
    key = StreamKey(*site.hub.flow, "hours")
    site.hub.world.cursors.put(key, Side.LEFT, "99999")
    site.hub.svenn.set_faults({"webhook_drop": True})
    site.enter("4")
    site.hub.sync(full=False)
    assert site.held == [4]
    assert site.hub.world.cursors.get(key, Side.LEFT) != "99999"


def test_what_was_refused_is_tried_again_at_night_and_not_with_every_run(site: Site) -> None:
    site.hub.tripletex.set_faults({"webhook_drop": True})
    site.hub.tripletex.edit("project", site.job, {"isClosed": True})
    site.enter("4")
    site.settle()
    assert (site.outcome, len(site.writes())) == ("hours_project_ended", 1)
    for _ in range(4):
        site.hub.clock.advance(900)
        site.hub.sync(full=False)
    assert (len(site.writes()), len(site.hub.journal("hours_project_ended"))) == (1, 1)
    site.hub.tripletex.edit("project", site.job, {"isClosed": False})
    site.hub.sync(full=True)
    assert (site.held, len(site.writes())) == ([4], 2)


# --- the days that are added up --------------------------------------------------------------------------------------


def test_hours_further_ahead_than_tripletex_lists_do_not_ring_and_are_added_up_as_they_come_near(site: Site) -> None:
    ahead = [date.fromisoformat(TODAY) + timedelta(days=days) for days in (totals.AHEAD, totals.AHEAD + 1)]
    for day in ahead:
        site.enter("7.5", date=day.isoformat())
    site.settle()
    site.hub.sync()
    assert site.held == [7.5, 7.5]
    assert sums(site) == {ahead[0].isoformat(): ("7.5", "7.5")}
    assert site.hub.journal("hours_differ") == []
    site.hub.clock.advance(DAY_S)
    site.hub.sync()
    assert sums(site) == {day.isoformat(): ("7.5", "7.5") for day in ahead}
    assert site.hub.journal("hours_differ") == []
