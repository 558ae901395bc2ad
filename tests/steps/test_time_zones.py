"""Days and nights are those of the flow's own time zone; Norway's unless an admin says otherwise."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from samspill.flows.catalogue import declared
from samspill.modes.hours import totals
from samspill.modes.hours.first_day import first_day
from samspill.runs.runs import is_full_due
from samspill.state import FlowState
from samspill.usecases import setup
from samspill.work.context import Opened, open_flow
from tests.flows.hub import Hub
from tests.support.actors import admin

BEFORE_MIDNIGHT = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
"""It is the day after in Norway, and not yet on the Canary Islands."""


def flow(zone: str, **more: object) -> FlowState:
    told = {"tenant": "t", "flow": "bergen", "declaration": "svenn-tripletex", "left": "l", "right": "r"}
    zoned = {"time_zone": zone} if zone else {}
    return FlowState.model_validate({**told, **zoned, "every_min": 5, "created_at": BEFORE_MIDNIGHT, **more})


@pytest.mark.parametrize(("zone", "day"), [("", "2026-03-02"), ("Atlantic/Canary", "2026-03-01")])
def test_the_first_day_of_hours_is_the_day_the_flow_was_set_up_where_it_is(zone: str, day: str) -> None:
    assert first_day(Opened(declared("svenn-tripletex"), flow(zone))) == day


@pytest.mark.parametrize(("zone", "due"), [("", True), ("Atlantic/Canary", False)])
def test_the_nightly_comparison_is_due_when_its_hour_has_struck_where_the_flow_is(zone: str, due: bool) -> None:
    last = datetime(2026, 3, 2, 0, 30, tzinfo=UTC)  # half past one in Norway, half past midnight on the islands
    assert is_full_due(flow(zone, last_full_at=last), datetime(2026, 3, 2, 1, 30, tzinfo=UTC)) is due


@pytest.mark.parametrize(("zone", "last"), [("Europe/Oslo", "2026-04-02"), ("Pacific/Auckland", "2026-04-03")])
def test_hours_are_compared_up_to_the_flows_own_today(zone: str, last: str) -> None:
    hub = Hub(size=2, flow="svenn-tripletex")
    hub.connect()
    setup.enable(hub.world, admin(), "acme", "svenn-tripletex", time_zone=zone, settings={"hours_from": "2026-01-01"})
    hub.clock.advance(4 * 3600)  # noon in UTC: it is the next day in Auckland

    assert totals._listed_days(hub.world, open_flow(hub.world, hub.flow))[1] == last
