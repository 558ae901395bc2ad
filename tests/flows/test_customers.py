"""Customers between Svenn and Tripletex: what being inactive, coming back and being deleted does on each side."""

from __future__ import annotations

from samspill.engine.model import LinkState, Result, Side
from tests.flows.two_sides import TwoSides


def test_one_deactivated_in_tripletex_and_active_again_is_so_in_svenn(sides: TwoSides) -> None:
    left, right = sides.pair("customers")
    seen = []
    for inactive in (True, False):
        sides.hub.tripletex.edit("customer", str(right["id"]), {"isInactive": inactive})
        sides.settle()
        sides.hub.sync()
        seen.append(sides.svenn("customers", id=left["id"])[0]["active"])

    assert seen == [False, True]
    assert sides.written == (2, 0)


def test_one_deactivated_in_svenn_stays_active_in_tripletex_and_that_is_told(sides: TwoSides) -> None:
    left, right = sides.pair("customers")
    sides.hub.svenn.edit("customers", left["id"], {"active": False})

    sides.settle()
    sides.hub.sync()

    left, right = sides.of("customers", left["id"], right["id"])
    assert (left["active"], right["isInactive"], sides.written) == (False, False, (0, 0))
    assert sides.reason("customers", Side.LEFT, left["id"]) == "drifted"


def test_one_deleted_in_tripletex_is_inactive_in_svenn(sides: TwoSides) -> None:
    made = sides.hub.tripletex.add("customer", {"name": "Fjordlys Elektro AS", "organizationNumber": "974760673"})
    sides.settle()
    sides.forget()
    sides.hub.tripletex.remove("customer", str(made["id"]))

    sides.settle()
    sides.hub.sync()

    [row] = sides.svenn("customers", name="Fjordlys Elektro AS")
    assert (row["active"], sides.written) == (False, (1, 0))
    assert sides.link("customers", Side.LEFT, row["id"]).state is LinkState.TOMBSTONE
    assert sides.tripletex("customers", name="Fjordlys Elektro AS") == []


def test_one_without_a_number_stays_in_svenn_until_it_has_one(sides: TwoSides) -> None:
    made = sides.hub.svenn.add("customers", {"name": "Tindvei Maling AS"})
    sides.settle()
    outcome = sides.link("customers", Side.LEFT, made["id"]).outcome
    assert outcome is not None
    assert (outcome.result, outcome.reason.code) == (Result.SKIPPED, "missing_field")
    assert outcome.reason.params["field"] == "number"
    assert sides.written == (0, 0)
    sides.hub.svenn.edit("customers", made["id"], {"number": "20001"})

    sides.settle()

    assert len(sides.tripletex("customers", customerNumber=20001)) == 1
    assert sides.written == (0, 1)


def test_the_number_that_tripletex_gives_a_new_one_is_its_number_in_svenn(sides: TwoSides) -> None:
    made = sides.hub.tripletex.add("customer", {"name": "Fjordlys Elektro AS"})

    sides.settle()

    [row] = sides.svenn("customers", name="Fjordlys Elektro AS")
    [there] = sides.tripletex("customers", id=made["id"])
    assert row["number"] == str(there["customerNumber"])
    assert sides.written == (1, 0)


def test_an_inactive_one_is_not_made_on_the_other_side(sides: TwoSides) -> None:
    ours = sides.hub.svenn.add("customers", {"name": "Tindvei Maling AS", "number": "20001", "active": False})
    theirs = sides.hub.tripletex.add("customer", {"name": "Fjordlys Elektro AS", "isInactive": True})

    sides.settle()
    sides.hub.sync()

    assert sides.reason("customers", Side.LEFT, ours["id"]) == "inactive_at_source"
    assert sides.reason("customers", Side.RIGHT, theirs["id"]) == "inactive_at_source"
    assert sides.written == (0, 0)
