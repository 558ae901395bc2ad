"""First match: which records of two complete snapshots are the same. Keys link, likeness only proposes.

Each rule in turn links what is unique on both sides under its key, where the verdict on the two is that they are the
same (`engine.identity`). What shares a key and is not known to be the same, what a rule finds but cannot decide, and
what only looks alike is asked about, with a score and a reason. Pure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, partial

from samspill.canon.values import Fields
from samspill.engine.identity import Judgement, Verdict, judge, same_question
from samspill.engine.joined_keys import CROWD, JoinedKeys
from samspill.engine.model import Candidate, Observation, Outcome, Side
from samspill.engine.rules import MatchRule, StreamRules
from samspill.engine.taken import taken
from samspill.reasons import Reason

CANDIDATES = 5
type KeyOf = Callable[[Fields], str | None]


@dataclass(frozen=True, slots=True)
class Doubt:
    """A record that a person must decide about, and why."""

    observation: Observation
    outcome: Outcome
    """`waiting` for one that goes on by itself unless a person says otherwise."""
    candidates: tuple[Candidate, ...]
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


type Found = tuple[Judgement, Observation]
"""A record that may be the same, and what is known of the two."""


@dataclass(frozen=True, slots=True)
class Unsure:
    """A rule found several records under one key."""

    rule: str
    value: str
    candidates: tuple[Candidate, ...]
    others: tuple[str, ...] = ()
    """Every record of the other side that has the key."""

    @property
    def group(self) -> str:
        """Names the records that share the key."""
        return f"{self.rule}|{self.value}"


@dataclass(slots=True)
class Open:
    """What is not matched yet, by id, and what was learnt of it so far. `link_by` and `propose_by` change it.

    They look at one key (or group of keys: `grouping`) at a time, and of a record at nothing but what is noted here of
    it. So the records may be parted by it under each rule in turn, and each part be matched without the others: the
    outcome is the same.
    """

    rules: StreamRules
    left: dict[str, Observation]
    right: dict[str, Observation]
    faulty: Mapping[Side, Mapping[str, Observation]]
    """What cannot be taken is linked with nothing, but nothing takes its place either."""
    out: Mapping[Side, Mapping[str, Observation]]
    """What is out of scope is linked with nothing, but what has its key cannot be created beside it."""
    aside: Mapping[Side, dict[str, Observation]] = field(default_factory=lambda: {Side.LEFT: {}, Side.RIGHT: {}})
    """What has a key in common with a faulty row of the other side: no weaker rule links it to another record."""
    held: set[tuple[Side, str]] = field(default_factory=set)
    """What shares a claimed number with something else: no weaker rule links it, a person is asked about all of it."""
    pairs: list[tuple[Observation, Observation, str]] = field(default_factory=list)
    unsure: dict[str, Unsure] = field(default_factory=dict)
    """Left records whose key several share."""
    shared: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Right records whose key several share: the groups they are in."""
    asked: dict[str, list[Found]] = field(default_factory=lambda: defaultdict(list))
    """Left records that share a key with a right one, and are not known to be the same."""
    near: dict[str, list[Found]] = field(default_factory=lambda: defaultdict(list))
    """Left records that were compared with right ones because a proposal rule brought them together."""
    taken: dict[tuple[Side, str], Reason] = field(default_factory=dict)
    """Why a record cannot be created, because its key belongs to a record that is out of scope."""


def match(rules: StreamRules, left: Sequence[Observation], right: Sequence[Observation]) -> Matching:
    """Match two snapshots. Deleted records, records with a problem and records out of scope never match."""
    rows = {Side.LEFT: left, Side.RIGHT: right}
    state = opened(rules, rows)
    for rule in rules.matches:
        link_by(rule, state, grouping(rule, partial(_keys, rule, state)))
    for rule in rules.proposals:
        propose_by(state, grouping(rule, partial(_keys, rule, state)))
    left_over = {**state.left, **state.aside[Side.LEFT]}
    doubts = {name: doubt for name, o in left_over.items() if (doubt := _doubt(state, o)) is not None}
    only = {
        Side.LEFT: (*(o for name, o in left_over.items() if name not in doubts), *state.out[Side.LEFT].values()),
        Side.RIGHT: (*state.right.values(), *state.aside[Side.RIGHT].values(), *state.out[Side.RIGHT].values()),
    }
    alone = {(side, o.external_id) for side in Side for o in only[side]}
    taken = {place: reason for place, reason in state.taken.items() if place in alone}
    return Matching(tuple(state.pairs), tuple(doubts.values()), only, taken)


