"""First match: which records of two complete snapshots are the same. Rules link, likeness only proposes.

Each rule in turn links what is unique on both sides under its key. What a rule finds but cannot decide is ambiguous;
what only looks alike is proposed to a person with a score and a reason. Pure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from samspill.canon.values import Fields
from samspill.engine.model import Candidate, Observation, Side
from samspill.engine.rules import MatchRule, StreamRules
from samspill.reasons import Reason

CANDIDATES = 5
LOWEST_SCORE = 60
CROWD = 30
"""A proposal key that brings together more records than this tells nothing, and is not looked at."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A record that a person must decide about, and why."""

    observation: Observation
    reason: Reason
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Matching:
    """The result: every record of both sides is in exactly one place."""

    pairs: tuple[tuple[Observation, Observation, str], ...]
    doubts: tuple[Doubt, ...]
    """Of the left side."""
    only: Mapping[Side, tuple[Observation, ...]]


@dataclass(slots=True)
class _Open:
    left: dict[str, Observation]
    right: dict[str, Observation]
    pairs: list[tuple[Observation, Observation, str]] = field(default_factory=list)
    unsure: dict[str, tuple[str, str, list[Observation]]] = field(default_factory=dict)


def match(rules: StreamRules, left: Sequence[Observation], right: Sequence[Observation]) -> Matching:
    """Match two snapshots. Deleted records and records with a problem never match."""
    state = _Open(_usable(left), _usable(right))
    for rule in rules.matches:
        _apply(rule, rules.differ, state)
    doubts = [
        Doubt(state.left[key], Reason("ambiguous", {"rule": rule, "value": value}), _listed(rule, found))
        for key, (rule, value, found) in state.unsure.items()
        if key in state.left
    ]
    doubts += _proposals(rules, state, {doubt.observation.external_id for doubt in doubts})
    in_doubt = {doubt.observation.external_id for doubt in doubts}
    only_left = tuple(o for key, o in state.left.items() if key not in in_doubt)
    return Matching(tuple(state.pairs), tuple(doubts), {Side.LEFT: only_left, Side.RIGHT: tuple(state.right.values())})


def _usable(observations: Sequence[Observation]) -> dict[str, Observation]:
    return {o.external_id: o for o in observations if not o.deleted and o.problem is None}


def _by_key(rule: MatchRule, records: Mapping[str, Observation]) -> dict[str, list[Observation]]:
    out: dict[str, list[Observation]] = defaultdict(list)
    for observation in records.values():
        key = rule.key(observation.fields)
        if key:
            out[key].append(observation)
    return out


def _apply(rule: MatchRule, differ: Callable[[Fields, Fields], bool] | None, state: _Open) -> None:
    rights = _by_key(rule, state.right)
    for key, lefts in _by_key(rule, state.left).items():
        found = rights.get(key, [])
        if not found:
            continue
        if len(lefts) == len(found) == 1:
            left, right = lefts[0], found[0]
            if differ is None or not differ(left.fields, right.fields):
                state.pairs.append((left, right, rule.name))
                del state.left[left.external_id], state.right[right.external_id]
                state.unsure.pop(left.external_id, None)
            continue
        for left in lefts:
            state.unsure.setdefault(left.external_id, (rule.name, key, found))


def _listed(rule: str, found: Sequence[Observation]) -> tuple[Candidate, ...]:
    return tuple(Candidate(o.external_id, o.label or o.external_id, 100, rule) for o in found[:CANDIDATES])


def _proposals(rules: StreamRules, state: _Open, settled: set[str]) -> list[Doubt]:
    """Compare only records that a proposal rule brings together: every pair would be too many."""
    if rules.similarity is None:
        return []
    blocks = [(rule, _by_key(rule, state.right)) for rule in rules.proposals]
    blocks = [(rule, {key: near for key, near in rights.items() if len(near) <= CROWD}) for rule, rights in blocks]
    out: list[Doubt] = []
    for key, left in state.left.items():
        if key in settled:
            continue
        near = {o.external_id: o for rule, rights in blocks for o in rights.get(rule.key(left.fields) or "", [])}
        scored = [(*rules.similarity(left.fields, o.fields), o) for o in near.values()]
        best = sorted((s for s in scored if s[0] >= LOWEST_SCORE), key=lambda s: (-s[0], s[2].external_id))
        if best:
            found = tuple(Candidate(o.external_id, o.label or o.external_id, score, why) for score, why, o in best)
            first = found[0]
            params = {"label": first.label, "score": str(first.score), "why": first.why}
            out.append(Doubt(left, Reason("similar", params), found[:CANDIDATES]))
    return out
