"""Queues in memory: visibility, redelivery and dead letters as SQS has them, driven by the caller and by the clock."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from heapq import heappop, heappush
from itertools import count
from typing import NamedTuple

from samspill.hints import Hints
from samspill.messages import Message, decode, encode
from samspill.ports import MAX_DELAY_S, TAKEN_S, Clock, DeadLetter, Step


class _Letter:
    """A message as it lies in a queue; copies share it, so that it is encoded once."""

    def __init__(self, message: Message) -> None:
        self.message = message

    @cached_property
    def body(self) -> str:
        return encode(self.message)


@dataclass(slots=True)
class _Place:
    """One copy of a message. `turn` tells its valid entry in the heap from those it had before."""

    step: Step
    letter: _Letter
    sent_at: datetime
    turn: int = 0
    receives: int = 0


class Sent(NamedTuple):
    """A message that was sent, and what led to it: what AWS traces through functions and queues."""

    handle: int
    parent: int
    """The message whose function sent it; 0 for none."""
    message: Message
    hops: Mapping[Step, int]
    """How many messages of each step led to it, itself included: AWS ends a loop by this number."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message handed out."""

    step: Step
    handle: int
    body: str
    receives: int
    """How many times it has been handed out, this time included."""


@dataclass(frozen=True, slots=True)
class Dead:
    """A message that ended on a dead-letter queue."""

    body: str
    why: str
    """Empty when it was received too often."""
    sent_at: datetime = field(default=datetime.min.replace(tzinfo=UTC), compare=False)
    number: int = field(default=0, compare=False)


class MemoryQueues:
    """A queue and a dead-letter queue per step.

    Nothing moves by itself: a test's pump receives, and answers with `done` or `back`. What it does neither for comes
    back after `visibility_s`, as it does on SQS.
    """

    def __init__(self, clock: Clock, *, max_receives: int = 5, visibility_s: int = 360) -> None:
        """Begin empty."""
        self._clock = clock
        self._max_receives = max_receives
        self._visibility_s = visibility_s
        self._ids = count(1)
        self._places: dict[int, _Place] = {}
        self._due: dict[Step, list[tuple[float, int, int]]] = defaultdict(list)
        self.dead: dict[Step, list[Dead]] = defaultdict(list)
        self._taken_until: dict[int, float] = {}
        self.lineage: dict[int, Sent] | None = None
        """Every message that was sent, by handle, for tests that set it to a dictionary."""
        self._at_work = 0

    @contextmanager
    def handling(self, delivery: Delivery) -> Iterator[None]:
        """Take what is sent meanwhile for this message's doing."""
        self._at_work, before = delivery.handle, self._at_work
        try:
            yield
        finally:
            self._at_work = before

    def send(self, messages: Sequence[Message], *, delay_s: int = 0) -> None:
        """See `Queues.send`."""
        if not 0 <= delay_s <= MAX_DELAY_S:
            raise ValueError(f"a delay of {delay_s} s is not between 0 and {MAX_DELAY_S}")
        for message in messages:
            self._add(message.step, _Letter(message), delay_s)

    def hint(self, hints: Sequence[Hints]) -> None:
        """See `Queues.hint`. Read back as `fetch` will."""
        self.send([decode(it.encode()) for it in hints])

    def open(self, body: str) -> str:
        """See `Queues.open`: nothing is too large for memory."""
        return body

    def bury(self, step: Step, body: str, why: str) -> None:
        """See `Queues.bury`."""
        self._bury(step, body, why, self._clock.now())

    def _bury(self, step: Step, body: str, why: str, sent_at: datetime) -> None:
        self.dead[step].append(Dead(body, why, sent_at, next(self._ids)))

    def count_dead(self, step: Step) -> int:
        """See `Queues.count_dead`."""
        return len(self.dead[step])

    def take_dead(self, step: Step) -> list[DeadLetter]:
        """See `Queues.take_dead`."""
        now = self._clock.now().timestamp()
        free = [dead for dead in self.dead[step] if self._taken_until.get(dead.number, 0) <= now][:10]
        self._taken_until.update({dead.number: now + TAKEN_S for dead in free})
        return [DeadLetter(step, str(d.number), d.body, d.why, d.sent_at, str(d.number)) for d in free]

    def settle_dead(self, letters: Sequence[DeadLetter], *, gone: bool) -> None:
        """See `Queues.settle_dead`."""
        for letter in letters:
            self._taken_until.pop(int(letter.handle), None)
            if gone:
                self.dead[letter.step] = [dead for dead in self.dead[letter.step] if str(dead.number) != letter.id]

    def receive(self, step: Step, limit: int = 10) -> list[Delivery]:
        """Hand out up to `limit` messages that are due, the longest due first, and hide them for a while."""
        out: list[Delivery] = []
        if not self._due[step]:
            return out
        now = self._clock.now().timestamp()
        while len(out) < limit and self._next(step, now) is not None:
            handle = heappop(self._due[step])[2]
            place = self._places[handle]
            if place.receives == self._max_receives:
                self._bury(step, place.letter.body, "", place.sent_at)
                del self._places[handle]
                continue
            place.receives += 1
            self._schedule(handle, place, now + self._visibility_s)
            out.append(Delivery(step, handle, place.letter.body, place.receives))
        return out

    def done(self, handle: int) -> None:
        """Delete a message that was handed out; one that is gone already is no error."""
        self._places.pop(handle, None)

    def back(self, handle: int, delay_s: float = 0) -> None:
        """Let a message that was handed out be received again after `delay_s`."""
        place = self._places.get(handle)
        if place is not None:
            self._schedule(handle, place, self._clock.now().timestamp() + delay_s)

    def duplicate(self, handle: int, delay_s: float = 0) -> None:
        """Put a second copy of a message in its queue, as an at-least-once queue may."""
        place = self._places[handle]
        self._add(place.step, place.letter, delay_s)

    def depth(self, step: Step | None = None) -> int:
        """Return how many messages are waiting, delayed or in somebody's hands, of one step or of all."""
        return len(self._places) if step is None else sum(place.step == step for place in self._places.values())

    def next_due(self) -> datetime | None:
        """Return when the next message can be received; None when there is no message."""
        dues = [due for step in self._due if (due := self._next(step)) is not None]
        return datetime.fromtimestamp(min(dues), UTC) if dues else None

    def _add(self, step: Step, letter: _Letter, delay_s: float) -> None:
        handle = next(self._ids)
        self._places[handle] = place = _Place(step, letter, self._clock.now())
        if self.lineage is not None:
            before = self.lineage[self._at_work].hops if self._at_work in self.lineage else {}
            hops = {**before, step: before.get(step, 0) + 1}
            self.lineage[handle] = Sent(handle, self._at_work, letter.message, hops)
        self._schedule(handle, place, self._clock.now().timestamp() + delay_s)

    def _schedule(self, handle: int, place: _Place, due: float) -> None:
        place.turn = next(self._ids)
        heappush(self._due[place.step], (due, place.turn, handle))

    def _next(self, step: Step, by: float | None = None) -> float | None:
        """Return when the first message of a step is due, if not after `by`; void entries are dropped."""
        heap = self._due[step]
        while heap:
            due, turn, handle = heap[0]
            place = self._places.get(handle)
            if place is not None and place.turn == turn:
                return due if by is None or due <= by else None
            heappop(heap)
        return None
