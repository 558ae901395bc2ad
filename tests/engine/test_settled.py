"""What a merge leaves behind: what is stored of both sides, what is still owed, and what is told."""

# ruff: noqa: E501 - tables of cases

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from samspill.canon.values import Fields
from samspill.engine.case import Plan
from samspill.engine.loops import LOOP_WRITES
from samspill.engine.model import Decision, Outcome, Result, Shadow
from samspill.engine.pairs import refusal
from samspill.engine.refused import refused_key, refused_value
from samspill.engine.revision import Revision
from samspill.engine.rules import FieldRule, OnConflict, Policy
from tests.engine.builders import (
    AGREED,
    BOTH,
    TWO_WAY,
    L,
    R,
    decided,
    ended,
    known,
    looks,
    pair,
    planned,
    read,
    rules,
    update,
    why,
    written,
)

RULES = rules()
MASTER = rules(FieldRule("name"), FieldRule("phone", Policy.MASTER, R))
TOLD = rules(FieldRule("name", Policy.REPORT), FieldRule("phone", Policy.REPORT, R))
SEEN = {side: Shadow(AGREED, Revision(4), 9_000, "new") for side in BOTH}
NEW: Fields = {**AGREED, "phone": "1"}
OTHER: Fields = {**AGREED, "phone": "2"}
EQUAL = ended(Result.UNCHANGED, "equal")


def conflict(*names: str) -> Outcome:
    return ended(Result.CONFLICT, "conflict", fields=", ".join(names))


PHONE = {"phone": AGREED["phone"]}


def test_one_write_leaves_both_sides_as_they_will_be_and_the_other_fields_alone() -> None:
    link = pair(absent={L: 2, R: 1}, decision=decided("keep"), disputed=("phone",), outcome=EQUAL)
    made = planned(replace(RULES, fields=TWO_WAY), replace(link, disputed=()), read(L, NEW))
    told = ended(Result.APPLIED, "updated", written(R, "phone"), system="Svenn", fields="phone")
    shadows = {L: Shadow(NEW, Revision(4), 9_000, "new"), R: known(AGREED)}
    after = pair(NEW, shadows=shadows, outcome=told, absent={R: 1})
    assert made == Plan(after, Result.APPLIED, told.reason, update(R, {"phone": "1"}, 3), replaced=PHONE)


def test_where_both_sides_are_owed_something_the_right_one_is_written_and_both_are_read_again() -> None:
    made = planned(RULES, pair(), read(L, NEW), read(R, {**AGREED, "name": "Dal AS"}))
    told = ended(Result.APPLIED, "updated", written(R, "phone"), system="Svenn", fields="phone")
    shadows = {L: Shadow(NEW, Revision(4), 9_000, ""), R: Shadow(AGREED, Revision(4), 9_000, "")}
    after = pair(NEW, shadows=shadows, outcome=told)
    assert made == Plan(after, Result.APPLIED, told.reason, update(R, {"phone": "1"}), replaced=PHONE, look=BOTH)


def test_what_nobody_changed_is_stored_when_it_was_told_anew_and_not_when_it_was_known() -> None:
    made = planned(RULES, pair(), read(L), read(R))
    assert made == Plan(pair(shadows=SEEN, outcome=EQUAL), Result.UNCHANGED, why("equal"))
    again = planned(RULES, made.link, read(L), read(R))
    assert again == replace(made, store=False)
    later = planned(RULES, made.link, read(L, seen_at=20_000), read(R))
    assert not later.store, "when it was read is nothing to store"
    first = planned(RULES, replace(made.link, revision=0), read(L), read(R))
    assert first.store, "nothing of it was ever stored"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (ended(Result.APPLIED, "updated"), ended(Result.APPLIED, "updated")),
        (ended(Result.SKIPPED, "is_offer"), EQUAL),
        (ended(Result.FAILED, "rejected"), EQUAL),
        (None, EQUAL),
    ],
)
def test_a_success_is_still_told_while_nothing_changes_and_anything_else_is_over(
    before: Outcome | None, after: Outcome
) -> None:
    made = planned(RULES, pair(outcome=before), read(L), read(R))
    assert (made.link.outcome, made.result, made.reason) == (after, Result.UNCHANGED, why("equal"))


def test_a_conflict_keeps_what_was_agreed_and_names_its_fields_in_order() -> None:
    stream = rules(*(FieldRule(name, Policy.TWO_WAY, L, OnConflict.REVIEW) for name in ("phone", "name")))
    made = planned(stream, pair(), read(L, {"name": "A", "phone": "1"}), read(R, {"name": "B", "phone": "2"}))
    open_ = {"phone": {"left": "1", "right": "2"}, "name": {"left": "A", "right": "B"}}
    after = pair(shadows=SEEN, outcome=conflict("name", "phone"), conflicts=open_)
    assert made == Plan(after, Result.CONFLICT, conflict("name", "phone").reason)
    assert not planned(
        stream, made.link, read(L, {"name": "A", "phone": "1"}), read(R, {"name": "B", "phone": "2"})
    ).store


