"""What happens when a record is deleted: the other side is archived, kept, or a person is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from samspill.engine.case import Case, Plan
from samspill.engine.model import Detail, DetailKind, Link, LinkState, Outcome, Result, Shadow, Side, Write, link_id
from samspill.engine.rules import FieldRule, OnDelete, Policy
from samspill.engine.stops import differs, look, stop
from samspill.reasons import Reason


def deleted(case: Case, *, sure: bool) -> Plan | None:
    """Settle a confirmed delete: on both sides, before there was a link, or on one side of a pair.

    Args:
        case: what is known and was read.
        sure: the records were asked for by id, after something had been seen of them.
    """
    gone = [side for side, view in case.seen.items() if view.observation.deleted]
    if not gone:
        return None
    names = {"source": case.name(gone[0]), "system": case.name(gone[0].other)}
    if case.link.state is not LinkState.LINKED:
        return _bury(case, Outcome(Result.SKIPPED, Reason("deleted_before_link", names)))
    if len(gone) == len(Side):
        return _bury(case, Outcome(Result.UNCHANGED, Reason("settled", names)))
    if _has_agreed_on_nothing(case):
        return _never_agreed(case, gone[0].other, names)
    action = case.rules.on_delete.get(gone[0])
    if action is OnDelete.KEEP or case.decided in {"keep", "ignore"}:
        return _bury(case, kept(names))
    asks = action is OnDelete.REVIEW or _is_out_of_scope(case)
    # What cannot be read may hold anything: it is not put away before it can be.
    is_unreadable = any(view.observation.problem is not None for view in case.seen.values())
    return None if is_unreadable else _one_gone(case, gone[0], names, asks=asks, sure=sure)


def kept(names: Mapping[str, str]) -> Outcome:
    """Return the outcome of a pair that has ended, and whose half is left as it is."""
    return Outcome(Result.SKIPPED, Reason("deleted_and_kept", names), Detail(DetailKind.KEPT))


def _is_out_of_scope(case: Case) -> bool:
    """Tell whether the pair was left out when it was last read: then nothing is written unasked."""
    return case.link.outcome is not None and case.link.outcome.result is Result.SKIPPED


def _has_agreed_on_nothing(case: Case) -> bool:
    """Tell whether a pair was never settled, though there are fields to keep in step."""
    ruled = any(rule.policy is not Policy.OFF for rule in case.rules.fields)
    return ruled and not case.link.base and not case.rules.implicit


def _never_agreed(case: Case, side: Side, names: Mapping[str, str]) -> Plan:
    """End a pair of which one half went before anything was agreed on: nothing of the other is buried with it.

    What lives stands alone again, and a person says what becomes of it. Where its half held the link, nothing is done:
    it may still find another partner.
    """
    if case.link.id != link_id(side, case.link.ids[side]):
        return _bury(case, Outcome(Result.SKIPPED, Reason("deleted_before_link", names)))
    alone = Link(id=case.link.id, ids={side: case.link.ids[side]}, label=case.link.label, revision=case.link.revision)
    seen = {own: view for own, view in case.seen.items() if own is side}
    reason = Reason("partner_gone", {"record": case.link.ids[side.other], "system": case.name(side.other)})
    return stop(replace(case, link=alone, seen=seen), Result.REVIEW, reason)


def given_up(case: Case) -> Plan | None:
    """Settle what its pair gave up because it was gone: told again as gone, it is done; back, it is a pair's half."""
    strays = [view for side, view in case.seen.items() if case.link.ids.get(side) != view.observation.external_id]
    if len(case.seen) == len(Side) or not strays:
        return None
    if case.link.state is LinkState.UNLINKED and not strays[0].observation.deleted:
        return look(case)
    return Plan(case.link, Result.UNCHANGED, Reason("settled"), store=False)


def _one_gone(case: Case, side: Side, names: Mapping[str, str], *, asks: bool, sure: bool) -> Plan:
    """Archive the other side of a deleted record, or ask where it was edited or the rule is to ask.

    Where a field is not told that an edit may be in, it is looked at once more, and then asked about.
    """
    edited, untold = _edited(case, side.other), _may_hide_an_edit(case, side.other)
    if edited is None:
        return look(case)
    if case.decided == "archive":
        return archive(case, side.other, Reason("archived", names))
    if untold and not (edited or asks or sure):
        return look(case)
    if asks or edited or untold:
        reason = Reason("deleted_and_edited" if edited else "deleted_in_target", names)
        after = replace(case.link, outcome=Outcome(Result.REVIEW, reason))
        return Plan(after, Result.REVIEW, reason, store=differs(case.link, after))
    return archive(case, side.other, Reason("archived", names))


def _own(case: Case, side: Side) -> list[FieldRule]:
    """Return the fields in which an edit on `side` counts."""
    return [rule for rule in case.rules.fields if rule.policy is Policy.TWO_WAY or rule.owner is side]


def _edited(case: Case, side: Side) -> bool | None:
    """Tell whether `side` holds an edit of its own that the delete would bury; None when it must be read first."""
    own = _own(case, side)
    if not own:
        return False
    if side not in case.seen:
        return None
    shadow, fields = case.link.shadows.get(side), case.seen[side].observation.fields
    if shadow is None:
        return True  # linked a moment ago and never settled: whatever it holds, nobody has taken it over
    return any(rule.name in fields and not rule.same(fields[rule.name], shadow.fields.get(rule.name)) for rule in own)


def _may_hide_an_edit(case: Case, side: Side) -> bool:
    """Tell whether a read left out a field that was known, of a record that is not known to be as it was then."""
    shadow, view = case.link.shadows.get(side), case.seen.get(side)
    if shadow is None or view is None:
        return False
    is_same = shadow.version is not None and shadow.version == view.observation.version
    left_out = shadow.fields.keys() - view.observation.fields.keys()
    return not is_same and any(rule.name in left_out for rule in _own(case, side))


def archive(case: Case, side: Side, reason: Reason) -> Plan:
    """Return the plan that archives what is left of a pair on `side`, and ends the pair."""
    write = Write(side, {}, case.link.ids[side], case.version(side), archive=True)
    return _bury(case, Outcome(Result.APPLIED, reason), write)


def told_gone(case: Case, side: Side) -> Shadow:
    """Return what is known of a record that was told as deleted, so that any later read of it shows."""
    before = case.link.shadows.get(side, Shadow({}))
    return replace(before, seen_at=case.seen[side].observation.seen_at, fingerprint="")


def _bury(case: Case, outcome: Outcome, write: Write | None = None) -> Plan:
    gone = [side for side, view in case.seen.items() if view.observation.deleted]
    # What is read later of these is life after the delete, be it as it was before.
    told = {side: told_gone(case, side) for side in gone}
    after = replace(
        case.link,
        state=LinkState.TOMBSTONE,
        shadows={**case.link.shadows, **told},
        gone=tuple(sorted({*gone, *case.link.gone})),
        disputed=(),
        candidates=(),
        conflicts={},
        decision=None,
        outcome=outcome,
    )
    return Plan(after, outcome.result, outcome.reason, write)
