"""What happens to a pair: two records that are joined, or that are linked and were read again, are merged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from samspill.canon.values import Fields, fingerprint
from samspill.engine.case import Case, Plan
from samspill.engine.gates import asked_about, without
from samspill.engine.identity import Judgement, Verdict, judge
from samspill.engine.loops import count_echoes, find_loop
from samspill.engine.merge import View, merge
from samspill.engine.model import Detail, DetailKind, Link, LinkState, Outcome, Result, Side, Write, detail_of
from samspill.engine.refused import hold_back, outcome_with
from samspill.engine.rules import Policy
from samspill.engine.settle import after_merge, conflict_reason, last_write, settled, still_refused, update_reason
from samspill.engine.stops import end, look, stop, wait
from samspill.engine.unlink import joined_again
from samspill.reasons import Reason

BY_ID = "cell"
"""The rule of two records whose ids follow from each other: that they are one is nobody's decision."""
NATURAL_KEY = "natural key"
"""The rule of two records of which one was found before the other was to be created."""


def join(case: Case, rule: str) -> Plan:
    """Link two records that exist already, and settle where they differ."""
    if case.waits:
        return wait(case)
    ids = {side: view.observation.external_id for side, view in case.seen.items()}
    left, right = (case.seen[side].observation.fields for side in Side)
    if rule == NATURAL_KEY or any(rule == each.name for each in case.rules.matches):
        if (several := _asked_which(case)) is not None:
            return several
        judged = judge(case.rules, left, right)
        if judged.verdict is not Verdict.SAME:
            return _asked(case, judged)
        rule = judged.rule
    kept_apart = case.rules.joins(left, right) if case.rules.joins else None
    if kept_apart is not None:
        return stop(case, Result.SKIPPED, kept_apart, Detail(DetailKind.KEPT_APART))
    label = case.seen[Side.RIGHT].observation.label or ids[Side.RIGHT]
    joined = replace(
        case.link,
        ids=ids,
        state=LinkState.LINKED,
        shadows={},
        base={},
        candidates=(),
        decision=None,
        apart=joined_again(case.link, ids),
    )
    return merge_pair(
        replace(case, link=joined),
        None if case.rules.implicit else Reason("linked", {"label": label, "rule": rule}),
    )


def _asked_which(case: Case) -> Plan | None:
    """Keep asking about a record that several could be, while it is as it was: that one was found says nothing."""
    (own,) = case.link.ids
    outcome, known = case.link.outcome, case.link.shadows.get(own)
    if outcome is None or detail_of(case.link).kind is not DetailKind.SEVERAL:
        return None
    unchanged = known is not None and known.fingerprint == case.seen[own].fingerprint
    return end(replace(case, seen={own: case.seen[own]}), outcome) if unchanged else None


def _asked(case: Case, judged: Judgement) -> Plan:
    """Ask a person whether two records are the same, before anything of one is given to the other."""
    (own,) = case.link.ids
    other = case.seen[own.other].observation
    question = replace(judged, code=judged.code or "similar").question(other, case.name(own.other))
    link = replace(case.link, candidates=(judged.candidate(other),), decision=None)
    return end(replace(case, link=link, seen={own: case.seen[own]}), question)


def merge_pair(case: Case, linked: Reason | None = None) -> Plan:
    """Merge a pair: write the side that needs it, or settle. The second of two sides is written after a new look."""
    if case.waits:
        return wait(case)
    if _is_open(case) and len(case.seen) < len(Side):
        return look(case)
    views = {side: _view(case, side) for side in Side}
    decided = _decided(case, views)
    asked = asked_about(case.rules.fields, views)
    merged = merge(
        case.rules.fields,
        without(case.link.base, asked),
        {side: replace(view, shadow=without(view.shadow, asked)) for side, view in views.items()},
        decided,
        contested={*case.link.conflicts, *(name for name in asked if case.link.base.get(name) is not None)},
        disputed=case.link.disputed,
    )
    merged, held, withheld = hold_back(case.rules, case.link, merged, views)
    refused = next((side for side in Side if case.refused == refusal(side, merged.writes[side])), None)
    target = next((side for side in (Side.RIGHT, Side.LEFT) if merged.writes[side] and side is not refused), None)
    if len(case.seen) < len(Side) and (merged.pending or merged.conflicts or not _is_source_current(case, target)):
        return look(case)
    after = replace(after_merge(case, merged, target, refused), refused=held, withheld=withheld)
    if target is None:
        return still_refused(case, after) if refused else settled(case, after, merged, linked)
    echoes = count_echoes(case, merged, target)
    loop = find_loop(echoes, target)
    if loop is not None:
        return stop(case, Result.REVIEW, Reason("writes_in_circles", {**loop, "system": case.name(target)}))
    reason = linked or update_reason(case, target, merged, decided)
    outcome = Outcome(Result.APPLIED, reason, None if linked else last_write(case.rules, target, merged.writes[target]))
    outcome = Outcome(Result.CONFLICT, conflict_reason(merged)) if merged.conflicts else outcome
    outcome = outcome_with((case.link.outcome or outcome) if refused else outcome, held)
    return Plan(
        replace(after, outcome=outcome, echoes=echoes),
        Result.APPLIED,
        reason,
        Write(target, merged.writes[target], case.link.ids[target], case.version(target)),
        overwritten=merged.overwritten[target],
        replaced={name: now[name] for name in merged.writes[target] if name in (now := views[target].now)},
        look=tuple(Side) if merged.writes[target.other] and not refused else (),
    )


