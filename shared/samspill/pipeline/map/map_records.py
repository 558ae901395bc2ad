"""Map: compares what was read with what is known and decides: writes, waits, reviews, skips (Message Translator)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import batched

from samspill.canon.values import Fields
from samspill.engine.case import Plan, Seen
from samspill.engine.chosen import chosen, is_ignored
from samspill.engine.identity import QUESTIONS, RECONSIDER
from samspill.engine.interrupted import confirmed, done_by, is_over
from samspill.engine.kept import kept_otherwise
from samspill.engine.model import (
    Effect,
    Intent,
    Link,
    LinkState,
    Observation,
    Outcome,
    Result,
    Shadow,
    Side,
    Write,
    detail_of,
    link_id,
)
from samspill.engine.pairs import name_of
from samspill.engine.plan import new_link, plan
from samspill.engine.rules import Policy, StreamRules
from samspill.engine.settle import last_write
from samspill.engine.undo import effect_of
from samspill.engine.undone import is_undo
from samspill.engine.unlink import are_apart
from samspill.errors import PermanentError, SamspillError
from samspill.guard.change_guard import Gate
from samspill.messages import (
    BATCH,
    MapRecords,
    Message,
    PlannedWrite,
    RecordHint,
    Subject,
    UpsertRecords,
)
from samspill.ports import LinkCommit, World
from samspill.reasons import Reason
from samspill.work.as_seen import as_seen, named
from samspill.work.context import Opened, now_s, open_flow, stop_run
from samspill.work.follow_ups import FollowUps
from samspill.work.isolation import apart
from samspill.work.keeping import keep, largest_on, pointers
from samspill.work.known_keys import remember
from samspill.work.markers import created_by, unfinished_creates
from samspill.work.outcomes import Outcomes
from samspill.work.references import References
from samspill.work.tries import TRIES, WAIT_S, WAITS

type _Half = tuple[Side, Link | None, Observation]
"""A side, and what is known and was read of a record there."""


@dataclass(frozen=True, slots=True)
class _Decided:
    """A plan, the link it was made on, and what was read."""

    plan: Plan
    before: Link | None
    subject: Subject


@dataclass(slots=True)
class _Work:
    """What one message leads to."""

    rules: StreamRules
    outcomes: Outcomes
    follow_ups: FollowUps
    commits: list[_Decided] = field(default_factory=list)
    writes: dict[Side, list[PlannedWrite]] = field(default_factory=lambda: {Side.LEFT: [], Side.RIGHT: []})
    before: dict[str, Link | None] = field(default_factory=dict)
    """Link id → the link that a write was planned on."""


def map_records(world: World, message: MapRecords) -> None:
    """Decide about every record of the message."""
    opened = open_flow(world, message.flow_key)
    if not opened.may_write:
        stop_run(world, message.flow_key, message.run)
        return
    rules = opened.flow.stream(message.stream).rules
    references = References(world, message.stream_key, rules)
    known: dict[Side, dict[str, Link]] = {}
    for side in Side:
        observations = [o for s in message.subjects if (o := s.on(side)) is not None]
        ids = [o.external_id for o in observations]
        known[side] = world.links.of_records(message.stream_key, side, ids) if ids else {}
        references.load(side, observations)
    work = _Work(rules, Outcomes(world, message), FollowUps(message))
    unfinished = unfinished_creates(world, message, known)
    for subject in message.subjects:
        if (busy := created_by(message, unfinished, known, subject)) is not None:
            _come_back(world, message, work, busy, subject)
            continue
        faults: list[SamspillError] = []
        with apart(faults, f"{message.stream} {named(subject)}"):
            link, mine, taken = _pair(rules, message, work, known, subject)  # which may turn out to be two records
            seen, waits = as_seen(opened, references, mine)
            link = _after_interruption(world, message, work, link, seen)
            planned = plan(
                rules,
                link,
                seen,
                now_s(world),
                waits=waits,
                matched=mine.rule,
                refused=mine.refused,
                taken=taken,
                sure=message.force or message.attempt > 0,
            )
            _note(world, message, work, _Decided(planned, link, mine))
        for fault in faults:
            _fail(work, known, subject, fault)
    gate = Gate(world, opened, message, work.outcomes, work.follow_ups)
    work.writes = {side: gate.let_through(side, writes, work.before) for side, writes in work.writes.items()}
    _commit(world, opened, message, work)
    world.queues.send(_upserts(message, work))
    work.follow_ups.send(world)
    work.outcomes.send()


def _fail(work: _Work, known: Mapping[Side, Mapping[str, Link]], subject: Subject, fault: SamspillError) -> None:
    """End a record that nobody can decide about, for a defect of ours; what is known of it stays.

    Of two it is the one that is there: with one that is deleted nothing is wrong.
    """
    read = [(side, record) for side in Side if (record := subject.on(side)) is not None]
    if not read:
        return
    side, record = min(read, key=lambda each: each[1].deleted)
    before = known[side].get(record.external_id)
    link = before or new_link({side: Seen(record)})
    after = replace(link, label=link.label or record.label, outcome=Outcome(Result.FAILED, fault.reason))
    if before is not None and before.outcome == after.outcome:
        work.outcomes.add(before, Result.UNCHANGED, fault.reason, ticket=subject.ticket)  # told before
    else:
        work.commits.append(_Decided(Plan(after, Result.FAILED, fault.reason), before, subject))


def _come_back(world: World, message: MapRecords, work: _Work, busy: Link, subject: Subject) -> None:
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


def _pair(
    rules: StreamRules, message: MapRecords, work: _Work, known: Mapping[Side, Mapping[str, Link]], subject: Subject
) -> tuple[Link | None, Subject, bool]:
    """Return the pair's link, and whether a person chose a partner that it cannot have.

    Two records that cannot be one pair are looked at one by one: the one whose link this is not, later.
    """
    if subject.left is None or subject.right is None:
        side, record = (Side.LEFT, subject.left) if subject.left else (Side.RIGHT, subject.right)
        return known[side].get(record.external_id) if record else None, subject, False
    records = {Side.LEFT: subject.left, Side.RIGHT: subject.right}
    links = {side: known[side].get(record.external_id) for side, record in records.items()}
    side = _begins(rules, links, records)
    link, other, record = links[side], links[side.other], records[side.other]
    is_other_sound = not _has_ended(other) and not _is_left_out(rules, side.other, records[side.other])
    if subject.rule and _has_ended(link) and is_other_sound:  # what outlived its partner is taken in
        side, link, other, record = side.other, other, link, records[side]
        link = link or Link(id=link_id(side, records[side].external_id), ids={side: records[side].external_id})
    is_one = link is not None and other is not None and link.id == other.id
    fits = link is None or link.ids.get(side.other, record.external_id) == record.external_id
    fits = fits and (is_one or other is None or _is_free(other, subject))
    fits = fits and not _is_kept_apart(rules, (side, link, records[side]), (side.other, other, record))
    if message.attempt < TRIES and (not fits or (record.deleted and other is not None and not is_one)):
        alone = RecordHint.model_validate({side.other.value: record.external_id})
        work.follow_ups.add(alone, delay_s=0, attempt=message.attempt + 1, run="")
    if fits:  # without a link yet, this record's new one takes the other one in
        own = records[side].external_id
        return link or Link(id=link_id(side, own), ids={side: own}), subject, False
    mine = Subject.model_validate({side.value: records[side], "ticket": subject.ticket})
    return link, mine, chosen(link) == record.external_id or _has_ended(link)


def _is_kept_apart(rules: StreamRules, mine: _Half, other: _Half) -> bool:
    """Tell whether a person left out one of two records, or unlinked them, and nobody chose the other for it since.

    One that cannot be taken, or is none of the flow's business, is told to the other one all the same.
    """
    (_, link, record), (side, partner, found) = mine, other
    if found.external_id == chosen(link) or record.external_id == chosen(partner):
        return False
    if link is not None and (partner is None or partner.id != link.id) and are_apart(link, found.external_id, partner):
        return True
    return is_ignored(link) or (is_ignored(partner) and not _is_left_out(rules, side, found))


def _begins(rules: StreamRules, links: Mapping[Side, Link | None], records: Mapping[Side, Observation]) -> Side:
    """Return the side whose link holds the pair: the left, unless the right is decided about, or alone is sound.

    What a person left out comes first: it is known by its keys before the other one is looked at.
    """
    left, right = links[Side.LEFT], links[Side.RIGHT]
    if left is not None and right is not None and left.id == right.id:
        return Side.LEFT
    is_left_gone = records[Side.LEFT].deleted and not records[Side.RIGHT].deleted
    is_left_faulty, is_right_faulty = (_is_left_out(rules, side, records[side]) for side in Side)
    is_rights = chosen(right) == records[Side.LEFT].external_id or (is_ignored(right) and not is_right_faulty)
    is_lefts = chosen(left) == records[Side.RIGHT].external_id
    is_left_faulty = is_left_faulty and not is_right_faulty
    is_left_out = is_left_faulty and not records[Side.RIGHT].deleted
    return Side.RIGHT if is_left_gone or (not is_lefts and (is_rights or is_left_out)) else Side.LEFT


def _is_left_out(rules: StreamRules, side: Side, record: Observation) -> bool:
    """Tell whether a record cannot be taken, or is none of the flow's business: that is no reason of its other half."""
    scope = rules.scope.get(side)
    return record.problem is not None or (not record.deleted and scope is not None and scope(record.fields) is not None)


