"""Upsert: notes the intent, calls the vendor, commits the answer under a condition (Idempotent Consumer).

A function may die between any two lines here. What it leaves is an intent; whoever comes after its end reads again, or
looks for what an interrupted create made. A create is never repeated while its outcome is unknown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from samspill.canon.values import Fields, Value, spelled_alike
from samspill.engine.model import Candidate, Intent, Link, LinkState, Observation, Outcome, Result, Shadow
from samspill.engine.rules import FieldRule, Policy
from samspill.errors import (
    ConfigurationError,
    ConflictError,
    CredentialsError,
    NotFoundError,
    PermanentError,
    RejectedError,
    SamspillError,
    TransientError,
    UnknownOutcomeError,
)
from samspill.flows.flow import Stream
from samspill.messages import PlannedWrite, UpsertRecords
from samspill.ports import Connector, LinkCommit, VendorWrite, World, Written
from samspill.reasons import Reason
from samspill.steps.context import Opened, connected, now_s, open_flow, stop_run
from samspill.steps.decide import TRIES, hint, pointers
from samspill.steps.fetch import salted
from samspill.steps.later import Later
from samspill.steps.markers import marker
from samspill.steps.outcomes import Outcomes
from samspill.steps.references import References

INTENT_S = 180
"""How long an intent keeps others off: as long as the function may run (120 s), and a minute for a late answer."""


@dataclass(slots=True)
class _Job:
    """One write on its way: the plan, the link as stored, and the record in the vendor's own references."""

    planned: PlannedWrite
    stored: Link | None
    fields: Fields | None
    """None while something it refers to is not linked."""

    @property
    def is_create(self) -> bool:
        return self.planned.write.external_id is None


@dataclass(frozen=True, slots=True)
class _Room:
    """Everything one message works with."""

    world: World
    message: UpsertRecords
    opened: Opened
    stream: Stream
    references: References
    connector: Connector
    outcomes: Outcomes
    later: Later

    @property
    def system(self) -> str:
        """What people call the side that is written."""
        return self.stream.rules.systems.get(self.message.side, self.message.side)

    @property
    def ruled(self) -> list[FieldRule]:
        """The fields that are kept in step."""
        return [rule for rule in self.stream.rules.fields if rule.policy is not Policy.OFF]


def upsert_records(world: World, message: UpsertRecords) -> None:
    """Carry out every write of the message that is still as planned."""
    opened = open_flow(world, message.flow_key)
    if not opened.may_write:
        stop_run(world, message.flow_key, message.run)
        return
    stream = opened.flow.stream(message.stream)
    outcomes, later = Outcomes(world, message), Later(message)
    with connected(world, opened, message.side) as connector:
        references = References(world, message.stream_key, stream.rules)
        room = _Room(world, message, opened, stream, references, connector, outcomes, later)
        jobs = _still_valid(room)
        jobs = _findable(room, jobs)
        jobs = _recovered(room, jobs)
        jobs = _not_there_already(room, jobs)
        jobs = _unchanged(room, jobs)
        jobs = _claimed(room, jobs)
        if jobs:
            _finish(room, jobs, _call(room, jobs))
    later.send(world)
    outcomes.send()


# --- before the call -------------------------------------------------------------------------------------------------


def _still_valid(room: _Room) -> list[_Job]:
    """Drop what was done before or changed since; a message may come twice, and late."""
    writes = room.message.writes
    stored = room.world.links.get(room.message.stream_key, [write.link.id for write in writes])
    jobs: list[_Job] = []
    resolved = room.references.to_ids(room.message.side, [write.write.fields for write in writes])
    for write, fields in zip(writes, resolved, strict=True):
        link = stored.get(write.link.id)
        if link is not None and link.attempt == write.attempt:
            room.outcomes.add(
                link,
                _result(link),
                write.reason,
                attempt=write.attempt,
                fields=write.write.fields,
                ticket=write.ticket,
            )
        elif (link.revision if link else 0) != write.link.revision:
            _again(room, write, link, delay_s=_busy_s(room, link))
        elif fields is None and not write.recover:
            _again(room, write, delay_s=1)
        else:
            jobs.append(_Job(write, link, fields))
    return jobs


def _result(link: Link) -> Result:
    return link.outcome.result if link.outcome and link.outcome.result is Result.FAILED else Result.APPLIED


