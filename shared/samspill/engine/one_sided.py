"""What happens to a record that is known on one side only: created on the other, left out, or kept waiting."""

from __future__ import annotations

from dataclasses import replace

from samspill.canon.values import Fields
from samspill.engine.case import Case, Plan
from samspill.engine.identity import QUESTIONS, RECONSIDER
from samspill.engine.model import DetailKind, LinkState, Outcome, Result, Shadow, Side, Write, detail_of
from samspill.engine.refused import is_refused, may_leave_out, outcome_with, refused_key
from samspill.engine.rules import Policy, StreamRules
from samspill.engine.stops import end, labelled, look, stop, wait
from samspill.reasons import Reason


def single(case: Case, matched: str = "") -> Plan:
    """Create the other side where the rules have it created; otherwise say why not."""
    (side,) = case.seen
    link, target = case.link, side.other
    if case.rules.implicit:
        return wait(case) if case.waits else look(case)
    fields = case.seen[side].observation.fields
    asked = link.outcome if link.outcome is not None and link.outcome.result is Result.REVIEW else None
    wants_create = case.decided == "create"
    if asked is not None and not wants_create and not _reconsiders(case, side, matched):
        return end(case, asked)
    if target not in case.rules.creates:
        params = {"source": case.name(target), "target": case.name(side)}
        return stop(case, Result.SKIPPED, Reason("only_in_target", params))
    lacking = case.rules.needed[target](fields) if target in case.rules.needed else None
    if lacking is not None:
        return stop(case, Result.SKIPPED, lacking)
    untold = [] if wants_create else _untold_keys(case.rules, fields)
    if untold:
        params = {"fields": " / ".join(untold), "source": case.name(side), "system": case.name(target)}
        return stop(case, Result.FAILED, Reason("key_not_told", params))
    return wait(case) if case.waits else _create(case, side)


def _reconsiders(case: Case, side: Side, matched: str) -> bool:
    """Tell whether the question what a record is may have ended: it changed, or what it was thought to be did."""
    known = case.link.shadows.get(side)
    changed = known is not None and known.fingerprint != case.seen[side].fingerprint
    kind = detail_of(case.link).kind
    if kind is DetailKind.UNREADABLE:
        return True  # the other one is read again before anything is created
    return kind in QUESTIONS and (changed or matched == RECONSIDER)


def _untold_keys(rules: StreamRules, fields: Fields) -> list[str]:
    """Return the natural keys that this read did not tell, where none is left to search the target by.

    Not told is not empty: the record may well be there already, made by a create of ours whose answer was lost.
    """
    keys = [name for name in rules.look_first if rules.by_name[name].policy is not Policy.OFF]
    if any(isinstance(fields.get(name), str) for name in keys):
        return []
    return [name for name in keys if name not in fields]


def _create(case: Case, side: Side) -> Plan:
    ruled = {rule.name for rule in case.rules.fields if rule.policy is not Policy.OFF}
    view = case.seen[side]
    told = {name: value for name, value in view.observation.fields.items() if name in ruled}
    left_out = [
        name
        for name, value in told.items()
        if is_refused(case.link, side.other, name, value) and may_leave_out(case.rules, side.other, told, name)
    ]
    fields = {name: value for name, value in told.items() if name not in left_out}
    refused = {key: case.link.refused[key] for name in left_out if (key := refused_key(side.other, name))}
    reason = Reason("created", {"system": case.name(side.other)})
    after = replace(
        labelled(case.link, case.seen),
        state=LinkState.LINKED,
        base=fields,
        shadows={side: view.shadow(fields), side.other: Shadow(fields)},
        outcome=outcome_with(Outcome(Result.APPLIED, reason), refused),
        candidates=(),
        decision=None,
        absent={},
        refused=refused,
    )
    own = {rule.name for rule in case.rules.fields if rule.computed and rule.owner is side.other}
    sent = {name: value for name, value in fields.items() if value is not None and name not in own}
    return Plan(after, Result.APPLIED, reason, Write(side.other, sent))
