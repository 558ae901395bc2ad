"""The plan: what to do about one pair, given what is known of it and what was just read. Pure and total.

References in fields and shadows are link ids here, on both sides; the steps translate at the edges.

| what happens | is in |
|---|---|
| when a record is deleted | `engine.deletes` |
| when it is known on one side only | `engine.one_sided` |
| when a person chose its other half, and that cannot be it any more | `engine.chosen` |
| when what may be its other half cannot be read | `engine.unreadable` |
| when its key belongs to a record that is out of scope | `engine.taken` |
| when it may be the same as another one | `engine.identity` |
| when it is known on both sides | `engine.pairs`, which merges, and `engine.settle`, which tells what is left behind |
| when a write was cut off | `engine.interrupted` |
| when two systems undo each other's writes | `engine.loops` |
| when a deleted record is there again | `engine.revived` |
| when a person takes back what was written | `engine.undone` |
| when a read is late, or a vendor's versions went back | `engine.versions` |
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from samspill.engine.case import Case, Plan, Seen
from samspill.engine.chosen import GONE, TAKEN, unlinked_choice, without_deleted_partner
from samspill.engine.deletes import deleted, given_up
from samspill.engine.interrupted import confirmed, interrupted
from samspill.engine.model import Detail, DetailKind, Link, LinkState, Observation, Outcome, Result, Side, link_id
from samspill.engine.one_sided import keep, single
from samspill.engine.pairs import join, merge_pair
from samspill.engine.revived import linked_again, revived
from samspill.engine.rules import StreamRules
from samspill.engine.stops import look, stop, wait
from samspill.engine.taken import held_out_of_scope
from samspill.engine.undone import undone
from samspill.engine.unreadable import unreadable
from samspill.engine.versions import in_order, told
from samspill.reasons import Reason


def plan(
    rules: StreamRules,
    link: Link | None,
    seen: Mapping[Side, Seen],
    now: int,
    *,
    waits: Sequence[Outcome] = (),
    matched: str = "",
    refused: str = "",
    taken: bool = False,
    sure: bool = False,
) -> Plan:
    """Decide about one pair.

    Args:
        rules: the stream's.
        link: what is known, or None for a record never seen.
        seen: what was read, of one side or both.
        now: epoch seconds.
        waits: for references that are not linked yet.
        matched: name of the rule that says the two records are the same.
        refused: the write that was refused a moment ago, as `engine.pairs.refusal` names it: not planned again.
        taken: the record that a person chose to link this one to, or that it was linked to, belongs to another pair.
        sure: the records were asked for by id, because of what an earlier read had shown.
    """
    case = Case(rules, link or new_link(seen), seen, now, waits, refused)
    early = _newer(case) or given_up(case) or (undone(case) if case.link.state is LinkState.TOMBSTONE else None)
    if early is not None:
        return early
    case_or_plan = revived(case, sure=sure, alone=taken)
    if isinstance(case_or_plan, Plan):
        return case_or_plan
    is_back = case_or_plan.link.state is LinkState.LINKED and case.link.state is LinkState.TOMBSTONE
    case_or_plan = in_order(case_or_plan, sure=sure)
    if isinstance(case_or_plan, Plan):
        return case_or_plan
    made = _decide(case_or_plan, seen, matched, taken=taken, sure=sure)
    return linked_again(case.link, made) if is_back else told(case_or_plan, made)


def _decide(case: Case, seen: Mapping[Side, Seen], matched: str, *, taken: bool, sure: bool) -> Plan:
    """Decide by what was read, which is later than what is known."""
    early = interrupted(case) or undone(case)
    if early is not None:
        return early
    case = without_deleted_partner(replace(case, link=confirmed(case.rules, case.link, seen)))
    stopped = deleted(case, sure=sure) or held_out_of_scope(case, matched) or _out_of_scope(case)
    if stopped is not None:
        return stopped
    if case.link.state is LinkState.LINKED:
        return merge_pair(case)
    if case.rules.one_sided:
        return keep(case)
    if len(case.seen) == len(Side):
        return join(case, matched or "review")
    lost = GONE if len(case.seen) < len(seen) else TAKEN if taken else ""
    return unlinked_choice(case, lost) or single(case, matched)


def new_link(seen: Mapping[Side, Seen]) -> Link:
    """Return the link that begins with what was read: the left record, unless only the right one lives, or is whole."""
    side = min((side for side in Side if side in seen), key=lambda side: _worth(seen[side].observation))
    observation = seen[side].observation
    return Link(id=link_id(side, observation.external_id), ids={side: observation.external_id})


def _worth(observation: Observation) -> tuple[bool, bool]:
    return observation.deleted, observation.problem is not None


def _newer(case: Case) -> Plan | None:
    """Leave alone what only a newer version knows how to treat."""
    if case.link.state.is_known:
        return None
    return Plan(case.link, Result.WAITING, Reason("newer_state", {"state": case.link.state}), store=False)


def _out_of_scope(case: Case) -> Plan | None:
    """End a record that cannot be taken, that a person left out, or that is none of this flow's business."""
    faulty = [side for side, view in case.seen.items() if view.observation.problem is not None]
    if faulty:
        return _faulty(case, min(faulty, key=lambda side: side not in case.link.ids))
    decision = case.link.decision
    if decision is not None and decision.action == "ignore":
        left_out = stop(case, Result.SKIPPED, Reason("ignored_by_person", {"person": decision.by}))
        # What it is called by now is none of the flow's business either.
        return replace(left_out, link=replace(left_out.link, label=case.link.label))
    for side, view in case.seen.items():
        scope = case.rules.scope.get(side)
        reason = scope(view.observation.fields) if scope else None
        if reason is not None:
            return stop(case, Result.SKIPPED, reason, Detail(DetailKind.OUT_OF_SCOPE))
    return look(case) if _was_left_out(case) else None


def _was_left_out(case: Case) -> bool:
    """Tell whether a pair was out of scope and only one side was read: the other may be so still, and hold edits."""
    link = case.link
    is_skipped = link.outcome is not None and link.outcome.result is Result.SKIPPED
    return link.state is LinkState.LINKED and is_skipped and len(case.seen) < len(Side)


def _faulty(case: Case, side: Side) -> Plan:
    """End a record that cannot be taken. What was about to be joined with one waits: it is there, be it unreadable."""
    observation = case.seen[side].observation
    if side not in case.link.ids and not case.rules.implicit:
        alone = {own: view for own, view in case.seen.items() if own in case.link.ids}
        why = unreadable(case.rules, side, observation, "partner_unreadable")
        return wait(replace(case, seen=alone, waits=[Outcome(Result.WAITING, why)]))
    problem = observation.problem or Reason("defect")
    # Whoever read the row knows neither side nor system.
    return stop(case, Result.FAILED, problem.filled(source=case.name(side)), observation.detail)
