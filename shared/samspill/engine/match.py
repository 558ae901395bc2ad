"""First match: which records of two complete snapshots are the same. Rules link, likeness only proposes.

Each rule in turn links what is unique on both sides under its key. What a rule finds but cannot decide is ambiguous;
what only looks alike is proposed to a person with a score and a reason. Pure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from samspill.canon.values import Fields
from samspill.engine.model import Candidate, Observation, Result, Side
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
    result: Result = Result.REVIEW
    """`waiting` for one that goes on by itself unless a person says otherwise."""


@dataclass(frozen=True, slots=True)
class Matching:
    """The result: every record of both sides is in exactly one place."""

    pairs: tuple[tuple[Observation, Observation, str], ...]
    doubts: tuple[Doubt, ...]
    """Of the left side."""
    only: Mapping[Side, tuple[Observation, ...]]


@dataclass(frozen=True, slots=True)
class Unsure:
    """A rule found several records under one key."""

    rule: str
    value: str
    candidates: tuple[Candidate, ...]


@dataclass(slots=True)
class Open:
    """What is not matched yet, by id, and what was learnt of it so far. `link_by` and `propose_by` change it.

    They look at one key at a time, and of a record at nothing but itself. So the records may be parted by their key
    under each rule in turn, a part be matched without the others, and the outcome is the same.
    """

    left: dict[str, Observation]
    right: dict[str, Observation]
    faulty: Mapping[Side, Mapping[str, Observation]]
    """What cannot be taken is linked with nothing, but nothing takes its place either."""
    aside: Mapping[Side, dict[str, Observation]] = field(default_factory=lambda: {Side.LEFT: {}, Side.RIGHT: {}})
    """What has a key in common with a faulty row of the other side: no weaker rule links it to another record."""
    pairs: list[tuple[Observation, Observation, str]] = field(default_factory=list)
    unsure: dict[str, Unsure] = field(default_factory=dict)
    """Of left records."""
    near: dict[str, tuple[Candidate, ...]] = field(default_factory=dict)
    """The likeliest right records of a left one, the best first."""


def match(rules: StreamRules, left: Sequence[Observation], right: Sequence[Observation]) -> Matching:
    """Match two snapshots. Deleted records and records with a problem never match."""
    faulty = {side: _faulty(rows) for side, rows in ((Side.LEFT, left), (Side.RIGHT, right))}
    state = Open(_usable(left), _usable(right), faulty)
    for rule in rules.matches:
        link_by(rule, rules, state)
    for rule in rules.proposals:
        propose_by(rule, rules, state)
    left_over = {**state.left, **state.aside[Side.LEFT]}
    doubts = [
        doubt
        for name, o in left_over.items()
        if (doubt := doubt_of(o, state.unsure.get(name), state.near.get(name, ())))
    ]
    in_doubt = {doubt.observation.external_id for doubt in doubts}
    only_left = tuple(o for key, o in left_over.items() if key not in in_doubt)
    only_right = (*state.right.values(), *state.aside[Side.RIGHT].values())
    return Matching(tuple(state.pairs), tuple(doubts), {Side.LEFT: only_left, Side.RIGHT: only_right})


def _usable(observations: Sequence[Observation]) -> dict[str, Observation]:
    return {o.external_id: o for o in observations if not o.deleted and o.problem is None}


def _faulty(observations: Sequence[Observation]) -> dict[str, Observation]:
    return {o.external_id: o for o in observations if not o.deleted and o.problem is not None}


def _by_key(rule: MatchRule, records: Mapping[str, Observation]) -> dict[str, list[Observation]]:
    out: dict[str, list[Observation]] = defaultdict(list)
    for observation in records.values():
        key = rule.key(observation.fields)
        if key:
            out[key].append(observation)
    return out


def link_by(rule: MatchRule, rules: StreamRules, state: Open) -> None:
    """Link what is unique on both sides under its key; note what is not."""
    differ = rules.differ
    rights = _by_key(rule, state.right)
    faulty = {side: _by_key(rule, rows) for side, rows in state.faulty.items()}
    for key, lefts in _by_key(rule, state.left).items():
        found = rights.get(key, [])
        if not found:
            continue
        if len(lefts) == len(found) == 1 and not any(key in rows for rows in faulty.values()):
            left, right = lefts[0], found[0]
            if differ is None or not differ(left.fields, right.fields):
                state.pairs.append((left, right, rule.name))
                del state.left[left.external_id], state.right[right.external_id]
                state.unsure.pop(left.external_id, None)
            continue
        candidates = tuple(
            Candidate(o.external_id, o.label or o.external_id, 100, rule.name) for o in found[:CANDIDATES]
        )
        for left in lefts:
            state.unsure.setdefault(left.external_id, Unsure(rule.name, key, candidates))
    _set_aside(rule, differ, state, faulty)


def _set_aside(
    rule: MatchRule,
    differ: Callable[[Fields, Fields], bool] | None,
    state: Open,
    faulty: Mapping[Side, Mapping[str, Sequence[Observation]]],
) -> None:
    for side, records in ((Side.LEFT, state.left), (Side.RIGHT, state.right)):
        held = faulty[side.other]
        for record in list(records.values()) if held else ():
            rows = held.get(rule.key(record.fields) or "", ())
            if any(differ is None or not differ(record.fields, row.fields) for row in rows):
                state.aside[side][record.external_id] = records.pop(record.external_id)


def propose_by(rule: MatchRule, rules: StreamRules, state: Open) -> None:
    """Compare only records that a proposal rule brings together: every pair would be too many."""
    if rules.similarity is None:
        return
    rights = _by_key(rule, state.right)
    for name, left in state.left.items():
        found = rights.get(rule.key(left.fields) or "", [])
        if not found or len(found) > CROWD or name in state.unsure:
            continue
        scored = [(*rules.similarity(left.fields, o.fields), o) for o in found]
        near = [Candidate(o.external_id, o.label or o.external_id, score, why) for score, why, o in scored]
        state.near[name] = _best((*state.near.get(name, ()), *(c for c in near if c.score >= LOWEST_SCORE)))


def _best(candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    found = {candidate.external_id: candidate for candidate in candidates}
    return tuple(sorted(found.values(), key=lambda c: (-c.score, c.external_id))[:CANDIDATES])


def doubt_of(left: Observation, unsure: Unsure | None, near: Sequence[Candidate]) -> Doubt | None:
    """Return what a person is asked about a left record that no rule linked, if anything."""
    if unsure is not None:
        reason = Reason("ambiguous", {"rule": unsure.rule, "value": unsure.value})
        return Doubt(left, reason, unsure.candidates)
    if not near:
        return None
    first = near[0]
    params = {"label": first.label, "score": str(first.score), "why": first.why}
    return Doubt(left, Reason("similar", params), tuple(near))