def _busy_s(room: _Room, link: Link | None) -> int:
    intent = link.intent if link else None
    return max(intent.until - now_s(room.world), 0) + 1 if intent else 1


def _again(room: _Room, write: PlannedWrite, link: Link | None = None, *, delay_s: float, found: str = "") -> None:
    """Have the pair read and planned again, joined with the record `found` by its key; give up after many times."""
    link = link or write.link
    if room.message.attempt >= TRIES:
        reason = Reason("gave_up", {"count": str(TRIES), "last": ""})
        room.outcomes.add(link, Result.FAILED, reason, ticket=write.ticket)
        return
    again = hint(link).model_copy(update={"ticket": write.ticket})
    if found:
        again = again.model_copy(update={room.message.side.value: found, "rule": "natural key"})
    room.later.add(again, delay_s=delay_s, attempt=room.message.attempt + 1)


def _findable(room: _Room, jobs: list[_Job]) -> list[_Job]:
    """Refuse creates that could not be looked for if their answer were lost: no marker, and none of the keys."""
    if room.stream.kind in room.connector.capabilities.markers:
        return jobs
    rest: list[_Job] = []
    for job in jobs:
        if not job.is_create or any(
            isinstance(job.planned.write.fields.get(name), str) for name in room.stream.rules.look_first
        ):
            rest.append(job)
        else:
            names = " / ".join(room.stream.rules.look_first)
            _fail(room, job, RejectedError("nothing to find it by", reason=Reason("no_key", {"fields": names})))
    return rest


def _recovered(room: _Room, jobs: list[_Job]) -> list[_Job]:
    """Look for what interrupted creates made; only what is certainly not there is created again."""
    rest: list[_Job] = []
    for job in jobs:
        if not job.planned.recover:
            rest.append(job)
            continue
        known = _find(room, job)
        found = _unlinked(room, known)
        claim_end = job.stored.intent.until if job.stored and job.stored.intent else 0
        if len(found) == 1 and _is_ours(room, job, found[0]):
            _adopt(room, job, found[0])
        elif len(found) == 1:
            _tell_claim(room, job, "found_after_all")
            _release(room, [job])
            _again(room, job.planned, delay_s=0, found=found[0].external_id)
        elif known:
            _ask(room, job, found or known)  # several, or it has found another partner meanwhile
        elif now_s(room.world) < claim_end + room.connector.capabilities.search_lag_s:
            wait_s = claim_end + room.connector.capabilities.search_lag_s - now_s(room.world)
            _again(room, job.planned, delay_s=wait_s)
        elif job.fields is None:
            _tell_claim(room, job, "not_found_after_all")
            _release(room, [job])
            _again(room, job.planned, delay_s=1)
        else:
            _tell_claim(room, job, "not_found_after_all")
            rest.append(_as_create(job, Reason("created", job.planned.reason.params)))
    return rest


def _tell_claim(room: _Room, job: _Job, code: str) -> None:
    """Put into the journal what became of the create that was interrupted."""
    if job.stored is not None and job.stored.intent is not None:
        reason = Reason(code, {"system": room.system})
        room.outcomes.tell(job.stored, Result.UNCHANGED, reason, attempt=job.stored.intent.attempt)


def _is_ours(room: _Room, job: _Job, record: Observation) -> bool:
    """Tell whether a found record is what the create made: by its mark, or by holding what was sent, spelling aside."""
    if room.stream.kind in room.connector.capabilities.markers:
        return True
    sent = {name: value for name, value in (job.fields or {}).items() if name in record.fields}
    return all(spelled_alike(record.fields[name], value) for name, value in sent.items())


def _as_create(job: _Job, reason: Reason) -> _Job:
    """Return the job as a plain create."""
    outcome = Outcome(Result.APPLIED, reason)
    link = replace(job.planned.link, outcome=outcome, intent=None)
    planned = job.planned.model_copy(update={"recover": False, "reason": reason, "link": link})
    return _Job(planned, job.stored, job.fields)


def _find(room: _Room, job: _Job) -> list[Observation]:
    if room.stream.kind in room.connector.capabilities.markers:
        return list(room.connector.find(room.stream.kind, marker=marker(room.message.stream_key, job.planned.link.id)))
    for name in room.stream.rules.look_first:
        value = job.planned.write.fields.get(name)
        if isinstance(value, str):
            return list(room.connector.find(room.stream.kind, keys={name: value}))
    return []


