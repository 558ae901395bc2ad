"""Plans that write nothing: stop with a reason, wait for another record, or look again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from samspill.engine.case import Case, Plan, Seen
from samspill.engine.model import Detail, Link, Outcome, Result, Side
from samspill.reasons import Reason


def stop(case: Case, result: Result, reason: Reason, detail: Detail | None = None) -> Plan:
    """End here with a reason, remembering what was seen so that it is not looked at again until it changes."""
    return end(case, Outcome(result, reason, detail))


def end(case: Case, outcome: Outcome) -> Plan:
    """End here with an outcome, remembering what was seen as `stop` does."""
    shadows = dict(case.link.shadows)
    for side, view in case.seen.items():
        confirmed = shadows[side].fields if side in shadows else {}
        shadows[side] = view.shadow(confirmed)
    after = replace(labelled(case.link, case.seen), shadows=shadows, outcome=outcome, absent=not_seen(case))
    return Plan(after, outcome.result, outcome.reason, store=differs(case.link, after))


def wait(case: Case) -> Plan:
    """Wait for the first reference that is not linked yet."""
    outcome = case.waits[0]
    after = replace(labelled(case.link, case.seen), outcome=outcome)
    return Plan(after, outcome.result, outcome.reason, store=differs(case.link, after))


def look(case: Case) -> Plan:
    """Settle nothing before both sides were read again."""
    return Plan(case.link, Result.WAITING, Reason("changed_meanwhile"), look=tuple(Side), store=False)


def differs(before: Link, after: Link) -> bool:
    """Tell whether there is anything to store, beside when it was seen."""

    def essence(link: Link) -> Link:
        known = link.shadows.items()
        unseen = {side: replace(each, seen_at=0) for side, each in known}  # pragma: no mutate: any moment does
        return replace(link, shadows=unseen)

    return before.revision == 0 or essence(before) != essence(after)


def labelled(link: Link, seen: Mapping[Side, Seen]) -> Link:
    """Return the link with the label its first side has; the other side's only while there is none."""
    for side in Side:
        speaks = side is Side.LEFT or not link.label or set(link.ids) == {side}
        if side in seen and seen[side].observation.label and speaks:
            return replace(link, label=seen[side].observation.label)
    return link


def not_seen(case: Case) -> dict[Side, int]:
    """Return the absences of sides that were not read now: what was read is not absent."""
    return {side: times for side, times in case.link.absent.items() if side not in case.seen}
