"""The webhook door: what is not proved to come from the vendor is refused, logged and queued nowhere."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import orjson
import pytest

from tests.connectors.test_webhooks import contract_headers, tripletex_headers
from tests.flows.hub import FLOW, Hub
from tests.handlers.test_doors import load

FLOWS = {"tripletex": FLOW.flow, "timerabbit": FLOW.flow, "svenn": "svenn-tripletex"}
PREFIX = {"timerabbit": "X-Timerabbit", "svenn": "X-Svenn"}
OLD = timedelta(minutes=6)


@dataclass
class Door:
    """The door of a hub whose flow is active, for one vendor's deliveries."""

    hub: Hub
    vendor: str
    handler: Callable[[Any, Any], Any]
    capsys: pytest.CaptureFixture[str]

    @property
    def secret(self) -> str:
        return self.secret_of(self.hub.world.registry.connection(FLOW.tenant, self.vendor).hooks_signed)

    def secret_of(self, generation: int) -> str:
        return self.hub.world.secrets.hook_secret(FLOW.tenant, self.vendor, generation)

    def body(self, subscription: str = "") -> bytes:
        """Say that a customer was changed, as the vendor does."""
        if self.vendor != "tripletex":
            return orjson.dumps({"deliveryId": "d1", "event": "customer.updated", "id": "1001", "version": 2})
        known = self.hub.world.registry.connection(FLOW.tenant, "tripletex").subscriptions
        number = int(subscription or next(iter(known)))
        return orjson.dumps({"subscriptionId": number, "event": "customer.update", "id": 100001, "value": None})

    def signed(self, body: bytes, secret: str = "", age: timedelta = timedelta()) -> dict[str, str]:
        if self.vendor == "tripletex":
            return tripletex_headers(body, secret=secret or self.secret)
        at = int((self.hub.clock.now() - age).timestamp())
        return contract_headers(PREFIX[self.vendor], body, at, secret or self.secret)

    def knock(self, headers: Mapping[str, str], body: bytes) -> tuple[int, dict[str, Any]]:
        """Deliver; return the status and the log line."""
        self.capsys.readouterr()
        path = {"tenant": FLOW.tenant, "connection": self.vendor}
        event = {"pathParameters": path, "headers": dict(headers), "body": body.decode(), "isBase64Encoded": False}
        status: int = self.handler(event, None)["statusCode"]
        (line,) = self.capsys.readouterr().out.splitlines()
        return status, json.loads(line)

    def kept(self, kind: str) -> list[str]:
        return self.hub.world.blobs.keys(f"webhooks/{kind}/")


