"""A function dies after every single call it makes: nothing is lost, nothing is there twice.

A death before a call is one after the call before it; before its first call a function has done nothing yet.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import pytest

from local.vendors.webhooks import WebhookRequest
from samspill.messages import decode
from samspill.pipeline.dispatch import handle
from samspill.pipeline.receive.receive import Answer, receive
from samspill.pipeline.upsert import upsert
from samspill.usecases import setup
from tests.flows.hub import FLOW, STEPS, Hub
from tests.support.actors import admin

PORTS = ("links", "runs", "cursors", "journal", "blobs", "queues", "connectors")
STOLEN = {"receive", "done", "back", "depth", "open", "next_due"}
"""What the test itself, or nobody, calls on a queue."""


class Died(BaseException):
    """The function is gone; no handler of ours may catch this."""


class Fuse:
    """Counts calls, before and after their effect, and blows at one of them."""

    def __init__(self) -> None:
        self.steps = 0
        self.at = 0

    def tick(self) -> None:
        self.steps += 1
        if self.steps == self.at:
            raise Died


class Mortal:
    """A port whose every call may be the last thing a function does."""

    def __init__(self, inner: Any, fuse: Fuse) -> None:
        self._inner, self._fuse = inner, fuse

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        if name in STOLEN or not callable(found):
            return found

        def call(*arguments: Any, **named: Any) -> Any:
            self._fuse.tick()
            out = found(*arguments, **named)
            self._fuse.tick()
            return Mortal(out, self._fuse) if name == "open" or hasattr(out, "capabilities") else out

        return call


class _Connectors(Mortal):
    def open(self, connection: Any) -> Any:
        return Mortal(self._inner.open(connection), self._fuse)


def prepared(fuse: Fuse) -> Hub:
    hub = Hub(size=3)
    hub.first_sync()
    for sandbox in hub.sandboxes.values():
        sandbox.set_faults({"webhook_drop": True})
    ports: dict[str, Any] = {name: Mortal(getattr(hub.world, name), fuse) for name in PORTS}
    ports["connectors"] = _Connectors(hub.world.connectors, fuse)
    hub.world = cast("Any", replace(hub.world, **ports))
    return hub


def edits(hub: Hub) -> tuple[str, str]:
    """A person makes a customer, changes one, and changes one on the wrong side."""
    hub.tripletex.add("customer", {"name": "Ny AS", "organizationNumber": "974760673"})
    rows = [row for row in hub.tripletex.rows("customer") if not row["isInactive"] and row["name"] != "Ny AS"]
    hub.tripletex.edit("customer", str(rows[0]["id"]), {"name": "Endret AS"})
    number, name = str(rows[1]["customerNumber"]), str(rows[1]["name"])
    right = next(row for row in hub.timerabbit.rows("customers") if row["number"] == number)
    hub.timerabbit.edit("customers", right["id"], {"name": "Feil side"})
    return number, name


def work(hub: Hub) -> int:
    """Deliver messages until none is left; one whose function dies is delivered again. Returns how many died."""
    died = 0
    for _ in range(3000):
        worked = False
        for step in STEPS:
            for delivery in hub.world.queues.receive(step):
                worked = True
                try:
                    handle(hub.world, decode(delivery.body))
                except Died:
                    died += 1
                    hub.world.queues.back(delivery.handle, 1)
                else:
                    hub.world.queues.done(delivery.handle)
        if not worked:
            if not hub.world.queues.depth():
                break
            hub.clock.advance(20)
    return died


def check(hub: Hub, wrong_side: tuple[str, str]) -> None:
    names = [str(row["name"]) for row in hub.timerabbit.rows("customers")]
    assert names.count("Ny AS") == 1
    assert names.count("Endret AS") == 1
    assert "Feil side" not in names
    back = [row["name"] for row in hub.timerabbit.rows("customers") if row["number"] == wrong_side[0]]
    assert back == [wrong_side[1]]


def run(hub: Hub) -> None:
    opened = setup.run(hub.world, admin(), FLOW, full=True)
    assert opened.id


def count_steps() -> int:
    fuse = Fuse()
    hub = prepared(fuse)
    wrong_side = edits(hub)
    run(hub)
    fuse.steps = 0
    work(hub)
    check(hub, wrong_side)
    return fuse.steps


STEPS_OF_A_RUN = count_steps()


@pytest.fixture(autouse=True)
def claims_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away the search by number before a create: the claim and its marker must hold by themselves."""
    monkeypatch.setattr(upsert, "not_there_already", lambda _room, jobs: jobs)


@pytest.mark.parametrize("at", range(2, STEPS_OF_A_RUN + 1, 2))
def test_a_function_that_dies_at_any_call_loses_nothing_and_doubles_nothing(at: int) -> None:
    fuse = Fuse()
    hub = prepared(fuse)
    wrong_side = edits(hub)
    run(hub)
    fuse.steps, fuse.at = 0, at
    assert work(hub) <= 1
    fuse.at = 0
    setup.pause(hub.world, admin(), FLOW)
    setup.resume(hub.world, admin(), FLOW)
    work(hub)
    check(hub, wrong_side)
    writes = hub.writes("timerabbit")
    run(hub)
    work(hub)
    assert hub.writes("timerabbit") == writes


def test_the_run_has_calls_to_die_at() -> None:
    assert STEPS_OF_A_RUN > 50


INTAKE = ("registry", "secrets", "hooks", "blobs", "deliveries", "queues")


class Post(Hub):
    """A hub whose webhooks are on their way until somebody takes them in."""

    def __init__(self) -> None:
        super().__init__(size=3)
        self.on_its_way: list[WebhookRequest] = []

    def _deliver(self, request: WebhookRequest) -> int:
        self.on_its_way.append(request)
        return 202


def announced(fuse: Fuse) -> tuple[Hub, WebhookRequest]:
    """A customer was renamed in Tripletex, and the webhook about it goes to a `receive` that may die."""
    hub = Post()
    hub.first_sync()
    row = next(row for row in hub.tripletex.rows("customer") if not row["isInactive"])
    hub.tripletex.edit("customer", str(row["id"]), {"name": "Meldt AS"})
    ports: dict[str, Any] = {name: Mortal(getattr(hub.world, name), fuse) for name in INTAKE}
    hub.world = cast("Any", replace(hub.world, **ports))
    fuse.steps = 0
    return hub, hub.on_its_way[0]


def take(hub: Hub, request: WebhookRequest) -> Answer:
    at = request.url.rpartition("/")[2]
    return receive(hub.world, FLOW.tenant, "tripletex", request.headers, request.body, token=at).answer


def calls_of_receive() -> int:
    fuse = Fuse()
    assert take(*announced(fuse)) == Answer.ACCEPTED
    return fuse.steps


@pytest.mark.parametrize("at", range(1, calls_of_receive() + 1))
def test_a_webhook_whose_receipt_died_is_acted_on_when_it_is_delivered_again(at: int) -> None:
    fuse = Fuse()
    hub, request = announced(fuse)
    fuse.at = at
    with pytest.raises(Died):
        take(hub, request)

    assert take(hub, request) == Answer.ACCEPTED
    work(hub)

    assert [row["name"] for row in hub.timerabbit.rows("customers")].count("Meldt AS") == 1
    depth = hub.world.queues.depth()
    assert take(hub, request) == Answer.ACCEPTED
    assert hub.world.queues.depth() == depth, "by now it is a repeated one"
