"""The plan: what to do about one pair, given what is known of it and what was just read. Pure and total.

References in fields and shadows are link ids here, on both sides; the steps translate at the edges.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from samspill.canon.values import Fields, fingerprint
from samspill.engine.merge import Merged, View, merge
from samspill.engine.model import (
    Intent,
    Link,
    LinkState,
    Observation,
    Outcome,
    Result,
    Shadow,
    Side,
    Write,
    link_id,
)
from samspill.engine.rules import OnDelete, Policy, StreamRules
from samspill.reasons import Reason

LOOP_WRITES = 5
"""Engine writes of one field on one side within `LOOP_S`, before it is taken for a loop."""
LOOP_S = 3600


@dataclass(frozen=True, slots=True)
class Seen:
    """An observation with its references as link ids, and the fingerprint of how the vendor told it."""

    observation: Observation
    fingerprint: str = ""

    def shadow(self, fields: Fields) -> Shadow:
        """Return the shadow that confirms `fields`."""
        return Shadow(fields, self.observation.version, self.observation.seen_at, self.fingerprint)


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do: store `link` now (no `write`) or once `write` is done; then tell `reason`."""

    link: Link
    result: Result
    reason: Reason
    write: Write | None = None
    overwritten: Fields = field(default_factory=dict)
    """Values the write replaces although a person put them there."""
    recover: bool = False
    """An interrupted create: look for its result before creating."""
    look: tuple[Side, ...] = ()
    """Sides to read (again) before this can be settled."""
    store: bool = True
    """False when nothing was learnt."""


@dataclass(frozen=True, slots=True)
class _Case:
    rules: StreamRules
    link: Link
    seen: Mapping[Side, Seen]
    now: int
    waits: Sequence[Reason]
    refused: str = ""

    def name(self, side: Side) -> str:
        return self.rules.systems.get(side, side)


def plan(
    rules: StreamRules,
    link: Link | None,
    seen: Mapping[Side, Seen],
    now: int,
    *,
    waits: Sequence[Reason] = (),
    matched: str = "",
    refused: str = "",
) -> Plan:
    """Decide about one pair.

    Args:
        rules: the stream's.
        link: what is known, or None for a record never seen.
        seen: what was read, of one side or both.
        now: epoch seconds.
        waits: references that are not linked yet.
        matched: name of the rule that says the two records are the same.
        refused: the write that was refused a moment ago, as `refusal` names it: not planned again.
    """
    case = _Case(rules, link or _new_link(seen), seen, now, waits, refused)
    early = _closed(case) or _interrupted(case)
    if early is not None:
        return early
    case = replace(case, link=confirmed(case.link, seen))
    stopped = _gone(case) or _out_of_scope(case)
    if stopped is not None:
        return stopped
    if case.link.state is LinkState.LINKED:
        return _linked(case)
    return _join(case, matched or "review") if len(seen) == len(Side) else _single(case)


def _new_link(seen: Mapping[Side, Seen]) -> Link:
    side = Side.LEFT if Side.LEFT in seen else Side.RIGHT
    observation = seen[side].observation
    return Link(id=link_id(side, observation.external_id), ids={side: observation.external_id})


def _closed(case: _Case) -> Plan | None:
    """Settle what needs no look: deleted and done, or read before what is known."""
    if case.link.state in {LinkState.TOMBSTONE, LinkState.MERGED}:
        return Plan(case.link, Result.UNCHANGED, Reason("settled"), store=False)
    if any(_is_stale(case.link.shadows.get(side), view.observation) for side, view in case.seen.items()):
        return Plan(case.link, Result.UNCHANGED, Reason("older_than_known"), store=False)
    return None


def _is_stale(shadow: Shadow | None, observation: Observation) -> bool:
    if shadow is None or observation.deleted:
        return False
    if observation.version is not None and shadow.version is not None:
        return observation.version < shadow.version
    return observation.seen_at < shadow.seen_at


def _interrupted(case: _Case) -> Plan | None:
    """Keep off while somebody writes; finish or look again after somebody died writing."""
    link = case.link
    if link.intent is None:
        return None
    if case.now < link.intent.until:
        return Plan(link, Result.WAITING, Reason("record_busy"), look=tuple(case.seen), store=False)
    if link.state is LinkState.CLAIMED:
        return _recover(case, link.intent)
    if len(case.seen) < len(Side) or not is_over(link.intent, case.seen):
        return Plan(link, Result.WAITING, Reason("outcome_unknown"), look=tuple(Side), store=False)
    return None


