"""Whether two records of one stream are the same thing: one verdict for the first plan, for live work and for recovery.

A key that both systems hand out by themselves, such as a customer number, is a *claim*: it links two records only where
something else that says what they are agrees, such as their names. An organisation number, or a name that is unique on
both sides, links by itself. Nothing links two records that contradict each other in another key. What is only alike,
or agrees in one key and not in another, is a question for a person. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from samspill.canon.keys import key
from samspill.canon.values import Fields
from samspill.engine.model import Candidate, Detail, DetailKind, Observation, Outcome, Result
from samspill.engine.rules import MatchRule, Policy, StreamRules, single
from samspill.reasons import Reason

LOWEST_SCORE = 60
"""Records that are less alike are not proposed to a person."""
QUESTIONS = frozenset({DetailKind.SAME, DetailKind.SEVERAL})
"""A person is asked whether two records are the same. It is looked at anew when one of the two changes."""
BY_PERSON = frozenset({"person", "review"})
"""Rules of records that a person linked: nobody is asked about them again."""
RECONSIDER = "reconsider"
"""The rule of a record whose question has ended elsewhere: what it was thought to be is something else by now."""


class Verdict(StrEnum):
    """What is known of two records."""

    SAME = "same"
    """They are linked without a question."""
    ASK = "ask"
    """A person is asked before anything is joined or created."""
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict, and what it rests on."""

    verdict: Verdict
    score: int = 0
    """How alike the records are, 0 to 100."""
    rule: str = ""
    """The match rule whose key they share; empty where they are only alike."""
    code: str = ""
    """The reason that asks a person."""
    why: str = ""
    shared_key: str = ""
    """The key, where more than one record has it: a person is asked which of them is the same."""

    def candidate(self, record: Observation) -> Candidate:
        """Return the record as what a person may choose."""
        return Candidate(record.external_id, record.label or record.external_id, self.score, self.why or self.rule)

    def reason(self, record: Observation, system: str) -> Reason:
        """Return the question whether the record, which `system` holds, is the same."""
        params = {"label": record.label or record.external_id, "system": system, "score": str(self.score)}
        shared = {"value": self.shared_key} if self.shared_key else {}
        return Reason(self.code, {**params, "rule": self.rule, "why": self.why, **shared})

    def question(self, record: Observation, system: str) -> Outcome:
        """Return the outcome that has a person asked about the record."""
        return same_question(self.reason(record, system), several=bool(self.shared_key))


def same_question(reason: Reason, *, several: bool = False) -> Outcome:
    """Return the outcome that has a person asked whether two records are the same, or which of `several` is."""
    return Outcome(Result.REVIEW, reason, Detail(DetailKind.SEVERAL if several else DetailKind.SAME))


def judge(rules: StreamRules, left: Fields, right: Fields) -> Judgement:
    """Return whether two records are the same, by what both tell. References are link ids, or `side:id` if unknown."""
    off = {rule.name for rule in rules.fields if rule.references is not None and rule.policy is Policy.OFF}
    if off:  # each system's own ids, which cannot be compared
        left, right = ({name: value for name, value in each.items() if name not in off} for each in (left, right))
    shared = [rule for rule in _keys(rules) if rule.shares(left, right)]
    contradicts = rules.contradict(left, right)
    agrees = rules.agrees is None or rules.agrees(left, right)
    proof = next((rule for rule in shared if not contradicts and (agrees or not rule.claim)), None)
    if proof is not None:
        return Judgement(Verdict.SAME, 100, proof.name)
    keys = [rule for rule in shared if rule.field]
    if keys:
        code = "same_key_but_other" if contradicts else "same_number_but_other"
        return Judgement(Verdict.ASK, _score(rules, left, right), keys[0].name, code)
    is_near = bool(shared) or any(rule.shares(left, right) for rule in rules.proposals)
    if rules.similarity is None or not is_near:
        return Judgement(Verdict.DIFFERENT)
    score, why = rules.similarity(left, right)
    if score < LOWEST_SCORE:
        return Judgement(Verdict.DIFFERENT)
    return Judgement(Verdict.ASK, score, code="same_name_but_other" if contradicts else "similar", why=why)


def _keys(rules: StreamRules) -> list[MatchRule]:
    """Return the match rules, and one for each natural key to search by that has none of its own."""
    ruled = {rule.field for rule in rules.matches}
    more = [
        MatchRule(name, single(partial(_natural_key, name)), field=name)
        for name in rules.look_first
        if name not in ruled
    ]
    return [*rules.matches, *more]


def _natural_key(name: str, fields: Fields) -> str | None:
    return key(name, fields.get(name))


def _score(rules: StreamRules, left: Fields, right: Fields) -> int:
    """Return how alike two records are that share a key and yet are not taken for the same."""
    return LOWEST_SCORE if rules.similarity is None else max(rules.similarity(left, right)[0], LOWEST_SCORE)


def searched_keys(rules: StreamRules, fields: Fields) -> list[str]:
    """Return the keys in normal form under which a record without a partner is remembered, and looked for."""
    asked = [rule for rule in (*_keys(rules), *rules.proposals) if not rule.refers]
    return list(dict.fromkeys(f"{rule.name}|{value}" for rule in asked for value in rule.keys(fields)))
