"""Dead letters: what a step gave up on goes back to the start by key; what names no record is answered by a whole read.

A letter is removed only when all that follows from it is stored or queued. Who dies before that leaves it where it was,
and it is answered again, which does no harm: keys are read again, journal lines and counters are known by their id.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from samspill.engine.model import Result, Side
from samspill.errors import ContractError
from samspill.messages import (
    FetchLine,
    FetchRecords,
    LogOutcomes,
    MapRecords,
    Message,
    PlannedWrite,
    RecordHint,
    RenewHooks,
    Replay,
    Subject,
    UpsertRecords,
    decode,
)
from samspill.ports import DeadLetter, Step, World
from samspill.reasons import Reason
from samspill.state import FlowKey, JournalEntry
from samspill.work.context import open_flow, stop_run
from samspill.work.flow_state import change_flow

STEPS: tuple[Step, ...] = ("fetch", "map", "upsert", "log")


@dataclass(frozen=True, slots=True)
class Answer:
    """What becomes of one dead letter, and why."""

    letter: DeadLetter
    reason: Reason
    stream: str = ""
    records: tuple[str, ...] = ()
    """Records that are read again, `side-id`."""
    messages: tuple[Message, ...] = ()
    """What is queued instead."""
    reads_whole: bool = False
    """Its records cannot be told: the next run reads everything."""
    run: str = ""
    """A run that cannot come to its end without this letter."""
    unreadable: str = ""
    """What could not be read,"""
    blob: str = ""
    """and where it is kept."""

    def to_json(self) -> dict[str, Any]:
        """Return what a program is told of it."""
        letter = {"step": self.letter.step, "id": self.letter.id, "sent_at": self.letter.sent_at.isoformat()}
        reason = {"reason": self.reason.to_json(), "why": self.letter.why}
        return {**letter, **reason, "stream": self.stream, "records": list(self.records), "blob": self.blob}


def answer_dead(world: World, message: Replay) -> list[Answer]:
    """Answer the flow's letters on the dead-letter queues, at most `limit`; return how. `dry_run` only returns them."""
    open_flow(world, message.flow_key)
    answers: list[Answer] = []
    for step in STEPS:
        kept: list[DeadLetter] = []
        for letters in _taken(world, step):
            found: list[Answer] = []
            for letter in letters:
                answer = _answer(world, message.flow_key, letter)
                if answer is None or len(answers) + len(found) == message.limit:
                    kept.append(letter)
                else:
                    found.append(answer)
            if message.dry_run:
                kept += [answer.letter for answer in found]
            elif found:
                _carry_out(world, message.flow_key, found)
                world.queues.settle_dead([answer.letter for answer in found], gone=True)
            answers += found
        world.queues.settle_dead(kept, gone=False)
    return answers


def _taken(world: World, step: Step) -> Iterator[list[DeadLetter]]:
    """Yield what lies there, each letter once: in a long work the first ones could come round again."""
    seen: set[str] = set()
    while new := [letter for letter in world.queues.take_dead(step) if letter.id not in seen]:
        seen.update(letter.id for letter in new)
        yield new


def _answer(world: World, asked: FlowKey, letter: DeadLetter) -> Answer | None:
    """Return what becomes of a letter; None when it is another flow's."""
    text = letter.body
    try:
        text = world.queues.open(text)
        message = decode(text)
    except ContractError as error:
        return None if _flow_told_by(text) not in {None, asked} else _quarantine(letter, text, error)
    return _answer_to(letter, message) if message.flow_key == asked else None


_MADE_AGAIN: Mapping[type[Message], str] = {RenewHooks: "dead_hooks", FetchLine: "dead_line"}


def _answer_to(letter: DeadLetter, message: Message) -> Answer:
    match message:
        case FetchRecords(records=hints):
            return _by_key(letter, message, hints)
        case MapRecords(subjects=subjects):
            return _by_key(letter, message, [_of_subject(subject) for subject in subjects])
        case UpsertRecords(writes=writes):
            return _by_key(letter, message, [_of_write(write) for write in writes])
        case LogOutcomes(entries=lines):
            # What happened, happened: it is no payload for a vendor, and by its id it counts once.
            return Answer(letter, Reason("dead_log", {"count": str(len(lines))}), messages=(message,))
        case RenewHooks() | FetchLine():
            again = message.model_copy(update={"waits": 0})
            return Answer(letter, Reason(_MADE_AGAIN[type(message)]), messages=(again,))
        case _:
            reason = Reason("dead_without_key", {"step": letter.step, "run": message.run or "?", "flow": message.flow})
            return Answer(letter, reason, reads_whole=True, run=message.run)


def _by_key(
    letter: DeadLetter, message: FetchRecords | MapRecords | UpsertRecords, hints: Sequence[RecordHint]
) -> Answer:
    """Have the records read again. They stay their run's, which waits for their end."""
    names = tuple(f"{side}-{known}" for hint in hints for side in Side if (known := hint.id_on(side)))
    again = FetchRecords(
        tenant=message.tenant,
        flow=message.flow,
        run=message.run,
        trigger="replay",
        stream=message.stream,
        late_of=message.late_of,
        records=tuple(hints),
        force=True,
    )
    reason = Reason("dead_by_key", {"step": letter.step, "count": str(len(hints))})
    return Answer(letter, reason, message.stream, names, (again,))


def _of_subject(subject: Subject) -> RecordHint:
    """Return the keys of what was read. Which two were matched is one of them: a person may have approved it."""
    left, right = (o.external_id if (o := subject.on(side)) else None for side in Side)
    return RecordHint(left=left, right=right, rule=subject.rule, ticket=subject.ticket)


def _of_write(write: PlannedWrite) -> RecordHint:
    return RecordHint.of(write.link, ticket=write.ticket)


def _flow_told_by(body: str) -> FlowKey | None:
    """Return the flow that a message names although it cannot be read as a whole."""
    try:
        told = orjson.loads(body)
        return FlowKey(str(told["tenant"]), str(told["flow"]))
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return None


def _quarantine(letter: DeadLetter, text: str, error: ContractError) -> Answer:
    blob = f"quarantine/{letter.step}/{hashlib.sha256(text.encode()).hexdigest()}"
    reason = Reason("quarantined", {"step": letter.step, "message": str(error), "blob": blob})
    return Answer(letter, reason, reads_whole=True, unreadable=text, blob=blob)


def _carry_out(world: World, key: FlowKey, answers: Sequence[Answer]) -> None:
    """Store and queue all that follows from these letters."""
    for answer in answers:
        if answer.blob:
            world.blobs.put(answer.blob, answer.unreadable.encode())
        stop_run(world, key, answer.run)
    if any(answer.reads_whole for answer in answers):
        change_flow(world, key, lambda _state: {"last_full_at": None})
    told = [_told(world, key, answer) for answer in answers if answer.reads_whole]
    world.queues.send([*(message for answer in answers for message in answer.messages), *told])


def _told(world: World, key: FlowKey, answer: Answer) -> LogOutcomes:
    """Return the journal line of a letter that named no record."""
    line = JournalEntry(
        at=world.clock.now(),
        stream="",
        link="",
        result=Result.FAILED if answer.blob else Result.WAITING,
        reason=answer.reason,
        run=answer.run,
        trigger="replay",
    )
    return LogOutcomes(tenant=key.tenant, flow=key.flow, id=f"dead/{answer.letter.id}", entries=(line,))
