"""Queues in memory: what SQS does with a message, at the test's command."""

from __future__ import annotations

from datetime import timedelta

import pytest

from samspill.messages import LogOutcomes, StartRun, decode
from samspill.store.memory import Dead, MemoryQueues
from tests.support.clock import START, FixedClock


def start(flow: str) -> StartRun:
    return StartRun(tenant="t", flow=flow)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def queues(clock: FixedClock) -> MemoryQueues:
    return MemoryQueues(clock, max_receives=3, visibility_s=60)


def flows(queues: MemoryQueues, limit: int = 10) -> list[str]:
    return [decode(delivery.body).flow for delivery in queues.receive("fetch", limit)]


def test_messages_wait_encoded_at_their_step_in_order(queues: MemoryQueues) -> None:
    log = LogOutcomes(tenant="t", flow="f", id="1")
    queues.send([start("a"), log, start("b"), start("c")])
    assert queues.depth() == 4
    assert queues.depth("fetch") == 3
    assert flows(queues, 2) == ["a", "b"]
    assert [decode(delivery.body) for delivery in queues.receive("log")] == [log]
    assert flows(queues) == ["c"]


def test_a_delayed_message_is_not_there_until_it_is_due(queues: MemoryQueues, clock: FixedClock) -> None:
    queues.send([start("late")], delay_s=30)
    queues.send([start("now")])
    assert flows(queues) == ["now"]
    assert queues.next_due() == START + timedelta(seconds=30)
    clock.advance(30)
    assert flows(queues) == ["late"]


@pytest.mark.parametrize("delay_s", [-1, 901])
def test_a_delay_that_sqs_would_refuse_is_refused(queues: MemoryQueues, delay_s: int) -> None:
    with pytest.raises(ValueError, match="delay"):
        queues.send([start("a")], delay_s=delay_s)
    assert queues.depth() == 0


def test_what_is_done_is_gone_and_doing_it_twice_is_no_error(queues: MemoryQueues, clock: FixedClock) -> None:
    queues.send([start("a")])
    (delivery,) = queues.receive("fetch")
    queues.done(delivery.handle)
    queues.done(delivery.handle)
    queues.back(delivery.handle)
    clock.advance(3600)
    assert queues.receive("fetch") == []
    assert queues.depth() == 0
    assert queues.next_due() is None


def test_what_nobody_answers_for_comes_back_after_the_visibility_time(queues: MemoryQueues, clock: FixedClock) -> None:
    queues.send([start("a")])
    assert flows(queues) == ["a"]
    clock.advance(59)
    assert flows(queues) == []
    clock.advance(1)
    (again,) = queues.receive("fetch")
    assert again.receives == 2


def test_what_is_given_back_comes_again_when_it_is_said_to(queues: MemoryQueues, clock: FixedClock) -> None:
    queues.send([start("a"), start("b")])
    first, second = queues.receive("fetch")
    queues.back(second.handle)
    queues.back(first.handle, delay_s=5)
    assert flows(queues) == ["b"]
    clock.advance(5)
    assert flows(queues) == ["a"]


def test_what_is_given_back_for_later_does_not_come_when_its_visibility_would_have_ended(
    queues: MemoryQueues, clock: FixedClock
) -> None:
    queues.send([start("a")])
    (delivery,) = queues.receive("fetch")
    queues.back(delivery.handle, delay_s=100)
    clock.advance(60)
    assert flows(queues) == []
    assert queues.next_due() == START + timedelta(seconds=100)
    clock.advance(40)
    assert flows(queues) == ["a"]


def test_a_message_received_too_often_ends_on_the_dead_letter_queue(queues: MemoryQueues) -> None:
    queues.send([start("poison"), start("good")])
    for turn in (1, 2, 3):
        poison = queues.receive("fetch", 1)[0]
        assert poison.receives == turn
        queues.back(poison.handle, delay_s=-1)
    assert flows(queues) == ["good"]
    assert [decode(dead.body) for dead in queues.dead["fetch"]] == [start("poison")]
    assert queues.depth() == 1


def test_a_duplicate_is_a_message_of_its_own(queues: MemoryQueues) -> None:
    queues.send([start("a")])
    (delivery,) = queues.receive("fetch")
    queues.duplicate(delivery.handle)
    queues.done(delivery.handle)
    (copy,) = queues.receive("fetch")
    assert (copy.body, copy.receives) == (delivery.body, 1)


def test_what_is_buried_keeps_its_reason(queues: MemoryQueues) -> None:
    queues.bury("map", "garbage", "not JSON")
    assert queues.dead["map"] == [Dead("garbage", "not JSON")]
    assert queues.depth() == 0


def test_what_is_small_enough_for_memory_needs_no_claim_check(queues: MemoryQueues) -> None:
    assert queues.open("body") == "body"
