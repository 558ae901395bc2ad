"""A write on its way through `upsert`, and what may become of it: looked at again, given back, refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from samspill.canon.values import Fields
from samspill.engine.model import Link, LinkState, Outcome, Result, link_id
from samspill.engine.pairs import NATURAL_KEY, refusal
from samspill.engine.refused import Refused, in_a_row, outcome_with, refused_key, refused_value
from samspill.engine.rules import FieldRule, Policy
from samspill.errors import RateLimitedError, SamspillError
from samspill.flows.flow import Stream
from samspill.messages import PlannedWrite, RecordHint, UpsertRecords
from samspill.pipeline.upsert.refusals import held_alone, told
from samspill.ports import Connector, LinkCommit, World
from samspill.reasons import Reason
from samspill.work import turns
from samspill.work.context import Opened, now_s
from samspill.work.follow_ups import FollowUps
from samspill.work.keeping import keep
from samspill.work.known_keys import remember
from samspill.work.outcomes import Outcomes
from samspill.work.references import References
from samspill.work.tries import TRIES


@dataclass(slots=True)
class Job:
    """One write on its way: the plan, the link as stored, and the record in the vendor's own references."""

    planned: PlannedWrite
    stored: Link | None
    fields: Fields | None
    """None while something it refers to is not linked."""

    @property
    def known_by(self) -> Fields:
        """What is to be written, and what else tells what the record is."""
        return {**self.planned.aside, **self.planned.write.fields}

    @property
    def is_create(self) -> bool:
        return self.planned.write.external_id is None


@dataclass(frozen=True, slots=True)
class UpsertContext:
    """Everything one message works with."""

    world: World
    message: UpsertRecords
    opened: Opened
    stream: Stream
    references: References
    connector: Connector
    outcomes: Outcomes
    follow_ups: FollowUps

    @property
    def system(self) -> str:
        """What people call the side that is written."""
        return self.stream.rules.systems.get(self.message.side, self.message.side)

    @property
    def kind(self) -> str:
        """The kind of record that is written."""
        return self.stream.kind_on(self.message.side)

    @property
    def ruled(self) -> list[FieldRule]:
        """The fields that are kept in step."""
        return [rule for rule in self.stream.rules.fields if rule.policy is not Policy.OFF]


def requeue(
    context: UpsertContext,
    write: PlannedWrite,
    link: Link | None = None,
    *,
    delay_s: float,
    found: str = "",
    alone: bool = False,
) -> None:
    """Have the pair read and planned again, joined with the record `found` by its key; give up after many times.

    `alone` has it looked at without any other.
    """
    link = link or write.link
    if context.message.attempt >= TRIES:
        reason = Reason("gave_up", {"count": str(TRIES)})
        context.outcomes.add(link, Result.FAILED, reason, ticket=write.ticket)
        return
    hint = RecordHint.of(link, ticket=write.ticket)
    if found:
        hint = hint.model_copy(update={context.message.side.value: found, "rule": NATURAL_KEY})
    context.follow_ups.add(hint, delay_s=delay_s, attempt=context.message.attempt + 1, alone=alone)


def busy_s(context: UpsertContext, link: Link | None) -> int:
    intent = link.intent if link else None
    return max(intent.until - now_s(context.world), 0) + 1 if intent else 1


def release(context: UpsertContext, jobs: Sequence[Job]) -> list[Link | None]:
    """Take intents back after a call that certainly had no effect; return each link as it is then.

    None where somebody else was first, or nothing was stored.
    """
    claimed = [job for job in jobs if job.stored is not None]
    links = [
        replace(job.stored, intent=None, state=LinkState.UNLINKED if job.is_create else job.stored.state)
        for job in claimed
        if job.stored is not None
    ]
    held = context.world.links.commit(context.message.stream_key, [LinkCommit(link) for link in links])
    after = {id(job): link for job, link, ok in zip(claimed, links, held, strict=True) if ok}
    return [replace(link, revision=link.revision + 1) if (link := after.get(id(job))) else None for job in jobs]


