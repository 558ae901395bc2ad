"""The end of a nightly run: a function that dies over it loses nothing of what follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

import pytest

from samspill.messages import CheckTotals, Message, decode
from samspill.state import Run, RunStatus
from samspill.steps import runs
from samspill.steps.context import open_flow
from tests.flows.hub import Hub


class DiedError(Exception):
    """A function ended here."""


class Deadly:
    """A queue whose first request for totals kills the function."""

    def __init__(self, inner: Any) -> None:
        self.inner, self.alive = inner, False

    def send(self, messages: Sequence[Message], *, delay_s: int = 0) -> None:
        if not self.alive and any(isinstance(each, CheckTotals) for each in messages):
            self.alive = True
            raise DiedError
        self.inner.send(messages, delay_s=delay_s)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


def test_a_function_that_dies_before_the_totals_are_asked_for_asks_for_them_when_it_comes_again() -> None:
    hub = Hub(size=2, flow="svenn-tripletex")
    hub.first_sync()
    hub.drain()
    now = hub.clock.now()
    run = Run(**hub.flow._asdict(), id="r1", purpose="sync", trigger="schedule", full=True, started_at=now)
    world = replace(hub.world, queues=cast("Any", Deadly(hub.world.queues)))
    opened = open_flow(world, hub.flow)
    world.runs.start(run)

    with pytest.raises(DiedError):
        runs.end(world, opened, run)
    again = world.runs.get(hub.flow, "r1")
    assert again is not None
    assert not again.status.is_over, "nobody comes back to a run that is over"
    runs.end(world, opened, again)

    hub.clock.advance(runs.SETTLED_S)
    asked = [decode(each.body) for each in hub.world.queues.receive("fetch")]
    assert [each.stream for each in asked if isinstance(each, CheckTotals)] == ["hours"]
    ended = world.runs.get(hub.flow, "r1")
    assert ended is not None
    assert ended.status is RunStatus.DONE
