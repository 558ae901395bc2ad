"""The plan: what to do about one pair, given what is known of it and what was just read. Pure and total.

References in fields and shadows are link ids here, on both sides; the steps translate at the edges.

| what happens | is in |
|---|---|
| when a record is deleted | `engine.deletes` |
| when it is known on one side only | `engine.one_sided` |
| when a person chose its other half, and that cannot be it any more | `engine.chosen` |
| when what may be its other half cannot be read | `engine.unreadable` |
| when it is known on both sides | `engine.pairs`, which merges, and `engine.settle`, which tells what is left behind |
| when a write was cut off | `engine.interrupted` |
| when two systems undo each other's writes | `engine.loops` |
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from samspill.engine.case import Case, Plan, Seen
from samspill.engine.chosen import GONE, TAKEN, lonely, without_deleted_partner
from samspill.engine.deletes import deleted, given_up
from samspill.engine.interrupted import confirmed, interrupted
from samspill.engine.model import Link, LinkState, Observation, Result, Shadow, Side, link_id
from samspill.engine.one_sided import single
from samspill.engine.pairs import join, merge_pair
from samspill.engine.rules import StreamRules
from samspill.engine.stops import stop, wait
from samspill.engine.unreadable import unreadable
from samspill.reasons import Reason


def plan(
    rules: StreamRules,
    link: Link | None,
    seen: Mapping[Side, Seen],
    now: int,
    *,
    waits: Sequence[Reason] = (),
    matched: str = "",
    refused: str = "",
    taken: bool = False,
) -> Plan:
    """Decide about one pair.

    Args:
        rules: the stream's.
        link: what is known, or None for a record never seen.
        seen: what was read, of one side or both.
        now: epoch seconds.
        waits: references that are not linked yet.
        matched: name of the rule that says the two records are the same.
        refused: the write that was refused a moment ago, as `engine.pairs.refusal` names it: not planned again.
        taken: the record that a person chose to link this one to belongs to another pair.
    """
    case = Case(rules, link or new_link(seen), seen, now, waits, refused)
    early = _newer(case) or given_up(case) or _closed(case) or interrupted(case)
    if early is not None:
        return early
    case = without_deleted_partner(replace(case, link=confirmed(case.link, seen)))
    stopped = deleted(case) or _out_of_scope(case)
    if stopped is not None:
        return stopped
    if case.link.state is LinkState.LINKED:
        return merge_pair(case)
    if len(case.seen) == len(Side):
        return join(case, matched or "review")
    lost = GONE if len(case.seen) < len(seen) else TAKEN if taken else ""
    return lonely(case, lost) or single(case)


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


def _closed(case: Case) -> Plan | None:
    """Settle what needs no look: deleted and done, or read before what is known."""
    if case.link.state is LinkState.TOMBSTONE:
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


def _out_of_scope(case: Case) -> Plan | None:
    """End a record that cannot be taken, that a person left out, or that is none of this flow's business."""
    faulty = [side for side, view in case.seen.items() if view.observation.problem is not None]
    if faulty:
        return _faulty(case, min(faulty, key=lambda side: side not in case.link.ids))
    decision = case.link.decision
    if decision is not None and decision.action == "ignore":
        return stop(case, Result.SKIPPED, Reason("ignored_by_person", {"person": decision.by}))
    for side, view in case.seen.items():
        scope = case.rules.scope.get(side)
        reason = scope(view.observation.fields) if scope else None
        if reason is not None:
            return stop(case, Result.SKIPPED, reason)
    return None


def _faulty(case: Case, side: Side) -> Plan:
    """End a record that cannot be taken. What was about to be joined with one waits: it is there, be it unreadable."""
    observation = case.seen[side].observation
    if side not in case.link.ids and not case.rules.cells:
        alone = {own: view for own, view in case.seen.items() if own in case.link.ids}
        why = unreadable(case.rules, side, observation, "partner_unreadable")
        return wait(replace(case, seen=alone, waits=[why]))
    problem = observation.problem or Reason("defect")
    # Whoever read the row knows neither side nor system.
    return stop(case, Result.FAILED, replace(problem, params={"source": case.name(side), **problem.params}))
