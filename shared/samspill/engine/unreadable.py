"""Rows that cannot be taken may still be somebody's other half: what could be there already is not created unasked.

A record is matched with such a row as far as the row can be read; of the rest, it is assumed to hold what the record
holds. So a customer is created only where no row can be the same. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from samspill.engine.match import CANDIDATES, Doubt
from samspill.engine.model import Candidate, Detail, DetailKind, Observation, Outcome, Result, Side
from samspill.engine.rules import MatchRule, StreamRules
from samspill.reasons import Reason

MOST = 100
"""So many unreadable rows are compared one by one; where there are more, every record may be among them."""


def doubts(
    rules: StreamRules,
    alone: Mapping[Side, Sequence[Observation]],
    faulty: Mapping[Side, Sequence[Observation]],
) -> dict[tuple[Side, str], Doubt]:
    """Return which of the records without a partner may be one of the unreadable rows of the other side.

    A record waits where it is looked for by the same key before it is created: it goes on by itself once the row can be
    read. By a name nothing is looked for later, so there a person is asked about both.
    """
    found: dict[tuple[Side, str], Doubt] = {}
    for side in Side:
        rows = faulty[side.other]
        for record in alone[side] if rows else ():  # pragma: no mutate: without rows nothing is like one
            same = [(row, each) for row in rows[:MOST] if (each := _likeness(rules, record, row))]
            if not same and len(rows) > MOST:
                same = [(rows[0], _Likeness(asks=not _is_found_later(rules, record), sure=False))]
            if same and _would_be_created(rules, side, record):
                found[side, record.external_id] = _doubt(rules, side, record, same)
            if side in rules.creates:
                for row, each in same:
                    if each.asks:
                        found.setdefault((side.other, row.external_id), _of_row(rules, side.other, row, record))
    return found


def _would_be_created(rules: StreamRules, side: Side, record: Observation) -> bool:
    checks = rules.scope.get(side), rules.needed.get(side.other)
    return side.other in rules.creates and not any(check(record.fields) for check in checks if check is not None)


@dataclass(frozen=True, slots=True)
class _Likeness:
    """How a record may be the same as an unreadable row."""

    asks: bool
    """True where no later search would find it."""
    sure: bool
    """True where a key that is searched by is readable, and equal."""


def _likeness(rules: StreamRules, record: Observation, row: Observation) -> _Likeness | None:
    """Tell how the row may be the same as the record; None where it cannot be, by what can be read of it."""
    assumed = {**record.fields, **row.fields}
    if rules.contradict(record.fields, assumed):
        return None
    alike = [rule for rule in rules.matches if rule.shares(record.fields, assumed)]
    if not alike:
        return None
    searched = [rule for rule in alike if _is_searched(rules, rule, record)]
    sure = any(rule.shares(row.fields, record.fields) for rule in searched)
    return _Likeness(asks=not sure and len(searched) < len(alike), sure=sure)


def _is_found_later(rules: StreamRules, record: Observation) -> bool:
    """Tell whether all that the record could be matched by is searched by before a create."""
    return all(_is_searched(rules, rule, record) for rule in rules.matches if rule.keys(record.fields))


def _is_searched(rules: StreamRules, rule: MatchRule, record: Observation) -> bool:
    """Tell whether the rule goes by what the other side is searched by before a create."""
    keys = {name: value for name, value in record.fields.items() if name in rules.look_first}
    return rule.keys(keys) == rule.keys(record.fields)


def _doubt(rules: StreamRules, side: Side, record: Observation, same: Sequence[tuple[Observation, _Likeness]]) -> Doubt:
    sure = [(row, each) for row, each in same if each.sure]
    told = sure or [(row, each) for row, each in same if each.asks] or same
    candidates = tuple(_candidate(row) for row, _ in told[:CANDIDATES])
    asks = not sure and any(each.asks for _, each in told)
    row = told[0][0]
    if asks:
        return Doubt(record, _asked(unreadable(rules, side.other, row, "maybe_unreadable")), candidates)
    waits = Outcome(Result.WAITING, unreadable(rules, side.other, row, "partner_unreadable"))
    return Doubt(record, waits, candidates)


def _of_row(rules: StreamRules, side: Side, row: Observation, record: Observation) -> Doubt:
    return Doubt(row, _asked(unreadable(rules, side, row, "unreadable_maybe_same", record)), (_candidate(record),))


def _asked(reason: Reason) -> Outcome:
    return Outcome(Result.REVIEW, reason, Detail(DetailKind.UNREADABLE))


def _candidate(record: Observation) -> Candidate:
    return Candidate(record.external_id, record.label or record.external_id, 100, "")


def unreadable(
    rules: StreamRules, side: Side, row: Observation, code: str, partner: Observation | None = None
) -> Reason:
    """Return a reason that names a row of `side` that cannot be taken, and says what is wrong with it."""
    system = rules.systems.get(side, side)
    params = {"record": row.label or row.external_id, "system": system}
    if partner is not None:
        params["label"] = partner.label or partner.external_id
    problem = row.problem
    because = None
    if problem is not None:
        because = replace(problem.filled(source=system), because=None)
    return Reason(code, params, because=because)
