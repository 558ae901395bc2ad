"""A list is read by one chain of pages, however often its messages come and wherever a function dies."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from samspill.connectors.contract import reads
from samspill.engine.model import Side
from samspill.messages import FetchPage, Message, decode
from samspill.pipeline.dispatch import handle
from samspill.pipeline.fetch import fetch
from samspill.ports import Page
from samspill.state import RunStatus
from samspill.usecases import setup
from samspill.work import chain
from tests.flows.hub import FLOW, STEPS, Hub
from tests.support.actors import admin

PAGES = 3
"""Of Timerabbit's customers."""


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Hub:
    made = Hub(size=30)
    made.first_sync()
    for sandbox in made.sandboxes.values():
        sandbox.set_faults({"webhook_drop": True})
    monkeypatch.setattr(reads, "PAGE", len(made.timerabbit.rows("customers")) // PAGES + 1)
    made.timerabbit.calls.clear()
    return made


class DiedError(Exception):
    """A function ended here."""


def is_page(message: Message) -> bool:
    return isinstance(message, FetchPage) and (message.stream, message.side) == ("customers", Side.RIGHT)


def read(hub: Hub, around: Callable[[Message, Callable[[], None]], bool]) -> tuple[list[FetchPage], RunStatus]:
    """Read everything; `around` does a message's work and tells whether the message is done with."""
    run = setup.run(hub.world, admin(), FLOW, full=True)
    handled: list[FetchPage] = []
    for _ in range(300):
        for step in STEPS:
            for delivery in hub.world.queues.receive(step):
                message = decode(delivery.body)
                if is_page(message):
                    assert isinstance(message, FetchPage)
                    handled.append(message)
                if around(message, lambda message=message: handle(hub.world, message)):  # type: ignore[misc]
                    hub.world.queues.done(delivery.handle)
                else:
                    hub.world.queues.back(delivery.handle, 5)
        hub.clock.advance(1)
        if not hub.world.queues.depth():
            break
    found = hub.world.runs.get(FLOW, run.id)
    assert found is not None
    assert found.count("customers", "right.read") == len(hub.timerabbit.rows("customers"))
    assert found.count("customers", "right.complete") == 1
    return handled, found.status


def pages_read(hub: Hub) -> int:
    return sum(call.path == "/v1/customers" for call in hub.timerabbit.calls)


def test_each_page_is_read_once(hub: Hub) -> None:
    def work(_message: Message, do: Callable[[], None]) -> bool:
        do()
        return True

    handled, status = read(hub, work)

    assert [message.page for message in handled] == list(range(PAGES))
    assert len({message.chain for message in handled}) == PAGES, "every message has a name of its own"
    assert pages_read(hub) == PAGES
    assert status is RunStatus.DONE


def test_a_page_that_is_delivered_again_after_all_of_it_was_done_begins_no_second_chain(hub: Hub) -> None:
    seen: set[str] = set()

    def work(message: Message, do: Callable[[], None]) -> bool:
        do()
        again = isinstance(message, FetchPage) and is_page(message) and message.chain not in seen
        if isinstance(message, FetchPage):
            seen.add(message.chain)
        return not again

    handled, status = read(hub, work)

    assert pages_read(hub) == PAGES + 1, "the last one ends the read, so it looks again"
    assert len(handled) == 2 * PAGES
    assert status is RunStatus.DONE


@pytest.mark.parametrize("dies", ["before the next page is asked for", "after it"])
@pytest.mark.parametrize("page", range(PAGES - 1))
def test_a_function_that_dies_between_counting_a_page_and_being_done_loses_and_forks_nothing(
    hub: Hub, monkeypatch: pytest.MonkeyPatch, dies: str, page: int
) -> None:
    send = hub.world.queues.send
    died: list[int] = []

    def sending(messages: list[Message], *, delay_s: int = 0) -> None:
        fatal = not died and any(isinstance(it, FetchPage) and is_page(it) and it.page == page + 1 for it in messages)
        if not fatal or dies == "after it":
            send(messages, delay_s=delay_s)
        if fatal:
            died.append(page)
            raise DiedError

    def work(_message: Message, do: Callable[[], None]) -> bool:
        try:
            do()
        except DiedError:
            return False
        return True

    with monkeypatch.context() as patch:
        patch.setattr(hub.world.queues, "send", sending)
        handled, status = read(hub, work)

    assert died == [page]
    assert pages_read(hub) == PAGES + (dies == "before the next page is asked for")
    assert len(handled) == PAGES + 1
    assert status is RunStatus.DONE


def test_of_two_messages_that_ask_for_one_page_one_goes_on(hub: Hub) -> None:
    def work(message: Message, do: Callable[[], None]) -> bool:
        if isinstance(message, FetchPage) and is_page(message) and not message.page and message.chain != "twin":
            hub.world.queues.send([message.model_copy(update={"chain": "twin"})])
        do()
        return True

    handled, status = read(hub, work)

    assert sorted(message.page for message in handled) == [0, *range(PAGES)]
    assert pages_read(hub) == PAGES, "the other one does not even read"
    assert status is RunStatus.DONE


def test_a_message_of_the_version_before_goes_on_although_it_has_no_name(hub: Hub) -> None:
    def work(message: Message, do: Callable[[], None]) -> bool:
        if isinstance(message, FetchPage) and is_page(message) and not message.page:
            message = message.model_copy(update={"chain": ""})
            handle(hub.world, message)
        else:
            do()
        return True

    handled, status = read(hub, work)

    assert [message.page for message in handled] == list(range(PAGES))
    assert status is RunStatus.DONE


def test_a_list_that_ends_sooner_when_its_page_is_read_again_is_complete_all_the_same(hub: Hub) -> None:
    """The function died after it had counted the page and before it asked for the next: there is none any more."""
    run = setup.run(hub.world, admin(), FLOW, full=True)
    message = FetchPage(**FLOW._asdict(), run=run.id, stream="customers", side=Side.RIGHT, chain="a")

    fetch._counted(hub.world, message, Page([], next="more"), 0)
    read_again = [fetch._counted(hub.world, message, Page([], next=None), 0) for _ in range(2)]

    assert [found and found.count("customers", "right.complete") for found in read_again] == [1, 1]
    assert not any(found and chain.is_others(found, message) for found in read_again)
    setup.pause(hub.world, admin(), FLOW)
    hub.drain()
    setup.resume(hub.world, admin(), FLOW)
