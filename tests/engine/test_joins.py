"""Two records that may be one: joined, left apart, or a question to a person, and what is stored of each."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from samspill.canon.values import Fields
from samspill.engine.case import Plan
from samspill.engine.model import Candidate, DetailKind, Link, LinkState, Outcome, Result, Shadow
from samspill.engine.pairs import NATURAL_KEY
from samspill.engine.revision import Revision
from samspill.engine.rules import FieldRule, MatchRule, OnConflict, Policy, StreamRules, single
from samspill.reasons import Reason
from tests.engine.builders import (
    AGREED,
    BOTH,
    TWO_WAY,
    L,
    R,
    alone,
    decided,
    ended,
    known,
    pair,
    planned,
    read,
    rules,
    update,
    waits,
    why,
)


def by(name: str) -> MatchRule:
    return MatchRule(name, single(lambda fields: str(fields[name]) if fields.get(name) else None), field=name)


RULES = rules(matches=(by("name"),), similarity=lambda *_: (75, "name alike"))
CANDIDATE = Candidate("8", "Berg", 80, "name alike")
SEEN = {L: Shadow({}, Revision(4), 9_000, "new")}


def asks(code: str, score: int, rule: str, reason_why: str = "") -> Plan:
    """The plan that asks whether the left record is the right one."""
    params = {"label": "Dal AS", "system": "Svenn", "score": str(score), "rule": rule, "why": reason_why}
    candidate = Candidate("9", "Dal AS", score, reason_why or rule)
    outcome = ended(Result.REVIEW, code, DetailKind.SAME, **params)
    return Plan(alone(shadows=SEEN, outcome=outcome, candidates=(candidate,)), Result.REVIEW, outcome.reason)


def test_what_is_known_to_be_the_same_is_joined_and_nothing_stays_open() -> None:
    link = alone(
        candidates=(CANDIDATE,), decision=decided("link", "9"), shadows={L: known({"name": "Old"})}, base={"x": 1}
    )
    linked = ended(Result.APPLIED, "linked", label="Berg AS", rule="name")
    shadows = {side: Shadow(AGREED, Revision(4), 9_000, "new") for side in BOTH}
    after = pair(shadows=shadows, outcome=linked)
    assert planned(RULES, link, read(L), read(R), matched="name") == Plan(after, Result.APPLIED, linked.reason)


@pytest.mark.parametrize("rule", ["name", NATURAL_KEY])
def test_what_two_records_were_brought_together_by_is_judged_anew_and_the_proof_is_told(rule: str) -> None:
    stream = replace(RULES, matches=(by("phone"), by("name")))
    made = planned(stream, alone(), read(L), read(R, {**AGREED, "phone": "1"}), matched=rule)
    assert made.reason == why("linked", label="Berg AS", rule="name")


def test_a_pair_that_a_person_or_the_first_plan_joined_is_not_judged_again() -> None:
    for rule, told in (("", "review"), ("person", "person")):
        made = planned(
            RULES, alone(), read(L), read(R, {"name": "Dal AS", "phone": "22334455"}, label="Dal AS"), matched=rule
        )
        assert (made.link.state, made.reason.code) == (LinkState.LINKED, "conflict"), rule
        same = planned(RULES, alone(), read(L), read(R, label=""), matched=rule)
        assert same.reason == why("linked", label="9", rule=told), "a record without a label is told by its id"


@pytest.mark.parametrize(
    ("stream", "theirs", "asked"),
    [
        (RULES, {"name": "Dal AS"}, asks("similar", 0, "")),
        (
            replace(RULES, proposals=(by("phone"),)),
            {"name": "Dal AS", "phone": "22334455"},
            asks("similar", 75, "", "name alike"),
        ),
        (replace(RULES, differ=lambda *_: True), {"name": "Berg AS"}, asks("same_key_but_other", 75, "name")),
    ],
    ids=["no key in common by now", "alike", "another key contradicts"],
)
def test_what_is_not_known_to_be_the_same_is_asked_about(stream: StreamRules, theirs: Fields, asked: Plan) -> None:
    link = alone(decision=decided("ignore-this"))
    for rule in ("name", NATURAL_KEY):
        assert planned(stream, link, read(L), read(R, theirs, label="Dal AS"), matched=rule) == asked


@pytest.mark.parametrize(
    ("outcome", "looked_like", "stands"),
    [
        (ended(Result.REVIEW, "ambiguous", DetailKind.SEVERAL, rule="name"), "new", True),
        (ended(Result.REVIEW, "ambiguous", DetailKind.SEVERAL, rule="name"), "then", False),
        (ended(Result.REVIEW, "ambiguous", DetailKind.SEVERAL, rule="name"), None, False),
        (ended(Result.REVIEW, "similar", DetailKind.SAME), "new", False),
        (ended(Result.REVIEW, "ambiguous"), "new", False),
        (None, "new", False),
    ],
    ids=["as it was", "it changed", "not known how it was", "another question", "no detail", "nothing"],
)
def test_one_of_several_that_it_could_be_says_nothing_while_the_record_is_as_it_was(
    outcome: Outcome | None, looked_like: str | None, *, stands: bool
) -> None:
    shadows = {L: known({}, 4, 9, looked_like)} if looked_like else {}
    link = alone(outcome=outcome, shadows=shadows, candidates=(CANDIDATE,))
    made = planned(RULES, link, read(L), read(R), matched="name")
    if stands:
        assert made == Plan(link, Result.REVIEW, why("ambiguous", rule="name"), store=False)
    else:
        assert made.link.state is LinkState.LINKED


def test_records_that_are_the_same_but_to_be_left_alone_are_skipped_with_both_remembered() -> None:
    apart = why("internal_project")
    stream = replace(RULES, joins=lambda left, right: apart if (left["phone"], right["phone"]) == ("1", "2") else None)
    made = planned(
        stream, alone(), read(L, {**AGREED, "phone": "1"}), read(R, {**AGREED, "phone": "2"}), matched="name"
    )
    after = alone(
        shadows={side: Shadow({}, Revision(4), 9_000, "new") for side in BOTH},
        outcome=ended(Result.SKIPPED, "internal_project", DetailKind.KEPT_APART),
    )
    assert made == Plan(after, Result.SKIPPED, apart)
    assert planned(stream, alone(), read(L), read(R), matched="name").link.state is LinkState.LINKED


def test_a_cell_of_hours_is_a_pair_from_the_start_and_nobody_is_told_that_it_was_linked() -> None:
    cells = replace(RULES, implicit=True)
    made = planned(cells, alone(), read(L), read(R))
    assert (made.result, made.reason, made.link.state) == (Result.UNCHANGED, why("equal"), LinkState.LINKED)
    changed = planned(cells, alone(), read(L), read(R, {**AGREED, "phone": None}))
    assert (changed.write, changed.reason.code) == (update(R, {"phone": "22334455"}), "updated")


def test_what_a_join_writes_is_told_as_the_link() -> None:
    made = planned(RULES, alone(), read(L), read(R, {"name": "Berg AS", "phone": None}), matched="name")
    linked = ended(Result.APPLIED, "linked", label="Berg AS", rule="name")
    shadows = {
        L: Shadow(AGREED, Revision(4), 9_000, "new"),
        R: Shadow({"name": "Berg AS", "phone": None}, Revision(4), 9_000, "new"),
    }
    after = pair(shadows=shadows, outcome=linked)
    assert made == Plan(
        after, Result.APPLIED, linked.reason, update(R, {"phone": "22334455"}), replaced={"phone": None}
    )


# --- fields that records are told apart by ---------------------------------------------------------------------------

NUMBERED = rules(TWO_WAY[0], FieldRule("phone", Policy.TWO_WAY, L, OnConflict.REVIEW, gated=True))


@pytest.mark.parametrize(
    ("left", "right", "conflict", "written"),
    [
        ("1", "22334455", True, None),
        ("22334455", "2", True, None),
        ("1", "2", True, None),
        ("1", "1", False, None),
        (None, "22334455", True, None),
        (None, None, False, None),
    ],
)
def test_a_change_of_what_records_are_told_apart_by_is_asked_about_whoever_made_it(
    left: str | None, right: str | None, *, conflict: bool, written: None
) -> None:
    made = planned(NUMBERED, pair(), read(L, {**AGREED, "phone": left}), read(R, {**AGREED, "phone": right}))
    assert made.write is written
    assert made.link.conflicts == ({"phone": {"left": left, "right": right}} if conflict else {})


@pytest.mark.parametrize("rule", [{"policy": Policy.MASTER}, {"on_conflict": OnConflict.MASTER_WINS}, {"gated": False}])
def test_only_a_gated_two_way_field_that_is_asked_about_is_kept_so(rule: dict[str, Any]) -> None:
    stream = rules(TWO_WAY[0], replace(NUMBERED.fields[1], **rule))
    assert planned(stream, pair(), read(L, {**AGREED, "phone": "1"}), read(R)).write == update(R, {"phone": "1"})


def test_an_empty_one_is_filled_and_one_that_a_side_does_not_tell_is_left() -> None:
    empty: Fields = {"name": "Berg AS", "phone": None}
    filled = planned(NUMBERED, pair(empty), read(L), read(R, empty))
    assert (filled.write, filled.link.conflicts) == (update(R, {"phone": "22334455"}), {})
    untold = planned(NUMBERED, pair(), read(L, {**AGREED, "phone": "1"}), read(R, {"name": "Berg AS"}))
    assert (untold.write, untold.link.conflicts) == (None, {})


def test_the_records_that_wait_for_a_reference_are_not_joined_yet() -> None:
    missing = waits("waiting_for", record="x")
    made = planned(RULES, alone(), read(L), read(R), matched="name", waits=[missing])
    assert made == Plan(alone(outcome=missing), Result.WAITING, missing.reason)


def test_a_reason_of_a_judgement_names_a_record_without_a_label_by_its_id() -> None:
    made = planned(replace(RULES, differ=lambda *_: True), alone(), read(L), read(R, label=""), matched="name")
    assert isinstance(made.reason, Reason)
    assert (made.reason.params["label"], made.link.candidates) == ("9", (Candidate("9", "9", 75, "name"),))


def test_a_link_of_the_right_record_asks_about_the_left_one() -> None:
    link: Link = alone(R)
    made = planned(replace(RULES, differ=lambda *_: True), link, read(L), read(R), matched="name")
    assert (made.reason.params["system"], [each.external_id for each in made.link.candidates]) == ("Tripletex", ["1"])
    assert set(made.link.shadows) == {R}