def _is_free(link: Link, subject: Subject) -> bool:
    return link.state is LinkState.UNLINKED or (bool(subject.rule) and _has_ended(link))


def _has_ended(link: Link | None) -> bool:
    """Tell whether all that a record was ever linked to is gone."""
    return link is not None and link.state is LinkState.TOMBSTONE


def _after_interruption(
    world: World, message: MapRecords, work: _Work, link: Link | None, seen: Mapping[Side, Seen]
) -> Link | None:
    """Put into the journal what became of an update whose answer nobody got, and keep what is known of it by now.

    Both before anything is planned on it: a refusal of the next write must not forget what the last one did.
    """
    intent = link.intent if link is not None and link.state is LinkState.LINKED else None
    if link is None or intent is None or len(seen) < len(Side) or not is_over(intent, seen):
        return link
    rules, target = work.rules, seen[intent.side].observation.fields
    done = done_by(rules, link, intent, target)
    is_done = done.keys() >= intent.fields.keys()
    other = kept_otherwise(rules, intent.fields, target) if is_done else []
    reason = Reason("confirmed" if is_done else "outcome_unclear", _named(intent.fields))
    if other:
        reason = Reason("kept_otherwise", {**_named(other), "system": rules.systems.get(intent.side, intent.side)})
    work.outcomes.tell(
        link,
        Result.APPLIED,
        reason,
        attempt=intent.attempt,
        fields=intent.fields,
        before=intent.overwritten,
        effect=_effect_of(link, intent, target),
    )
    work.outcomes.send()  # before the note of it is gone: afterwards nobody would know
    if is_undo(link.decision) and not intent.fields:
        return link  # that the record may have been archived is told by the note alone
    known = confirmed(rules, link, seen)
    if other:
        known = replace(known, outcome=Outcome(Result.APPLIED, reason, last_write(rules, intent.side, other)))
    if world.links.commit(message.stream_key, [LinkCommit(known)])[0]:
        return replace(known, revision=link.revision + 1)
    return link  # somebody else was first: what is planned on this revision will not hold


