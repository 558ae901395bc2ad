"""Creates whose answer was lost: whoever comes to what they made finishes them, and the journal tells of each."""

from __future__ import annotations

import pytest

from samspill.engine.model import LinkState, Result, Side
from tests.simulation.hub import STEPS, SimulatedHub
from tests.simulation.invariants import at_rest
from tests.simulation.options import VendorOptions, Weather
from tests.simulation.over_all import audited
from tests.simulation.watch import Watch

QUIET = VendorOptions(webhooks="none")
UNMARKED = VendorOptions(webhooks="none", markers=False)


def _claimed(options: VendorOptions) -> SimulatedHub:
    """A create on the right that was carried out; nobody got the answer, and the function's message is lost."""
    hub = SimulatedHub(3, left=QUIET, right=options)
    Watch(hub)
    hub.person_adds(Side.LEFT, number="17")
    hub.weather = Weather(loses_answer=1.0)
    hub.sync()
    while not hub.history.writes:
        for step in STEPS:
            hub.deliver(step)
    hub.weather = Weather()
    (link,) = hub.links("customers")
    assert link.state is LinkState.CLAIMED
    return hub


def test_a_claim_whose_source_is_gone_is_finished_by_whoever_meets_what_it_made() -> None:
    hub = _claimed(QUIET)
    hub.wait(1000)
    for step in STEPS:  # dropped, as while a key is refused
        while deliveries := hub.inner.queues.receive(step, 1):
            hub.inner.queues.done(deliveries[0].handle)
    (row,) = hub.vendors[Side.LEFT].rows["customers"].values()
    hub.person_deletes(Side.LEFT, "customers", row)

    hub.wait(7 * 3600)  # the run that waited for what was lost is over by then
    assert hub.sync() is not None
    hub.drain()

    (link,) = hub.links("customers")
    (made,) = hub.vendors[Side.RIGHT].rows["customers"].values()
    assert link.intent is None
    assert link.ids[Side.RIGHT] == made.id
    assert made.archived, "its source was deleted"
    audited(hub)


@pytest.mark.parametrize("dies", [True, False])
def test_a_create_of_which_several_may_be_the_result_is_in_the_journal_whoever_dies(dies: bool) -> None:
    hub = _claimed(UNMARKED)
    (write,) = hub.history.writes
    hub.person_adds(Side.RIGHT, number="17")  # another one with its number
    if dies:
        commit, hub.die_at = hub.inner.links.commit, frozenset()

        def last(*arguments: object) -> object:
            held = commit(*arguments)  # type: ignore[arg-type]
            if any(link.outcome and link.outcome.reason.code == "ambiguous" for link in hub.links("customers")):
                hub.die_at, hub.inner.links.commit = frozenset({hub.steps + 1}), commit  # type: ignore[method-assign]
            return held

        hub.inner.links.commit = last  # type: ignore[method-assign,assignment]
    hub.drain()

    assert hub.history.deaths == int(dies)
    (told,) = [entry for entry in hub.journal() if entry.attempt == write.attempt]
    assert (told.result, told.reason.code) == (Result.REVIEW, "ambiguous")
    audited(hub)


def test_an_unmarked_record_that_holds_what_was_not_sent_is_joined_and_not_taken_for_ours() -> None:
    """Its values are a person's: taken for what a create of ours made, they would count as edits of it."""
    hub = SimulatedHub(3, left=QUIET, right=UNMARKED)
    watch = Watch(hub)
    row = hub.person_adds(Side.LEFT, number="17", phone=None)
    hub.weather = Weather(loses_request=1.0)
    hub.sync()
    while not hub.history.unknown:
        for step in STEPS:
            hub.deliver(step)
    hub.weather = Weather()
    entity = hub.history.entity_of["customers", Side.LEFT, row.id]
    hub.person_adds(Side.RIGHT, entity=entity, **{**row.fields, "phone": "22"})  # type: ignore[arg-type]  # no such name
    hub.drain()

    assert not hub.history.writes[1:]
    assert row.fields["phone"] == "22"
    (link,) = hub.links("customers")
    assert link.state is LinkState.LINKED
    assert {entry.reason.code for entry in hub.journal() if entry.link == link.id} >= {"found_after_all"}
    at_rest(watch)


def test_what_a_person_unlinked_is_not_taken_for_what_a_later_create_made() -> None:
    """It bears the mark of the first create, which is that of the second one, too."""
    hub = SimulatedHub(3, left=QUIET, right=QUIET)
    hub.person_adds(Side.LEFT, number="17")
    hub.sync()
    hub.drain()
    (link,) = hub.links("customers")
    hub.person_unlinks(link)
    hub.person_decides("customers", link.id, "create")
    hub.weather = Weather(loses_request=1.0)
    while not hub.history.unknown:
        for step in STEPS:
            hub.deliver(step)
    hub.weather = Weather()

    hub.drain()

    made = hub.inner.links.get(hub.key("customers"), [link.id])[link.id]
    assert made.state is LinkState.LINKED
    assert made.ids[Side.RIGHT] not in {link.ids[Side.RIGHT], None}
    assert len(hub.vendors[Side.RIGHT].rows["customers"]) == 2