def is_over(intent: Intent, seen: Mapping[Side, Seen]) -> bool:
    """Tell whether the side that was written was read after the write can still have come about."""
    return intent.side in seen and seen[intent.side].observation.seen_at >= intent.until * 1000


def confirmed(link: Link, seen: Mapping[Side, Seen]) -> Link:
    """Return the link without its intent. What an interrupted write was to set, and the side holds, is our doing."""
    link, intent = replace(link, intent=None), link.intent
    if intent is None or intent.side not in seen or link.state is not LinkState.LINKED:
        return link
    held = seen[intent.side].observation.fields
    done = {name: value for name, value in intent.fields.items() if name in held and held[name] == value}
    if not done:
        return link
    shadow = link.shadows.get(intent.side, Shadow({}))
    shadows = {**link.shadows, intent.side: replace(shadow, fields={**shadow.fields, **done}, fingerprint="")}
    return replace(link, base={**link.base, **done}, shadows=shadows)


def _out_of_scope(case: _Case) -> Plan | None:
    """End a record that cannot be taken, that a person left out, or that is none of this flow's business."""
    for view in case.seen.values():
        if view.observation.problem is not None:
            return _stop(case, Result.FAILED, view.observation.problem)
    decision = case.link.decision
    if decision is not None and decision.action == "ignore":
        return _stop(case, Result.SKIPPED, Reason("ignored_by_person", {"person": decision.by}))
    for side, view in case.seen.items():
        scope = case.rules.scope.get(side)
        reason = scope(view.observation.fields) if scope else None
        if reason is not None:
            return _stop(case, Result.SKIPPED, reason)
    return None


def _labelled(link: Link, seen: Mapping[Side, Seen]) -> Link:
    """Return the link with the label its first side has; the other side's only while there is none."""
    for side in Side:
        speaks = side is Side.LEFT or not link.label or set(link.ids) == {side}
        if side in seen and seen[side].observation.label and speaks:
            return replace(link, label=seen[side].observation.label)
    return link


def _stop(case: _Case, result: Result, reason: Reason) -> Plan:
    """End here with a reason, remembering what was seen so that it is not looked at again until it changes."""
    shadows = dict(case.link.shadows)
    for side, view in case.seen.items():
        confirmed = shadows[side].fields if side in shadows else {}
        shadows[side] = view.shadow(confirmed)
    outcome = Outcome(result, reason)
    after = replace(_labelled(case.link, case.seen), shadows=shadows, outcome=outcome, absent=_not_seen(case))
    return Plan(after, result, reason, store=_differs(case.link, after))


def _not_seen(case: _Case) -> dict[Side, int]:
    """Return the absences of sides that were not read now: what was read is not absent."""
    return {side: times for side, times in case.link.absent.items() if side not in case.seen}


def _wait(case: _Case) -> Plan:
    after = replace(_labelled(case.link, case.seen), outcome=Outcome(Result.WAITING, case.waits[0]))
    return Plan(after, Result.WAITING, case.waits[0], store=_differs(case.link, after))


def _differs(before: Link, after: Link) -> bool:
    """Tell whether there is anything to store, beside when it was seen."""

    def essence(link: Link) -> Link:
        return replace(link, shadows={side: replace(shadow, seen_at=0) for side, shadow in link.shadows.items()})

    return before.revision == 0 or essence(before) != essence(after)


# --- deletes ---------------------------------------------------------------------------------------------------------


def _gone(case: _Case) -> Plan | None:
    """Settle a confirmed delete: on both sides, before there was a link, or on one side of a pair."""
    gone = [side for side, view in case.seen.items() if view.observation.deleted]
    if not gone:
        return None
    names = {"source": case.name(gone[0]), "system": case.name(gone[0].other)}
    decision = case.link.decision.action if case.link.decision else ""
    if case.link.state is not LinkState.LINKED:
        return _bury(case, Result.SKIPPED, Reason("deleted_before_link", names))
    if len(gone) == len(Side):
        return _bury(case, Result.UNCHANGED, Reason("settled", names))
    action = case.rules.on_delete.get(gone[0], OnDelete.ARCHIVE)
    if action is OnDelete.KEEP or decision == "keep":
        return _bury(case, Result.SKIPPED, Reason("deleted_and_kept", names))
    return _one_gone(case, gone[0], names, asks=action is OnDelete.REVIEW and decision != "archive")