def _keys(rule: MatchRule, state: Open) -> Iterator[Sequence[str]]:
    """Yield the keys of each record that is in no pair, of both sides."""
    told = (state.left, state.right, *state.aside.values(), *state.faulty.values(), *state.out.values())
    return (rule.keys(record.fields) for records in told for record in records.values())


def opened(rules: StreamRules, rows: Mapping[Side, Iterable[Observation]]) -> Open:
    """Return records of both sides as they are before any rule was looked at."""
    living = {side: [o for o in rows[side] if not o.deleted] for side in Side}
    faulty = {side: {o.external_id: o for o in living[side] if o.problem is not None} for side in Side}
    sound = {side: {o.external_id: o for o in living[side] if o.problem is None} for side in Side}
    out = {side: {i: o for i, o in sound[side].items() if _is_out(rules, side, o)} for side in Side}
    inside = {side: {i: o for i, o in sound[side].items() if i not in out[side]} for side in Side}
    return Open(rules, inside[Side.LEFT], inside[Side.RIGHT], faulty, out)


def _is_out(rules: StreamRules, side: Side, record: Observation) -> bool:
    scope = rules.scope.get(side)
    return scope is not None and scope(record.fields) is not None


def grouping(rule: MatchRule, told: Callable[[], Iterable[Sequence[str]]]) -> KeyOf:
    """Return what brings records together under a rule: their key, or the group that it is in where they have several.

    A group is then taken as a key is: only a left record and a right one that are alone in it are the same. `told`
    returns the keys of every record that is in no pair; it is called when the first group is asked for.
    """
    if not rule.several:
        return lambda fields: next(iter(rule.keys(fields)), None)
    joined = cache(lambda: JoinedKeys(told()))

    def group(fields: Fields) -> str | None:
        keys = rule.keys(fields)
        return joined().group(keys) if keys else None

    return group


def _by_key(key_of: KeyOf, records: Mapping[str, Observation]) -> dict[str, list[Observation]]:
    out: dict[str, list[Observation]] = defaultdict(list)
    for observation in records.values():
        key = key_of(observation.fields)
        if key:
            out[key].append(observation)
    return out


def link_by(rule: MatchRule, state: Open, key_of: KeyOf) -> None:
    """Link what is unique on both sides under its key, where the two are known to be the same; note what is not."""
    rights = _by_key(key_of, state.right)
    faulty = {side: _by_key(key_of, rows) for side, rows in state.faulty.items()}
    for key, lefts in _by_key(key_of, state.left).items():
        found = rights.get(key)
        if not found:
            continue
        if len(lefts) == len(found) == 1 and not any(key in rows for rows in faulty.values()):
            _join_or_ask(rule, state, lefts[0], found[0])
            continue
        candidates = tuple(_candidate(o, rule.name) for o in found[:CANDIDATES])
        unsure = Unsure(rule.name, key, candidates, tuple(o.external_id for o in found))
        for left in lefts:
            state.unsure.setdefault(left.external_id, unsure)
        for right in found:
            state.shared[right.external_id].add(unsure.group)
    _set_aside(key_of, state, faulty)
    if rule.field:
        _note_taken(rule, state, key_of)


def _note_taken(rule: MatchRule, state: Open, key_of: KeyOf) -> None:
    """Note which records have a key that a record out of scope has on the other side, where they would be created."""
    for side in (side for side in Side if side.other in state.rules.creates):
        holders = {key: o for o in state.out[side.other].values() if (key := key_of(o.fields))}
        records = state.left if side is Side.LEFT else state.right
        for record in (*records.values(), *state.aside[side].values()) if holders else ():
            holder = holders.get(key_of(record.fields) or "")
            if holder is not None:
                reason = taken(state.rules, side.other, rule.field, holder)
                state.taken.setdefault((side, record.external_id), reason)


