"""Which of two reads is the later one, and what to do when a vendor's versions go back.

A version orders reads, until somebody restores a backup, migrates or merges: then it counts on from an older one. What
tells this from a late message is when it was read. A lower version that was read later is looked at once more by id; if
it stays, it is taken. Fields that both sides may change, and that went back with it, are asked about: they may be
values of yesterday, which nobody typed.
"""

from __future__ import annotations

from dataclasses import replace

from samspill.engine.case import Case, Plan, Seen
from samspill.engine.disputes import OPEN_TO_DISPUTE
from samspill.engine.model import LinkState, Observation, Result, Shadow, Side
from samspill.engine.rules import Policy
from samspill.reasons import Reason

SURE_AFTER_S = 600
"""A read that shows less than what was known so many seconds before is neither overtaken nor of a copy that lags."""
SOON_S = 60
"""The first look again comes no later: most often a copy lagged, and nothing of the record is to wait for long."""


def in_order(case: Case, *, sure: bool) -> Case | Plan:
    """Return the case, or the plan that ends it: read before what is known, or to be looked at again by id.

    Args:
        case: what is known and was read.
        sure: the records were asked for by id, after something had been seen of them.
    """
    shadows = case.link.shadows
    own = case.link.ids.keys() & shadows.keys()  # a record that may be its half has a history of its own
    known = [(side, shadows[side], view) for side, view in case.seen.items() if side in own]
    if any(_is_late(shadow, view.observation) for _, shadow, view in known):
        return Plan(case.link, Result.UNCHANGED, Reason("older_than_known"), store=False)
    for side, shadow, view in known:
        if not _is_lower(shadow, view.observation):
            continue
        early_s = SURE_AFTER_S - (view.observation.seen_at - shadow.seen_at) // 1000
        if view.fingerprint == shadow.fingerprint:
            if early_s > 0:
                return Plan(case.link, Result.UNCHANGED, Reason("older_than_known"), store=False)
            continue
        if early_s > 0 or not sure:
            reason = Reason("versions_went_back", {"system": case.name(side)})
            wait_s = max(early_s, 1) if sure else min(max(early_s, 1), SOON_S)
            return Plan(case.link, Result.WAITING, reason, look=tuple(Side), store=False, wait_s=wait_s)
        case = _asking(replace(case, went_back=(*case.went_back, side)), shadow, view)
    return case


def went_back(shadow: Shadow, observation: Observation) -> bool:
    """Tell whether a record has a lower version than before, in a read that is no late one."""
    return _is_lower(shadow, observation) and observation.seen_at >= shadow.seen_at + SURE_AFTER_S * 1000


def _is_lower(shadow: Shadow, observation: Observation) -> bool:
    if observation.deleted or observation.version is None:
        return False
    return observation.version.is_before(shadow.version)


def _is_late(shadow: Shadow, observation: Observation) -> bool:
    if observation.deleted:
        return False
    now, known = observation.version, shadow.version
    if observation.seen_at >= shadow.seen_at or now is None or known is None:
        return observation.seen_at < shadow.seen_at
    return not (now.is_same(known) or known.is_before(now))


def _asking(case: Case, shadow: Shadow, view: Seen) -> Case:
    """Return the case with the fields that a person has to decide: all of them, should it be another thing by now."""
    if case.link.state is not LinkState.LINKED:
        return case
    now, rules = view.observation.fields, case.rules
    is_other = rules.contradict(shadow.fields, {**shadow.fields, **now})
    names = {
        rule.name
        for rule in rules.fields
        if (rule.policy in OPEN_TO_DISPUTE if is_other else rule.policy is Policy.TWO_WAY)
        and (is_other or (rule.name in now and not rule.same(now[rule.name], shadow.fields.get(rule.name))))
    }
    return replace(case, link=replace(case.link, disputed=tuple(sorted({*case.link.disputed, *names}))))


def told(case: Case, plan: Plan) -> Plan:
    """Return the plan, saying of what it changes that the vendor's versions went back."""
    if not case.went_back or plan.result is Result.UNCHANGED or plan.look:
        return plan
    because = Reason("versions_went_back", {"system": case.name(case.went_back[0])})
    reason = replace(plan.reason, because=plan.reason.because or because)
    outcome = plan.link.outcome
    if outcome is not None:
        said = replace(outcome.reason, because=outcome.reason.because or because)
        outcome = replace(outcome, reason=said)
    return replace(plan, reason=reason, link=replace(plan.link, outcome=outcome))
