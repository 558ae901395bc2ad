"""What a merge leaves behind: the link as it is once the write is done, and what is told of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from samspill.canon.values import Fields
from samspill.engine.case import Case, Plan
from samspill.engine.merge import Merged
from samspill.engine.model import Detail, Link, Outcome, Result, Shadow, Side, Write
from samspill.engine.refused import outcome_with, with_old
from samspill.engine.rules import Policy, StreamRules
from samspill.engine.stops import differs, labelled, not_seen
from samspill.reasons import Reason


def after_merge(case: Case, merged: Merged, target: Side | None, refused: Side | None) -> Link:
    """Return the link as it is once `target` is written; what the other side must still be given stays as it was.

    So does a decision that is still to be carried out there.
    """
    link = case.link
    owed = target.other if target else refused
    later = merged.writes[owed] if owed else {}
    base = with_old(merged.base, link.base, later)
    shadows: dict[Side, Shadow] = {}
    for side in Side:
        before = link.shadows.get(side)
        fields = with_old(merged.shadows[side], before.fields if before else {}, later)
        if side in case.seen:
            confirmed = case.seen[side].shadow(fields)
            # With something still owed to the other side, this one must not pass for known when it is read again.
            # What was refused is owed too, but waits for a change.
            looks = (later and owed is not refused) or merged.pending
            shadows[side] = replace(confirmed, fingerprint="") if looks else confirmed
        elif before is not None:
            shadows[side] = replace(before, fields=fields)
    after = labelled(link, case.seen)
    open_ = {*merged.conflicts, *merged.pending}
    still = link.decision is not None and later.keys() & link.decision.seen.keys()
    return replace(
        after,
        base=base,
        shadows=shadows,
        conflicts=merged.conflicts,
        disputed=tuple(name for name in link.disputed if name in open_),
        decision=link.decision if still else None,
        absent=not_seen(case),
    )


def without(
    planned: tuple[Link, Write, Reason], before: Link | None, names: Collection[str], overwritten: Collection[str] = ()
) -> tuple[Link, Write, Reason]:
    """Return a planned link, its write and what is told of it with some fields left out: they stay as they were.

    `overwritten` are the fields whose value on the written side the write replaces: where there are any, they are told.
    """
    after, write, reason = planned
    base, known = (before.base, before.shadows) if before is not None else ({}, {})
    left_out: Fields = dict.fromkeys(names)
    shadows = {
        side: replace(shadow, fields=with_old(shadow.fields, old.fields if (old := known.get(side)) else {}, left_out))
        for side, shadow in after.shadows.items()
    }
    fields = {name: value for name, value in write.fields.items() if name not in names}
    told = sorted(set(overwritten) - set(names)) or sorted(fields)
    reason = reason.told_with(fields=", ".join(told))
    outcome = after.outcome
    if outcome is not None and outcome.result is Result.APPLIED:
        detail = outcome.detail
        if detail is not None:
            detail = replace(detail, fields=tuple(name for name in detail.fields if name not in names))
        outcome = replace(outcome, reason=reason, detail=detail)
    link = replace(after, base=with_old(after.base, base, left_out), shadows=shadows, outcome=outcome)
    return link, replace(write, fields=fields), reason


def settled(case: Case, after: Link, merged: Merged, linked: Reason | None) -> Plan:
    """Nothing to write: equal, in conflict, drifted, or just linked."""
    equal = Outcome(Result.UNCHANGED, Reason("equal"))
    before = case.link.outcome
    if merged.conflicts:
        told = kept = Outcome(Result.CONFLICT, conflict_reason(merged))
    elif linked is not None:
        told = kept = Outcome(Result.APPLIED, linked)
    elif after.refused:
        return _nothing_new(case, after, equal)
    elif merged.drifted:
        told = kept = Outcome(Result.UNCHANGED, _drifted(case, merged))
    else:  # what was done last stays
        told, kept = equal, before if before is not None and before.result is Result.APPLIED else equal
    after = replace(after, outcome=outcome_with(kept, after.refused))
    return Plan(after, told.result, told.reason, store=linked is not None or differs(case.link, after))


def _drifted(case: Case, merged: Merged) -> Reason:
    """Name the fields that were changed where the rule is to tell only, and where that is."""
    owners = {case.rules.by_name[name].master for name in merged.drifted}
    systems = " / ".join(case.name(side.other) for side in Side if side in owners)
    return Reason("drifted", {"fields": ", ".join(merged.drifted), "system": systems})


def still_refused(case: Case, after: Link) -> Plan:
    """All that is left to do was refused: it stays so until one side changes, or a person replays it."""
    return _nothing_new(case, after, case.link.outcome or Outcome(Result.UNCHANGED, Reason("equal")))


def _nothing_new(case: Case, after: Link, outcome: Outcome) -> Plan:
    outcome = outcome_with(outcome, after.refused)
    after = replace(after, outcome=outcome)
    return Plan(after, Result.UNCHANGED, outcome.reason, store=differs(case.link, after))


def last_write(rules: StreamRules, target: Side, fields: Collection[str]) -> Detail | None:
    """Return what has to be known of a write to tell whether the other side changes it back; None where it cannot."""
    shared = tuple(sorted(name for name in fields if rules.of(name).policy is Policy.TWO_WAY))
    return Detail(written=target, fields=shared) if shared else None


def conflict_reason(merged: Merged) -> Reason:
    """Name the fields a person must decide."""
    return Reason("conflict", {"fields": ", ".join(sorted(merged.conflicts))})


def update_reason(case: Case, target: Side, merged: Merged, decided: Collection[str]) -> Reason:
    """Say why `target` is written: a person decided, one side's value was replaced, or it changed on the other side."""
    lost = merged.overwritten[target]
    if case.link.decision is not None and set(lost) & set(decided):
        names = {"system": case.name(target), "source": case.name(target.other), "fields": ", ".join(sorted(lost))}
        return Reason("decided", {**names, "person": case.link.decision.by})
    names = {"system": case.name(target), "fields": ", ".join(sorted(lost)), "master": case.name(target.other)}
    if any(case.rules.by_name[name].policy is Policy.TWO_WAY for name in lost):
        return Reason("conflict_settled", names)
    if lost:
        return Reason("overwritten", names)
    return Reason("updated", {"system": case.name(target), "fields": ", ".join(sorted(merged.writes[target]))})
