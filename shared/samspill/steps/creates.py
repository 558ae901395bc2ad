"""Creates: not repeated while their outcome is unknown: what an interrupted one made is looked for, by mark or key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from samspill.canon.values import spelled_alike
from samspill.engine.model import Candidate, Link, LinkState, Observation, Outcome, Result
from samspill.errors import RejectedError
from samspill.messages import RecordHint
from samspill.ports import LinkCommit
from samspill.reasons import Reason
from samspill.steps.context import now_s
from samspill.steps.decide import pointers
from samspill.steps.jobs import Job, Room, again, busy_s, fail, release
from samspill.steps.markers import marker


def findable(room: Room, jobs: list[Job]) -> list[Job]:
    """Refuse creates that could not be looked for if their answer were lost: no marker, and none of the keys."""
    if room.kind in room.connector.capabilities.markers:
        return jobs
    rest: list[Job] = []
    for job in jobs:
        if not job.is_create or any(
            isinstance(job.planned.write.fields.get(name), str) for name in room.stream.rules.look_first
        ):
            rest.append(job)
        else:
            names = " / ".join(room.stream.rules.look_first)
            fail(room, job, RejectedError("nothing to find it by", reason=Reason("no_key", {"fields": names})))
    return rest


def recovered(room: Room, jobs: list[Job]) -> list[Job]:
    """Look for what interrupted creates made; only what is certainly not there is created again."""
    rest: list[Job] = []
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
            _tell_claim(room, job, Reason("found_after_all", {"system": room.system}))
            release(room, [job])
            again(room, job.planned, delay_s=0, found=found[0].external_id)
        elif known:
            _ask(room, job, found or known)  # several, or it has found another partner meanwhile
        elif now_s(room.world) < claim_end + room.connector.capabilities.search_lag_s:
            wait_s = claim_end + room.connector.capabilities.search_lag_s - now_s(room.world)
            again(room, job.planned, delay_s=wait_s)
        else:
            # Nothing was made: the record is planned anew as it is now, and the claim's old fields are never sent.
            _tell_claim(room, job, Reason("not_found_after_all", {"system": room.system}))
            release(room, [job])
            again(room, job.planned, delay_s=1)
    return rest


def _tell_claim(room: Room, job: Job, reason: Reason, result: Result = Result.UNCHANGED) -> None:
    """Put into the journal what became of the create that was interrupted."""
    if job.stored is not None and job.stored.intent is not None:
        room.outcomes.tell(job.stored, result, reason, attempt=job.stored.intent.attempt)
        room.outcomes.send()  # before the claim is given up: afterwards nobody would know of it


def _is_ours(room: Room, job: Job, record: Observation) -> bool:
    """Tell whether a found record is what the create made: by its mark, or by holding what was sent, spelling aside."""
    if room.kind in room.connector.capabilities.markers:
        return True
    if record.problem is not None:
        return False
    sent = {name: value for name, value in (job.fields or {}).items() if name in record.fields}
    return all(spelled_alike(record.fields[name], value) for name, value in sent.items())


def _find(room: Room, job: Job) -> list[Observation]:
    if room.kind in room.connector.capabilities.markers:
        return list(room.connector.find(room.kind, marker=marker(room.message.stream_key, job.planned.link.id)))
    for name in room.stream.rules.look_first:
        value = job.planned.write.fields.get(name)
        if isinstance(value, str):
            return list(room.connector.find(room.kind, keys={name: value}))
    return []


def _unlinked(room: Room, found: Sequence[Observation]) -> list[Observation]:
    """Return those that no other pair has."""
    side = room.message.side
    links = room.world.links.of_records(room.message.stream_key, side, [o.external_id for o in found])
    return [o for o in found if _is_free(links.get(o.external_id))]


def _adopt(room: Room, job: Job, record: Observation) -> None:
    """Link the record that an interrupted create made, from the snapshot in the claim."""
    side = room.message.side
    link = replace(
        job.planned.link,
        ids={**job.planned.link.ids, side: record.external_id},
        attempt=job.planned.attempt,
        refusal=None,
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
    room.later.add(RecordHint.of(link), delay_s=1, attempt=0, run="")


def _ask(room: Room, job: Job, found: Sequence[Observation]) -> None:
    key = _equal_key(room, job, found[0])
    value = str(job.planned.write.fields.get(key))
    reason = (
        Reason("ambiguous", {"rule": key, "value": value}) if key else Reason("found_several", {"system": room.system})
    )
    candidates = tuple(
        Candidate(o.external_id, o.label or o.external_id, 100, _equal_key(room, job, o) or "our mark")
        for o in found[:5]
    )
    if job.stored is None:
        return
    claimed = job.stored.intent is not None
    _tell_claim(room, job, reason, Result.REVIEW)
    link = replace(
        job.stored,
        state=LinkState.UNLINKED,
        intent=None,
        outcome=Outcome(Result.REVIEW, reason),
        candidates=candidates,
    )
    if room.world.links.commit(room.message.stream_key, [LinkCommit(link)])[0]:
        if claimed:
            room.outcomes.count(Result.REVIEW, reason, ticket=job.planned.ticket)
        else:
            room.outcomes.add(link, Result.REVIEW, reason, ticket=job.planned.ticket)
    else:
        again(room, job.planned, delay_s=1)


def _equal_key(room: Room, job: Job, record: Observation) -> str:
    """Return the natural key that the record shares with what is to be created; empty when it only has our mark."""
    fields = job.planned.write.fields
    return next((n for n in room.stream.rules.look_first if fields.get(n) and fields[n] == record.fields.get(n)), "")


def not_there_already(room: Room, jobs: list[Job]) -> list[Job]:
    """Before creating, search the target by natural key: somebody may have made it by hand.

    What the first sync creates itself was matched in its plan. What had to wait there is looked at later without it.
    """
    keys = room.stream.rules.look_first
    planned = room.message.trigger == "internal" and bool(room.message.run)
    if planned or not keys:
        return jobs
    rest: list[Job] = []
    for job in jobs:
        decided = job.stored is not None and job.stored.decision is not None
        found, busy_s = ([], 0) if not job.is_create or decided else _by_natural_key(room, job, keys)
        if busy_s:
            again(room, job.planned, delay_s=busy_s)
        elif not found:
            rest.append(job)
        elif len(found) == 1:
            if job.stored is not None and job.stored.state is LinkState.CLAIMED:
                release(room, [job])  # an interrupted create that never happened: the pair may be joined now
            again(room, job.planned, delay_s=0, found=found[0].external_id)
        else:
            stored = job.stored or Link(id=job.planned.link.id, ids=job.planned.link.ids, label=job.planned.link.label)
            _ask(room, Job(job.planned, stored, job.fields), found)
    return rest


def _by_natural_key(room: Room, job: Job, keys: Sequence[str]) -> tuple[list[Observation], int]:
    """Return the free records with the same key; or how long to wait, where one's own create is still under way."""
    side = room.message.side
    for name in keys:
        value = job.planned.write.fields.get(name)
        if isinstance(value, str) and value:
            found = room.connector.find(room.kind, keys={name: value})
            exact = [
                o.external_id for o in found if (o.fields.get(name) == value or o.may_have(name)) and not o.deleted
            ]
            links = room.world.links.of_records(room.message.stream_key, side, exact)
            claimed = [
                link for link in links.values() if link.state is LinkState.CLAIMED and link.id != job.planned.link.id
            ]
            if claimed:
                return [], max(busy_s(room, link) for link in claimed)
            alive = [o for o in found if o.external_id in exact]
            free = [o for o in alive if _is_free(links.get(o.external_id))]
            # What outlived its partner may have another one: somebody deleted a record and made it again.
            free = free or [o for o in alive if links[o.external_id].state is LinkState.TOMBSTONE]
            if free:
                return free, 0
    return [], 0


def _is_free(link: Link | None) -> bool:
    return link is None or link.state is LinkState.UNLINKED
