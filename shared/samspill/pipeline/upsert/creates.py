"""Creates: not repeated while their outcome is unknown: what an interrupted one made is looked for, by mark or key."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from samspill.canon import keys
from samspill.engine.identity import QUESTIONS, RECONSIDER, Verdict
from samspill.engine.kept import is_kept, kept_otherwise, written
from samspill.engine.match import question, several
from samspill.engine.model import Candidate, DetailKind, Link, LinkState, Observation, Outcome, Result, detail_of
from samspill.engine.settle import last_write
from samspill.engine.stops import differs
from samspill.engine.undo import effect_of
from samspill.errors import RejectedError
from samspill.messages import RecordHint
from samspill.pipeline.upsert.lookups import SPELLINGS, Found, Looked, Lookup, is_free
from samspill.pipeline.upsert.upsert_context import Job, UpsertContext, fail, release, requeue
from samspill.ports import LinkCommit
from samspill.reasons import Reason
from samspill.work.context import now_s
from samspill.work.keeping import pointers
from samspill.work.known_keys import remember
from samspill.work.markers import marker


def findable(context: UpsertContext, jobs: list[Job]) -> list[Job]:
    """Refuse creates that could not be looked for if their answer were lost: no marker, and none of the keys."""
    if context.kind in context.connector.capabilities.markers:
        return jobs
    rest: list[Job] = []
    for job in jobs:
        if not job.is_create or any(
            isinstance(job.planned.write.fields.get(name), str) for name in context.stream.rules.look_first
        ):
            rest.append(job)
        else:
            names = " / ".join(context.stream.rules.look_first)
            fail(context, job, RejectedError("nothing to find it by", reason=Reason("no_key", {"fields": names})))
    return rest


def recovered(context: UpsertContext, jobs: list[Job]) -> list[Job]:
    """Look for what interrupted creates made; only what is certainly not there is created again."""
    rest: list[Job] = []
    for job in jobs:
        if not job.planned.recover:
            rest.append(job)
            continue
        # What a person parted from the record bears its mark, too, if it was once created for it.
        known = [each for each in _find(context, job) if each.external_id not in job.planned.link.apart]
        found = _unlinked(context, known)
        claim_end = job.stored.intent.until if job.stored and job.stored.intent else 0
        if len(found) == 1 and _is_ours(context, job, found[0]):
            _adopt(context, job, found[0])
        elif len(found) == 1:
            _tell_claim(context, job, Reason("found_after_all", {"system": context.system}))
            release(context, [job])
            requeue(context, job.planned, delay_s=0, found=found[0].external_id)
        elif known:
            _ask(context, job, found or known)  # several, or it has found another partner meanwhile
        elif now_s(context.world) < claim_end + context.connector.capabilities.search_lag_s:
            wait_s = claim_end + context.connector.capabilities.search_lag_s - now_s(context.world)
            requeue(context, job.planned, delay_s=wait_s)
        else:
            # Nothing was made: the record is planned anew as it is now, and the claim's old fields are never sent.
            _tell_claim(context, job, Reason("not_found_after_all", {"system": context.system}))
            release(context, [job])
            requeue(context, job.planned, delay_s=1)
    return rest


def _tell_claim(context: UpsertContext, job: Job, reason: Reason, result: Result = Result.UNCHANGED) -> None:
    """Put into the journal what became of the create that was interrupted."""
    if job.stored is not None and job.stored.intent is not None:
        context.outcomes.tell(job.stored, result, reason, attempt=job.stored.intent.attempt)
        context.outcomes.send()  # before the claim is given up: afterwards nobody would know of it


def _is_ours(context: UpsertContext, job: Job, record: Observation) -> bool:
    """Tell whether a found record is what the create made: by its mark, or by holding what was sent and nothing else.

    Spelling aside. What holds something where the create had nothing was made, or edited, by somebody else.
    """
    if context.kind in context.connector.capabilities.markers:
        return True
    if record.problem is not None:
        return False
    empty = (name for name, value in job.planned.link.base.items() if value is None)
    if any(record.fields.get(name) not in (None, "") for name in empty):
        return False
    sent = {name: value for name, value in (job.fields or {}).items() if name in record.fields}
    kept = written(context.stream.rules, sent, record.fields)
    return all(name in kept or is_kept(context.stream.rules.of(name), sent[name], record.fields[name]) for name in sent)


def _find(context: UpsertContext, job: Job) -> list[Observation]:
    """Return what the create may have made: by its mark, or by a key in whatever spelling the target may hold it."""
    if context.kind in context.connector.capabilities.markers:
        return list(
            context.connector.find(context.kind, marker=marker(context.message.stream_key, job.planned.link.id))
        )
    for name in context.stream.rules.look_first:
        value = job.planned.write.fields.get(name)
        if isinstance(value, str):
            found = (
                context.connector.find(context.kind, keys={name: each})
                for each in keys.spellings(name, value)[:SPELLINGS]
            )
            return next((rows for rows in found if rows), [])
    return []


def _unlinked(context: UpsertContext, found: Sequence[Observation]) -> list[Observation]:
    """Return those that no other pair has."""
    side = context.message.side
    links = context.world.links.of_records(context.message.stream_key, side, [o.external_id for o in found])
    return [o for o in found if is_free(links.get(o.external_id))]


def _adopt(context: UpsertContext, job: Job, record: Observation) -> None:
    """Link the record that an interrupted create made, from the snapshot in the claim."""
    side = context.message.side
    link = replace(
        job.planned.link,
        ids={**job.planned.link.ids, side: record.external_id},
        attempt=job.planned.attempt,
        refusal=None,
        intent=None,
    )
    context.references.load(side, [record])
    sent, held = job.planned.write.fields, context.references.to_links(side, record)[0].fields
    kept, before = written(context.stream.rules, sent, held), link.shadows[side]
    shadow = replace(before, fields={**before.fields, **kept}, version=record.version)
    reason, detail = job.planned.reason, None
    if other := kept_otherwise(context.stream.rules, sent, kept, is_create=True):
        reason = Reason("kept_otherwise", {"fields": ", ".join(other), "system": context.system})
        detail = last_write(context.stream.rules, side, other)
    outcome = Outcome(Result.APPLIED, reason, detail)
    link = replace(link, shadows={**link.shadows, side: shadow}, outcome=outcome)
    claim = job.stored.intent if job.stored else None
    attempt = claim.attempt if claim else job.planned.attempt
    effect = effect_of(job.planned.write, {}, None, shadow)
    context.outcomes.add(link, Result.APPLIED, reason, attempt=attempt, effect=effect, ticket=job.planned.ticket)
    context.outcomes.send()
    context.world.links.commit(context.message.stream_key, [LinkCommit(link, pointers(link, job.stored))])
    # An edit made on either side meanwhile is newer than the snapshot: look once more.
    context.follow_ups.add(RecordHint.of(link), delay_s=1, attempt=0, run="")


def _ask(context: UpsertContext, job: Job, found: Sequence[Observation]) -> None:
    key = _equal_key(context, job, found[0])
    value = str(job.known_by.get(key))
    outcome = (
        several(key, value) if key else Outcome(Result.REVIEW, Reason("found_several", {"system": context.system}))
    )
    reason = outcome.reason
    candidates = tuple(
        Candidate(o.external_id, o.label or o.external_id, 100, _equal_key(context, job, o) or "our mark")
        for o in found[:5]
    )
    if job.stored is None:
        return
    claimed = job.stored.intent is not None
    _tell_claim(context, job, reason, Result.REVIEW)
    link = replace(
        job.stored,
        state=LinkState.UNLINKED,
        intent=None,
        outcome=outcome,
        candidates=candidates,
    )
    if context.world.links.commit(context.message.stream_key, [LinkCommit(link)])[0]:
        if claimed:
            context.outcomes.count(Result.REVIEW, reason, ticket=job.planned.ticket)
        else:
            context.outcomes.add(link, Result.REVIEW, reason, ticket=job.planned.ticket)
    else:
        requeue(context, job.planned, delay_s=1)


def _equal_key(context: UpsertContext, job: Job, record: Observation) -> str:
    """Return the natural key that the record shares with what is to be created; empty when it only has our mark."""
    fields = job.known_by
    names = context.stream.rules.look_first
    return next((n for n in names if (k := keys.key(n, fields.get(n))) and k == keys.key(n, record.fields.get(n))), "")


def not_there_already(context: UpsertContext, jobs: list[Job]) -> list[Job]:
    """Before creating, look whether the target holds the same thing already: somebody may have made it by hand.

    What the first sync creates itself was matched in its plan. What had to wait there is looked at later without it.
    """
    planned = context.message.trigger == "internal" and bool(context.message.run)
    if planned or not context.stream.rules.look_first:
        return jobs
    lookup = Lookup(context)
    new = [job for job in jobs if job.is_create and not _is_decided(job)]
    looked = dict(zip(map(id, new), lookup.of(new), strict=True))
    same = ((pair for pair in each.found if pair[0].verdict is Verdict.SAME) for each in looked.values())
    shared = Counter(o.external_id for pairs in same for _, o in pairs)
    rest: list[Job] = []
    for job in jobs:
        each = looked.get(id(job), Looked())
        if each.busy_s:
            requeue(context, job.planned, delay_s=each.busy_s)
        elif not each.found:
            _look_at_others(context, job)
            rest.append(job)
        elif job.stored is not None and (asked := _maybe_unreadable(job.stored)) is not None:
            context.outcomes.add(job.stored, Result.UNCHANGED, asked, ticket=job.planned.ticket)  # it may be so still
        elif (only := _only(lookup, each.found)) is not None and shared[only] <= 1:
            if job.stored is not None and job.stored.state is LinkState.CLAIMED:
                release(context, [job])  # an interrupted create that never happened: the pair may be joined now
            requeue(context, job.planned, delay_s=0, found=only)
        else:
            _ask_whether_same(context, job, each.found)
    return rest


def _maybe_unreadable(link: Link) -> Reason | None:
    """Return the question whether a record is one that could not be read, where a person is asked that."""
    is_asked = link.outcome is not None and detail_of(link).kind is DetailKind.UNREADABLE
    return link.outcome.reason if link.outcome is not None and is_asked else None


def _is_decided(job: Job) -> bool:
    return job.stored is not None and job.stored.decision is not None


def _only(lookup: Lookup, found: Sequence[Found]) -> str | None:
    """Return the one record that is to be read together with the job's: the same, unreadable, or out of scope."""
    same = [o for judged, o in found if judged.verdict is Verdict.SAME and o.problem is None]
    if len(same) == 1:
        return same[0].external_id
    (_, first), *others = found
    settled = first.problem is not None or lookup.is_out_of_scope(first)
    return first.external_id if settled and not others else None