def _one_gone(case: _Case, side: Side, names: Mapping[str, str], *, asks: bool) -> Plan:
    """Archive the other side of a deleted record, or ask where it was edited or the rule is to ask."""
    decision = case.link.decision.action if case.link.decision else ""
    edited = _edited(case, side.other)
    if edited is None:
        return _look(case)
    if asks or (edited and decision != "archive"):
        reason = Reason("deleted_and_edited" if edited else "deleted_in_target", names)
        after = replace(case.link, outcome=Outcome(Result.REVIEW, reason))
        return Plan(after, Result.REVIEW, reason, store=_differs(case.link, after))
    return _archive(case, side.other, Reason("archived", names))


def _bury(case: _Case, result: Result, reason: Reason, write: Write | None = None) -> Plan:
    after = replace(
        case.link,
        state=LinkState.TOMBSTONE,
        candidates=(),
        conflicts={},
        decision=None,
        outcome=Outcome(result, reason),
    )
    return Plan(after, result, reason, write)


def _archive(case: _Case, side: Side, reason: Reason) -> Plan:
    write = Write(side, {}, case.link.ids[side], _version(case, side), archive=True)
    return _bury(case, Result.APPLIED, reason, write)


def _edited(case: _Case, side: Side) -> bool | None:
    """Tell whether `side` holds an edit of its own that the delete would bury; None when it must be read first."""
    own = [rule.name for rule in case.rules.fields if rule.policy is Policy.TWO_WAY or rule.owner is side]
    if not own:
        return False
    if side not in case.seen:
        return None
    shadow, fields = case.link.shadows.get(side), case.seen[side].observation.fields
    if shadow is None:
        return True  # linked a moment ago and never settled: whatever it holds, nobody has taken it over
    return any(name in fields and fields[name] != shadow.fields.get(name) for name in own)


def _version(case: _Case, side: Side) -> int | None:
    if side in case.seen:
        return case.seen[side].observation.version
    return case.link.shadows[side].version if side in case.link.shadows else None


# --- known on one side only ------------------------------------------------------------------------------------------


def _single(case: _Case) -> Plan:
    (side,) = case.seen
    link, target = case.link, side.other
    if case.rules.cells:
        return _wait(case) if case.waits else _look(case)
    fields = case.seen[side].observation.fields
    wants_create = link.decision is not None and link.decision.action == "create"
    in_review = link.outcome is not None and link.outcome.result is Result.REVIEW
    if in_review and link.outcome is not None and not wants_create:
        return _stop(case, Result.REVIEW, link.outcome.reason)
    if target not in case.rules.creates:
        params = {"source": case.name(target), "target": case.name(side)}
        return _stop(case, Result.SKIPPED, Reason("only_in_target", params))
    lacking = case.rules.needed[target](fields) if target in case.rules.needed else None
    if lacking is not None:
        return _stop(case, Result.SKIPPED, lacking)
    return _wait(case) if case.waits else _create(case, side)


def _create(case: _Case, side: Side) -> Plan:
    ruled = {rule.name for rule in case.rules.fields if rule.policy is not Policy.OFF}
    view = case.seen[side]
    fields = {name: value for name, value in view.observation.fields.items() if name in ruled}
    reason = Reason("created", {"system": case.name(side.other)})
    after = replace(
        _labelled(case.link, case.seen),
        state=LinkState.LINKED,
        base=fields,
        shadows={side: view.shadow(fields), side.other: Shadow(fields)},
        outcome=Outcome(Result.APPLIED, reason),
        candidates=(),
        decision=None,
        absent={},
    )
    own = {rule.name for rule in case.rules.fields if rule.computed and rule.owner is side.other}
    sent = {name: value for name, value in fields.items() if value is not None and name not in own}
    return Plan(after, Result.APPLIED, reason, Write(side.other, sent))


def _recover(case: _Case, claim: Intent) -> Plan:
    """Finish a create from the snapshot in its claim: the source as it is now may hold an edit nobody has seen."""
    reason = Reason("recovered", {"system": case.name(claim.side)})
    after = replace(
        case.link,
        state=LinkState.LINKED,
        base=claim.base,
        shadows={claim.side.other: claim.source, claim.side: Shadow(claim.base)},
        outcome=Outcome(Result.APPLIED, reason),
        candidates=(),
        decision=None,
    )
    return Plan(after, Result.APPLIED, reason, Write(claim.side, claim.fields), recover=True)