def _effect_of(link: Link, intent: Intent, held: Fields) -> Effect | None:
    """Return what an interrupted update did, by what was known before and is there now; None for an archive."""
    before = link.shadows.get(intent.side, Shadow({}))
    replaced = {**{name: before.fields[name] for name in intent.fields if name in before.fields}, **intent.overwritten}
    write = Write(intent.side, intent.fields, link.ids[intent.side])
    if not intent.fields:
        return None
    return replace(effect_of(write, replaced, before, Shadow(held)), takes_back=is_undo(link.decision))


def _named(fields: Iterable[str]) -> dict[str, str]:
    return {"fields": ", ".join(sorted(fields))}


def _note(world: World, message: MapRecords, work: _Work, decided: _Decided) -> None:
    """Sort one plan into what is stored now, written next, or looked at again."""
    planned, subject = decided.plan, decided.subject
    _look_at_others(work, decided)
    if planned.write is not None:
        work.before[planned.link.id] = decided.before
        work.writes[planned.write.side].append(
            PlannedWrite(
                link=planned.link,
                write=planned.write,
                reason=planned.reason,
                overwritten=dict(planned.overwritten),
                replaced=dict(planned.replaced),
                takes_back=decided.before is not None and is_undo(decided.before.decision),
                recover=planned.recover,
                again=bool(planned.look),
                attempt=name_of(planned.link, planned.write),
                ticket=subject.ticket,
                refused=subject.refused,
                aside=_aside(work.rules, planned.write, subject),
            )
        )
        return
    if planned.look and not planned.store:
        _look_again(world, message, work, planned, subject)
        return
    if planned.look:
        work.follow_ups.add(_again(subject, planned.link), delay_s=0, attempt=0, run="")
    if planned.store:
        work.commits.append(decided)
        return
    if planned.result is not Result.WAITING or message.run or not message.attempt:
        work.outcomes.add(planned.link, planned.result, planned.reason, ticket=subject.ticket)
    _wait(message, work, planned, subject)


def _look_at_others(work: _Work, decided: _Decided) -> None:
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


def _aside(rules: StreamRules, write: Write, subject: Subject) -> Fields:
    """Return what a record to be created is also known by: its fields that are off, such as a number."""
    source = subject.on(write.side.other) if write.external_id is None else None
    off = {rule.name for rule in rules.fields if rule.policy is Policy.OFF and rule.references is None}
    return {name: value for name, value in source.fields.items() if name in off} if source is not None else {}


