"""Records that some step cannot deal with, beside ones that can: in random lives, and each kind by itself."""

from __future__ import annotations

import pytest

from samspill.engine.model import LinkState, Result, Side
from tests.simulation.histories import settle
from tests.simulation.hub import SimulatedHub
from tests.simulation.invariants import fixpoint
from tests.simulation.options import VendorOptions
from tests.simulation.spoiled import RULES, live_spoiled
from tests.simulation.spoils import REFUSED, SPOILS, UNANSWERED, UNSEARCHABLE, UNSTORABLE, spoiled_in
from tests.simulation.watch import Watch


def test_every_invariant_holds_beside_records_that_some_step_cannot_deal_with() -> None:
    for seed in (*range(15), 60000163, 62000092, 63000750):
        live_spoiled(seed)


def test_every_kind_is_met_and_corrected() -> None:
    met: set[str] = set()
    for seed in range(20):
        typed = [str(edit.value).partition(" ")[0] for edit in live_spoiled(seed).history.edits]
        met |= {*typed} & {*SPOILS}
    assert met == {*SPOILS}


@pytest.mark.parametrize("kind", [each for each in SPOILS if each != UNANSWERED])  # a list tells that one
def test_a_neighbour_is_created_and_the_record_itself_once_it_is_corrected(kind: str) -> None:
    hub = SimulatedHub(3, left=VendorOptions(webhooks="none"), right=VendorOptions(webhooks="none"), rules=RULES)
    Watch(hub)
    name = "number" if kind == UNSEARCHABLE else "phone"
    spoiled = hub.person_adds(Side.LEFT, **{name: f"{kind} 1"})
    healthy = hub.person_adds(Side.LEFT)
    hub.sync()
    hub.drain()

    links = {link.ids[Side.LEFT]: link for link in hub.links("customers")}
    assert links[healthy.id].state is LinkState.LINKED
    outcome = links[spoiled.id].outcome
    assert outcome is not None
    assert outcome.result is Result.FAILED
    if kind in {REFUSED, UNSTORABLE}:
        assert links[spoiled.id].state is LinkState.LINKED, "it goes over without the value"
        row = hub.row("customers", Side.RIGHT, links[spoiled.id].ids[Side.RIGHT])
        assert row is not None
        assert (row.fields["name"], row.fields[name]) == (spoiled.fields["name"], None)
    else:
        assert len(hub.vendors[Side.RIGHT].rows["customers"]) == 1
    fixpoint(hub)
    hub.person_edits(Side.LEFT, "customers", spoiled, name, "Corrected")
    for _ in range(2):
        hub.wait(1000)
        hub.sync()
        hub.drain()
    rows = hub.vendors[Side.RIGHT].rows["customers"].values()
    assert {str(row.fields["name"]) for row in rows} == {str(each.fields["name"]) for each in (spoiled, healthy)}
    assert [row.fields[name] for row in rows if row.fields["name"] == spoiled.fields["name"]] == ["Corrected"]
    assert not any(spoiled_in(row.fields) for row in rows)


def test_without_a_refused_value_a_record_is_not_created_where_another_one_has_its_number() -> None:
    quiet = VendorOptions(webhooks="none")
    hub = SimulatedHub(3, left=quiet, right=VendorOptions(webhooks="none", unique_numbers=True), rules=RULES)
    watch = Watch(hub)
    hub.person_adds(Side.RIGHT, number="49")
    hub.sync()
    hub.drain()
    late = hub.person_adds(Side.LEFT, number="49", name=f"{REFUSED} 1")
    settle(watch)

    (link,) = [link for link in hub.links("customers") if link.ids.get(Side.LEFT) == late.id]
    assert link.outcome is not None
    why = link.outcome.reason
    assert (link.state, why.params["message"], why.because and why.because.params["field"]) == (
        LinkState.UNLINKED,
        "the number is taken",
        "name",
    )
    assert len(hub.vendors[Side.RIGHT].rows["customers"]) == 1
