"""What vendors say about reading on: the cursor is too old, come back later, and when they hear that it is stored."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from math import ceil
from typing import Any

import pytest

from samspill.connectors.contract import reads
from samspill.connectors.timerabbit.connector import Timerabbit
from samspill.engine.model import Side
from samspill.errors import ExpiredCursorError, UnavailableError
from samspill.messages import FetchPage, decode
from samspill.pipeline.dispatch import handle
from samspill.ports import MAX_DELAY_S, Page
from samspill.state import RunStatus, StreamKey
from samspill.usecases import setup
from tests.flows.hub import FLOW, Hub
from tests.support.actors import admin

CUSTOMERS = StreamKey(*FLOW, "customers")


@pytest.fixture
def hub() -> Hub:
    made = Hub(size=30)
    made.first_sync()
    for sandbox in made.sandboxes.values():
        sandbox.set_faults({"webhook_drop": True})
    made.sync()
    made.clock.advance(60)
    return made


class Reads:
    """Every page of Timerabbit's customers that is asked for, as (token, since), and what may happen to it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: list[tuple[str | None, str | None]] = []
        self.around: Callable[[int, str | None, Callable[[], Page]], Page] = lambda _number, _since, read: read()
        page, own = Timerabbit.page, self

        def reading(self: Timerabbit, kind: str, *, token: str | None = None, since: str | None = None) -> Page:
            if kind != "customers":
                return page(self, kind, token=token, since=since)
            own.asked.append((token, since))
            return own.around(len(own.asked) - 1, since, lambda: page(self, kind, token=token, since=since))

        monkeypatch.setattr(Timerabbit, "page", reading)


@pytest.fixture
def customers(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> Reads:
    return Reads(monkeypatch)


def expired_at(number: int) -> Callable[[int, str | None, Callable[[], Page]], Page]:
    def around(present: int, _since: str | None, read: Callable[[], Page]) -> Page:
        if present == number:
            raise ExpiredCursorError("410")
        return read()

    return around


def mistype(hub: Hub, row: dict[str, Any]) -> None:
    """Change a customer where Tripletex has the say: the name is put back by who reads it."""
    hub.timerabbit.edit("customers", str(row["id"]), {"name": f"Feil {row['id']}"})


def mistyped(hub: Hub) -> list[dict[str, Any]]:
    return [row for row in hub.timerabbit.rows("customers") if row["name"].startswith("Feil")]


def cursor(hub: Hub) -> str | None:
    return hub.world.cursors.get(CUSTOMERS, Side.RIGHT)


@pytest.mark.parametrize("number", [0, 1])
def test_a_cursor_that_is_too_old_has_everything_read_anew_in_the_same_run(
    hub: Hub, customers: Reads, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    rows = hub.timerabbit.rows("customers")
    monkeypatch.setattr(reads, "PAGE", 3)
    for row in rows[:4]:  # two pages of changes
        mistype(hub, row)
    used = {str(row["customerId"]) for row in hub.timerabbit.rows("projects")}
    gone = next(str(row["id"]) for row in rows[4:] if str(row["id"]) not in used)
    hub.timerabbit.remove("customers", gone)
    before = cursor(hub)
    assert before
    customers.around = expired_at(number)
    hub.clock.advance(60)

    run = hub.sync(full=False)

    assert run.status is RunStatus.DONE
    since = [since for _, since in customers.asked]
    assert since == [before] * (number + 1) + [None] * ceil((len(rows) - 1) / 3)
    assert customers.asked[number + 1][0] is None, "from the first page"
    assert run.count("customers", "right.complete") == 1
    assert (cursor(hub) or "") > before
    lacking = next(link for link in hub.links("customers") if link.ids.get(Side.RIGHT) == gone)
    assert lacking.absent == {Side.RIGHT: 1}, "it was a whole read, which proves what is not there any more"
    assert mistyped(hub) == []


def test_a_read_of_everything_that_calls_its_cursor_too_old_does_not_go_round(hub: Hub, customers: Reads) -> None:
    customers.around = expired_at(0)
    message = FetchPage(**FLOW._asdict(), run="", stream="customers", side=Side.RIGHT)
    run = hub.world.runs.latest(FLOW)[0]
    with pytest.raises(ExpiredCursorError):
        handle(hub.world, message.model_copy(update={"run": run.id, "page": 99}))
    assert hub.world.queues.depth() == 0


def test_of_two_messages_that_meet_the_old_cursor_one_reads_everything(hub: Hub, customers: Reads) -> None:
    def twice(present: int, since: str | None, read: Callable[[], Page]) -> Page:
        if since is not None:
            raise ExpiredCursorError("410")
        return read()

    customers.around = twice
    doubled: list[str] = []

    def double(body: str) -> None:
        message = decode(body)
        if isinstance(message, FetchPage) and message.stream_key == CUSTOMERS and message.since and not doubled:
            doubled.append(body)
            hub.world.queues.send([message.model_copy(update={"chain": "twin"})])

    run = setup.run(hub.world, admin(), FLOW, full=False)
    hub.drain(before=double)

    found = hub.world.runs.get(FLOW, run.id)
    assert found is not None
    assert found.status is RunStatus.DONE
    assert doubled
    assert found.count("customers", "right.read") == len(hub.timerabbit.rows("customers"))


@pytest.mark.parametrize(("asks_s", "waits_s"), [(0, 0), (30, 30), (5000, MAX_DELAY_S)])
def test_a_vendor_that_is_still_making_the_next_page_is_left_alone_so_long(
    hub: Hub, customers: Reads, monkeypatch: pytest.MonkeyPatch, asks_s: int, waits_s: int
) -> None:
    monkeypatch.setattr(reads, "PAGE", len(hub.timerabbit.rows("customers")) // 2 + 1)
    at: list[float] = []

    def slow(_number: int, _since: str | None, read: Callable[[], Page]) -> Page:
        at.append(hub.clock.now().timestamp())
        page = read()
        return replace(page, wait_s=asks_s if page.next else 0)

    customers.around = slow
    run = hub.sync()
    assert run.status is RunStatus.DONE
    assert [second - first for first, second in pairwise(at)] == [waits_s]


class Heard:
    """What a connector heard: the cursor, and the one that was stored then."""

    def __init__(self, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
        self.heard: list[tuple[str, str, str | None]] = []
        self.fails = 0

        def acknowledge(_self: Any, kind: str, told: str) -> None:
            if kind != "customers":
                return
            self.heard.append((kind, told, cursor(hub)))
            if self.fails:
                self.fails -= 1
                raise UnavailableError("no answer")

        monkeypatch.setattr(Timerabbit, "acknowledge", acknowledge)


def test_a_vendor_hears_of_the_cursor_once_it_is_stored(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    heard = Heard(hub, monkeypatch)
    hub.sync(full=False)
    assert heard.heard == [("customers", cursor(hub), cursor(hub))]


def test_a_plan_stores_no_cursor_and_tells_none(monkeypatch: pytest.MonkeyPatch) -> None:
    hub = Hub(size=5)
    heard = Heard(hub, monkeypatch)
    hub.connect()
    hub.plan()
    assert heard.heard == []


def test_a_vendor_that_could_not_hear_of_it_hears_again(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    heard = Heard(hub, monkeypatch)
    heard.fails = 1
    with pytest.raises(UnavailableError):
        hub.sync(full=False)
    hub.clock.advance(600)  # the queue delivers the message again
    hub.drain()
    assert len(heard.heard) == 2
    assert hub.world.runs.latest(FLOW, 1)[0].status is RunStatus.DONE