def _unlinked(room: _Room, found: Sequence[Observation]) -> list[Observation]:
    """Return those that no other pair has."""
    side = room.message.side
    links = room.world.links.of_records(room.message.stream_key, side, [o.external_id for o in found])
    return [o for o in found if _is_free(links.get(o.external_id))]


def _adopt(room: _Room, job: _Job, record: Observation) -> None:
    """Link the record that an interrupted create made, from the snapshot in the claim."""
    side = room.message.side
    link = replace(
        job.planned.link,
        ids={**job.planned.link.ids, side: record.external_id},
        attempt=job.planned.attempt,
        intent=None,
    )
    shadow = replace(link.shadows[side], version=record.version)
    link = replace(link, shadows={**link.shadows, side: shadow})
    claim = job.stored.intent if job.stored else None
    attempt = claim.attempt if claim else job.planned.attempt
    room.outcomes.add(link, Result.APPLIED, job.planned.reason, attempt=attempt, ticket=job.planned.ticket)
    room.outcomes.send()
    room.world.links.commit(room.message.stream_key, [LinkCommit(link, pointers(link, job.stored))])
    # An edit made on either side meanwhile is newer than the snapshot: look once more.
    room.later.add(hint(link), delay_s=1, attempt=0, run="")


def _ask(room: _Room, job: _Job, found: Sequence[Observation]) -> None:
    reason = Reason("found_several", {"system": room.system})
    candidates = tuple(Candidate(o.external_id, o.label or o.external_id, 100, "") for o in found[:5])
    if job.stored is None:
        return
    link = replace(
        job.stored,
        state=LinkState.UNLINKED,
        intent=None,
        outcome=Outcome(Result.REVIEW, reason),
        candidates=candidates,
    )
    if room.world.links.commit(room.message.stream_key, [LinkCommit(link)])[0]:
        claimed = job.stored.intent.attempt if job.stored.intent else ""
        room.outcomes.add(link, Result.REVIEW, reason, attempt=claimed, ticket=job.planned.ticket)
    else:
        _again(room, job.planned, delay_s=1)


def _not_there_already(room: _Room, jobs: list[_Job]) -> list[_Job]:
    """Before creating in an active flow, search the target by natural key: somebody may have made it by hand."""
    keys = room.stream.rules.look_first
    if room.message.trigger == "internal" or not keys:
        return jobs
    rest: list[_Job] = []
    for job in jobs:
        decided = job.stored is not None and job.stored.decision is not None
        found, busy_s = ([], 0) if not job.is_create or decided else _by_natural_key(room, job, keys)
        if busy_s:
            _again(room, job.planned, delay_s=busy_s)
        elif not found:
            rest.append(job)
        elif len(found) == 1:
            if job.stored is not None and job.stored.state is LinkState.CLAIMED:
                _release(room, [job])  # an interrupted create that never happened: the pair may be joined now
            _again(room, job.planned, delay_s=0, found=found[0].external_id)
        else:
            stored = job.stored or Link(id=job.planned.link.id, ids=job.planned.link.ids, label=job.planned.link.label)
            _ask(room, _Job(job.planned, stored, job.fields), found)
    return rest


def _by_natural_key(room: _Room, job: _Job, keys: Sequence[str]) -> tuple[list[Observation], int]:
    """Return the free records with the same key; or how long to wait, where one's own create is still under way."""
    side = room.message.side
    for name in keys:
        value = job.planned.write.fields.get(name)
        if isinstance(value, str) and value:
            found = room.connector.find(room.stream.kind, keys={name: value})
            exact = [o.external_id for o in found if o.fields.get(name) == value and not o.deleted]
            links = room.world.links.of_records(room.message.stream_key, side, exact)
            claimed = [
                link for link in links.values() if link.state is LinkState.CLAIMED and link.id != job.planned.link.id
            ]
            if claimed:
                return [], max(_busy_s(room, link) for link in claimed)
            free = [o for o in found if o.external_id in exact and _is_free(links.get(o.external_id))]
            if free:
                return free, 0
    return [], 0


