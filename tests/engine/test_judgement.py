"""The verdict on two records from what they share, contradict and look like, and the question it makes."""

# ruff: noqa: E501 - tables of cases

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from samspill.canon.values import Fields
from samspill.engine.identity import LOWEST_SCORE, Judgement, Verdict, judge, searched_keys
from samspill.engine.model import Candidate, Observation
from samspill.engine.rules import FieldRule, MatchRule, Policy, StreamRules, single
from tests.engine.builders import rules, why

SAME, ASK, DIFFERENT = Verdict


def by(name: str, **more: Any) -> MatchRule:
    return MatchRule(
        name, single(lambda fields: str(fields[name]) if fields.get(name) else None), **{"field": name, **more}
    )


NUMBER, CODE, NAME = by("number", claim=True), by("code"), by("name", field="")
NAMED = rules(FieldRule("name"), matches=(NUMBER, CODE, NAME), agrees=lambda a, b: a.get("name") == b.get("name"))
ALIKE = replace(
    NAMED,
    matches=(NUMBER, CODE),
    proposals=(by("city", field=""),),
    similarity=lambda a, b: (int(str(a["score"])), "city"),
)
CONTRADICTS: dict[str, Any] = {"differ": lambda a, b: a.get("org") != b.get("org")}


def ask(code: str, score: int = LOWEST_SCORE, rule: str = "", reason: str = "") -> Judgement:
    return Judgement(ASK, score, rule, code, reason)


@pytest.mark.parametrize(
    ("stream", "left", "right", "judged"),
    [
        (NAMED, {"code": "7"}, {"code": "7", "name": "B"}, Judgement(SAME, 100, "code")),
        (NAMED, {"number": "7", "name": "A"}, {"number": "7", "name": "A"}, Judgement(SAME, 100, "number")),
        (replace(NAMED, agrees=None), {"number": "7", "name": "A"}, {"number": "7", "name": "B"}, Judgement(SAME, 100, "number")),
        (NAMED, {"number": "7", "code": "1", "name": "A"}, {"number": "7", "code": "1", "name": "B"}, Judgement(SAME, 100, "code")),
        (NAMED, {"name": "A"}, {"name": "A"}, Judgement(SAME, 100, "name")),
        (NAMED, {"number": "7", "name": "A"}, {"number": "7", "name": "B"}, ask("same_number_but_other", rule="number")),
        (replace(NAMED, **CONTRADICTS), {"code": "7", "org": "1"}, {"code": "7", "org": "2"}, ask("same_key_but_other", rule="code")),
        (replace(NAMED, **CONTRADICTS), {"code": "7", "org": "1"}, {"code": "7", "org": "1"}, Judgement(SAME, 100, "code")),
        (replace(NAMED, **CONTRADICTS), {"name": "A", "org": "1"}, {"name": "A", "org": "2"}, Judgement(DIFFERENT)),
        (NAMED, {"code": "7"}, {"code": "8"}, Judgement(DIFFERENT)),
        (NAMED, {"code": None}, {"code": None}, Judgement(DIFFERENT)),
        (NAMED, {}, {}, Judgement(DIFFERENT)),
        (ALIKE, {"city": "Oslo", "score": 75}, {"city": "Oslo"}, ask("similar", 75, reason="city")),
        (ALIKE, {"city": "Oslo", "score": LOWEST_SCORE}, {"city": "Oslo"}, ask("similar", LOWEST_SCORE, reason="city")),
        (ALIKE, {"city": "Oslo", "score": LOWEST_SCORE - 1}, {"city": "Oslo"}, Judgement(DIFFERENT)),
        (ALIKE, {"city": "Oslo", "score": 75}, {"city": "Moss"}, Judgement(DIFFERENT)),
        (replace(ALIKE, **CONTRADICTS), {"city": "Oslo", "score": 75, "org": "1"}, {"city": "Oslo"}, ask("same_name_but_other", 75, reason="city")),
        (replace(ALIKE, similarity=None), {"city": "Oslo"}, {"city": "Oslo"}, Judgement(DIFFERENT)),
        (replace(ALIKE, **CONTRADICTS), {"code": "7", "score": 80, "org": "1"}, {"code": "7"}, ask("same_key_but_other", 80, "code")),
        (replace(ALIKE, **CONTRADICTS), {"code": "7", "score": 10, "org": "1"}, {"code": "7"}, ask("same_key_but_other", LOWEST_SCORE, "code")),
        (replace(NAMED, look_first=("number", "serial")), {"serial": "X  1"}, {"serial": " X 1"}, Judgement(SAME, 100, "serial")),
        (replace(NAMED, look_first=("serial",), **CONTRADICTS), {"serial": "1", "org": "1"}, {"serial": "1"}, ask("same_key_but_other", rule="serial")),
        (replace(NAMED, look_first=("number",), matches=(CODE,)), {"number": "007"}, {"number": "7"}, Judgement(SAME, 100, "number")),
        (replace(NAMED, similarity=lambda *_: (90, "name"), matches=(NAME,), **CONTRADICTS), {"name": "A", "org": "1"}, {"name": "A"}, ask("same_name_but_other", 90, reason="name")),
    ],
)  # fmt: skip
def test_two_records(stream: StreamRules, left: Fields, right: Fields, judged: Judgement) -> None:
    assert judge(stream, left, right) == judged


def test_a_reference_that_is_not_kept_in_step_says_nothing() -> None:
    def differ(one: Fields, other: Fields) -> bool:
        return bool({"department", "parent", "code"} & (one.keys() & other.keys())) and one != other

    fields = (
        FieldRule("department", Policy.OFF, references="departments"),
        FieldRule("parent", references="projects"),
        FieldRule("code", Policy.OFF),
    )
    stream = rules(*fields, matches=(NAME,), differ=differ)
    for name, verdict in (("department", SAME), ("parent", DIFFERENT), ("code", DIFFERENT)):
        left, right = {"name": "A", name: "left-1"}, {"name": "A", name: "right:7"}
        assert judge(stream, left, right).verdict is verdict, name


@pytest.mark.parametrize(
    ("judged", "label", "shown", "reason_why"),
    [
        (ask("similar", 75, reason="city"), "Berg", "Berg", "city"),
        (ask("same_key_but_other", 60, "code"), "Berg", "Berg", "code"),
        (ask("same_key_but_other", 60, "code", "city"), "", "9", "city"),
    ],
)
def test_a_question_names_the_other_record_and_what_it_rests_on(
    judged: Judgement, label: str, shown: str, reason_why: str
) -> None:
    record = Observation("9", {}, label=label)
    assert judged.candidate(record) == Candidate("9", shown, judged.score, reason_why)
    params = {"label": shown, "system": "Svenn", "score": str(judged.score), "rule": judged.rule, "why": judged.why}
    assert judged.reason(record, "Svenn") == why(judged.code, **params)


def test_a_record_is_remembered_under_each_key_that_needs_no_other_record() -> None:
    stream = replace(
        NAMED,
        matches=(NUMBER, NAME, by("customer", refers=True)),
        proposals=(by("city"), by("boss", refers=True), NAME),
        look_first=("number", "serial"),
    )
    record = {"number": "7", "name": "A", "customer": "left-1", "boss": "left-2", "city": "Oslo", "serial": " S 1"}
    assert searched_keys(stream, record) == ["number|7", "name|A", "serial|S 1", "city|Oslo"]
    assert searched_keys(stream, {"name": "A", "city": ""}) == ["name|A"]
