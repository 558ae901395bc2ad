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
"""`fetch`, `map`, `upsert` or `log`: the queue a message goes to."""


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


@dataclass(frozen=True, slots=True)
class DeadCount:
    """How much lies on a dead-letter queue, about: nobody counts a queue exactly."""

    count: int
    since: datetime | None = None
    """When the oldest of a few was sent; None where nothing lies."""


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

    def count_dead(self, step: Step, *, look: bool = True) -> DeadCount:
        """Tell how many messages lie on the step's dead-letter queue; moves nothing. With `look`, since when, too."""
        ...

    def take_dead(self, step: Step) -> list[DeadLetter]:
        """Take up to ten letters of the step's dead-letter queue; empty when none is left that nobody holds."""
        ...

    def settle_dead(self, letters: Sequence[DeadLetter], *, gone: bool) -> None:
        """Remove letters that were taken, or give them back at once."""
        ...


class Deliveries(Protocol):
    """Webhook deliveries that were taken in."""

    def known(self, delivery: str) -> bool:
        """Tell whether the delivery was noted (within a week)."""
        ...

    def note(self, delivery: str) -> None:
        """Note the delivery; called only after what it hints at is safe in a queue."""
        ...
