"""The record that a person chose to link another one to, and what happens when it cannot be linked any more."""

from __future__ import annotations

from dataclasses import replace

from samspill.engine.case import Case, Plan
from samspill.engine.model import Link, LinkState, Result
from samspill.engine.stops import look, stop
from samspill.reasons import Reason

GONE, TAKEN = "chosen_gone", "chosen_taken"
"""Why a decision is given back: the chosen record was deleted or never was, or it belongs to another pair."""


def chosen(link: Link | None) -> str | None:
    """Return the record on the other side that a person chose for this one, while the two are not linked yet."""
    if link is None or link.state is not LinkState.UNLINKED or link.decision is None:
        return None
    return link.decision.target if link.decision.action == "link" else None


def is_ignored(link: Link | None) -> bool:
    """Tell whether a person left out this record, which is in no pair."""
    return link is not None and link.state is LinkState.UNLINKED and _decided(link) == "ignore"


def _decided(link: Link) -> str:
    return link.decision.action if link.decision is not None else ""


def without_deleted_partner(case: Case) -> Case:
    """Leave out a deleted record that the one at hand was only about to be linked to: its end is not this one's."""
    if case.link.state is LinkState.LINKED:
        return case
    seen = {side: v for side, v in case.seen.items() if side in case.link.ids or not v.observation.deleted}
    return replace(case, seen=seen)


def unlinked_choice(case: Case, lost: str) -> Plan | None:
    """Settle a record that a person linked to one that was not read with it: read both, or ask the person again."""
    if chosen(case.link) is None:
        return None
    return return_to_review(case, lost) if lost else look(case)


def return_to_review(case: Case, code: str) -> Plan:
    """Ask the person again: the decision cannot be carried out, and must not hide the record from review."""
    (side,) = case.link.ids
    target = chosen(case.link)
    candidates = tuple(each for each in case.link.candidates if each.external_id != target)
    link = replace(case.link, decision=None, candidates=candidates)
    reason = Reason(code, {"record": str(target), "system": case.name(side.other)})
    return replace(stop(replace(case, link=link), Result.REVIEW, reason), store=True)
