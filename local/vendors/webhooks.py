"""What a vendor sends out: at least once, in no promised order, with faults on demand."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import RLock

from local.vendors.clock import Clock
from local.vendors.faults import Faults

HOLD_S = 1.0
"""How long a delivery is held back by the faults that reorder or merge."""

RETRY_AFTER_S = (5, 10, 20, 40, 80, 160, 320, 640, 1280, 3600)
"""Pauses between attempts; the last one repeats. The vendors do not document theirs."""


@dataclass(frozen=True, slots=True)
class WebhookRequest:
    """One POST to a receiver."""

    url: str
    headers: Mapping[str, str]
    body: bytes


type Deliver = Callable[[WebhookRequest], int | None]
"""Sends a request and returns the HTTP status, or None when no answer came."""


@dataclass(slots=True)
class Notice:
    """Something to tell a receiver.

    `render` makes the request of one attempt (None: nobody wants it any more); `about` names the receiver and the
    record, so that quick changes can be merged; `done` hears of every attempt, and `given_up` of the last one.
    """

    about: str
    render: Callable[[], WebhookRequest | None]
    done: Callable[[bool], None] = lambda _ok: None
    given_up: Callable[[], None] = lambda: None
    mergeable: bool = False
    attempts: int = field(default=0, init=False)


class Outbox:
    """Notices waiting for their time, and a log of what went out."""

    def __init__(
        self,
        clock: Clock,
        deliver: Deliver,
        faults: Faults,
        lock: RLock,
        *,
        give_up_after_s: float,
        retry_after_s: Sequence[float] = RETRY_AFTER_S,
    ) -> None:
        """Render under `lock`, retry at `retry_after_s`, give up when the first attempt is `give_up_after_s` ago."""
        self._clock = clock
        self._deliver = deliver
        self._faults = faults
        self._give_up_after_s = give_up_after_s
        self._retry_after_s = retry_after_s
        self._waiting: list[tuple[datetime, datetime, Notice]] = []
        self._lock = lock
        self._pumping = False
        self.automatic = True
        self.sent: deque[tuple[WebhookRequest, int | None]] = deque(maxlen=100_000)

    def __len__(self) -> int:
        return len(self._waiting)

    def clear(self) -> None:
        """Forget what waits and what was sent."""
        with self._lock:
            self._waiting.clear()
            self.sent.clear()

    def add(self, notice: Notice) -> None:
        """Take a notice; it goes out with the next `pump`, unless a fault says otherwise."""
        faults = self._faults
        with self._lock:
            if faults.spend("webhook_drop"):
                return
            now = self._clock()
            due = now + timedelta(seconds=faults.webhook_delay_s)
            if faults.webhook_skip_version and notice.mergeable:
                due += timedelta(seconds=HOLD_S)
                self._waiting = [each for each in self._waiting if each[2].about != notice.about or each[2].attempts]
            elif faults.spend("webhook_reorder"):
                due += timedelta(seconds=HOLD_S)
            self._waiting.append((due, now, notice))

    def pump(self) -> int:
        """Send everything that is due and return how many attempts that took.

        Safe to call from inside `deliver`: the inner call leaves the work to the outer one.
        """
        with self._lock:
            if self._pumping:
                return 0
            self._pumping = True
        attempts = 0
        try:
            while (due := self._next_due()) is not None:
                attempts += self._attempt(*due)
        finally:
            self._pumping = False
        return attempts

    def _next_due(self) -> tuple[datetime, Notice] | None:
        with self._lock:
            now = self._clock()
            due = [each for each in self._waiting if each[0] <= now]
            if not due:
                return None
            first = min(due, key=lambda each: each[0])
            self._waiting.remove(first)
            return first[1], first[2]

    def _attempt(self, since: datetime, notice: Notice) -> int:
        with self._lock:
            request = notice.render()
        if request is None:
            return 0
        repeats = 2 if self._faults.spend("webhook_duplicate") else 1
        status: int | None = None
        for _ in range(repeats):
            status = self._deliver(request)
            self.sent.append((request, status))
        arrived = status is not None and 200 <= status < 300
        notice.done(arrived)
        if not arrived:
            self._retry(since, notice)
        return repeats

    def _retry(self, since: datetime, notice: Notice) -> None:
        pause = self._retry_after_s[min(notice.attempts, len(self._retry_after_s) - 1)]
        notice.attempts += 1
        due = self._clock() + timedelta(seconds=pause)
        if due - since > timedelta(seconds=self._give_up_after_s):
            with self._lock:
                notice.given_up()
            return
        with self._lock:
            self._waiting.append((due, since, notice))
