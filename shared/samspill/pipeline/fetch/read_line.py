"""Reads the records that wait in line, those first that were told first, as many as the vendor's limit lets through."""

from __future__ import annotations

from collections.abc import Sequence

from samspill.errors import CredentialsError, KeyRefusedError, RateLimitedError, SamspillError, TransientError
from samspill.messages import BATCH, FetchLine, FetchRecords
from samspill.pipeline.fetch import waiting_line
from samspill.pipeline.fetch.fetch import read_and_pass_on
from samspill.ports import Waiting, World
from samspill.work.context import Opened, open_flow
from samspill.work.known import not_known_by_version
from samspill.work.turns import turn_of


def read_line(world: World, message: FetchLine) -> None:
    """Read up to a hundred; come back for the rest, or end the line."""
    key = message.stream_key
    reader = world.line.reader(key)
    if reader is not None and reader.name != message.reader:
        # Somebody else is the reader by now; whoever appointed it may have died before its message was sent.
        waiting_line.see_to_reader(world, key, waiting_line.TOGETHER_S)
        return
    waiting = world.line.first(key, BATCH)
    opened = open_flow(world, message.flow_key)
    if not opened.may_read:
        _end(world, message, waiting)  # a read of everything follows when the flow goes on
        return
    done: list[Waiting] = []
    stopped: RateLimitedError | None = None
    for asked, those in waiting_line.requests(waiting).items():
        try:
            read, stopped = _read(world, opened, asked, those)
        except KeyRefusedError as error:
            waiting_line.come_again(world, message, turn=turn_of(world, error), waits=message.waits)
            return
        except CredentialsError:
            _end(world, message, waiting)  # likewise when the key is renewed
            raise
        done += read
        if len(read) < len(those):
            break
    if stopped is None and len(done) == len(waiting) < BATCH:
        _end(world, message, done)
        return
    world.line.remove(key, done)
    waits = 0 if done else message.waits + 1
    # It takes what a window has left: those who wait for one call go first.
    turn = turn_of(world, stopped) + int(stopped.retry_after_s) // 4 if stopped is not None else 0
    waiting_line.come_again(world, message, turn=turn, waits=waits)


def _read(
    world: World, opened: Opened, asked: FetchRecords, those: Sequence[Waiting]
) -> tuple[list[Waiting], RateLimitedError | None]:
    """Read records and pass them on; return who waits no more, and what stopped the others."""
    hints = [waiting_line.hint_of(each) for each in those]
    asked = asked.model_copy(update={"records": tuple(hints)})
    try:
        read = read_and_pass_on(world, opened, asked, not_known_by_version(world, asked))
    except (CredentialsError, KeyRefusedError):
        raise
    except SamspillError as error:
        world.queues.send(_apart(asked, error))
        return list(those), None
    return [each for each, hint in zip(those, hints, strict=True) if hint not in read.rest], read.stopped


def _apart(asked: FetchRecords, error: SamspillError) -> list[FetchRecords]:
    """Return messages of their own for what is read from here on, and not from the line: one record fails alone.

    A vendor that is down is no record's fault.
    """
    asked = asked.model_copy(update={"attempt": max(asked.attempt, 1)})
    if isinstance(error, TransientError):
        return [asked]
    return [asked.model_copy(update={"records": (hint,)}) for hint in asked.records]


def _end(world: World, message: FetchLine, done: Sequence[Waiting]) -> None:
    """End the line, unless somebody has joined it meanwhile: whoever joins later finds no reader, and appoints one."""
    key = message.stream_key
    world.line.remove(key, done)
    world.line.dismiss(key, message.reader)
    if world.line.first(key, 1):
        waiting_line.see_to_reader(world, key, waiting_line.TOGETHER_S)
