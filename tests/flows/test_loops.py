"""Two systems that change what the other one was given are stopped, whichever of them is said to lose."""

from __future__ import annotations

import pytest

from samspill.engine.loops import LOOP_WRITES
from samspill.engine.model import Side
from tests.flows.hub import Hub
from tests.flows.test_svenn_tripletex import NAME, customer, work


@pytest.fixture
def hub() -> Hub:
    made = Hub(flow=NAME)
    made.first_sync()
    return made


def test_two_automations_that_spell_a_field_each_their_own_way_are_stopped(hub: Hub) -> None:
    """Every change is one-sided: nothing is overwritten, and it never ends by itself."""
    left, right = customer(hub, 10001)
    writes = {vendor: hub.writes(vendor) for vendor in hub.sandboxes}
    for turn in range(40):
        hub.svenn.edit("customers", left["id"], {"email": f"post{turn}@svenn.no"})
        work(hub)
        hub.tripletex.edit("customer", str(right["id"]), {"email": f"post{turn}@tripletex.no"})
        work(hub)

    (stopped,) = [link for link in hub.links("customers") if link.ids.get(Side.LEFT) == left["id"]]
    assert stopped.outcome is not None
    assert stopped.outcome.reason.code == "writes_in_circles"
    assert stopped.outcome.reason.params["field"] == "email"
    assert all(hub.writes(vendor) - before <= LOOP_WRITES + 2 for vendor, before in writes.items())


def test_people_who_change_a_field_on_both_sides_now_and_then_are_not_stopped(hub: Hub) -> None:
    left, right = customer(hub, 10001)
    for turn in range(LOOP_WRITES - 1):
        hub.svenn.edit("customers", left["id"], {"email": f"a{turn}@svenn.no"})
        work(hub)
        hub.tripletex.edit("customer", str(right["id"]), {"email": f"b{turn}@tripletex.no"})
        work(hub)
        assert customer(hub, 10001)[0]["email"] == f"b{turn}@tripletex.no"
    assert not hub.journal("writes_in_circles")