def _ask_whether_same(context: UpsertContext, job: Job, found: Sequence[Found]) -> None:
    """Ask a person whether what is to be created is there already; nothing is created meanwhile."""
    best = sorted(found, key=lambda pair: (not pair[0].rule, -pair[0].score, pair[1].external_id))
    outcome, candidates = question(best, context.system)
    judged = best[0][0]
    if judged.rule and (len([pair for pair in best if pair[0].rule == judged.rule]) > 1 or not judged.code):
        field = next((rule.field for rule in context.stream.rules.matches if rule.name == judged.rule), "") or "name"
        outcome = several(field, str(job.known_by.get(field)))
        candidates = tuple(replace(each, why=field) for each in candidates)
    planned, side = job.planned, context.message.side
    before = job.stored or Link(id=planned.link.id, ids=planned.link.ids, label=planned.link.label)
    seen = planned.link.shadows.get(side.other)
    link = replace(
        before,
        state=LinkState.UNLINKED,
        intent=None,
        shadows={**before.shadows, side.other: replace(seen, fields={})} if seen is not None else before.shadows,
        outcome=outcome,
        candidates=candidates,
    )
    reason = outcome.reason
    if not differs(before, link):
        context.outcomes.add(link, Result.UNCHANGED, reason, ticket=planned.ticket)
        return
    own = before.ids[side.other]
    remember(context.world, context.message.stream_key, context.stream.rules, [(side.other, own, job.known_by)])
    if context.world.links.commit(context.message.stream_key, [LinkCommit(link)])[0]:
        claimed = before.intent.attempt if before.intent else ""
        context.outcomes.add(link, Result.REVIEW, reason, attempt=claimed, ticket=planned.ticket)
    else:
        requeue(context, planned, delay_s=1)


def _look_at_others(context: UpsertContext, job: Job) -> None:
    """Have the records looked at that waited because they might have been the one that is created now."""
    if job.stored is None or detail_of(job.stored).kind not in QUESTIONS:
        return
    for candidate in job.stored.candidates:
        hint = RecordHint.model_validate({context.message.side.value: candidate.external_id, "rule": RECONSIDER})
        context.follow_ups.add(hint, delay_s=1, attempt=0, run="")