def refusal(side: Side, fields: Fields) -> str:
    """Name a write by what it sets, so that exactly this one is known again."""
    return fingerprint(fields, side)


def name_of(link: Link, write: Write) -> str:
    """Name a write: the same for the same content on the same revision, so that a repetition is known, and no other."""
    return f"{link.id}@{link.revision}.{refusal(write.side, write.fields)[:6]}"


def _is_open(case: Case) -> bool:
    """Tell whether something is unsettled, so that a side's shadow does not say what it holds: both must be seen."""
    link, unsettled = case.link, {Result.CONFLICT, Result.FAILED, Result.REVIEW, Result.WAITING}
    is_unsettled = link.outcome is not None and link.outcome.result in unsettled
    shared = [rule.name for rule in case.rules.fields if rule.policy is Policy.TWO_WAY and rule.name in link.base]
    untold = any(name not in shadow.fields for shadow in link.shadows.values() for name in shared)
    unknown = any(
        side not in link.shadows or not link.shadows[side].fingerprint for side in Side if side not in case.seen
    )
    return (
        is_unsettled
        or untold
        or unknown
        or bool(link.conflicts or link.disputed)
        or _is_forgotten(case)
        or _is_newly_mapped(case)
    )


def _is_forgotten(case: Case) -> bool:
    """Tell whether nothing is known of what both sides hold, though something was agreed on: see `engine.forgotten`."""
    link = case.link
    held = link.base or any(shadow.fields for shadow in link.shadows.values())
    return bool(link.shadows) and not held and any(rule.policy is not Policy.OFF for rule in case.rules.fields)


def _is_source_current(case: Case, target: Side | None) -> bool:
    """Tell whether the side that a write takes its values from was read no earlier than the one that is written.

    Where only the target was read, somebody changed there what the other side decides. What is known of that side may
    be older than what it holds: its webhook has not arrived yet, or the state was restored.
    """
    if target is None or target not in case.seen:
        return True
    source = case.link.shadows.get(target.other)
    return source is not None and source.seen_at >= case.seen[target].observation.seen_at


def _is_newly_mapped(case: Case) -> bool:
    """Tell whether a mapped field of a side that was not read was never told there, or under other rows of a lookup."""
    mapped = [(rule.name, rule.own) for rule in case.rules.fields if rule.own is not None]
    return any(
        name not in shadow.fields or not own.knows(side, shadow.fields[name])
        for side, shadow in case.link.shadows.items()
        if side not in case.seen
        for name, own in mapped
    )


def _view(case: Case, side: Side) -> View:
    shadow = case.link.shadows[side].fields if side in case.link.shadows else {}
    if side not in case.seen:
        return View(shadow, shadow)
    observation = case.seen[side].observation
    return View(shadow, observation.fields, observation.changed_at)


def _decided(case: Case, views: Mapping[Side, View]) -> dict[str, Side]:
    """Return the conflicts a person settled, if both sides still hold what the person saw."""
    decision = case.link.decision
    if decision is None or decision.action not in {"take-left", "take-right"}:
        return {}
    winner = Side.LEFT if decision.action == "take-left" else Side.RIGHT
    out: dict[str, Side] = {}
    for name, values in decision.seen.items():
        held = {side: view.now.get(name, view.shadow.get(name)) for side, view in views.items()}
        if all(case.rules.of(name).same(held[side], values.get(side)) for side in Side):
            out[name] = winner
    return out
