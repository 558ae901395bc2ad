"""A decision to link that cannot be carried out is given back, and buries nobody."""

from __future__ import annotations

from dataclasses import replace

import pytest

from samspill.engine.case import Plan, Seen
from samspill.engine.chosen import chosen
from samspill.engine.model import Candidate, Decision, Link, LinkState, Observation, Outcome, Result, Side
from samspill.engine.plan import plan
from samspill.engine.revision import Revision
from samspill.flows.tripletex_timerabbit import CUSTOMERS
from samspill.reasons import Reason

SIMILAR = Outcome(Result.REVIEW, Reason("similar"))
HERE = Seen(Observation("1", {"name": "Bakken AS", "number": "10"}, version=Revision(3), label="Bakken AS"))
GONE = Seen(Observation("99", {}, deleted=True))
THERE = Seen(Observation("99", {"name": "Bakken"}, version=Revision(1), label="Bakken"))


def doubtful(action: str = "link", target: str | None = "99") -> Link:
    decision = Decision(action, "kari", 5, target)
    candidates = (Candidate("99", "Bakken", 90, "name alike"), Candidate("7", "Bakke", 80, "name alike"))
    return Link("left-1", {Side.LEFT: "1"}, decision=decision, outcome=SIMILAR, candidates=candidates, revision=2)


def planned(link: Link | None, *, taken: bool = False, **seen: Seen) -> Plan:
    return plan(CUSTOMERS, link, {Side(side): view for side, view in seen.items()}, 10, taken=taken)


def given_back(made: Plan, code: str) -> None:
    assert (made.result, made.write, made.store) == (Result.REVIEW, None, True)
    assert made.reason == Reason(code, {"record": "99", "system": "Timerabbit"})
    assert made.link.outcome == Outcome(Result.REVIEW, made.reason)
    assert (made.link.state, made.link.decision) == (LinkState.UNLINKED, None)
    assert set(made.link.shadows) == {Side.LEFT}
    assert [each.external_id for each in made.link.candidates] == ["7"]


def test_a_chosen_record_that_is_gone_gives_the_decision_back_and_does_not_bury_the_living_one() -> None:
    given_back(planned(doubtful(), left=HERE, right=GONE), "chosen_gone")


def test_the_same_wrong_choice_made_again_is_given_back_again() -> None:
    first = planned(doubtful(), left=HERE, right=GONE).link
    made = planned(replace(first, decision=doubtful().decision, revision=4), left=HERE, right=GONE)
    assert (made.link, made.store) == (replace(first, revision=4), True)


@pytest.mark.parametrize(
    ("link", "other"),
    [
        (None, None),
        (Link("left-1", {Side.LEFT: "1"}), None),
        (doubtful("ignore"), None),
        (doubtful("link", None), None),
        (replace(doubtful(), state=LinkState.LINKED), None),
        (replace(doubtful(), state=LinkState.CLAIMED), None),
        (doubtful(), "99"),
    ],
)
def test_only_a_decision_to_link_of_a_record_without_a_partner_names_its_other_half(
    link: Link | None, other: str | None
) -> None:
    assert chosen(link) == other


def test_a_chosen_record_that_found_another_partner_gives_the_decision_back() -> None:
    given_back(planned(doubtful(), taken=True, left=HERE), "chosen_taken")


def test_a_chosen_record_that_was_not_read_with_it_is_read_and_nothing_is_created_meanwhile() -> None:
    for outcome in (SIMILAR, Outcome(Result.WAITING, Reason("waiting_for"))):
        made = planned(Link("left-1", {Side.LEFT: "1"}, decision=doubtful().decision, outcome=outcome), left=HERE)
        assert (made.look, made.write, made.store) == (tuple(Side), None, False)


def test_a_chosen_record_that_is_there_is_linked() -> None:
    made = planned(doubtful(), left=HERE, right=THERE)
    assert made.link.state is LinkState.LINKED
    assert (made.link.ids, made.link.decision) == ({Side.LEFT: "1", Side.RIGHT: "99"}, None)


@pytest.mark.parametrize("other", [GONE, THERE])
def test_a_record_that_is_itself_gone_is_buried_whatever_was_decided(other: Seen) -> None:
    made = planned(doubtful(), left=Seen(Observation("1", {}, deleted=True)), right=other)
    assert made.link.state is LinkState.TOMBSTONE
    assert made.reason.code == "deleted_before_link"


def test_a_partner_found_by_key_that_is_gone_when_read_leaves_the_record_to_be_created() -> None:
    made = planned(Link("left-1", {Side.LEFT: "1"}), left=HERE, right=GONE)
    assert made.write is not None
    assert (made.write.side, made.write.external_id) == (Side.RIGHT, None)


def test_a_new_link_begins_with_the_record_that_lives() -> None:
    made = planned(None, left=Seen(Observation("1", {}, deleted=True)), right=THERE)
    assert (made.link.id, made.reason.code) == ("right-99", "only_in_target")
