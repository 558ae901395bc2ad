"""Records that are read and decided again: when another step is at them, when they wait, when a question ended."""

from __future__ import annotations

from samspill.engine.case import Plan
from samspill.engine.chosen import chosen
from samspill.engine.identity import QUESTIONS, RECONSIDER
from samspill.engine.model import Link, LinkState, Result, Side, detail_of
from samspill.messages import MapRecords, RecordHint, Subject
from samspill.pipeline.map.work import Decided, MapWork
from samspill.ports import World
from samspill.reasons import Reason
from samspill.work.context import now_s
from samspill.work.tries import TRIES, WAIT_S, WAITS


def come_back(world: World, message: MapRecords, work: MapWork, busy: Link, subject: Subject) -> None:
    """Look at the record again once the claim is over: by then it is one of a pair.

    Whoever meets a claim that is over has it finished: nobody else may come to it, such as when its source is gone.
    """
    left_s = busy.intent.until - now_s(world) if busy.intent else 0
    if message.attempt >= TRIES:
        reason = Reason("gave_up", {"count": str(TRIES)}, because=Reason("record_busy"))
        work.outcomes.add(busy, Result.FAILED, reason, ticket=subject.ticket)
        return
    if left_s < 0:
        work.follow_ups.add(RecordHint.of(busy), delay_s=0, attempt=message.attempt + 1, run="")
    delay_s = max(left_s, 0) + 1
    ids = {side: o.external_id if (o := subject.on(side)) else None for side in Side}
    alone = RecordHint(left=ids[Side.LEFT], right=ids[Side.RIGHT], rule=subject.rule, ticket=subject.ticket)
    work.follow_ups.add(alone, delay_s=delay_s + WAIT_S, attempt=message.attempt + 1)


def look_at_others(work: MapWork, decided: Decided) -> None:
    """Have records looked at whose question ends with this plan: what they may have been is a pair, or is gone."""
    before, after = decided.before, decided.plan.link
    if before is None or before.state is not LinkState.UNLINKED or detail_of(before).kind not in QUESTIONS:
        return
    if after.state is not LinkState.TOMBSTONE and len(after.ids) < len(Side):
        return  # what is to be created is looked for first, and may be asked about again
    (own,) = before.ids
    for candidate in before.candidates:
        if candidate.external_id != after.ids.get(own.other):
            hint = RecordHint.model_validate({own.other.value: candidate.external_id, "rule": RECONSIDER})
            work.follow_ups.add(hint, delay_s=WAIT_S, attempt=0, run="")


def look_again(world: World, message: MapRecords, work: MapWork, planned: Plan, subject: Subject) -> None:
    """Read the pair once more when nobody is at it; after many looks it has failed, and can be replayed."""
    if message.attempt >= TRIES:
        reason = Reason("gave_up", {"count": str(TRIES)}, because=planned.reason)
        work.outcomes.add(planned.link, Result.FAILED, reason, ticket=subject.ticket)
        return
    intent = planned.link.intent
    busy_s = max(intent.until - now_s(world), 0) + 1 if intent else 1
    busy_s = max(busy_s, planned.wait_s)
    work.follow_ups.add(hint_again(subject, planned.link), delay_s=busy_s, attempt=message.attempt + 1)


def wait(message: MapRecords, work: MapWork, planned: Plan, subject: Subject) -> None:
    """Look again soon, a few times. One that was waiting already is looked at by every full read, and no oftener."""
    if planned.result is Result.WAITING and message.attempt < WAITS and (planned.store or message.attempt):
        again = hint_again(subject, planned.link)
        wait_s = WAIT_S * 2**message.attempt
        work.follow_ups.add(again, delay_s=wait_s, attempt=message.attempt + 1, run="", force=False)


def hint_again(subject: Subject, link: Link) -> RecordHint:
    """Return the hint to look again, with what the record was matched to, so that this is not forgotten meanwhile."""
    ids = {side: o.external_id if (o := subject.on(side)) else link.ids.get(side, chosen(link)) for side in Side}
    rule = subject.rule if subject.left and subject.right else "person" if chosen(link) else ""
    return RecordHint(left=ids[Side.LEFT], right=ids[Side.RIGHT], rule=rule, ticket=subject.ticket)
