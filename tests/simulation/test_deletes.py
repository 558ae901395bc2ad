"""Many records go at once on one side: what the guard lets out, keeps, and gives free on a person's word."""

from __future__ import annotations

from samspill.engine.model import Result, Side
from samspill.guard import pending
from tests.simulation.hub import SimulatedHub
from tests.simulation.scenarios import BY_NAME, DELETED, PAIRS, RAISED_LIMIT, play


def _waiting(hub: SimulatedHub) -> int:
    return sum(link.outcome is not None and link.outcome.result is Result.WAITING for link in hub.links("customers"))


def test_of_many_deletes_told_one_by_one_as_many_go_out_as_the_limit_and_the_rest_wait() -> None:
    hub = play(BY_NAME["many deletes told"])
    assert len(hub.archived(Side.RIGHT)) == 1
    assert _waiting(hub) == DELETED - 1
    (found,) = pending.lists(hub.inner, hub.flow_key)
    assert found.count == DELETED - 1


def test_of_a_list_that_a_whole_read_lacks_nothing_goes_out() -> None:
    hub = play(BY_NAME["many records missing"])
    assert not hub.archived(Side.RIGHT)
    assert len(hub.vendors[Side.RIGHT].rows["customers"]) == PAIRS
    (found,) = pending.lists(hub.inner, hub.flow_key)
    assert found.count == DELETED


def test_a_list_that_a_person_lets_through_goes_out_whole() -> None:
    assert len(play(BY_NAME["a list let through"]).archived(Side.RIGHT)) == DELETED


def test_a_raised_limit_ends_by_itself_and_the_journal_tells_who_raised_it() -> None:
    hub = play(RAISED_LIMIT)
    assert len(hub.archived(Side.RIGHT)) == 2 + 1
    (raised,) = [entry for entry in hub.journal() if entry.reason.code == "limits_raised"]
    assert raised.reason.params["person"] == "tester"
