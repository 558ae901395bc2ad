"""Queues, their dead letters, and the webhook deliveries that were taken in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from samspill.hints import Hints
    from samspill.messages import Message


type Step = str
"""`fetch`, `map`, `upsert`, `log` or `notify`: the queue a message goes to."""
STEPS: tuple[Step, ...] = ("fetch", "map", "upsert", "log", "notify")


MAX_DELAY_S = 900
"""The longest that a queue holds a message back."""


TAKEN_S = 300
"""How long a dead letter that was taken is hidden from others. Who dies holding it need not give it back."""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message that a step gave up on, taken for a while."""

    step: Step
    id: str
    """Stays the same, however often it is taken."""
    body: str
    why: str
    """Why it was buried; empty when it was tried too often."""
    sent_at: datetime
    handle: str
    """Names this taking."""


class Queues(Protocol):
    """The queue before each step."""

    def send(self, messages: Sequence[Message], *, delay_s: int = 0) -> None:
        """Put messages on the queues of their steps; returns when all are durable. At most `MAX_DELAY_S`."""
        ...

    def hint(self, hints: Sequence[Hints]) -> None:
        """Tell `fetch` where to look; returns when all is durable."""
        ...

    def open(self, body: str) -> str:
        """Return the encoded message of a queue body: itself, or what its claim check names."""
        ...

    def bury(self, step: Step, body: str, why: str) -> None:
        """Put a message that can never be handled on the step's dead-letter queue."""
        ...

    def count_dead(self, step: Step) -> int:
        """Return about how many messages lie on the step's dead-letter queue. Takes none: nobody is shown one."""
        ...

    def take_dead(self, step: Step) -> list[DeadLetter]:
        """Take up to ten letters of the step's dead-letter queue; empty when none is left that nobody holds."""
        ...

    def settle_dead(self, letters: Sequence[DeadLetter], *, gone: bool) -> None:
        """Remove letters that were taken, or give them back at once."""
        ...
