"""Life after a delete: a record whose pair has ended is there again, or its half, which was archived, is in use again.

What shows a deleted record is believed once both records were read by id after the delete: a late message proves
nothing. Then the pair is linked again where the other half was kept and is unchanged; otherwise a person decides every
field that differs. An archive of ours is a difference like any other: only a person, or a rule, undoes it.
"""

from __future__ import annotations

from dataclasses import replace

from samspill.engine.case import Case, Plan
from samspill.engine.deletes import archive, kept, told_gone
from samspill.engine.disputes import disputed
from samspill.engine.model import (
    Detail,
    DetailKind,
    Link,
    LinkState,
    Outcome,
    Result,
    Shadow,
    Side,
    detail_of,
    link_id,
)
from samspill.engine.rules import Policy
from samspill.engine.stops import differs, look
from samspill.reasons import Reason


def revived(case: Case, *, sure: bool, alone: bool) -> Case | Plan:
    """Return the case to plan: as it is, or linked again; or the plan that settles a pair that has ended.

    Args:
        case: what is known and was read.
        sure: the records were asked for by id, after something had been seen of them.
        alone: the other half belongs to another pair by now.
    """
    link = case.link
    if link.state is not LinkState.TOMBSTONE:
        return case
    if detail_of(link).kind is DetailKind.TAKEN_BACK:
        return _unchanged(case, link)
    gone = {side for side, view in case.seen.items() if view.observation.deleted}
    back = {side for side in case.seen.keys() - gone if side in link.gone or not link.gone}
    back = {side for side in back if not _is_late(link, side, case)}
    if back and (not sure or (link.ids.keys() - case.seen.keys() and not alone)):
        return look(case)
    gone = ({*link.gone} | gone) - back
    if not back or (gone and not link.gone):
        return _ended(case, tuple(sorted(gone)))
    if len(link.ids) == 1:
        return replace(case, link=replace(link, state=LinkState.UNLINKED, gone=(), shadows={}, outcome=None))
    return _stands_alone(case, min(back)) if gone or alone else _linked_again(case)


def linked_again(before: Link, made: Plan) -> Plan:
    """Return the plan of a pair that was linked again, saying so, and that we had archived its half."""
    if made.look or made.link.state is not LinkState.LINKED:
        return made
    was = before.outcome if before.outcome is not None and _is_archived(before.outcome) else None
    reason = Reason("linked_again", because=was.reason if was is not None else None)
    outcome = made.link.outcome
    if outcome is not None and outcome.result is Result.CONFLICT:
        conflict = replace(outcome.reason, because=Reason("back_after_delete"))
        link = replace(made.link, outcome=replace(outcome, reason=conflict))
        is_written = made.write is not None
        return replace(made, link=link, reason=reason if is_written else conflict, store=True)
    if made.result in {Result.APPLIED, Result.UNCHANGED}:
        link = replace(made.link, outcome=Outcome(Result.APPLIED, reason))
        return replace(made, link=link, result=Result.APPLIED, reason=reason, store=True)
    return replace(made, store=True)


def _is_late(link: Link, side: Side, case: Case) -> bool:
    """Tell whether the record was read before it was told as deleted."""
    known = link.shadows.get(side)
    return side in link.gone and known is not None and case.seen[side].observation.seen_at < known.seen_at


def _ended(case: Case, gone: tuple[Side, ...]) -> Plan:
    """Leave an ended pair as it is, unless a person decided; ask about a half that we archived and is in use again."""
    new = {side: told_gone(case, side) for side in gone if side in case.seen and side not in case.link.gone}
    link = replace(case.link, gone=gone, shadows={**case.link.shadows, **new})
    stays = [side for side in case.seen if side not in gone]
    if not stays or link.outcome is None:
        return _unchanged(case, link)
    side = stays[0]
    names = {"system": case.name(side), "source": case.name(side.other)}
    if case.decided == "archive":
        return archive(case, side, Reason("archived", names))
    asked = link.outcome
    if case.decided in {"keep", "ignore"}:
        asked = kept(names)
    elif _is_archived(asked) and _is_undone(case, side):
        asked = Outcome(Result.REVIEW, Reason("used_again", names), Detail(DetailKind.USED_AGAIN))
    elif detail_of(link).kind is DetailKind.USED_AGAIN and not _is_undone(case, side):
        # What we did then stands: nothing is archived now, so nothing is told as done.
        return _unchanged(case, replace(link, outcome=Outcome(Result.APPLIED, Reason("archived", names))))
    after = replace(link, outcome=asked, decision=None)
    return Plan(after, asked.result, asked.reason) if asked != link.outcome else _unchanged(case, after)


def _unchanged(case: Case, after: Link) -> Plan:
    return Plan(after, Result.UNCHANGED, Reason("settled"), store=differs(case.link, after))


def _is_archived(outcome: Outcome) -> bool:
    """Tell whether an ended pair's half was archived: nothing else is written where a pair ends."""
    return outcome.result is Result.APPLIED


def _is_undone(case: Case, side: Side) -> bool:
    """Tell whether what the archive changed on the record is as it was before."""
    shadow, base = case.link.shadows.get(side, Shadow({})).fields, case.link.base
    now = case.seen[side].observation.fields
    rules = [case.rules.of(name) for name in shadow.keys() & base.keys()]
    done = [rule for rule in rules if not rule.same(base[rule.name], shadow[rule.name])]
    return any(rule.name in now and rule.same(now[rule.name], base[rule.name]) for rule in done)


def _stands_alone(case: Case, side: Side) -> Plan:
    """Ask about a record that is back while its half is gone, or belongs to another."""
    link = case.link
    reason = Reason("back_alone", {"source": case.name(side), "system": case.name(side.other)})
    outcome = Outcome(Result.REVIEW, reason)
    view = case.seen[side]
    if link.id == link_id(side, link.ids[side]):
        begun = Link(id=link.id, ids={side: link.ids[side]}, label=link.label, revision=link.revision)
        return Plan(replace(begun, shadows={side: view.shadow({})}, outcome=outcome), Result.REVIEW, reason)
    gone = tuple(sorted({*link.gone, side.other} - {side}))
    return Plan(replace(link, gone=gone, outcome=outcome), Result.REVIEW, reason)


def _linked_again(case: Case) -> Case:
    """Return the pair as linked, with what a person has to decide."""
    link = case.link
    stayed = [side for side in Side if side not in link.gone]
    unchanged = detail_of(link).kind is DetailKind.KEPT and len(stayed) == 1 and not _changed(case, stayed[0])
    # The vendor may have given the record any version; the reads above were later than the delete.
    shadows = {side: replace(shadow, version=None, seen_at=0, fingerprint="") for side, shadow in link.shadows.items()}
    again = replace(link, state=LinkState.LINKED, gone=(), absent={}, shadows=shadows, outcome=None)
    again = again if unchanged else replace(again, disputed=disputed(case))
    return replace(case, link=again)


def _changed(case: Case, side: Side) -> bool:
    """Tell whether the record is not as it was known; what was forgotten (`engine.forgotten`) may be anything."""
    shadow, now = case.link.shadows.get(side, Shadow({})).fields, case.seen[side].observation.fields
    is_forgotten = not shadow and any(rule.policy is not Policy.OFF for rule in case.rules.fields)
    rules = case.rules
    return is_forgotten or any(name in now and not rules.of(name).same(now[name], v) for name, v in shadow.items())
