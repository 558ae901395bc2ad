"""A key that a record out of scope has already, such as a sub-project: another record cannot get it.

Whoever asks for it is told what has it, and to take another one. The two are never taken for one. Pure.
"""

from __future__ import annotations

from dataclasses import replace

from samspill.engine.case import Case, Plan
from samspill.engine.identity import BY_PERSON, RECONSIDER
from samspill.engine.model import LinkState, Observation, Result, Side
from samspill.engine.rules import StreamRules
from samspill.engine.stops import stop
from samspill.reasons import Reason

_KINDS = {"sub_project": "a sub-project", "too_deep": "a sub-project", "is_offer": "an offer"}
"""Why a record is out of scope → what kind of record it is, as `reasons.words` translates it."""
_OTHER = "a record that is not kept in step"


def held_out_of_scope(case: Case, matched: str) -> Plan | None:
    """Settle a record whose key was found on one that is out of scope; a person may still say that the two are one."""
    if case.link.state is LinkState.LINKED or len(case.seen) < len(Side) or matched in {"", RECONSIDER, *BY_PERSON}:
        return None
    (own,) = case.link.ids
    holder, scope = case.seen[own.other].observation, case.rules.scope.get(own.other)
    if holder.problem is not None or holder.deleted or scope is None or scope(holder.fields) is None:
        return None
    fields = case.seen[own].observation.fields
    shared = [rule.field for rule in case.rules.matches if rule.field and rule.shares(fields, holder.fields)]
    if not shared:
        return None
    reason = taken(case.rules, own.other, shared[0], holder)
    return stop(replace(case, seen={own: case.seen[own]}), Result.FAILED, reason)


def taken(rules: StreamRules, side: Side, field: str, holder: Observation) -> Reason:
    """Return the reason that a key is taken on `side` by a record that is out of scope, and by what kind of record."""
    scope = rules.scope[side](holder.fields)
    names = {"system": rules.systems.get(side, side), "source": rules.systems.get(side.other, side.other)}
    value = str(holder.fields.get(field))
    params = {"field": field, "value": value, "label": holder.label or holder.external_id, **names}
    kind = _KINDS.get(scope.code, _OTHER) if scope is not None else _OTHER
    return Reason("key_taken", {**params, "holder": kind})