# --- known on both sides ---------------------------------------------------------------------------------------------


def _join(case: _Case, rule: str) -> Plan:
    """Link two records that exist already, and settle where they differ."""
    if case.waits:
        return _wait(case)
    ids = {side: view.observation.external_id for side, view in case.seen.items()}
    left, right = (case.seen[side].observation.fields for side in Side)
    kept_apart = case.rules.joins(left, right) if case.rules.joins else None
    if kept_apart is not None:
        return _stop(case, Result.SKIPPED, kept_apart)
    label = case.seen[Side.RIGHT].observation.label or ids[Side.RIGHT]
    joined = replace(case.link, ids=ids, state=LinkState.LINKED, shadows={}, base={}, candidates=(), decision=None)
    return _linked(
        replace(case, link=joined),
        None if case.rules.cells else Reason("linked", {"label": label, "rule": rule}),
    )


def _linked(case: _Case, linked: Reason | None = None) -> Plan:
    """Merge a pair: write the side that needs it, or settle. The second of two sides is written after a new look."""
    if case.waits:
        return _wait(case)
    if _is_open(case) and len(case.seen) < len(Side):
        return _look(case)
    views = {side: _view(case, side) for side in Side}
    decided = _decided(case.link, views)
    merged = merge(case.rules.fields, case.link.base, views, decided, contested=case.link.conflicts)
    if merged.pending and len(case.seen) < len(Side):
        return _look(case)
    refused = next((side for side in Side if case.refused == refusal(side, merged.writes[side])), None)
    target = next((side for side in (Side.RIGHT, Side.LEFT) if merged.writes[side] and side is not refused), None)
    after = _after(case, merged, target, refused)
    if target is None:
        return _still_refused(case, after) if refused else _settled(case, after, merged, linked)
    echoes = _count(case, merged, target)
    loop = _loop(echoes, target)
    if loop is not None:
        return _stop(case, Result.REVIEW, Reason("writes_in_circles", {**loop, "system": case.name(target)}))
    reason = linked or _update_reason(case, target, merged, decided)
    outcome = Outcome(Result.CONFLICT, _conflict(merged)) if merged.conflicts else Outcome(Result.APPLIED, reason)
    outcome = (case.link.outcome or outcome) if refused else outcome
    return Plan(
        replace(after, outcome=outcome, echoes=echoes),
        Result.APPLIED,
        reason,
        Write(target, merged.writes[target], case.link.ids[target], _version(case, target)),
        overwritten=merged.overwritten[target],
        look=tuple(Side) if merged.writes[target.other] and not refused else (),
    )


def refusal(side: Side, fields: Fields) -> str:
    """Name a write by what it sets, so that exactly this one is known again."""
    return fingerprint(fields, side)


def _still_refused(case: _Case, after: Link) -> Plan:
    """All that is left to do was refused: it stays so until one side changes, or a person replays it."""
    reason = case.link.outcome.reason if case.link.outcome else Reason("equal")
    return Plan(replace(after, outcome=case.link.outcome), Result.UNCHANGED, reason, store=_differs(case.link, after))


def _look(case: _Case) -> Plan:
    return Plan(case.link, Result.WAITING, Reason("changed_meanwhile"), look=tuple(Side), store=False)


def _is_open(case: _Case) -> bool:
    """Tell whether something is unsettled, so that a side's shadow does not say what it holds: both must be seen."""
    link, unsettled = case.link, {Result.CONFLICT, Result.FAILED, Result.REVIEW, Result.WAITING}
    is_unsettled = link.outcome is not None and link.outcome.result in unsettled
    shared = [rule.name for rule in case.rules.fields if rule.policy is Policy.TWO_WAY and rule.name in link.base]
    untold = any(name not in shadow.fields for shadow in link.shadows.values() for name in shared)
    unknown = any(
        side not in link.shadows or not link.shadows[side].fingerprint for side in Side if side not in case.seen
    )
    return is_unsettled or untold or unknown or bool(link.conflicts)


def _view(case: _Case, side: Side) -> View:
    shadow = case.link.shadows[side].fields if side in case.link.shadows else {}
    if side not in case.seen:
        return View(shadow, shadow)
    observation = case.seen[side].observation
    return View(shadow, observation.fields, observation.changed_at)


