"""First match: which records of two complete snapshots are the same. Keys link, likeness only proposes.

Each rule in turn links what is unique on both sides under its key, where the verdict on the two is that they are the
same (`engine.identity`). What shares a key and is not known to be the same, what a rule finds but cannot decide, and
what only looks alike is asked about, with a score and a reason. Pure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from samspill.engine.identity import Judgement, Verdict, judge
from samspill.engine.model import Candidate, Observation, Result, Side
from samspill.engine.rules import MatchRule, StreamRules
from samspill.engine.taken import doubts_about_keys
from samspill.reasons import Reason

CANDIDATES = 5
CROWD = 30
"""A proposal key that brings together more records than this tells nothing, and is not looked at."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A record that a person must decide about, and why."""

    observation: Observation
    reason: Reason
    candidates: tuple[Candidate, ...]
    result: Result = Result.REVIEW
    """`waiting` for one that goes on by itself unless a person says otherwise."""
    others: frozenset[str] = frozenset()
    """Every record of the other side that may be the same: more than there are candidates."""


@dataclass(frozen=True, slots=True)
class Matching:
    """The result: every record of both sides is in exactly one place."""

    pairs: tuple[tuple[Observation, Observation, str], ...]
    doubts: tuple[Doubt, ...]
    """Of the left side."""
    only: Mapping[Side, tuple[Observation, ...]]
    taken: Mapping[tuple[Side, str], Reason] = field(default_factory=dict)
    """Of those in `only`: why one cannot be created, because its key belongs to a record that is out of scope."""


type _Found = tuple[Judgement, Observation]


@dataclass(slots=True)
class _Open:
    rules: StreamRules
    left: dict[str, Observation]
    right: dict[str, Observation]
    faulty: Mapping[Side, Mapping[str, Observation]]
    """What cannot be taken is linked with nothing, but nothing takes its place either."""
    aside: Mapping[Side, dict[str, Observation]] = field(default_factory=lambda: {Side.LEFT: {}, Side.RIGHT: {}})
    """What has a key in common with a faulty row of the other side: no weaker rule links it to another record."""
    held: set[tuple[Side, str]] = field(default_factory=set)
    """What shares a claimed number with something else: no weaker rule links it, a person is asked about all of it."""
    pairs: list[tuple[Observation, Observation, str]] = field(default_factory=list)
    unsure: dict[str, tuple[str, str, list[Observation]]] = field(default_factory=dict)
    """Left records whose key several share: rule, key, and what has it on the right."""
    asked: dict[str, list[_Found]] = field(default_factory=lambda: defaultdict(list))
    """Left records that share a key with a right one, and are not known to be the same."""


def match(rules: StreamRules, left: Sequence[Observation], right: Sequence[Observation]) -> Matching:
    """Match two snapshots. Deleted records, records with a problem and records out of scope never match."""
    rows = {Side.LEFT: left, Side.RIGHT: right}
    faulty = {side: {o.external_id: o for o in _living(rows[side]) if o.problem is not None} for side in Side}
    sound = {side: {o.external_id: o for o in _living(rows[side]) if o.problem is None} for side in Side}
    out = {side: {i: o for i, o in sound[side].items() if _is_out(rules, side, o)} for side in Side}
    inside = {side: {i: o for i, o in sound[side].items() if i not in out[side]} for side in Side}
    state = _Open(rules, inside[Side.LEFT], inside[Side.RIGHT], faulty)
    for rule in rules.matches:
        _apply(rule, state)
    left_over = {**state.left, **state.aside[Side.LEFT]}
    doubts = _doubts(state, left_over)
    in_doubt = {doubt.observation.external_id for doubt in doubts}
    only = {
        Side.LEFT: (*(o for key, o in left_over.items() if key not in in_doubt), *out[Side.LEFT].values()),
        Side.RIGHT: (*state.right.values(), *state.aside[Side.RIGHT].values(), *out[Side.RIGHT].values()),
    }
    return Matching(tuple(state.pairs), doubts, only, doubts_about_keys(rules, only, out))


def _living(observations: Sequence[Observation]) -> list[Observation]:
    return [o for o in observations if not o.deleted]


def _is_out(rules: StreamRules, side: Side, record: Observation) -> bool:
    scope = rules.scope.get(side)
    return scope is not None and scope(record.fields) is not None


def _by_key(rule: MatchRule, records: Mapping[str, Observation]) -> dict[str, list[Observation]]:
    out: dict[str, list[Observation]] = defaultdict(list)
    for observation in records.values():
        key = rule.key(observation.fields)
        if key:
            out[key].append(observation)
    return out