@pytest.fixture(params=[*FLOWS])
def door(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Door:
    hub = Hub(size=2, flow=FLOWS[request.param])
    hub.first_sync()
    for sandbox in hub.sandboxes.values():
        sandbox.set_faults({"webhook_drop": True})
    hub.drain()
    module = load("receive")
    monkeypatch.setattr(module, "world", lambda: hub.world)
    return Door(hub, request.param, module.handler, capsys)


only_tripletex = pytest.mark.parametrize("door", ["tripletex"], indirect=True)


def logged(door: Door, status: int, **more: str) -> dict[str, Any]:
    return {"message": "webhook", "tenant": FLOW.tenant, "connection": door.vendor, "status": status, **more}


def test_what_is_signed_is_kept_and_queued_once(door: Door) -> None:
    body = door.body()

    assert door.knock(door.signed(body), body) == (202, logged(door, 202))

    assert door.hub.world.queues.depth() == 1
    (kept,) = door.kept("raw")
    assert door.hub.world.blobs.get(kept) == body
    assert door.knock(door.signed(body), body) == (202, logged(door, 202, why="delivered before"))
    assert door.hub.world.queues.depth() == 1


WRONG: dict[str, Callable[[Door, bytes], Mapping[str, str]]] = {
    "missing": lambda _door, _body: {},
    "of another body": lambda door, body: door.signed(body + b" "),
    "of another secret": lambda door, body: door.signed(body, secret="s" * 32),
    "empty": lambda door, body: dict.fromkeys(door.signed(body), ""),
}


@pytest.mark.parametrize("how", [*WRONG])
def test_a_wrong_or_missing_signature_is_refused_logged_and_queued_nowhere(door: Door, how: str) -> None:
    body = door.body()

    answer = door.knock(WRONG[how](door, body), body)

    assert answer == (401, logged(door, 401, why="the signature does not match"))
    assert door.hub.world.queues.depth() == 0
    assert door.hub.world.blobs.keys("webhooks/") == []
    assert door.knock(door.signed(body), body)[0] == 202, "the refused one was not noted as delivered"


@pytest.mark.parametrize("door", [*PREFIX], indirect=True)
def test_an_old_signature_is_refused_logged_and_queued_nowhere(door: Door) -> None:
    body = door.body()

    answer = door.knock(door.signed(body, age=OLD), body)

    assert answer == (401, logged(door, 401, why="the signature is too old"))
    assert door.hub.world.queues.depth() == 0
    assert door.hub.world.blobs.keys("webhooks/") == []


@only_tripletex
def test_an_old_tripletex_delivery_under_a_new_name_is_refused_logged_and_queued_nowhere(door: Door) -> None:
    """Tripletex signs no time, but the delivery's name: an old one is known by it, and has no other."""
    body = door.body()
    headers = door.signed(body)
    door.knock(headers, body)
    depth = door.hub.world.queues.depth()

    answer = door.knock({**headers, "idempotency-key": "another"}, body)

    assert answer == (401, logged(door, 401, why="the signature does not match"))
    assert door.hub.world.queues.depth() == depth


def test_what_is_signed_but_cannot_be_read_is_refused_and_kept_and_the_log_says_where(door: Door) -> None:
    body = b'{"event":"customer.updated"}'

    status, line = door.knock(door.signed(body), body)

    (kept,) = door.kept("malformed")
    assert kept.startswith(f"webhooks/malformed/{FLOW.tenant}/{door.vendor}/{door.hub.clock.now():%Y-%m-%d}/")
    assert door.hub.world.blobs.get(kept) == body
    assert status == 400
    assert line == logged(door, 400, why=line["why"], kept=kept)
    assert line["why"].startswith("signed, but not")
    assert door.hub.world.queues.depth() == 0


@only_tripletex
def test_a_delivery_of_an_unknown_subscription_is_quarantined_and_the_log_says_where_and_why(door: Door) -> None:
    body = door.body(subscription="987")
    calls = len(door.hub.tripletex.calls)

    status, line = door.knock(door.signed(body), body)
    door.hub.drain()

    (kept,) = door.kept("quarantine")
    assert kept.startswith(f"webhooks/quarantine/{FLOW.tenant}/tripletex/{door.hub.clock.now():%Y-%m-%d}/")
    assert door.hub.world.blobs.get(kept) == body
    assert (status, line) == (
        202,
        logged(door, 202, why="quarantined: not a subscription of ours: 987", kept=kept),
    )
    assert door.kept("raw") == []
    assert door.hub.world.queues.depth() == 0
    assert len(door.hub.tripletex.calls) == calls, "nobody was asked about it"


def test_a_connection_that_nobody_made_is_refused_and_logged(door: Door) -> None:
    body = door.body()
    headers = door.signed(body)
    door.vendor = "nobody"

    assert door.knock(headers, body) == (404, logged(door, 404, why="no such connection"))
    assert door.hub.world.queues.depth() == 0


def test_while_a_signing_secret_is_renewed_the_old_one_and_the_new_one_are_good(door: Door) -> None:
    registry = door.hub.world.registry
    connection = registry.connection(FLOW.tenant, door.vendor)
    assert (connection.hooks_signed, connection.hook_generation) == (1, 1)
    registry.save_connection(connection.model_copy(update={"hook_generation": 2}))
    body = door.body()

    answers = [door.knock(door.signed(body, door.secret_of(number)), body)[0] for number in (1, 2, 3, 0)]

    assert answers == [202, 202, 401, 401]


def test_what_was_signed_for_another_connection_is_refused(door: Door) -> None:
    secrets, body = door.hub.world.secrets, door.body()

    for tenant, connection in (("other", door.vendor), (FLOW.tenant, "other"), (f"{FLOW.tenant}/", door.vendor)):
        foreign = secrets.hook_secret(tenant, connection, 1)
        assert door.knock(door.signed(body, foreign), body)[0] == 401
    assert door.hub.world.queues.depth() == 0


def test_a_body_that_is_too_large_is_refused_and_logged(door: Door) -> None:
    assert door.knock({}, b"x" * 1_000_001) == (413, logged(door, 413, why="more than 1000000 bytes"))
    assert door.hub.world.queues.depth() == 0
