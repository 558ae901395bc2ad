"""Reads the records that wait in line, those first that were told first, as many as the vendor's limit lets through."""

from __future__ import annotations

from collections.abc import Sequence

from samspill.errors import CredentialsError, SamspillError, TransientError
from samspill.messages import BATCH, FetchLine, FetchRecords, RecordHint
from samspill.ports import Waiting, World
from samspill.steps import line
from samspill.steps.context import open_flow
from samspill.steps.fetch import not_known_by_version, read_and_pass_on
from samspill.steps.turns import turn_of


def read_line(world: World, message: FetchLine) -> None:
    """Read up to a hundred; come back for the rest, or end the line."""
    key = message.stream_key
    reader = world.line.reader(key)
    if reader is not None and reader.name != message.reader:
        return  # somebody else is the reader by now
    waiting = world.line.first(key, BATCH)
    if not open_flow(world, message.flow_key).may_read:
        _end(world, message, waiting)  # a read of everything follows when the flow goes on
        return
    try:
        _read(world, message, waiting)
    except CredentialsError:
        _end(world, message, waiting)  # likewise when the key is renewed
        raise


def _read(world: World, message: FetchLine, waiting: Sequence[Waiting]) -> None:
    hints = [RecordHint.model_validate_json(each.hint) for each in waiting]
    asked = _asked(message, hints)
    try:
        read = read_and_pass_on(world, asked, not_known_by_version(world, asked))
    except CredentialsError:
        raise
    except SamspillError as error:
        # One of them fails all: from here on each is a message of its own, and fails alone. A vendor that is down does
        # so for all of them.
        alone = [asked] if isinstance(error, TransientError) else [_asked(message, [hint]) for hint in hints]
        world.queues.send(alone)
        _end(world, message, waiting)
        return
    done = [each for each, hint in zip(waiting, hints, strict=True) if hint not in read.rest]
    if not read.rest and len(waiting) < BATCH:
        _end(world, message, done)
        return
    world.line.remove(message.stream_key, done)
    turn = turn_of(world, read.stopped) if read.stopped is not None else 0
    line.come_again(world, message, turn=turn, waits=0 if done else message.waits + 1)


def _asked(message: FetchLine, hints: Sequence[RecordHint]) -> FetchRecords:
    return FetchRecords(**message.stream_key._asdict(), trigger=message.trigger, records=tuple(hints))


def _end(world: World, message: FetchLine, done: Sequence[Waiting]) -> None:
    """End the line, unless somebody has joined it meanwhile: whoever joins later finds no reader, and appoints one."""
    key = message.stream_key
    world.line.remove(key, done)
    world.line.dismiss(key, message.reader)
    if world.line.first(key, 1):
        line.see_to_reader(world, key, line.TOGETHER_S)
