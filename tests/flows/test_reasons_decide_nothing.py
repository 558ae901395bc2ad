"""Nothing is decided by what people read: flows end the same while names change, or while no reason can be read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

import pytest

from samspill.engine.loops import LOOP_WRITES
from samspill.engine.model import LinkState, Result, Side
from samspill.flows import svenn_tripletex
from samspill.ports import LinkCommit
from samspill.reasons import Reason
from samspill.store.memory.links import MemoryLinks
from samspill.texts.catalogue import catalogue
from tests.flows import (
    test_back_after_delete,
    test_guard,
    test_hours,
    test_hours_activities,
    test_unreadable_partners,
    test_waiting,
)
from tests.flows.hub import Hub
from tests.flows.test_hours import Site
from tests.flows.test_svenn_tripletex import NAME, customer, work
from tests.flows.two_sides import TwoSides

type Story = Callable[[Any], None]


@pytest.fixture
def told_to_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is stored of a record, its reason is not: neither code nor parameters."""
    real = MemoryLinks._commit

    def commit(self: MemoryLinks, places: Any, given: LinkCommit) -> bool:
        link = given.link
        outcome = replace(link.outcome, reason=Reason("")) if link.outcome is not None else None
        return real(self, places, replace(given, link=replace(link, outcome=outcome)))

    monkeypatch.setattr(MemoryLinks, "_commit", commit)


def a_register() -> Hub:
    hub = Hub(size=120)
    hub.first_sync()
    hub.tripletex.set_faults({"webhook_drop": True})
    return hub


def a_few() -> Hub:
    hub = Hub(size=3)
    hub.first_sync()
    hub.tripletex.set_faults({"webhook_drop": True})
    return hub


def not_synced() -> Hub:
    hub = Hub(size=6)
    hub.connect()
    return hub


def with_hours() -> Site:
    return Site(Hub(size=6, flow=NAME))


def both_sides() -> TwoSides:
    hub = Hub(size=6, flow=NAME)
    hub.first_sync()
    return TwoSides(hub)


STORIES: list[tuple[Callable[[], Any], Story]] = [
    # what waits for another record
    (a_few, test_waiting.test_a_project_goes_on_within_seconds_though_it_has_waited_for_days),
    (a_few, test_waiting.test_one_waits_for_another_and_both_go_on),
    # lists that the guard stopped
    (a_register, test_guard.test_an_approved_list_is_carried_out_and_the_journal_tells_who),
    (a_register, test_guard.test_approved_creates_are_made_once),
    (a_register, test_guard.test_the_yes_covers_only_what_was_shown),
    (a_register, test_guard.test_refused_creates_are_left_out),
    (a_register, test_guard.test_a_list_that_became_empty_is_forgotten_by_the_next_full_read),
    # hours that move, and their totals
    (with_hours, test_hours_activities.test_many_hours_that_move_at_once_are_no_mass_change),
    (with_hours, test_hours_activities.test_hours_go_back_when_the_activity_is_renamed),
    (with_hours, test_hours.test_hours_that_are_not_ours_and_hours_that_are_not_sent_do_not_ring),
    # what a person is asked
    (not_synced, test_unreadable_partners.test_once_the_row_is_mended_the_two_are_joined_without_anybody),
    # what is back after a delete
    (
        both_sides,
        lambda sides: test_back_after_delete.test_what_was_deleted_in_svenn_and_is_back_goes_on(
            sides, "customers", "whole read"
        ),
    ),
]


@pytest.mark.parametrize(("made", "story"), STORIES, ids=lambda each: getattr(each, "__name__", "story"))
def test_flows_go_on_although_no_stored_reason_can_be_read(
    made: Callable[[], Any], story: Story, told_to_nobody: None
) -> None:
    del told_to_nobody
    story(made())


def test_hours_that_somebody_else_exported_stay_that_when_ours_move(told_to_nobody: None) -> None:
    del told_to_nobody
    site = with_hours()
    site.hub.svenn.set_faults({"webhook_drop": True})
    site.enter("3")
    sheet = f"{site.employee}|{test_hours.TODAY}"
    line = {"projectId": site.project, "taskId": site.task, "tagId": None, "hours": "3"}
    version = next(row["version"] for row in site.hub.svenn.rows("day-sheets") if row["id"] == sheet)
    site.hub.svenn.sheets.confirm(sheet, {"exported": [line]}, version, "another export")
    site.hub.sync()
    site.enter("4", taskId=site.unknown_task)
    site.hub.sync()
    made = test_hours_activities.new_activity(site)
    test_hours_activities.night(site)
    assert test_hours_activities.by_activity(site) == {(test_hours.TODAY, made): 4}


def test_two_automations_are_stopped_although_their_systems_and_fields_are_renamed_all_the_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hub = Hub(flow=NAME)
    hub.first_sync()
    left, right = customer(hub, 10001)
    writes = {vendor: hub.writes(vendor) for vendor in hub.sandboxes}
    for turn in range(40):
        for side in Side:
            monkeypatch.setitem(svenn_tripletex.SYSTEMS, side, f"System {turn}, {side}")
        monkeypatch.setitem(cast("dict[str, Any]", catalogue("nb").forms), "name.email", (f"adresse {turn}",))
        hub.svenn.edit("customers", left["id"], {"email": f"post{turn}@svenn.no"})
        work(hub)
        hub.tripletex.edit("customer", str(right["id"]), {"email": f"post{turn}@tripletex.no"})
        work(hub)

    (stopped,) = [link for link in hub.links("customers") if link.ids.get(Side.LEFT) == left["id"]]
    assert (stopped.state, stopped.outcome and stopped.outcome.result) == (LinkState.LINKED, Result.REVIEW)
    assert {entry.link for entry in hub.journal("writes_in_circles")} == {stopped.id}
    assert all(hub.writes(vendor) - before <= LOOP_WRITES + 2 for vendor, before in writes.items())
