"""Collects records to be read again, so that a hundred of them are one message and one call."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import batched

from samspill.messages import BATCH, FetchRecords, MapRecords, RecordHint, UpsertRecords
from samspill.ports import MAX_DELAY_S, World
from samspill.state import StreamKey, Trigger


def read_again(
    world: World, stream: StreamKey, hints: Iterable[RecordHint], *, trigger: Trigger, run: str = ""
) -> None:
    """Have records read and looked at whatever is known of them, because a person or a step asked for it."""
    messages = [
        FetchRecords(
            tenant=stream.tenant,
            flow=stream.flow,
            run=run,
            trigger=trigger,
            stream=stream.stream,
            records=part,
            force=True,
        )
        for part in batched(hints, BATCH, strict=False)
    ]
    if messages:
        world.queues.send(messages)


class FollowUps:
    """Hints of one message, by when, for which run and how often they were tried."""

    def __init__(self, message: MapRecords | UpsertRecords) -> None:
        """Start with none."""
        self._message = message
        self._hints: dict[tuple[int, str, int, bool, RecordHint | None], list[RecordHint]] = defaultdict(list)

    def add(
        self,
        hint: RecordHint,
        *,
        delay_s: float,
        attempt: int,
        run: str | None = None,
        force: bool = True,
        alone: bool = False,
    ) -> None:
        """Have a pair read again. `run` is empty for what the run has counted and shall not wait for.

        Without `force` it is dropped when it has been dealt with by then exactly as it is: a write that was refused
        meanwhile is not sent again. `alone` keeps it apart from all others.
        """
        delay = min(max(int(delay_s), 0), MAX_DELAY_S)
        when = (delay, self._message.run if run is None else run, attempt, force, hint if alone else None)
        self._hints[when].append(hint)

    def send(self, world: World) -> None:
        """Queue everything that was collected."""
        for (delay_s, run, attempt, force, _), hints in self._hints.items():
            messages = [
                FetchRecords(
                    tenant=self._message.tenant,
                    flow=self._message.flow,
                    run=run,
                    trigger=self._message.trigger,
                    stream=self._message.stream,
                    late_of="" if run else self._message.run or self._message.late_of,
                    records=part,
                    attempt=attempt,
                    force=force,
                )
                for part in batched(hints, BATCH, strict=False)
            ]
            world.queues.send(messages, delay_s=delay_s)
