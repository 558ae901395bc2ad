"""The first match, rule by rule: what is linked, set aside, asked about and left over, and why."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from samspill.engine.identity import Judgement, Verdict
from samspill.engine.joined_keys import CROWD
from samspill.engine.match import CANDIDATES, Doubt, Matching, match, question
from samspill.engine.model import Candidate, Detail, DetailKind, Observation, Result, Side
from samspill.engine.rules import FieldRule, MatchRule, single
from samspill.reasons import Reason
from samspill.texts.reasons import reason_text
from tests.engine.builders import L, R, ended, rules, why


def by(name: str, **more: Any) -> MatchRule:
    return MatchRule(
        name, single(lambda fields: str(fields[name]) if fields.get(name) else None), **{"field": name, **more}
    )


NUMBER, CODE, CITY = by("number", claim=True), by("code"), by("city", field="")
STREAM = rules(
    FieldRule("name"),
    matches=(NUMBER, CODE),
    proposals=(CITY,),
    agrees=lambda one, other: one.get("name") == other.get("name"),
    similarity=lambda one, other: (int(str(one.get("score", 0))), "city"),
)


def row(name: str, /, **fields: Any) -> Observation:
    given = {key: fields.pop(key) for key in ("deleted", "problem", "label") if key in fields}
    return Observation(name, fields, **{"label": f"Row {name}", **given})


def faulty(name: str, /, **fields: Any) -> Observation:
    return row(name, problem=Reason("defect"), **fields)


def pairs(found: Matching) -> list[tuple[str, str, str]]:
    return [(one.external_id, other.external_id, rule) for one, other, rule in found.pairs]


def ids(found: Matching, side: Side) -> list[str]:
    return [each.external_id for each in found.only[side]]


def asked(found: Matching) -> dict[str, tuple[str, list[str], set[str]]]:
    return {
        each.observation.external_id: (
            each.outcome.reason.code,
            [c.external_id for c in each.candidates],
            set(each.others),
        )
        for each in found.doubts
    }


def test_each_rule_in_turn_links_what_is_unique_and_the_rest_is_alone() -> None:
    left = [row("1", number="7", name="A"), row("2", code="c"), row("3", code="x"), row("4")]
    right = [row("a", code="c"), row("b", number="7", name="A"), row("c", code="y"), row("d")]
    found = match(STREAM, left, right)
    assert pairs(found) == [("1", "b", "number"), ("2", "a", "code")]
    assert (found.doubts, found.taken, ids(found, L), ids(found, R)) == ((), {}, ["3", "4"], ["c", "d"])


def test_deleted_records_are_nowhere_and_unreadable_ones_are_linked_with_nothing() -> None:
    left = [row("1", code="c", deleted=True), faulty("2", code="d"), row("3", code="e")]
    right = [row("a", code="c"), row("b", code="d"), row("c", code="e", deleted=True)]
    found = match(STREAM, left, right)
    assert (pairs(found), ids(found, L), ids(found, R)) == ([], ["3"], ["a", "b"])


def test_a_key_that_several_share_is_asked_about_with_all_of_them() -> None:
    left = [row("1", code="c")]
    right = [row(f"r{each}", code="c", label="" if each == 1 else f"Row {each}") for each in range(CANDIDATES + 2)]
    (doubt,) = match(STREAM, left, right).doubts
    candidates = tuple(Candidate(f"r{n}", "r1" if n == 1 else f"Row {n}", 100, "code") for n in range(CANDIDATES))
    others = frozenset(each.external_id for each in right)
    asked_which = ended(Result.REVIEW, "ambiguous", DetailKind.SEVERAL, rule="code", value="c")
    assert doubt == Doubt(left[0], asked_which, candidates, others)


def test_two_left_records_with_one_key_are_both_asked_about() -> None:
    found = match(STREAM, [row("1", code="c"), row("2", code="c")], [row("a", code="c")])
    assert asked(found) == {each: ("ambiguous", ["a"], {"a"}) for each in ("1", "2")}
    assert (found.pairs, ids(found, L), ids(found, R)) == ((), [], ["a"])


def test_the_first_key_that_several_share_is_the_one_that_is_told() -> None:
    left = [row("1", number="7", code="c", name="A")]
    right = [row("a", number="7"), row("b", number="7"), row("c", code="c"), row("d", code="c")]
    (doubt,) = match(STREAM, left, right).doubts
    assert doubt.outcome.reason == why("ambiguous", rule="number", value="7")


def test_a_later_rule_may_link_what_an_earlier_one_could_not_decide() -> None:
    left = [row("1", number="7", code="c", name="A")]
    right = [row("a", number="7", name="A"), row("b", number="7", code="c")]
    assert pairs(match(STREAM, left, right)) == [("1", "b", "code")]
    assert match(STREAM, left, right).doubts == ()


@pytest.mark.parametrize("side", [L, R])
def test_a_key_that_an_unreadable_row_has_too_links_nobody(side: Side) -> None:
    left, right = [row("1", code="c")], [row("a", code="c")]
    (left if side is L else right).append(faulty("x", code="c"))
    found = match(STREAM, left, right)
    assert (found.pairs, asked(found)) == ((), {"1": ("ambiguous", ["a"], {"a"})})
    other = match(STREAM, left, [*right[:1], faulty("x", code="d")] if side is R else right)
    assert pairs(other) == ([("1", "a", "code")] if side is R else [])


def test_what_has_the_key_of_an_unreadable_row_is_linked_by_no_weaker_rule_unless_the_two_contradict() -> None:
    left = [row("1", number="7", code="c", name="A")]
    right = [row("a", code="c"), faulty("x", number="7", org="2")]
    found = match(STREAM, left, right)
    assert (found.pairs, ids(found, L), ids(found, R)) == ((), ["1"], ["a"])
    mirrored = match(STREAM, right, left)
    assert (mirrored.pairs, ids(mirrored, L), ids(mirrored, R)) == ((), ["a"], ["1"])
    stream = replace(STREAM, differ=lambda one, other: "org" in other and one.get("org") != other["org"])
    assert pairs(match(stream, left, right)) == [("1", "a", "code")]
    other = [row("1", number="8", code="c", name="A")]
    assert pairs(match(STREAM, other, right)) == [("1", "a", "code")]


# --- claims ----------------------------------------------------------------------------------------------------------


def test_a_number_of_two_things_is_asked_about_and_no_weaker_rule_links_either() -> None:
    left = [row("1", number="7", name="A", code="c"), row("2", code="d", name="D")]
    right = [row("a", number="7", name="B", code="d"), row("b", code="c", name="C")]
    found = match(STREAM, left, right)
    assert asked(found) == {
        "1": ("ambiguous", ["b", "a"], {"a", "b"}),
        "2": ("ambiguous", ["a"], {"a"}),
    }
    assert (found.pairs, ids(found, R)) == ((), ["a", "b"])
    outcome = found.doubts[0].outcome
    reason = outcome.reason
    assert outcome.detail == Detail(DetailKind.SEVERAL)
    assert reason.params == {
        "label": "Row b",
        "system": "Svenn",
        "score": "100",
        "rule": "code",
        "why": "",
        "value": "c",
    }
    assert reason_text(reason) == "More than one could be the same (code: c). Choose in “samspill review FLOW”."


def test_a_question_about_a_record_that_found_its_partner_is_over() -> None:
    stream = replace(STREAM, matches=(CODE, by("org")), differ=lambda one, other: one.get("org") != other.get("org"))
    left = [row("1", code="c", org="1")]
    right = [row("a", code="c", org="2"), row("b", org="1")]
    found = match(stream, left, right)
    assert (pairs(found), found.doubts, ids(found, R)) == ([("1", "b", "org")], (), ["a"])
    taken = match(stream, [*left, row("2", code="x", org="2")], right)
    assert (pairs(taken), taken.doubts) == ([("1", "b", "org"), ("2", "a", "org")], ())


# --- likeness --------------------------------------------------------------------------------------------------------


def test_what_is_alike_is_proposed_best_first_and_what_is_not_is_left() -> None:
    stream = replace(STREAM, similarity=lambda _one, other: (int(str(other["score"])), "city"))
    left = [row("1", city="Oslo")]
    right = [row("a", city="Oslo", score=70), row("b", city="Oslo", score=90), row("c", city="Oslo", score=10)]
    (doubt,) = match(stream, left, right).doubts
    candidates = (Candidate("b", "Row b", 90, "city"), Candidate("a", "Row a", 70, "city"))
    params = {"label": "Row b", "system": "Svenn", "score": "90", "rule": "", "why": "city"}
    similar = ended(Result.REVIEW, "similar", DetailKind.SAME, **params)
    assert doubt == Doubt(left[0], similar, candidates, frozenset({"a", "b"}))
    assert match(replace(stream, similarity=None), left, right).doubts == ()
    assert match(replace(stream, systems={}), left, right).doubts[0].outcome.reason.params["system"] == "right"


@pytest.mark.parametrize(("many", "proposed"), [(CROWD, True), (CROWD + 1, False)])
def test_a_crowd_tells_nothing(many: int, *, proposed: bool) -> None:
    right = [row(str(each), city="Oslo") for each in range(many)]
    found = match(STREAM, [row("1", city="Oslo", score=80)], right)
    assert bool(found.doubts) is proposed
    if proposed:
        (doubt,) = found.doubts
        assert (len(doubt.candidates), len(doubt.others)) == (CANDIDATES, CROWD)


def test_two_proposals_of_one_record_are_one_and_a_crowd_under_one_key_does_not_hide_another() -> None:
    stream = replace(STREAM, proposals=(CITY, by("street", field="")))
    left = [row("1", city="Oslo", street="Gata", score=80), row("2", city="Moss", street="Gata", score=80)]
    right = [row("a", city="Oslo", street="Gata"), row("b", street="Gata"), row("c", city="Moss")]
    assert asked(match(stream, left, right)) == {
        "1": ("similar", ["a", "b"], {"a", "b"}),
        "2": ("similar", ["a", "b", "c"], {"a", "b", "c"}),
    }


def test_what_several_share_is_not_compared_by_likeness_too() -> None:
    left = [row("1", code="c", city="Oslo", score=80), row("2", city="Moss", score=80)]
    right = [row("a", code="c"), row("b", code="c"), row("d", city="Oslo"), row("e", city="Moss")]
    found = asked(match(STREAM, left, right))
    assert found == {"1": ("ambiguous", ["a", "b"], {"a", "b"}), "2": ("similar", ["e"], {"e"})}


def test_what_shares_a_key_is_asked_about_before_what_is_only_alike() -> None:
    def judged(score: int, rule: str = "") -> Judgement:
        return Judgement(Verdict.ASK, score, rule, "same_key_but_other" if rule else "similar", "" if rule else "city")

    found = [
        (judged(95), row("z")),
        (judged(60, "code"), row("y")),
        (judged(95), row("x")),
        (judged(70, "code"), row("w")),
    ]
    outcome, candidates = question(found, "Svenn")
    assert [each.external_id for each in candidates] == ["w", "y", "x", "z"]
    assert outcome == judged(70, "code").question(row("w"), "Svenn")
    assert len(question([(judged(70), row(str(n))) for n in range(9)], "Svenn")[1]) == CANDIDATES


# --- out of scope ----------------------------------------------------------------------------------------------------

OFFER = why("is_offer")
SCOPED = replace(STREAM, scope={side: lambda fields: OFFER if fields.get("offer") else None for side in Side})


@pytest.mark.parametrize("side", [L, R])
def test_what_is_out_of_scope_is_linked_with_nothing_and_its_key_is_told_as_taken(side: Side) -> None:
    own, other = (
        [row("1", code="c"), row("2", code="d")],
        [row("a", code="c", offer=True), row("b", number="7", offer=True)],
    )
    left, right = (own, other) if side is L else (other, own)
    found = match(SCOPED, left, right)
    assert (found.pairs, found.doubts) == ((), ())
    assert (ids(found, side), ids(found, side.other)) == (["1", "2"], ["a", "b"])
    params = {"field": "code", "value": "c", "label": "Row a", "holder": "an offer"}
    names = {"system": SCOPED.systems[side.other], "source": SCOPED.systems[side]}
    assert found.taken == {(side, "1"): why("key_taken", **params, **names)}
    nothing = match(replace(SCOPED, creates=frozenset({side})), left, right)
    assert nothing.taken == {}, "nothing is created there"


def test_a_key_that_is_taken_and_belongs_to_an_unreadable_row_too_is_told_as_taken() -> None:
    found = match(SCOPED, [row("1", code="c")], [row("a", code="c", offer=True), faulty("x", code="c")])
    assert (set(found.taken), ids(found, L)) == ({(L, "1")}, ["1"])


def test_what_found_a_partner_or_is_asked_about_is_not_told_that_its_key_is_taken() -> None:
    left = [row("1", number="7", code="c", name="A"), row("2", code="d")]
    right = [
        row("a", code="c"),
        row("b", number="7", offer=True),
        row("c", code="d"),
        row("d", code="d"),
        row("e", code="d", offer=True),
    ]
    found = match(SCOPED, left, right)
    assert (pairs(found), set(asked(found)), found.taken) == ([("1", "a", "code")], {"2"}, {})


def test_a_rule_without_a_key_of_its_own_takes_nothing_and_the_first_taken_key_is_told() -> None:
    left = [row("1", number="7", code="c", city="Oslo")]
    right = [row("a", code="c", offer=True), row("b", number="7", offer=True)]
    assert match(SCOPED, left, right).taken[L, "1"].params["field"] == "number"
    by_name = replace(SCOPED, matches=(CITY,))
    assert match(by_name, left, [row("a", city="Oslo", offer=True)]).taken == {}
