"""Upsert: notes the intent, calls the vendor, commits the answer under a condition (Idempotent Consumer).

A function may die between any two lines here. What it leaves is an intent; whoever comes after its end reads again, or
looks for what an interrupted create made. A create is never repeated while its outcome is unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from samspill.canon.values import Value
from samspill.engine.kept import kept_otherwise
from samspill.engine.model import Effect, Intent, Link, LinkState, Observation, Outcome, Result, Shadow
from samspill.engine.rules import Policy
from samspill.engine.settle import last_write
from samspill.engine.undo import effect_of
from samspill.engine.undone import is_undo
from samspill.errors import (
    ConfigurationError,
    ConflictError,
    CredentialsError,
    NotFoundError,
    PermanentError,
    RateLimitedError,
    RejectedError,
    SamspillError,
    TransientError,
    UnknownOutcomeError,
)
from samspill.messages import RecordHint, UpsertRecords
from samspill.pipeline.upsert.creates import findable, not_there_already, recovered
from samspill.pipeline.upsert.refusals import told
from samspill.pipeline.upsert.upsert_context import Job, UpsertContext, busy_s, fail, release, requeue, wait_for_turn
from samspill.ports import LinkCommit, VendorWrite, World, Written
from samspill.reasons import Reason
from samspill.work.context import connected, now_s, open_flow, stop_run
from samspill.work.follow_ups import FollowUps
from samspill.work.isolation import apart, of_one, read_each
from samspill.work.keeping import keep, pointers
from samspill.work.known import salted
from samspill.work.markers import marker
from samspill.work.outcomes import Outcomes
from samspill.work.references import References

INTENT_S = 180
"""How long an intent keeps others off: twice as long as the function may run (90 s): an answer may be late."""

_DEFECTS = 2
"""So often a create that met a defect of ours is looked for and tried again."""


def upsert_records(world: World, message: UpsertRecords) -> None:
    """Carry out every write of the message that is still as planned."""
    opened = open_flow(world, message.flow_key)
    if not opened.may_write:
        stop_run(world, message.flow_key, message.run)
        return
    stream = opened.flow.stream(message.stream)
    outcomes, follow_ups = Outcomes(world, message), FollowUps(message)
    with connected(world, opened, message.side) as connector:
        references = References(world, message.stream_key, stream.rules)
        writer = world.modes.of(stream).view(world, opened, stream, message.side, connector)
        context = UpsertContext(world, message, opened, stream, references, writer, outcomes, follow_ups)
        jobs = _still_valid(context)
        for look in (findable, recovered):
            jobs = [rest for job in jobs for rest in _by_itself(context, [job], look)]
        jobs = _by_itself(context, jobs, not_there_already)
        jobs = _unchanged(context, jobs)
        jobs = _claimed(context, jobs)
        if jobs:
            _finish(context, jobs, _call(context, jobs))
    follow_ups.send(world)
    outcomes.send()


def _still_valid(context: UpsertContext) -> list[Job]:
    """Drop what was done before or changed since; a message may come twice, and late."""
    writes = context.message.writes
    stored = context.world.links.get(context.message.stream_key, [write.link.id for write in writes])
    jobs: list[Job] = []
    resolved = context.references.to_ids(context.message.side, [write.write.fields for write in writes])
    for write, fields in zip(writes, resolved, strict=True):
        link = stored.get(write.link.id)
        if link is not None and link.attempt == write.attempt and link.refusal is not None:
            context.outcomes.add(link, Result.FAILED, link.refusal, attempt=write.attempt, ticket=write.ticket)
        elif link is not None and link.attempt == write.attempt:
            context.outcomes.add(
                link,
                Result.APPLIED,
                write.reason,
                attempt=write.attempt,
                fields=write.write.fields,
                before=write.overwritten,
                effect=_effect(Job(write, link, fields), link),
                ticket=write.ticket,
            )
        elif (link.revision if link else 0) != write.link.revision:
            requeue(context, write, link, delay_s=busy_s(context, link))
        elif fields is None and not write.recover:
            requeue(context, write, delay_s=1)
        else:
            jobs.append(Job(write, link, fields))
    return jobs


def _by_itself(
    context: UpsertContext, jobs: list[Job], look: Callable[[UpsertContext, list[Job]], list[Job]]
) -> list[Job]:
    """Have jobs looked at; where that goes wrong, one after the other, so that it ends the one to blame."""
    faults: list[SamspillError] = []
    with apart(faults, ", ".join(job.planned.link.id for job in jobs)):
        return look(context, jobs)
    if len(jobs) > 1:
        return [rest for job in jobs for rest in _by_itself(context, [job], look)]
    for job in jobs:
        fail(context, job, faults[0], may_be_made=job.planned.recover)
    return []


def _unchanged(context: UpsertContext, jobs: list[Job]) -> list[Job]:
    """Before changing what a vendor lets us overwrite unseen, look whether it is still what the plan was made on."""
    ids = [job.planned.write.external_id for job in jobs if job.planned.write.external_id]
    if context.connector.capabilities.guards(context.kind) or not ids:
        return jobs
    now = {record.external_id: record for record in read_each(context.world, context.connector, context.kind, ids)}
    context.references.load(context.message.side, now.values())
    rest: list[Job] = []
    for job in jobs:
        record = now.get(job.planned.write.external_id or "")
        if record is None:
            rest.append(job)
        elif _is_locked(record):
            job, reason = _as_read(context, job, record), Reason("hours_month_locked")  # noqa: PLW2901 - as it was read
            fail(context, job, RejectedError(f"{record.external_id} is locked", reason=reason))
        elif _is_as_planned(context, job, record):
            rest.append(_as_read(context, job, record))
        else:
            requeue(context, job.planned, delay_s=0)
    return rest


def _is_locked(record: Observation) -> bool:
    """Tell whether the vendor says that nobody may change it: a period that is approved, paid or invoiced."""
    return record.fields.get("is_locked") is True


def _as_read(context: UpsertContext, job: Job, record: Observation) -> Job:
    """Return the job with the target as it was just read: if it is refused, a lock lifted later is a change."""
    link, side = job.planned.link, context.message.side
    shadow = replace(
        link.shadows.get(side, Shadow({})), fingerprint=salted(context.opened, record), seen_at=record.seen_at
    )
    link = replace(link, shadows={**link.shadows, side: shadow})
    return Job(job.planned.model_copy(update={"link": link}), job.stored, job.fields)


def _is_as_planned(context: UpsertContext, job: Job, record: Observation) -> bool:
    """Tell whether the look shows what the plan was made on.

    A record that could not be read shows nothing. A field that the look leaves out is unknown: where an edit there
    would count, it is not written until it is told.
    """
    if record.deleted or record.problem is not None:
        return False
    side, write = context.message.side, job.planned.write
    counts = {rule.name for rule in context.ruled if rule.policy is Policy.TWO_WAY or rule.owner is side}
    if not write.archive:
        names = set(write.fields)
    elif job.stored is not None and job.stored.decision is not None and not is_undo(job.stored.decision):
        names = set()  # a person said so, whatever it holds
    else:
        names = counts  # an edit would be put away with its record
    held = job.planned.link.shadows.get(side, Shadow({})).fields
    told = context.references.to_links(side, record)[0].fields
    return all(
        context.stream.rules.of(name).same(told[name], held[name]) if name in told else name not in counts
        for name in names & held.keys()
    )


def _claimed(context: UpsertContext, jobs: list[Job]) -> list[Job]:
    """Store the intents; whoever does not get its own is not the one to write."""
    until = now_s(context.world) + INTENT_S
    links = [_with_intent(context, job, until) for job in jobs]
    commits = [LinkCommit(link, pointers(link, job.stored)) for link, job in zip(links, jobs, strict=True)]
    held, blamed = keep(context.world, context.message.stream_key, commits)
    out: list[Job] = []
    for index, (job, link, ok) in enumerate(zip(jobs, links, held, strict=True)):
        if ok:
            out.append(Job(job.planned, replace(link, revision=link.revision + 1), job.fields))
        elif index in blamed:
            fail(context, job, blamed[index])
        else:
            requeue(context, job.planned, delay_s=1)
    return out


def _with_intent(context: UpsertContext, job: Job, until: int) -> Link:
    planned, side = job.planned, context.message.side
    source = planned.link.shadows.get(side.other, Shadow({}))
    replaced = planned.overwritten
    intent = Intent(planned.attempt, side, until, planned.write.fields, source, planned.link.base, replaced)
    before = job.stored or Link(id=planned.link.id, ids=planned.link.ids)
    before = replace(before, label=planned.link.label or before.label, intent=intent)
    if job.is_create:
        return replace(before, state=LinkState.CLAIMED)
    if before.state is LinkState.TOMBSTONE and is_undo(before.decision):
        return before  # it is a pair again, or stays none, once the write is answered
    joins = set(planned.link.ids) - set(before.ids)
    if before.state is LinkState.TOMBSTONE and not joins:  # linked again: what it had agreed on holds
        return replace(before, state=LinkState.LINKED, gone=(), disputed=planned.link.disputed, decision=None)
    if before.state is not LinkState.LINKED or joins:
        # Two existing records: until the write is answered the pair has agreed on nothing.
        # What a person decided ends here: whatever becomes of the write, the two are a pair.
        joined = replace(before, ids=planned.link.ids, state=LinkState.LINKED, decision=None, candidates=())
        return replace(joined, base={}, shadows={})
    return before


def _call(context: UpsertContext, jobs: list[Job]) -> list[Written]:
    writes = [
        VendorWrite(
            key=job.planned.attempt,
            fields=job.fields or {},
            external_id=job.planned.write.external_id,
            version=job.planned.write.version,
            marker=marker(context.message.stream_key, job.planned.link.id) if job.is_create else "",
            archive=job.planned.write.archive,
        )
        for job in jobs
    ]
    try:
        return list(context.connector.write(context.kind, writes))
    except RateLimitedError as error:
        return [Written(write.key, error=error) for write in writes]
    except TransientError as error:
        # Nothing happened: give the records free, so that nobody waits for this intent to end.
        release(context, jobs)
        for job in jobs:
            requeue(context, job.planned, delay_s=error.retry_after_s)
        return []
    except CredentialsError:
        release(context, jobs)
        raise
    except (PermanentError, ConfigurationError) as error:
        # Refused as a whole, such as for want of a right: each record says so, and can be replayed once that is mended.
        return [Written(write.key, error=error) for write in writes]
    except Exception as error:  # noqa: BLE001 - a defect of ours, and nobody knows after which of the writes
        fault = of_one(error, ", ".join(job.planned.link.id for job in jobs))
        return [Written(write.key, error=UnknownOutcomeError(str(fault), reason=fault.reason)) for write in writes]


def _finish(context: UpsertContext, jobs: list[Job], answers: Sequence[Written]) -> None:
    by_key = {job.planned.attempt: job for job in jobs}
    done: list[tuple[Job, Link, Reason]] = []
    for answer in _within_limit(context, by_key, answers):
        job = by_key[answer.key]
        if answer.error is not None:
            _not_done(context, job, answer.error, alone=len(jobs) == 1)
        elif answer.record is not None:
            faults: list[SamspillError] = []
            with apart(faults, job.planned.link.id):
                done.append((job, *_told(context, job, answer.record, _written(context, job, answer.record))))
            if faults:  # it was done: what came of it is found again
                requeue(context, job.planned, delay_s=INTENT_S + 1, alone=True)
    _store(context, done)


def _not_done(context: UpsertContext, job: Job, error: SamspillError, *, alone: bool) -> None:
    """Look again at a write that did not end, or that met a change; end one that was refused."""
    defect = isinstance(error, UnknownOutcomeError) and error.reason.code == "defect"
    if defect and alone and (not job.is_create or context.message.attempt >= _DEFECTS):
        fail(context, job, error, may_be_made=job.is_create)
    elif isinstance(error, UnknownOutcomeError):
        lag_s = context.connector.capabilities.search_lag_s if job.is_create else 0
        # After a defect each is looked at by itself: one of them is to blame, and none of the others.
        requeue(context, job.planned, delay_s=INTENT_S + lag_s + 1, alone=defect)
    elif isinstance(error, ConflictError | NotFoundError | TransientError):
        release(context, [job])
        requeue(context, job.planned, delay_s=error.retry_after_s if isinstance(error, TransientError) else 1)
    else:
        fail(context, job, error)


def _store(context: UpsertContext, done: Sequence[tuple[Job, Link, Reason]]) -> None:
    """Tell and keep what was written."""
    for job, link, reason in done:
        planned = job.planned
        context.outcomes.add(
            link,
            Result.APPLIED,
            reason,
            attempt=planned.attempt,
            fields=planned.write.fields,
            before=planned.overwritten,
            effect=_effect(job, link),
            ticket=planned.ticket,
        )
    context.outcomes.send()  # what a vendor carried out is told, whatever becomes of us now
    commits = [LinkCommit(link, pointers(link, job.stored)) for job, link, _ in done]
    held, blamed = keep(context.world, context.message.stream_key, commits)
    for index, ((job, link, _), ok) in enumerate(zip(done, held, strict=True)):
        planned = job.planned
        if index in blamed:
            _keep_little(context, job, link, blamed[index])
        elif not ok:
            context.follow_ups.add(RecordHint.of(link), delay_s=1, attempt=context.message.attempt + 1, run="")
        elif planned.again or not link.shadows[context.message.side].fingerprint:
            context.follow_ups.add(RecordHint.of(link, refused=planned.refused), delay_s=0, attempt=0, run="")


def _effect(job: Job, link: Link) -> Effect:
    """Return what a write did; `link` is as it is after it."""
    planned, side = job.planned, job.planned.write.side
    before, after = planned.link.shadows.get(side), link.shadows.get(side, Shadow({}))
    done = effect_of(planned.write, planned.replaced, before, after)
    return replace(done, takes_back=planned.takes_back)


def _within_limit(context: UpsertContext, jobs: Mapping[str, Job], answers: Sequence[Written]) -> list[Written]:
    """Return the answers but those of writes that the limit stopped, which wait for their turn."""
    limited = [(jobs[each.key], each.error) for each in answers if isinstance(each.error, RateLimitedError)]
    if limited:
        wait_for_turn(context, [job for job, _ in limited], limited[0][1])
    return [each for each in answers if not isinstance(each.error, RateLimitedError)]


def _keep_little(context: UpsertContext, job: Job, link: Link, why: PermanentError) -> None:
    """Keep that the two are a pair, where what was answered is too large to keep: nothing else is agreed on."""
    reason = told(context.stream.rules, context.message.side, why, waits_whole=False)
    shadows = {side: replace(shadow, fields={}) for side, shadow in link.shadows.items()}
    outcome = Outcome(Result.FAILED, reason)
    little = replace(link, base={}, shadows=shadows, conflicts={}, candidates=(), outcome=outcome)
    keep(context.world, context.message.stream_key, [LinkCommit(little, pointers(little, job.stored))])
    context.outcomes.tell(little, Result.FAILED, reason, attempt=job.planned.attempt)
    context.outcomes.send()


def _written(context: UpsertContext, job: Job, record: Observation) -> Link:
    """Return the link after the write: the answer for the fields written, the read before it for all others."""
    side, planned = context.message.side, job.planned
    context.references.load(side, [record])
    answer, _ = context.references.to_links(side, record)
    before = planned.link.shadows.get(side, Shadow({}))
    fields: dict[str, Value] = dict(before.fields)
    if planned.write.archive:  # whether it is in use again later shows beside what the archive left
        fields.update({name: value for name, value in answer.fields.items() if name in fields})
    fields.update({name: answer.fields.get(name, value) for name, value in planned.write.fields.items()})
    # An answer that holds what we did not know (an edit, a number the vendor gave) must not pass for known.
    same = record.problem is None and all(
        rule.same(answer.fields.get(rule.name, fields.get(rule.name)), fields.get(rule.name)) for rule in context.ruled
    )
    shadow = Shadow(fields, record.version, record.seen_at, salted(context.opened, record) if same else "")
    return replace(
        planned.link,
        ids={**planned.link.ids, side: record.external_id},
        shadows={**planned.link.shadows, side: shadow},
        attempt=planned.attempt,
        refusal=None,
        intent=None,
        revision=job.stored.revision if job.stored else 0,
    )


def _told(context: UpsertContext, job: Job, record: Observation, link: Link) -> tuple[Link, Reason]:
    """Return the link and the reason of a write; both say so where the answer holds something else than was sent."""
    planned, answer = job.planned, context.references.to_links(context.message.side, record)[0]
    other = kept_otherwise(context.stream.rules, planned.write.fields, answer.fields, is_create=job.is_create)
    if not other:
        return link, planned.reason
    reason = Reason("kept_otherwise", {"fields": ", ".join(other), "system": context.system})
    is_applied = link.outcome is not None and link.outcome.result is Result.APPLIED
    outcome = Outcome(Result.APPLIED, reason, last_write(context.stream.rules, context.message.side, other))
    return (replace(link, outcome=outcome) if is_applied else link), reason