def test_drift_is_told_with_where_it_is() -> None:
    left = planned(TOLD, pair(), read(L), read(R, {**AGREED, "name": "Dal AS"}))
    assert (left.reason, left.result, left.write) == (
        why("drifted", fields="name", system="Svenn"),
        Result.UNCHANGED,
        None,
    )
    both = planned(TOLD, pair(), read(L, NEW), read(R, {**AGREED, "name": "Dal AS"}))
    assert both.reason == why("drifted", fields="name, phone", system="Svenn / Tripletex")
    assert both.link.outcome == ended(Result.UNCHANGED, "drifted", **both.reason.params)


# --- why a side is written -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stream", "left", "right", "reason"),
    [
        (RULES, NEW, AGREED, why("updated", system="Svenn", fields="phone")),
        (rules(TWO_WAY[1]), NEW, OTHER, why("conflict_settled", system="Svenn", fields="phone", master="Tripletex")),
        (MASTER, AGREED, {**AGREED, "name": "Dal"}, why("overwritten", system="Svenn", fields="name", master="Tripletex")),
        (MASTER, NEW, AGREED, why("overwritten", system="Tripletex", fields="phone", master="Svenn")),
        (rules(FieldRule("name"), TWO_WAY[1]), NEW, {"name": "Dal", "phone": "2"}, why("conflict_settled", system="Svenn", fields="name, phone", master="Tripletex")),
        (rules(FieldRule("phone"), FieldRule("name")), {"name": "B", "phone": "1"}, AGREED, why("updated", system="Svenn", fields="name, phone")),
        (rules(FieldRule("phone"), FieldRule("name")), AGREED, {"name": "B", "phone": "1"}, why("overwritten", system="Svenn", fields="name, phone", master="Tripletex")),
    ],
)  # fmt: skip
def test_the_reason_of_a_write_says_who_decided_and_what(stream: Any, left: Fields, right: Fields, reason: Any) -> None:
    made = planned(stream, pair(), read(L, left), read(R, right))
    assert (made.reason, made.result) == (reason, Result.APPLIED)
    assert made.write is not None
    shared = sorted(
        rule.name for rule in stream.fields if rule.policy is Policy.TWO_WAY and rule.name in made.write.fields
    )
    assert made.link.outcome == Outcome(Result.APPLIED, reason, written(made.write.side, *shared) if shared else None)


OPEN = {"name": {"left": "A", "right": "B"}}


def conflicted(decision: Decision | None = None, **more: Any) -> Any:
    return pair(conflicts=OPEN, outcome=conflict("name"), decision=decision, **more)


@pytest.mark.parametrize(("action", "side", "value", "lost"), [("take-left", R, "A", "B"), ("take-right", L, "B", "A")])
def test_a_decision_is_carried_out_and_told_in_the_name_of_who_made_it(
    action: str, side: Any, value: str, lost: str
) -> None:
    sides = {L: {**AGREED, "name": "A"}, R: {**AGREED, "name": "B"}}
    made = planned(RULES, conflicted(decided(action, name=OPEN["name"])), *(read(each, sides[each]) for each in BOTH))
    names = {"system": RULES.systems[side], "source": RULES.systems[side.other], "fields": "name", "person": "kari"}
    told = ended(Result.APPLIED, "decided", written(side, "name"), **names)
    agreed = {**AGREED, "name": value}
    shadows = {each: Shadow(sides[each], Revision(4), 9_000, "new") for each in BOTH}
    after = pair(agreed, shadows=shadows, outcome=told, echoes={f"{side}.name": (1, 10)})
    was = {"name": lost}
    write = update(side, {"name": value})
    assert made == Plan(after, Result.APPLIED, told.reason, write, overwritten=was, replaced=was)


def test_a_write_beside_a_decision_is_told_as_what_it_is() -> None:
    stream = rules(TWO_WAY[1], FieldRule("name"))
    made = planned(stream, pair(decision=decided("take-left")), read(L, NEW), read(R, OTHER))
    assert made.reason.code == "conflict_settled"