def _is_free(link: Link | None) -> bool:
    return link is None or link.state is LinkState.UNLINKED


def _unchanged(room: _Room, jobs: list[_Job]) -> list[_Job]:
    """Before changing what a vendor lets us overwrite unseen, look whether it is still what the plan was made on."""
    ids = [job.planned.write.external_id for job in jobs if job.planned.write.external_id]
    if room.connector.capabilities.preconditions or not ids:
        return jobs
    now = {record.external_id: record for record in room.connector.read(room.stream.kind, ids)}
    room.references.load(room.message.side, now.values())
    rest: list[_Job] = []
    for job in jobs:
        record = now.get(job.planned.write.external_id or "")
        if record is None or _is_as_planned(room, job, record):
            rest.append(job)
        else:
            _again(room, job.planned, delay_s=0)
    return rest


def _is_as_planned(room: _Room, job: _Job, record: Observation) -> bool:
    held = job.planned.link.shadows.get(room.message.side, Shadow({})).fields
    told = room.references.to_links(room.message.side, record)[0].fields
    written = [name for name in job.planned.write.fields if name in held]
    return not record.deleted and all(told.get(name, held[name]) == held[name] for name in written)


def _claimed(room: _Room, jobs: list[_Job]) -> list[_Job]:
    """Store the intents; whoever does not get its own is not the one to write."""
    until = now_s(room.world) + INTENT_S
    links = [_with_intent(room, job, until) for job in jobs]
    commits = [LinkCommit(link, pointers(link, job.stored)) for link, job in zip(links, jobs, strict=True)]
    held = room.world.links.commit(room.message.stream_key, commits)
    out: list[_Job] = []
    for job, link, ok in zip(jobs, links, held, strict=True):
        if ok:
            out.append(_Job(job.planned, replace(link, revision=link.revision + 1), job.fields))
        else:
            _again(room, job.planned, delay_s=1)
    return out


def _with_intent(room: _Room, job: _Job, until: int) -> Link:
    planned, side = job.planned, room.message.side
    source = planned.link.shadows.get(side.other, Shadow({}))
    replaced = planned.overwritten
    intent = Intent(planned.attempt, side, until, planned.write.fields, source, planned.link.base, replaced)
    before = job.stored or Link(id=planned.link.id, ids=planned.link.ids)
    before = replace(before, label=planned.link.label or before.label, intent=intent)
    if job.is_create:
        return replace(before, state=LinkState.CLAIMED)
    joins = set(planned.link.ids) - set(before.ids)
    if before.state is not LinkState.LINKED or joins:
        # Two existing records: until the write is answered the pair has agreed on nothing.
        return replace(before, ids=planned.link.ids, state=LinkState.LINKED, base={}, shadows={}, candidates=())
    return before


# --- the call --------------------------------------------------------------------------------------------------------


def _call(room: _Room, jobs: list[_Job]) -> list[Written]:
    writes = [
        VendorWrite(
            key=job.planned.attempt,
            fields=job.fields or {},
            external_id=job.planned.write.external_id,
            version=job.planned.write.version,
            marker=marker(room.message.stream_key, job.planned.link.id) if job.is_create else "",
            archive=job.planned.write.archive,
        )
        for job in jobs
    ]
    try:
        return list(room.connector.write(room.stream.kind, writes))
    except TransientError as error:
        # Nothing happened: give the records free, so that nobody waits for this intent to end.
        _release(room, jobs)
        for job in jobs:
            _again(room, job.planned, delay_s=error.retry_after_s)
        return []
    except CredentialsError:
        _release(room, jobs)
        raise
    except (PermanentError, ConfigurationError) as error:
        # Refused as a whole, such as for want of a right: each record says so, and can be replayed once that is mended.
        return [Written(write.key, error=error) for write in writes]


def _release(room: _Room, jobs: Sequence[_Job]) -> None:
    """Take intents back after a call that certainly had no effect."""
    links = []
    for job in jobs:
        if job.stored is not None:
            state = LinkState.UNLINKED if job.is_create else job.stored.state
            links.append(LinkCommit(replace(job.stored, intent=None, state=state)))
    room.world.links.commit(room.message.stream_key, links)


# --- after the call --------------------------------------------------------------------------------------------------


