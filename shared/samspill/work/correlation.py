"""What is sent while a message is handled carries the name of what began it all, whichever step sends it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from samspill.hints import Hints
from samspill.messages import Message
from samspill.ports import DeadLetter, Queues, Step, World


def correlated(world: World, correlation_id: str) -> World:
    """Return the world in which messages that name no beginning are sent with this one."""
    return replace(world, queues=CorrelatedQueues(world.queues, correlation_id)) if correlation_id else world


class CorrelatedQueues:
    """See `ports.Queues`."""

    def __init__(self, queues: Queues, correlation_id: str) -> None:
        """Send to `queues`."""
        self._queues, self._id = queues, correlation_id

    def send(self, messages: Sequence[Message], *, delay_s: int = 0) -> None:
        """See `Queues.send`."""
        self._queues.send([self._named(message) for message in messages], delay_s=delay_s)

    def _named(self, message: Message) -> Message:
        return message if message.correlation_id else message.model_copy(update={"correlation_id": self._id})

    def hint(self, hints: Sequence[Hints]) -> None:
        """See `Queues.hint`."""
        self._queues.hint([hint._replace(correlation_id=hint.correlation_id or self._id) for hint in hints])

    def open(self, body: str) -> str:
        """See `Queues.open`."""
        return self._queues.open(body)

    def bury(self, step: Step, body: str, why: str) -> None:
        """See `Queues.bury`."""
        self._queues.bury(step, body, why)

    def count_dead(self, step: Step) -> int:
        """See `Queues.count_dead`."""
        return self._queues.count_dead(step)

    def take_dead(self, step: Step) -> list[DeadLetter]:
        """See `Queues.take_dead`."""
        return self._queues.take_dead(step)

    def settle_dead(self, letters: Sequence[DeadLetter], *, gone: bool) -> None:
        """See `Queues.settle_dead`."""
        self._queues.settle_dead(letters, gone=gone)