def test_what_was_decided_and_is_owed_to_the_other_side_stays_decided_until_it_is_there() -> None:
    stream = rules(TWO_WAY[0], FieldRule("phone", Policy.TWO_WAY, R))
    link = conflicted(decided("take-right", name=OPEN["name"]))
    made = planned(stream, link, read(L, {"name": "A", "phone": "1"}), read(R, {**AGREED, "name": "B"}))
    assert (made.write, made.look) == (update(R, {"phone": "1"}), BOTH)
    assert made.link.decision == link.decision
    assert made.link.base == {"name": "Berg AS", "phone": "1"}
    other = replace(link, decision=decided("take-right", email={"left": "x", "right": "y"}))
    made = planned(stream, other, read(L, NEW), read(R, {**AGREED, "name": "B"}))
    assert (made.write, made.link.decision) == (update(R, {"phone": "1"}), None)


@pytest.mark.parametrize(
    ("left", "right", "stands"),
    [
        ("A", "B", False),
        ("a", "B", True),
        ("A", "C", True),
        ("A  ", "B", False),
    ],
)
def test_a_decision_holds_only_for_what_the_person_saw(left: str, right: str, *, stands: bool) -> None:
    link = conflicted(decided("take-left", name=OPEN["name"]))
    made = planned(RULES, link, read(L, {**AGREED, "name": left}), read(R, {**AGREED, "name": right}))
    assert (made.result is Result.CONFLICT) is stands


def test_a_decision_about_one_side_alone_settles_nothing() -> None:
    link = conflicted(decided("take-left", name={"left": "A"}))
    made = planned(RULES, link, read(L, {**AGREED, "name": "A"}), read(R, {**AGREED, "name": "B"}))
    assert made.result is Result.CONFLICT


def test_a_disputed_field_is_open_until_both_hold_the_same() -> None:
    link = pair(disputed=("phone", "name"))
    assert looks(planned(RULES, link, read(L)), link)
    made = planned(RULES, link, read(L, NEW), read(R))
    assert (made.result, made.link.disputed, made.write) == (Result.CONFLICT, ("phone",), None)
    assert planned(RULES, link, read(L), read(R)).link.disputed == ()


# --- refusals --------------------------------------------------------------------------------------------------------

REJECTED = ended(Result.FAILED, "rejected")


def test_a_write_that_was_refused_a_moment_ago_waits_for_a_change_with_all_it_was_to_set() -> None:
    link = pair(outcome=REJECTED)
    made = planned(RULES, link, read(L, NEW), read(R), refused=refusal(R, {"phone": "1"}))
    assert made == Plan(pair(shadows=SEEN, outcome=REJECTED), Result.UNCHANGED, REJECTED.reason)
    nothing = planned(RULES, pair(), read(L, NEW), read(R), refused=refusal(R, {"phone": "1"}))
    assert (nothing.link.outcome, nothing.reason) == (EQUAL, why("equal"))
    other = planned(RULES, link, read(L, NEW), read(R), refused=refusal(L, {"phone": "1"}))
    assert other.write == update(R, {"phone": "1"})


def test_beside_a_refused_write_the_other_side_is_written_once_and_the_refusal_stays_the_outcome() -> None:
    seen = (read(L, NEW), read(R, {**AGREED, "name": "Dal AS"}))
    for outcome in (REJECTED, None):
        made = planned(RULES, pair(outcome=outcome), *seen, refused=refusal(R, {"phone": "1"}))
        told = ended(Result.APPLIED, "updated", written(L, "name"), system="Tripletex", fields="name")
        agreed = {**AGREED, "name": "Dal AS"}
        shadows = {L: Shadow(AGREED, Revision(4), 9_000, "new"), R: Shadow(agreed, Revision(4), 9_000, "new")}
        after = pair(agreed, shadows=shadows, outcome=outcome or told)
        was = {"name": AGREED["name"]}
        assert made == Plan(after, Result.APPLIED, told.reason, update(L, {"name": "Dal AS"}), replaced=was)


def test_a_refused_value_is_told_as_long_as_it_is_there() -> None:
    refused = {refused_key(R, "phone"): refused_value("1", why("field_refused", field="phone"))}
    link = pair(refused=refused, outcome=REJECTED)
    made = planned(RULES, link, read(L, NEW), read(R))
    told = ended(Result.FAILED, "field_refused", field="phone")
    assert made == Plan(pair(shadows=SEEN, refused=refused, outcome=told), Result.UNCHANGED, told.reason)
    assert not planned(RULES, made.link, read(L, NEW), read(R)).store


# --- loops -----------------------------------------------------------------------------------------------------------


def test_a_loop_stops_with_both_sides_as_they_were_and_a_person_is_asked() -> None:
    link = pair(echoes={"right.name": (LOOP_WRITES, 5)})
    made = planned(MASTER, link, read(L), read(R, {**AGREED, "name": "Dal AS"}))
    told = ended(Result.REVIEW, "writes_in_circles", field="name", count=str(LOOP_WRITES), system="Svenn")
    assert made == Plan(replace(link, shadows=SEEN, outcome=told), Result.REVIEW, told.reason)