def _finish(room: _Room, jobs: list[_Job], answers: Sequence[Written]) -> None:
    by_key = {job.planned.attempt: job for job in jobs}
    done: list[tuple[_Job, Link, Written]] = []
    for answer in answers:
        job = by_key[answer.key]
        if answer.record is not None and answer.error is None:
            done.append((job, _written(room, job, answer.record), answer))
        elif isinstance(answer.error, UnknownOutcomeError):
            lag_s = room.connector.capabilities.search_lag_s if job.is_create else 0
            _again(room, job.planned, delay_s=INTENT_S + lag_s + 1)
        elif isinstance(answer.error, ConflictError | NotFoundError | TransientError):
            _release(room, [job])
            wait_s = answer.error.retry_after_s if isinstance(answer.error, TransientError) else 1
            _again(room, job.planned, delay_s=wait_s)
        elif answer.error is not None:
            _fail(room, job, answer.error)
    for job, link, _ in done:
        planned = job.planned
        room.outcomes.add(
            link,
            Result.APPLIED,
            planned.reason,
            attempt=planned.attempt,
            fields=planned.write.fields,
            before=planned.overwritten,
            ticket=planned.ticket,
        )
    room.outcomes.send()  # what a vendor carried out is told, whatever becomes of us now
    commits = [LinkCommit(link, pointers(link, job.stored)) for job, link, _ in done]
    held = room.world.links.commit(room.message.stream_key, commits)
    for (job, link, _), ok in zip(done, held, strict=True):
        planned = job.planned
        if not ok:
            room.later.add(hint(link), delay_s=1, attempt=room.message.attempt + 1, run="")
        elif planned.again or not link.shadows[room.message.side].fingerprint:
            room.later.add(hint(link), delay_s=0, attempt=0, run="")


def _written(room: _Room, job: _Job, record: Observation) -> Link:
    """Return the link after the write: the answer for the fields written, the read before it for all others."""
    side, planned = room.message.side, job.planned
    room.references.load(side, [record])
    answer, _ = room.references.to_links(side, record)
    before = planned.link.shadows.get(side, Shadow({}))
    fields: dict[str, Value] = dict(before.fields)
    fields.update({name: answer.fields.get(name, value) for name, value in planned.write.fields.items()})
    # An answer that holds what we did not know (an edit, a number the vendor gave) must not pass for known.
    same = all(answer.fields.get(rule.name, fields.get(rule.name)) == fields.get(rule.name) for rule in room.ruled)
    shadow = Shadow(fields, record.version, record.seen_at, salted(room.opened, record) if same else "")
    return replace(
        planned.link,
        ids={**planned.link.ids, side: record.external_id},
        shadows={**planned.link.shadows, side: shadow},
        attempt=planned.attempt,
        intent=None,
        revision=job.stored.revision if job.stored else 0,
    )


def _fail(room: _Room, job: _Job, error: SamspillError) -> None:
    """Keep the refusal on the link. What was read counts as seen: it is not sent again until one side changes."""
    planned, side = job.planned, room.message.side
    systems = room.stream.rules.systems
    params = {"system": systems.get(side, side), "source": systems.get(side.other, side.other), "message": str(error)}
    reason = Reason(error.reason.code, {**params, **error.reason.params}, error.reason.vendor or _words(error))
    stored = job.stored or Link(id=planned.link.id, ids=planned.link.ids)
    shadows = dict(stored.shadows)
    for each, seen in planned.link.shadows.items():
        confirmed = shadows[each].fields if each in shadows else {}
        shadows[each] = replace(seen, fields=confirmed)
    link = replace(
        stored,
        state=LinkState.UNLINKED if job.is_create else stored.state,
        intent=None,
        shadows=shadows,
        outcome=Outcome(Result.FAILED, reason),
        attempt=planned.attempt,
        label=planned.link.label,
    )
    if room.world.links.commit(room.message.stream_key, [LinkCommit(link)])[0]:
        room.outcomes.add(link, Result.FAILED, reason, attempt=planned.attempt, ticket=planned.ticket)
    else:
        _again(room, planned, link, delay_s=1)


def _words(error: SamspillError) -> str | None:
    """The vendor's own words and request id, for whoever asks the vendor."""
    parts = [part for part in (error.vendor_message, error.request_id) if part]
    return " · ".join(parts) or None
