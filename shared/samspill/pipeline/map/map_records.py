"""Map: compares what was read with what is known and decides: writes, waits, reviews, skips (Message Translator)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import batched

from samspill.canon.values import Fields
from samspill.engine.case import Plan, Seen
from samspill.engine.model import Link, Outcome, Result, Side, Write
from samspill.engine.pairs import name_of
from samspill.engine.plan import new_link, plan
from samspill.engine.rules import Policy, StreamRules
from samspill.engine.undone import is_undo
from samspill.errors import SamspillError
from samspill.guard.change_guard import Gate
from samspill.messages import BATCH, MapRecords, Message, PlannedWrite, Subject, UpsertRecords
from samspill.pipeline.map.commit import commit
from samspill.pipeline.map.interruption import after_interruption
from samspill.pipeline.map.pairing import pair
from samspill.pipeline.map.requeue import come_back, hint_again, look_again, look_at_others, wait
from samspill.pipeline.map.work import Decided, MapWork
from samspill.ports import World
from samspill.work.as_seen import as_seen, named
from samspill.work.context import now_s, open_flow, stop_run
from samspill.work.follow_ups import FollowUps
from samspill.work.isolation import apart
from samspill.work.markers import created_by, unfinished_creates
from samspill.work.outcomes import Outcomes
from samspill.work.references import References


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
    work = MapWork(rules, Outcomes(world, message), FollowUps(message))
    unfinished = unfinished_creates(world, message, known)
    for subject in message.subjects:
        if (busy := created_by(message, unfinished, known, subject)) is not None:
            come_back(world, message, work, busy, subject)
            continue
        faults: list[SamspillError] = []
        with apart(faults, f"{message.stream} {named(subject)}"):
            link, mine, taken = pair(rules, message, work, known, subject)  # which may turn out to be two records
            seen, waits = as_seen(opened, references, mine)
            link = after_interruption(world, message, work, link, seen)
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
            _note(world, message, work, Decided(planned, link, mine))
        for fault in faults:
            _fail(work, known, subject, fault)
    gate = Gate(world, opened, message, work.outcomes, work.follow_ups)
    work.writes = {side: gate.let_through(side, writes, work.before) for side, writes in work.writes.items()}
    commit(world, message, work)
    world.queues.send(_upserts(message, work))
    work.follow_ups.send(world)
    work.outcomes.send()


def _fail(work: MapWork, known: Mapping[Side, Mapping[str, Link]], subject: Subject, fault: SamspillError) -> None:
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
        work.commits.append(Decided(Plan(after, Result.FAILED, fault.reason), before, subject))


def _note(world: World, message: MapRecords, work: MapWork, decided: Decided) -> None:
    """Sort one plan into what is stored now, written next, or looked at again."""
    planned, subject = decided.plan, decided.subject
    look_at_others(work, decided)
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
        look_again(world, message, work, planned, subject)
        return
    if planned.look:
        work.follow_ups.add(hint_again(subject, planned.link), delay_s=0, attempt=0, run="")
    if planned.store:
        work.commits.append(decided)
        return
    if planned.result is not Result.WAITING or message.run or not message.attempt:
        work.outcomes.add(planned.link, planned.result, planned.reason, ticket=subject.ticket)
    wait(message, work, planned, subject)


def _aside(rules: StreamRules, write: Write, subject: Subject) -> Fields:
    """Return what a record to be created is also known by: its fields that are off, such as a number."""
    source = subject.on(write.side.other) if write.external_id is None else None
    off = {rule.name for rule in rules.fields if rule.policy is Policy.OFF and rule.references is None}
    return {name: value for name, value in source.fields.items() if name in off} if source is not None else {}


def _upserts(message: MapRecords, work: MapWork) -> list[Message]:
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
