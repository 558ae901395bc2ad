"""A record that is known on one side only: created, left out, waiting, or a question to a person."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from samspill.canon.values import Fields
from samspill.engine.case import Plan
from samspill.engine.identity import QUESTIONS, RECONSIDER
from samspill.engine.model import Candidate, DetailKind, Link, LinkState, Outcome, Result, Shadow
from samspill.engine.one_sided import single
from samspill.engine.refused import refused_key, refused_value
from samspill.engine.revision import Revision
from samspill.engine.rules import FieldRule, Policy, StreamRules
from samspill.reasons import Reason
from tests.engine.builders import (
    AGREED,
    BOTH,
    TWO_WAY,
    L,
    R,
    alone,
    case,
    create,
    decided,
    ended,
    gone,
    known,
    looks,
    planned,
    read,
    rules,
    unreadable,
    waits,
    why,
)

RULES = rules()
SIMILAR = Candidate("8", "Berg", 80, "name alike")
CREATED = why("created", system="Svenn")
REFUSED = why("field_refused", field="phone", system="Svenn")


def made_of(fields: Fields = AGREED, **more: Any) -> Link:
    """The pair that a create of the left record leads to."""
    shadows = {L: Shadow(fields, Revision(4), 9_000, "new"), R: Shadow(fields)}
    link = alone(
        state=LinkState.LINKED, base=fields, shadows=shadows, outcome=ended(Result.APPLIED, "created", system="Svenn")
    )
    return replace(link, **more)


def test_a_create_makes_a_pair_of_what_is_kept_in_step_and_leaves_no_question() -> None:
    link = alone(label="", candidates=(SIMILAR,), decision=decided("create"), absent={L: 1}, shadows={L: known({})})
    made = planned(RULES, link, read(L, {**AGREED, "note": "not kept in step"}))
    assert made == Plan(made_of(), Result.APPLIED, CREATED, create(R, AGREED))


def test_what_is_empty_or_off_is_agreed_on_or_not_and_never_sent() -> None:
    off = rules(TWO_WAY[0], FieldRule("phone", Policy.TWO_WAY, L), FieldRule("note", Policy.OFF))
    fields: Fields = {"name": "Berg AS", "phone": None}
    made = planned(off, alone(), read(L, {**fields, "note": "x"}))
    assert made == Plan(made_of(fields), Result.APPLIED, CREATED, create(R, {"name": "Berg AS"}))


def test_what_the_target_refused_is_left_out_and_told_and_other_refusals_are_forgotten() -> None:
    refused = {refused_key(R, "phone"): refused_value("22334455", REFUSED)}
    others = {
        refused_key(L, "phone"): refused_value("22334455", REFUSED),
        refused_key(R, "name"): refused_value("x", REFUSED),
    }
    made = planned(RULES, alone(refused={**refused, **others}), read(L))
    kept = {"name": "Berg AS"}
    after = made_of(kept, refused=refused, outcome=Outcome(Result.FAILED, REFUSED))
    assert made == Plan(after, Result.APPLIED, CREATED, create(R, kept))


@pytest.mark.parametrize(
    "more",
    [
        {"fields": (TWO_WAY[0], FieldRule("phone", Policy.TWO_WAY, L, references="people"))},
        {"needed": {R: lambda fields: None if fields.get("phone") else why("lacks")}},
        {"look_first": ("phone",)},
        {"look_first": ("phone", "name"), "fields": (FieldRule("name", Policy.OFF), TWO_WAY[1])},
    ],
    ids=["a reference", "required", "the last key to find it by", "the last key that is kept in step"],
)
def test_what_a_record_cannot_be_created_without_is_sent_though_it_was_refused(more: dict[str, Any]) -> None:
    refused = {refused_key(R, "phone"): refused_value("22334455", REFUSED)}
    made = planned(replace(RULES, **more), alone(refused=refused), read(L))
    assert made.write is not None
    assert made.write.fields["phone"] == "22334455"
    assert made.link.refused == {}


def test_beside_another_key_a_refused_key_is_left_out() -> None:
    refused = {refused_key(R, "phone"): refused_value("22334455", REFUSED)}
    made = planned(replace(RULES, look_first=("phone", "name")), alone(refused=refused), read(L))
    assert made.write == create(R, {"name": "Berg AS"})
    numbered = replace(RULES, look_first=("phone", "name"), needed={L: lambda _: why("lacks")})
    assert planned(numbered, alone(refused=refused), read(L)).write == create(R, {"name": "Berg AS"})


@pytest.mark.parametrize(
    ("stream", "fields", "reason"),
    [
        (replace(RULES, creates=frozenset({L})), AGREED, why("only_in_target", source="Svenn", target="Tripletex")),
        (replace(RULES, needed={R: lambda _: why("lacks", field="email")}), AGREED, why("lacks", field="email")),
    ],
    ids=["nothing is created there", "what it needs is lacking"],
)
def test_what_is_not_created_is_skipped_with_the_reason(stream: StreamRules, fields: Fields, reason: Reason) -> None:
    after = alone(shadows={L: Shadow({}, Revision(4), 9_000, "new")}, outcome=Outcome(Result.SKIPPED, reason))
    assert planned(stream, alone(), read(L, fields)) == Plan(after, Result.SKIPPED, reason)


@pytest.mark.parametrize(
    ("fields", "lacking"),
    [
        ({"note": "x"}, "name / phone"),
        ({"name": None}, "phone"),
        ({"phone": None}, "name"),
        ({"name": 7, "note": "x"}, "phone"),
        ({"name": None, "phone": None}, None),
        ({"name": "Berg AS"}, None),
        ({"phone": "1"}, None),
    ],
)
def test_a_create_fails_while_no_key_is_told_that_it_may_be_found_by(fields: Fields, lacking: str | None) -> None:
    made = planned(replace(RULES, look_first=("name", "phone")), alone(), read(L, fields, label=""))
    if lacking is None:
        assert made.write is not None
    else:
        reason = why("key_not_told", fields=lacking, source="Tripletex", system="Svenn")
        after = alone(shadows={L: Shadow({}, Revision(4), 9_000, "new")}, outcome=Outcome(Result.FAILED, reason))
        assert made == Plan(after, Result.FAILED, reason)


def test_a_record_waits_for_the_first_of_what_it_refers_to() -> None:
    first, second = waits("waiting_for", record="a"), waits("waiting_for", record="b")
    made = planned(RULES, alone(label="Old"), read(L), waits=[first, second])
    after = alone(outcome=first)
    assert made == Plan(after, Result.WAITING, first.reason)
    assert not planned(RULES, after, read(L), waits=[first]).store, "told once"


def test_a_cell_of_hours_is_read_on_both_sides_once_it_waits_for_nothing() -> None:
    hours = replace(RULES, implicit=True, creates=frozenset())
    assert looks(planned(hours, alone(), read(L)), alone())
    missing = waits("waiting_for", record="x")
    assert planned(hours, alone(), read(L), waits=[missing]).reason == missing.reason


# --- a question that was asked ---------------------------------------------------------------------------------------


def asked(kind: DetailKind | None, looks_like: str | None = "new", **more: Any) -> Link:
    shadows = {L: known({}, 4, 9, looks_like)} if looks_like is not None else {}
    return alone(
        outcome=ended(Result.REVIEW, "similar", kind, label="Berg"), shadows=shadows, candidates=(SIMILAR,), **more
    )


@pytest.mark.parametrize("kind", sorted(QUESTIONS))
def test_what_it_may_be_is_asked_until_the_record_changes_or_the_other_one_does(kind: DetailKind) -> None:
    link = asked(kind)
    assert planned(RULES, link, read(L)) == Plan(link, Result.REVIEW, why("similar", label="Berg"), store=False)
    assert single(case(RULES, link, read(L)), "name").write is None
    assert single(case(RULES, link, read(L)), RECONSIDER).write == create(R, AGREED)
    assert planned(RULES, asked(kind, "otherwise"), read(L)).write == create(R, AGREED)
    assert planned(RULES, asked(kind, None), read(L)).write is None, "nothing is known to have changed"


def test_whether_it_is_an_unreadable_one_is_looked_at_each_time() -> None:
    assert planned(RULES, asked(DetailKind.UNREADABLE), read(L)).write == create(R, AGREED)


@pytest.mark.parametrize(
    "kind", [None, *(each for each in DetailKind if each not in {*QUESTIONS, DetailKind.UNREADABLE})]
)
def test_another_question_stands_whatever_changes(kind: DetailKind | None) -> None:
    link = asked(kind, "otherwise")
    made = planned(RULES, link, read(L))
    after = replace(link, shadows={L: Shadow({}, Revision(4), 9_000, "new")})
    assert made == Plan(after, Result.REVIEW, why("similar", label="Berg"))
    assert single(case(RULES, link, read(L)), RECONSIDER).write is None


@pytest.mark.parametrize("action", ["keep", "archive", "take-left"])
def test_only_a_decision_to_create_answers_a_question(action: str) -> None:
    assert planned(RULES, asked(None, decision=decided(action)), read(L)).write is None
    assert planned(RULES, asked(None, decision=decided("create")), read(L)).write == create(R, AGREED)


@pytest.mark.parametrize("result", [each for each in Result if each is not Result.REVIEW])
def test_what_ended_otherwise_is_looked_at_anew(result: Result) -> None:
    link = alone(outcome=ended(result, "partner_gone"), shadows={L: known({}, 4, 9, "new")})
    assert planned(RULES, link, read(L)).write == create(R, AGREED)


# --- what is none of the flow's business -----------------------------------------------------------------------------


def test_a_record_that_a_person_left_out_is_skipped_in_their_name() -> None:
    made = planned(RULES, alone(decision=decided("ignore")), read(L))
    assert (made.result, made.reason) == (Result.SKIPPED, why("ignored_by_person", person="kari"))
    assert made.link.decision == decided("ignore"), "it holds until it is taken back"
    assert planned(RULES, alone(decision=decided("keep")), read(L)).write is not None


def test_a_record_out_of_scope_is_skipped_and_one_of_the_other_sides_scope_is_not() -> None:
    offer = why("is_offer")
    made = planned(rules(scope={L: lambda fields: offer if fields.get("name") else None}), alone(), read(L))
    outcome = ended(Result.SKIPPED, "is_offer", DetailKind.OUT_OF_SCOPE)
    assert made == Plan(
        alone(shadows={L: Shadow({}, Revision(4), 9_000, "new")}, outcome=outcome), Result.SKIPPED, offer
    )
    assert planned(rules(scope={R: lambda _: offer}), alone(), read(L)).write is not None
    assert planned(rules(scope={L: lambda _: None}), alone(), read(L)).write is not None


def test_a_pair_that_was_out_of_scope_is_read_whole_before_anything_is_written() -> None:
    link = made_of(ids={L: "1", R: "9"}, outcome=ended(Result.SKIPPED, "is_offer"))
    assert looks(planned(RULES, link, read(L, {**AGREED, "phone": "1"})), link)
    assert planned(RULES, link, read(L, {**AGREED, "phone": "1"}), read(R)).write is not None


def test_a_record_that_cannot_be_taken_fails_in_the_name_of_its_system() -> None:
    made = planned(RULES, alone(), unreadable(L, version=None))
    reason = why("cannot_map", source="Tripletex", field="email", misfit="not text")
    after = alone(shadows={L: Shadow({}, None, 9_000, "new")}, outcome=Outcome(Result.FAILED, reason))
    assert made == Plan(after, Result.FAILED, reason)


def test_a_partner_that_cannot_be_read_is_waited_for_and_is_not_created_beside() -> None:
    made = planned(RULES, alone(label=""), read(L), unreadable(R, label="Bergh"), matched="number")
    because = why("cannot_map", source="Svenn", field="email", misfit="not text")
    reason = Reason("partner_unreadable", {"record": "Bergh", "system": "Svenn"}, because=because)
    assert made == Plan(alone(outcome=Outcome(Result.WAITING, reason)), Result.WAITING, reason)


def test_of_two_unreadable_records_the_one_that_holds_the_link_fails() -> None:
    made = planned(RULES, alone(R), unreadable(L), unreadable(R))
    assert (made.result, made.reason.params["source"]) == (Result.FAILED, "Svenn")
    cells = planned(replace(RULES, implicit=True), alone(), read(L), unreadable(R))
    assert (cells.result, cells.reason.params["source"]) == (Result.FAILED, "Svenn")


def test_a_new_link_begins_with_the_left_record_unless_only_the_right_one_lives_or_is_whole() -> None:
    assert planned(RULES, None, read(L), read(R)).link.id == "left-1"
    assert planned(RULES, None, read(R)).link.id == "right-9"
    assert planned(RULES, None, gone(L), read(R)).link.id == "right-9"
    assert planned(RULES, None, unreadable(L), read(R)).link.id == "right-9"
    assert planned(RULES, None, unreadable(L), gone(R)).link.id == "left-1"
    assert planned(RULES, None, gone(L), gone(R)).link.ids == {L: "1"}
    assert set(BOTH) == set(planned(RULES, None, read(L), read(R)).link.ids)


def test_the_label_is_the_left_records_and_the_rights_only_while_there_is_none() -> None:
    stream = rules(creates=frozenset())
    assert planned(stream, alone(label="Old"), read(L)).link.label == "Berg AS"
    assert planned(stream, alone(label="Old"), read(L, label="")).link.label == "Old"
    assert planned(stream, alone(R, label="Old"), read(R)).link.label == "Berg AS"
