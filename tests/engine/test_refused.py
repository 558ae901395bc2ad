"""A refused value: held back on its field alone, for as long as it is there."""

from __future__ import annotations

from dataclasses import replace

from samspill.canon.values import Fields, Value
from samspill.engine.case import Plan, Seen
from samspill.engine.model import Link, LinkState, Observation, Outcome, Result, Shadow, Side
from samspill.engine.plan import plan
from samspill.engine.refused import refused_key, refused_value
from samspill.engine.revision import Revision
from samspill.engine.rules import FieldRule, OnConflict, Policy, StreamRules
from samspill.reasons import Reason

RULES = StreamRules(
    name="customers",
    fields=(
        FieldRule("name", Policy.TWO_WAY, Side.RIGHT),
        FieldRule("email", Policy.TWO_WAY, Side.RIGHT),
        FieldRule("phone", Policy.TWO_WAY, Side.RIGHT, OnConflict.REVIEW),
    ),
    creates=frozenset(Side),
    systems={Side.LEFT: "Svenn", Side.RIGHT: "Tripletex"},
)
AGREED: Fields = {"name": "Aas", "email": "a@b.example", "phone": "1"}
WHY = Reason("field_refused", {"field": "phone", "system": "Tripletex", "source": "Svenn", "message": "no"})


def pair(refused: Value = "2", side: Side = Side.RIGHT) -> Link:
    """A pair that agrees on everything, with a phone number that one side refused."""
    return Link(
        "left-1",
        {Side.LEFT: "1", Side.RIGHT: "9"},
        LinkState.LINKED,
        base=AGREED,
        shadows={each: Shadow(AGREED, Revision(1), 1, "known") for each in Side},
        outcome=Outcome(Result.FAILED, WHY),
        refused={refused_key(side, "phone"): refused_value(refused, WHY)},
    )


def planned(link: Link, left: Fields, right: Fields = AGREED) -> Plan:
    seen = {
        Side.LEFT: Seen(Observation("1", left, Revision(2), 5), "left now"),
        Side.RIGHT: Seen(Observation("9", right, Revision(2), 5), "right now"),
    }
    return plan(RULES, link, seen, 0)


def test_a_refused_value_is_not_sent_again_and_stays_owed() -> None:
    made = planned(pair(), {**AGREED, "phone": "2"})
    assert made.write is None
    assert made.link.base["phone"] == made.link.shadows[Side.LEFT].fields["phone"] == "1"
    assert made.link.shadows[Side.LEFT].fingerprint == "left now", "until it changes it is known as it is"
    assert made.link.outcome == Outcome(Result.FAILED, WHY)


def test_the_other_fields_go_over_and_the_record_still_says_what_is_refused() -> None:
    made = planned(pair(), {**AGREED, "phone": "2", "email": "ny@b.example"})
    assert made.write is not None
    assert made.write.fields == {"email": "ny@b.example"}
    assert (made.result, made.reason.code) == (Result.APPLIED, "updated")
    assert made.link.outcome == Outcome(Result.FAILED, WHY)
    assert made.link.base == {**AGREED, "email": "ny@b.example"}


def test_the_side_that_refuses_may_give_what_is_its_own() -> None:
    made = planned(pair(), {**AGREED, "phone": "2"}, {**AGREED, "name": "Ny"})
    assert made.write is not None
    assert (made.write.side, dict(made.write.fields)) == (Side.LEFT, {"name": "Ny"})
    assert made.look == ()


def test_another_value_is_sent_and_the_refusal_is_forgotten() -> None:
    made = planned(pair(), {**AGREED, "phone": "3"})
    assert made.write is not None
    assert made.write.fields == {"phone": "3"}
    assert made.link.refused == {}
    assert made.link.outcome is not None
    assert made.link.outcome.result is Result.APPLIED


def test_a_value_that_is_taken_back_leaves_nothing_behind() -> None:
    made = planned(pair(), AGREED)
    assert made.write is None
    assert made.link.refused == {}
    assert made.link.outcome == Outcome(Result.UNCHANGED, Reason("equal"))


def test_an_emptied_field_can_be_refused_like_any_value() -> None:
    made = planned(pair(refused=None), {**AGREED, "phone": None, "name": "Ny"})
    assert made.write is not None
    assert made.write.fields == {"name": "Ny"}


def test_a_value_refused_on_one_side_is_still_sent_to_the_other() -> None:
    made = planned(pair(side=Side.LEFT), {**AGREED, "phone": "2"})
    assert made.write is not None
    assert made.write.fields == {"phone": "2"}


def test_an_edit_where_it_was_refused_is_a_conflict_that_tells_both() -> None:
    made = planned(pair(), {**AGREED, "phone": "2"}, {**AGREED, "phone": "5"})
    assert made.write is None
    assert made.link.conflicts["phone"] == {"left": "2", "right": "5"}
    assert made.link.outcome is not None
    assert made.link.outcome.result is Result.CONFLICT
    assert made.link.outcome.reason.because == WHY


def test_of_two_refused_fields_both_are_told() -> None:
    other = Reason("field_refused", {"field": "email"})
    link = pair()
    both = {**link.refused, refused_key(Side.RIGHT, "email"): refused_value("x", other)}
    made = planned(replace(link, refused=both), {**AGREED, "phone": "2", "email": "x"})
    assert made.write is None
    assert made.link.outcome is not None
    assert made.link.outcome.reason.params == {"field": "email"}
    assert made.link.outcome.reason.because == WHY


def test_a_create_leaves_out_what_was_refused_and_says_so() -> None:
    link = Link("left-1", {Side.LEFT: "1"}, refused={refused_key(Side.RIGHT, "phone"): refused_value("2", WHY)})
    seen = {Side.LEFT: Seen(Observation("1", {**AGREED, "phone": "2"}), "left now")}
    made = plan(RULES, link, seen, 0)
    assert made.write is not None
    assert made.write.fields == {"name": "Aas", "email": "a@b.example"}
    assert (made.result, made.reason.code) == (Result.APPLIED, "created")
    assert made.link.outcome == Outcome(Result.FAILED, WHY)
    assert "phone" not in made.link.base


def test_a_create_is_tried_whole_where_the_refused_value_is_the_last_key_it_could_be_found_by() -> None:
    rules = replace(RULES, look_first=("phone",))
    link = Link("left-1", {Side.LEFT: "1"}, refused={refused_key(Side.RIGHT, "phone"): refused_value("2", WHY)})
    made = plan(rules, link, {Side.LEFT: Seen(Observation("1", {**AGREED, "phone": "2"}))}, 0)
    assert made.write is not None
    assert made.write.fields == {**AGREED, "phone": "2"}
    assert made.link.refused == {}


def test_a_create_of_a_corrected_record_holds_everything() -> None:
    link = Link("left-1", {Side.LEFT: "1"}, refused={refused_key(Side.RIGHT, "phone"): refused_value("2", WHY)})
    made = plan(RULES, link, {Side.LEFT: Seen(Observation("1", {**AGREED, "phone": "3"}))}, 0)
    assert made.write is not None
    assert made.write.fields == {**AGREED, "phone": "3"}
    assert made.link.refused == {}
