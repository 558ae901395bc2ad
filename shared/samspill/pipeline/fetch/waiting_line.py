"""What vendors tell by webhook: read at once, or together with others a little later.

A record that was read for a hint a moment ago, and one that a vendor's limit stops, wait in line: each record once,
however often it is told meanwhile. One message, the line's reader, takes all of it in batches
(`pipeline.fetch.read_line`). While there is a line every hint goes to its end, so that nobody overtakes.

Nothing is forgotten, whoever dies: a hint's message is done only when its record was read and passed on, or waits in
line with a reader whose message is in the queue for sure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta

from samspill.engine.model import Side, link_id
from samspill.errors import BusyError
from samspill.messages import FetchLine, FetchRecords, RecordHint
from samspill.ports import Waiting, World
from samspill.state import StreamKey
from samspill.work.context import now_s
from samspill.work.turns import delay_until

TOGETHER_S = 2
"""How long after a record was read for a hint what is told of it again is gathered."""
MISSED = timedelta(hours=1)
"""How long after its time a reader is waited for: it is tried five times meanwhile, then it is a dead letter."""
_TRIES = 5


def to_read_now(world: World, message: FetchRecords, hints: Sequence[RecordHint]) -> list[RecordHint]:
    """Return the hints to read at once; the others wait in line."""
    if not hints:
        return []
    if world.line.reader(message.stream_key) is not None:
        wait(world, message, hints)
        return []
    until = world.clock.now() + timedelta(seconds=TOGETHER_S)
    now = [hint for hint in hints if world.line.begin(message.stream_key, record_of(hint), until)]
    wait(world, message, [hint for hint in hints if hint not in now])
    return now


def wait(world: World, message: FetchRecords, hints: Sequence[RecordHint], *, delay_s: int = TOGETHER_S) -> None:
    """Have records wait in line, and see to it that it has a reader, in `delay_s` if it has none yet."""
    if hints:
        told = {_name(message, hint): _alone(message, hint) for hint in hints}
        world.line.put(message.stream_key, told, world.ids.new())
        see_to_reader(world, message.stream_key, delay_s)


def _name(message: FetchRecords, hint: RecordHint) -> str:
    """Return the name under which a record waits: once for all that vendors tell of it, and for each that asks more."""
    if message.is_hint:
        return record_of(hint)
    return "|".join((record_of(hint), message.run, message.late_of, str(message.attempt), hint.ticket))


def _alone(message: FetchRecords, hint: RecordHint) -> str:
    """Return the message as though it were about this record alone.

    What began it is left out: it would keep apart what is read together.
    """
    alone = message.model_copy(update={"records": (hint,), "turn": 0, "waits": 0, "correlation_id": ""})
    return alone.model_dump_json(exclude_defaults=True)


def see_to_reader(world: World, key: StreamKey, delay_s: int) -> None:
    """Return when the line has a reader whose message is in the queue for sure.

    Raises:
        BusyError: others appoint one all the time; the message comes again.
    """
    until = world.clock.now() + timedelta(seconds=delay_s) + MISSED
    for _ in range(_TRIES):
        present = world.line.reader(key)
        if present is not None and present.queued:
            return
        # One that was appointed and whose message may never have been sent is replaced: nobody knows who died.
        name = world.ids.new()
        if world.line.appoint(key, name, instead_of=present, until=until):
            world.queues.send([FetchLine(**key._asdict(), trigger="webhook", reader=name)], delay_s=delay_s)
            world.line.queued(key, name, until)
            return
    raise BusyError(f"the line of {key} has no reader")


def come_again(world: World, message: FetchLine, *, turn: int, waits: int) -> None:
    """Have the reader of a line come back, at its turn where it has to wait for one."""
    delay_s = delay_until(world, turn)
    world.queues.send([message.model_copy(update={"turn": turn, "waits": waits})], delay_s=delay_s)
    until = world.clock.now() + timedelta(seconds=max(turn - now_s(world), 0)) + MISSED
    world.line.queued(message.stream_key, message.reader, until)


def requests(waiting: Sequence[Waiting]) -> dict[FetchRecords, list[Waiting]]:
    """Return those who wait by what they have in common: a message without its records."""
    found: dict[FetchRecords, list[Waiting]] = defaultdict(list)
    for each in waiting:
        found[FetchRecords.model_validate_json(each.hint).model_copy(update={"records": ()})].append(each)
    return found


def hint_of(waiting: Waiting) -> RecordHint:
    """Return the hint by which a record waits."""
    return FetchRecords.model_validate_json(waiting.hint).records[0]


def record_of(hint: RecordHint) -> str:
    """Return the name of the record that was told."""
    side = Side.LEFT if hint.left is not None else Side.RIGHT
    return link_id(side, hint.id_on(side) or "")