def _apply(rule: MatchRule, state: _Open) -> None:
    rights = _by_key(rule, state.right)
    faulty = {side: _by_key(rule, rows) for side, rows in state.faulty.items()}
    for key, lefts in _by_key(rule, state.left).items():
        found = rights.get(key, [])
        if not found:
            continue
        if len(lefts) == len(found) == 1 and not any(key in rows for rows in faulty.values()):
            _join_or_ask(rule, state, lefts[0], found[0])
            continue
        for left in lefts:
            state.unsure.setdefault(left.external_id, (rule.name, key, found))
    _set_aside(rule, state, faulty)


def _join_or_ask(rule: MatchRule, state: _Open, left: Observation, right: Observation) -> None:
    """Link two records that alone have a key in common, or note the question whether they are the same."""
    judged = judge(state.rules, left.fields, right.fields)
    places = {(Side.LEFT, left.external_id), (Side.RIGHT, right.external_id)}
    if judged.verdict is Verdict.SAME and not places & state.held:
        state.pairs.append((left, right, rule.name))
        del state.left[left.external_id], state.right[right.external_id]
        state.unsure.pop(left.external_id, None)
        return
    if judged.verdict is Verdict.SAME:
        judged = Judgement(Verdict.ASK, judged.score, judged.rule, "ambiguous")
    if judged.verdict is Verdict.ASK:
        state.asked[left.external_id].append((judged, right))
    if judged.code == "same_number_but_other":
        state.held |= places


def _set_aside(
    rule: MatchRule,
    state: _Open,
    faulty: Mapping[Side, Mapping[str, Sequence[Observation]]],
) -> None:
    differ = state.rules.differ
    for side, records in ((Side.LEFT, state.left), (Side.RIGHT, state.right)):
        held = faulty[side.other]
        for record in list(records.values()) if held else ():
            rows = held.get(rule.key(record.fields) or "", ())
            if any(differ is None or not differ(record.fields, row.fields) for row in rows):
                state.aside[side][record.external_id] = records.pop(record.external_id)


def _doubts(state: _Open, left_over: Mapping[str, Observation]) -> tuple[Doubt, ...]:
    """Return what a person is asked about: keys that several share, keys that prove nothing, and likeness."""
    likely = _alike(state)
    out: list[Doubt] = []
    for name, left in left_over.items():
        asked = {
            right.external_id: (each, right) for each, right in state.asked[name] if right.external_id in state.right
        }
        near = likely(left) if name in state.left else []
        near = [pair for pair in near if pair[1].external_id not in asked]
        if name in state.unsure:
            out.append(_ambiguous(left, *state.unsure[name]))
        elif asked or near:
            out.append(_question(state.rules, left, [*asked.values(), *near]))
    return tuple(out)


def _ambiguous(left: Observation, rule: str, value: str, found: Sequence[Observation]) -> Doubt:
    candidates = tuple(Candidate(o.external_id, o.label or o.external_id, 100, rule) for o in found[:CANDIDATES])
    reason = Reason("ambiguous", {"rule": rule, "value": value})
    return Doubt(left, reason, candidates, others=frozenset(o.external_id for o in found))


def _question(rules: StreamRules, left: Observation, found: Sequence[_Found]) -> Doubt:
    reason, candidates = question(found, rules.systems.get(Side.RIGHT, Side.RIGHT))
    return Doubt(left, reason, candidates, others=frozenset(o.external_id for _, o in found))


def question(found: Sequence[_Found], system: str) -> tuple[Reason, tuple[Candidate, ...]]:
    """Return what a person is asked about records of `system` that may be the same, those that share a key first."""
    best = sorted(found, key=lambda pair: (not pair[0].rule, -pair[0].score, pair[1].external_id))
    judged, first = best[0]
    return judged.reason(first, system), tuple(each.candidate(record) for each, record in best[:CANDIDATES])


def _alike(state: _Open) -> Callable[[Observation], list[_Found]]:
    """Return what finds likely records: only those are compared that a rule brings together."""
    rules = state.rules
    if rules.similarity is None:
        return lambda _left: []
    blocks = [(rule, _by_key(rule, state.right)) for rule in rules.proposals]
    blocks = [(rule, {key: near for key, near in rights.items() if len(near) <= CROWD}) for rule, rights in blocks]

    def likely(left: Observation) -> list[_Found]:
        near = {o.external_id: o for rule, rights in blocks for o in rights.get(rule.key(left.fields) or "", [])}
        judged = [(judge(rules, left.fields, o.fields), o) for o in near.values()]
        return [pair for pair in judged if pair[0].verdict is not Verdict.DIFFERENT]

    return likely