def wait_for_turn(context: UpsertContext, jobs: Sequence[Job], error: RateLimitedError) -> None:
    """Send writes back that the vendor's limit stopped, as they were planned: nobody reads again for that."""
    writes: list[PlannedWrite] = []
    for job, link in zip(jobs, release(context, jobs), strict=True):
        if link is None:
            requeue(context, job.planned, delay_s=1)
        else:
            known = replace(job.planned.link, revision=link.revision)
            writes.append(job.planned.model_copy(update={"link": known}))
    if writes:
        some_done = len(jobs) < len(context.message.writes)
        update = {"writes": tuple(writes), "waits": 0 if some_done else context.message.waits}
        waiting = context.message.model_copy(update=update)
        turns.wait_for_turn(context.world, [waiting], turns.turn_of(context.world, error))


def fail(context: UpsertContext, job: Job, error: SamspillError, *, may_be_made: bool = False) -> None:
    """Keep the refusal on the link. Both sides count as seen: the same content is not sent again until one changes.

    Where one field was refused, the others go out without it; where the other side is owed a write too, so does that.
    The claim of a create that `may_be_made` stays: what became of it has still to be found out.
    """
    planned, side = job.planned, context.message.side
    # A partner that the write was to join is none until a pair with it is stored.
    begun = {each: name for each, name in planned.link.ids.items() if link_id(each, name) == planned.link.id}
    stored = job.stored or Link(id=planned.link.id, ids=begun)
    rules, fields = context.stream.rules, planned.write.fields
    field = held_alone(rules, side, fields, error, is_create=job.is_create)
    waits_whole = field is None and not rules.implicit and (job.is_create or len(fields) > 1)
    reason = told(rules, side, error, waits_whole=waits_whole)
    reason = reason.about_setting(context.opened.state.connection(side), context.opened.state.flow)
    refused = dict(stored.refused)
    if field is not None:
        refused[refused_key(side, field)] = refused_value(fields[field], reason)
    rest = field is not None and len(fields) > 1
    shadows = dict(stored.shadows)
    for seen_on, seen in planned.link.shadows.items():
        if seen_on in stored.ids:
            confirmed = shadows[seen_on].fields if seen_on in shadows else {}
            # With other fields to go, neither side may pass for known if nobody lives to look again.
            seen = replace(seen, fingerprint="") if rest else seen  # noqa: PLW2901
            shadows[seen_on] = replace(seen, fields=confirmed)
    link = replace(
        stored,
        state=LinkState.UNLINKED if job.is_create and not may_be_made else stored.state,
        intent=stored.intent if may_be_made else None,
        shadows=stored.shadows if may_be_made else shadows,
        outcome=_failed(reason, refused, is_whole=field is None),
        absent=planned.link.absent,
        attempt=planned.attempt,
        refusal=reason,
        label=planned.link.label,
        refused=refused,
    )
    if may_be_made and stored.outcome == link.outcome:
        context.outcomes.add(stored, Result.UNCHANGED, reason, ticket=planned.ticket)  # told before
        return
    if job.is_create:
        own = (side.other, link.ids[side.other], job.known_by)
        remember(context.world, context.message.stream_key, context.stream.rules, [own])
    held, blamed = keep(context.world, context.message.stream_key, [LinkCommit(link)])
    if held[0] or blamed:  # where even the reason does not fit, the journal tells it
        context.outcomes.add(link, Result.FAILED, reason, attempt=planned.attempt, ticket=planned.ticket)
        if planned.again or rest:
            whole = "" if field is not None else refusal(side, fields)
            context.follow_ups.add(RecordHint.of(link, refused=whole), delay_s=0, attempt=0, run="")
    else:
        requeue(context, planned, link, delay_s=1)


def _failed(reason: Reason, refused: Refused, *, is_whole: bool) -> Outcome:
    """Return how a record stands: for what holds it up whole, and for the values of it that were refused."""
    if not is_whole:
        return outcome_with(Outcome(Result.FAILED, reason), refused)
    others = [each.reason for each in refused.values()]
    told = in_a_row([reason, *([reason.because] if reason.because else []), *others])
    return Outcome(Result.FAILED, told or reason)
