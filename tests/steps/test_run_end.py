"""The end of a nightly run: a function that dies over it loses nothing of what follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

import pytest

from samspill.engine.model import Link, Observation, Result, Side
from samspill.messages import FetchPage, LogOutcomes, MapRecords, Message, decode
from samspill.modes.hours.tasks import CheckTotals
from samspill.modes.hours.totals_check import SETTLED_S
from samspill.reasons import Reason
from samspill.runs import runs
from samspill.state import Run, RunStatus
from samspill.work.context import open_flow
from samspill.work.known import changed
from samspill.work.outcomes import Outcomes
from tests.flows.hub import Hub
from tests.support.tasks import message_in


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

    hub.clock.advance(SETTLED_S)
    asked = [message_in(each.body) for each in hub.world.queues.receive("fetch")]
    assert [each.stream for each in asked if isinstance(each, CheckTotals)] == ["hours"]
    ended = world.runs.get(hub.flow, "r1")
    assert ended is not None
    assert ended.status is RunStatus.DONE


def test_a_run_ends_although_a_record_was_on_two_pages_and_had_to_be_looked_at_again() -> None:
    hub = Hub(size=2, flow="svenn-tripletex")
    hub.first_sync()
    hub.drain()
    opened = open_flow(hub.world, hub.flow)
    record = Observation("77", fields={"name": "Bad og Flis"})
    page = FetchPage(**hub.flow._asdict(), run="r1", stream="customers", side=Side.LEFT)
    both = [changed(hub.world, opened, page.model_copy(update={"page": n}), [record])[0] for n in (0, 1)]

    ends = []
    for subject in both:  # each was busy, and is read by itself
        read = MapRecords(**hub.flow._asdict(), run="r1", stream="customers", subjects=[subject], attempt=1)
        outcomes = Outcomes(hub.world, read)
        outcomes.add(Link("left-77", {Side.LEFT: "77"}), Result.UNCHANGED, Reason("unchanged"), ticket=subject.ticket)
        outcomes.send()
        ends += [decode(letter.body) for letter in hub.world.queues.receive("log")]
    assert len({each.id for each in ends if isinstance(each, LogOutcomes)}) == 2