def _join_or_ask(rule: MatchRule, state: Open, left: Observation, right: Observation) -> None:
    """Link two records that alone have a key in common, or note the question whether they are the same."""
    judged = judge(state.rules, left.fields, right.fields)
    places = {(Side.LEFT, left.external_id), (Side.RIGHT, right.external_id)}
    if judged.verdict is Verdict.SAME and not places & state.held:
        state.pairs.append((left, right, rule.name))
        del state.left[left.external_id], state.right[right.external_id]
        state.unsure.pop(left.external_id, None)
        return
    if judged.verdict is Verdict.SAME:
        key, *_ = [each for each in rule.keys(left.fields) if each in rule.keys(right.fields)] or rule.keys(left.fields)
        judged = Judgement(Verdict.ASK, judged.score, rule.name, "ambiguous", shared_key=key)
    if judged.verdict is Verdict.ASK:
        state.asked[left.external_id].append((judged, right))
    if judged.code == "same_number_but_other":
        state.held |= places


def _set_aside(
    key_of: KeyOf,
    state: Open,
    faulty: Mapping[Side, Mapping[str, Sequence[Observation]]],
) -> None:
    for side, records in ((Side.LEFT, state.left), (Side.RIGHT, state.right)):
        held = faulty[side.other]
        for record in list(records.values()) if held else ():
            rows = held.get(key_of(record.fields) or "", ())
            if any(not state.rules.contradict(record.fields, row.fields) for row in rows):
                state.aside[side][record.external_id] = records.pop(record.external_id)


def propose_by(state: Open, key_of: KeyOf) -> None:
    """Compare only records that a proposal rule brings together: every pair would be too many."""
    if state.rules.similarity is None:
        return
    rights = _by_key(key_of, state.right)
    for name, left in state.left.items():
        found = rights.get(key_of(left.fields) or "")
        if not found or len(found) > CROWD or name in state.unsure:
            continue
        compared = {other.external_id for _, other in state.near[name]}
        new = [right for right in found if right.external_id not in compared]
        state.near[name] += [(judge(state.rules, left.fields, right.fields), right) for right in new]


def _doubt(state: Open, left: Observation) -> Doubt | None:
    asked = [found for found in state.asked[left.external_id] if found[1].external_id in state.right]
    return doubt_about(state.rules, left, state.unsure.get(left.external_id), asked, state.near[left.external_id])


def doubt_about(
    rules: StreamRules, left: Observation, unsure: Unsure | None, asked: Sequence[Found], near: Sequence[Found]
) -> Doubt | None:
    """Return what a person is asked about a left record that no rule linked, if anything.

    Several records share its key; or it shares one with a record that is still alone (`asked`), or is like one.
    """
    if unsure is not None:
        outcome = several(unsure.rule, unsure.value)
        return Doubt(left, outcome, unsure.candidates, others=frozenset(unsure.others))
    likely = {o.external_id: (judged, o) for judged, o in near if judged.verdict is not Verdict.DIFFERENT}
    found = {**likely, **{o.external_id: (judged, o) for judged, o in asked}}
    if not found:
        return None
    outcome, candidates = question(list(found.values()), rules.systems.get(Side.RIGHT, Side.RIGHT))
    return Doubt(left, outcome, candidates, others=frozenset(found))


def _candidate(record: Observation, rule: str) -> Candidate:
    return Candidate(record.external_id, record.label or record.external_id, 100, rule)


def several(rule: str, value: str) -> Outcome:
    """Return what a person is asked about a record whose key several others have."""
    return same_question(Reason("ambiguous", {"rule": rule, "value": value}), several=True)


def question(found: Sequence[Found], system: str) -> tuple[Outcome, tuple[Candidate, ...]]:
    """Return what a person is asked about records of `system` that may be the same, those that share a key first."""
    best = sorted(found, key=lambda pair: (not pair[0].rule, -pair[0].score, pair[1].external_id))
    judged, first = best[0]
    return judged.question(first, system), tuple(each.candidate(record) for each, record in best[:CANDIDATES])