def _look_again(world: World, message: MapRecords, work: _Work, planned: Plan, subject: Subject) -> None:
    """Read the pair once more when nobody is at it; after many looks it has failed, and can be replayed."""
    if message.attempt >= TRIES:
        reason = Reason("gave_up", {"count": str(TRIES)}, because=planned.reason)
        work.outcomes.add(planned.link, Result.FAILED, reason, ticket=subject.ticket)
        return
    intent = planned.link.intent
    busy_s = max(intent.until - now_s(world), 0) + 1 if intent else 1
    busy_s = max(busy_s, planned.wait_s)
    work.follow_ups.add(_again(subject, planned.link), delay_s=busy_s, attempt=message.attempt + 1)


def _wait(message: MapRecords, work: _Work, planned: Plan, subject: Subject) -> None:
    """Look again soon, a few times. One that was waiting already is looked at by every full read, and no oftener."""
    if planned.result is Result.WAITING and message.attempt < WAITS and (planned.store or message.attempt):
        again = _again(subject, planned.link)
        wait_s = WAIT_S * 2**message.attempt
        work.follow_ups.add(again, delay_s=wait_s, attempt=message.attempt + 1, run="", force=False)


def _again(subject: Subject, link: Link) -> RecordHint:
    """Return the hint to look again, with what the record was matched to, so that this is not forgotten meanwhile."""
    ids = {side: o.external_id if (o := subject.on(side)) else link.ids.get(side, chosen(link)) for side in Side}
    rule = subject.rule if subject.left and subject.right else "person" if chosen(link) else ""
    return RecordHint(left=ids[Side.LEFT], right=ids[Side.RIGHT], rule=rule, ticket=subject.ticket)


def _commit(world: World, opened: Opened, message: MapRecords, work: _Work) -> None:
    _remember(world, opened, message, work)
    commits = [LinkCommit(x.plan.link, pointers(x.plan.link, x.before)) for x in work.commits]
    held, blamed = keep(world, message.stream_key, commits)
    for index, (decided, ok) in enumerate(zip(work.commits, held, strict=True)):
        planned, subject = decided.plan, decided.subject
        if index in blamed:
            _end_unstorable(world, message, work, decided, blamed[index])
        elif ok:
            work.outcomes.add(planned.link, planned.result, planned.reason, ticket=subject.ticket)
            _wait(message, work, planned, subject)
        elif message.attempt < TRIES:
            work.follow_ups.add(_again(subject, planned.link), delay_s=1, attempt=message.attempt + 1)
        else:
            reason = Reason("gave_up", {"count": str(TRIES)})
            work.outcomes.add(planned.link, Result.FAILED, reason, ticket=subject.ticket)


def _end_unstorable(world: World, message: MapRecords, work: _Work, decided: _Decided, why: PermanentError) -> None:
    """End a record that the table cannot hold as it is; what was known of it stays."""
    planned, systems = decided.plan.link, open_flow(world, message.flow_key).flow.stream(message.stream).rules.systems
    side = largest_on(decided.subject, why.field or "")
    reason = why.reason.filled(source=systems.get(side, side))
    own = {each: name for each, name in planned.ids.items() if link_id(each, name) == planned.id}
    link = decided.before or Link(id=planned.id, ids=own)
    old = {each: shadow.fields for each, shadow in link.shadows.items()}
    # It is known again by its look, so that it is told once.
    shadows = {each: replace(shadow, fields=old.get(each, {})) for each, shadow in planned.shadows.items()}
    after = replace(link, shadows=shadows, label=planned.label, outcome=Outcome(Result.FAILED, reason))
    keep(world, message.stream_key, [LinkCommit(after)])  # where even that does not fit, the journal tells it
    work.outcomes.add(after, Result.FAILED, reason, ticket=decided.subject.ticket)


def _remember(world: World, opened: Opened, message: MapRecords, work: _Work) -> None:
    """Remember records that stay without a partner, where they are new or have changed, by what they are known by."""
    rules = opened.flow.stream(message.stream).rules
    found: list[tuple[Side, str, Fields]] = []
    for decided in work.commits:
        link, before = decided.plan.link, decided.before
        side, *more = link.ids
        observation = decided.subject.on(side)
        if link.state is not LinkState.UNLINKED or more or observation is None or observation.deleted:
            continue
        told = link.shadows.get(side)
        if before is None or told is None or told.fingerprint != before.shadows.get(side, Shadow({})).fingerprint:
            found.append((side, observation.external_id, observation.fields))
    remember(world, message.stream_key, rules, found)


def _upserts(message: MapRecords, work: _Work) -> list[Message]:
    out: list[Message] = []
    for side, writes in work.writes.items():
        out += [
            UpsertRecords(
                tenant=message.tenant,
                flow=message.flow,
                run=message.run,
                trigger=message.trigger,
                stream=message.stream,
                late_of=message.late_of,
                side=side,
                writes=part,
                attempt=message.attempt,
            )
            for part in batched(writes, BATCH, strict=False)
        ]
    return out