def _decided(link: Link, views: Mapping[Side, View]) -> dict[str, Side]:
    """Return the conflicts a person settled, if both sides still hold what the person saw."""
    if link.decision is None or link.decision.action not in {"take-left", "take-right"}:
        return {}
    winner = Side.LEFT if link.decision.action == "take-left" else Side.RIGHT
    out: dict[str, Side] = {}
    for name, values in link.decision.seen.items():
        held = {side.value: view.now.get(name, view.shadow.get(name)) for side, view in views.items()}
        if held == dict(values):
            out[name] = winner
    return out


def _after(case: _Case, merged: Merged, target: Side | None, refused: Side | None) -> Link:
    """Return the link as it is once `target` is written; what the other side must still be given stays as it was."""
    link = case.link
    owed = target.other if target else refused
    later = merged.writes[owed] if owed else {}
    base = _with_old(merged.base, link.base, later)
    shadows: dict[Side, Shadow] = {}
    for side in Side:
        before = link.shadows.get(side)
        fields = _with_old(merged.shadows[side], before.fields if before else {}, later)
        if side in case.seen:
            confirmed = case.seen[side].shadow(fields)
            # With something still owed to the other side, this one must not pass for known when it is read again.
            # What was refused is owed too, but waits for a change.
            looks = (later and owed is not refused) or merged.pending
            shadows[side] = replace(confirmed, fingerprint="") if looks else confirmed
        elif before is not None:
            shadows[side] = replace(before, fields=fields)
    labelled = _labelled(link, case.seen)
    return replace(
        labelled, base=base, shadows=shadows, conflicts=merged.conflicts, decision=None, absent=_not_seen(case)
    )


def _with_old(new: Fields, old: Fields, names: Fields) -> Fields:
    """Return `new` with the fields in `names` as they are in `old`."""
    return {name: value for name, value in new.items() if name not in names} | {n: old[n] for n in names if n in old}


def _settled(case: _Case, after: Link, merged: Merged, linked: Reason | None) -> Plan:
    """Nothing to write: equal, in conflict, drifted, or just linked."""
    if merged.conflicts:
        result, reason = Result.CONFLICT, _conflict(merged)
    elif linked is not None:
        result, reason = Result.APPLIED, linked
    elif merged.drifted:
        params = {"fields": ", ".join(merged.drifted), "system": case.name(Side.RIGHT)}
        result, reason = Result.UNCHANGED, Reason("drifted", params)
    else:
        result, reason = Result.UNCHANGED, Reason("equal")
    before = case.link.outcome
    keep = reason.code == "equal" and before is not None and before.result is Result.APPLIED
    after = replace(after, outcome=before if keep else Outcome(result, reason))
    return Plan(after, result, reason, store=linked is not None or _differs(case.link, after))


def _conflict(merged: Merged) -> Reason:
    return Reason("conflict", {"fields": ", ".join(sorted(merged.conflicts))})


def _update_reason(case: _Case, target: Side, merged: Merged, decided: Collection[str]) -> Reason:
    lost = merged.overwritten[target]
    if case.link.decision is not None and set(lost) & set(decided):
        names = {"system": case.name(target), "source": case.name(target.other), "fields": ", ".join(sorted(lost))}
        return Reason("decided", {**names, "person": case.link.decision.by})
    if lost:
        master = case.name(target.other)
        return Reason("overwritten", {"system": case.name(target), "fields": ", ".join(sorted(lost)), "master": master})
    return Reason("updated", {"system": case.name(target), "fields": ", ".join(sorted(merged.writes[target]))})


# --- the loop breaker ------------------------------------------------------------------------------------------------


def _count(case: _Case, merged: Merged, target: Side) -> dict[str, tuple[int, int]]:
    """Count writes that undo what the side did to a field; a field nobody fights over is not counted."""
    echoes = {key: value for key, value in case.link.echoes.items() if case.now - value[1] < LOOP_S}
    for name in merged.overwritten[target]:
        count, since = echoes.get(f"{target}.{name}", (0, case.now))
        echoes[f"{target}.{name}"] = (count + 1, since)
    return echoes


def _loop(echoes: Mapping[str, tuple[int, int]], target: Side) -> dict[str, str] | None:
    for key, (count, _) in echoes.items():
        if count > LOOP_WRITES and key.startswith(f"{target}."):
            return {"field": key.partition(".")[2], "count": str(count - 1)}
    return None
