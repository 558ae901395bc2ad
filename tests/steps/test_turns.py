"""Every chain of messages has a bound of its own, and what reaches it is told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from samspill.engine.model import Side
from samspill.errors import RateLimitedError
from samspill.messages import (
    FetchLine,
    FetchPage,
    FetchRecords,
    MakePlan,
    Message,
    RecordHint,
    Replay,
)
from samspill.modes.hours.tasks import CheckTotals
from samspill.pipeline.dispatch import handle
from samspill.pipeline.replay.dead_letters import answer_dead
from samspill.ports import MAX_DELAY_S
from samspill.state import Run, RunStatus
from samspill.usecases import setup
from samspill.work import chain, turns
from tests.flows.hub import FLOW, Hub
from tests.support.actors import admin
from tests.support.tasks import message_in

NAMES = FLOW._asdict()
HINTS = (RecordHint(left="1"),)


@pytest.fixture
def hub() -> Hub:
    hub = Hub(size=3)
    hub.first_sync()
    return hub


@pytest.mark.parametrize(
    "message",
    [
        FetchPage(**NAMES, stream="customers", side=Side.LEFT, page=turns.MOST_PAGES),
        CheckTotals(**NAMES, stream="customers", page=turns.MOST_PAGES),
        MakePlan(**NAMES, number=turns.MOST_PAGES),
        FetchRecords(**NAMES, stream="customers", records=HINTS, waits=turns.MOST_WAITS + 1),
        FetchLine(**NAMES, stream="customers", reader="x", waits=turns.MOST_WAITS + 1),
    ],
)
def test_what_reaches_its_bound_goes_to_the_dead_letters_with_the_reason_and_ends_its_run(
    hub: Hub, message: Message
) -> None:
    run = setup.run(hub.world, admin(), FLOW, full=True)
    message = message.model_copy(update={"run": run.id})
    for sandbox in hub.sandboxes.values():
        sandbox.calls.clear()

    handle(hub.world, message)

    (dead,) = hub.world.queues.dead[message.step]
    assert message_in(dead.body) == message
    assert dead.why.startswith("chain ended: ")
    assert not any(sandbox.calls for sandbox in hub.sandboxes.values())
    ended = hub.world.runs.get(FLOW, run.id)
    assert ended is not None
    assert ended.status is RunStatus.STOPPED
    (answer, *_) = answer_dead(hub.world, Replay(**NAMES, dead=True, by="kari"))
    assert not any(each.waits > turns.MOST_WAITS for each in answer.messages), "it begins anew"


def test_the_last_page_and_the_last_wait_are_still_allowed() -> None:
    page = FetchPage(**NAMES, stream="customers", side=Side.LEFT, page=turns.MOST_PAGES - 1)
    waiting = FetchRecords(**NAMES, stream="customers", records=HINTS, waits=turns.MOST_WAITS)

    assert turns.has_no_end(page) == turns.has_no_end(waiting) == ""


def test_a_message_waits_for_a_turn_that_is_further_off_than_a_queue_holds_it_back(hub: Hub) -> None:
    """A vendor said that it will answer in two hours."""
    turn = turns.turn_of(hub.world, RateLimitedError("", retry_after_s=7200))
    page = FetchPage(**NAMES, stream="customers", side=Side.LEFT)
    start = hub.clock.now()
    calls = len(hub.tripletex.calls)
    turns.wait_for_turn(hub.world, [page], turn)
    came: list[float] = []

    hub.drain(limit_s=10_000, before=lambda _body: came.append((hub.clock.now() - start).total_seconds()))

    assert came[:-1] == [MAX_DELAY_S * n for n in range(1, len(came))], "in between it only goes back"
    assert came[-1] == turn - start.timestamp() >= 7200
    assert len(hub.tripletex.calls) == calls, "its run is not there any more"


def test_a_page_that_got_through_begins_to_count_its_waits_anew() -> None:
    page = FetchPage(**NAMES, stream="customers", side=Side.LEFT, waits=7, turn=99)

    following = chain.following(page, "token", "name", whole=True)

    assert (following.page, following.waits, following.turn) == (1, 0, 0)


def test_of_a_run_that_rests_is_told_until_when_a_broken_off_message_stays_away(hub: Hub) -> None:
    run = setup.run(hub.world, admin(), FLOW, full=True)
    run = run.model_copy(update={"moved_at": None})
    now = run.started_at

    def told(run: Run, seconds: float) -> float | None:
        until = turns.comes_back_by(run, now + timedelta(seconds=seconds))
        return (until - now).total_seconds() if until else None

    assert told(run, turns.LONGEST_S) is None, "a function may still be at it"
    assert told(run, turns.LONGEST_S + 1) == turns.BACK_S
    assert told(run, turns.BACK_S) == turns.BACK_S
    assert told(run, turns.BACK_S + 1) == 2 * turns.BACK_S, "it failed once more"
    moved = run.model_copy(update={"moved_at": now + timedelta(seconds=100)})
    assert told(moved, 100 + turns.LONGEST_S) is None
    assert told(moved, 500) == 100 + turns.BACK_S
    over = run.model_copy(update={"status": RunStatus.DONE})
    assert told(over, 5000) is None
