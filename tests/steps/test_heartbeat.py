"""A run that goes on keeps others from starting, however old it is; one that stands still does not for ever."""

from __future__ import annotations

import pytest

from samspill.errors import UsageError
from samspill.runs.runs import STUCK_AFTER
from samspill.state import RunStatus
from samspill.usecases import setup
from tests.flows.hub import FLOW, Hub
from tests.support.actors import admin

HOUR = 3600


@pytest.fixture
def hub() -> Hub:
    hub = Hub(size=2)
    hub.first_sync()
    hub.drain()
    return hub


def test_no_second_run_starts_beside_a_slow_one_that_gets_things_done(hub: Hub) -> None:
    slow = setup.run(hub.world, admin(), FLOW, full=True)
    for page in range(20):
        hub.clock.advance(HOUR)
        hub.world.runs.add(FLOW, slow.id, {"customers.read": 1}, f"page-{page}")

    with pytest.raises(UsageError) as caught:
        setup.run(hub.world, admin(), FLOW)

    assert caught.value.reason.code == "run_under_way"
    assert [run.id for run in hub.world.runs.latest(FLOW, 1)] == [slow.id]


def test_a_run_that_got_nothing_done_for_long_makes_way_for_another(hub: Hub) -> None:
    stuck = setup.run(hub.world, admin(), FLOW, full=True)
    hub.world.runs.add(FLOW, stuck.id, {"customers.read": 1}, "page-1")
    hub.clock.advance(STUCK_AFTER.total_seconds() + 1)

    following = setup.run(hub.world, admin(), FLOW, full=True)
    hub.drain()

    assert following.id != stuck.id
    ended = hub.world.runs.get(FLOW, following.id)
    assert ended is not None
    assert ended.status in {RunStatus.DONE, RunStatus.DONE_WITH_PROBLEMS}
