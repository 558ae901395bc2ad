"""The webhook door: what is not proved to come from the vendor is refused, logged and queued nowhere."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import orjson
import pytest

from samspill.errors import UnavailableError
from samspill.hook_address import token
from samspill.pipeline.receive import receive
from samspill.pipeline.receive.gate import BURST, Gate
from samspill.state import FormerHooks
from samspill.work.subscriptions import OVERLAP
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

    def token(self, generation: int | None = None) -> str:
        """Return the last part of the address of a generation, that on record unless told."""
        at = self.hub.world.registry.connection(FLOW.tenant, self.vendor).hooks_at if generation is None else generation
        return token(self.secret_of(at), at) if at else ""

    def knock(self, headers: Mapping[str, str], body: bytes, at: str | None = None) -> tuple[int, dict[str, Any]]:
        """Deliver to the address with the token `at`; return the status and the log line."""
        answer, line = self.answered(headers, body, self.token() if at is None else at)
        return answer["statusCode"], line

    def answered(self, headers: Mapping[str, str], body: bytes, at: str) -> tuple[dict[str, Any], dict[str, Any]]:
        self.capsys.readouterr()
        path = {"tenant": FLOW.tenant, "connection": self.vendor} | ({"token": at} if at else {})
        event = {"pathParameters": path, "headers": dict(headers), "body": body.decode(), "isBase64Encoded": False}
        answer: dict[str, Any] = self.handler(event, None)
        (line,) = self.capsys.readouterr().out.splitlines()
        return answer, json.loads(line)

    def update(self, **update: object) -> None:
        """Put something else on record of the connection."""
        registry = self.hub.world.registry
        registry.save_connection(registry.connection(FLOW.tenant, self.vendor).model_copy(update=update))

    def kept(self, kind: str) -> list[str]:
        return self.hub.world.blobs.keys(f"webhooks/{kind}/")

    def told(self) -> list[bytes]:
        """Return the small bodies that were kept."""
        since = self.hub.clock.now() - timedelta(days=1)
        return [each.body for each in self.hub.world.deliveries.told(FLOW.tenant, self.vendor, since)]


@pytest.fixture(params=[*FLOWS])
def door(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Door:
    hub = Hub(size=2, flow=FLOWS[request.param])
    hub.first_sync()
    for sandbox in hub.sandboxes.values():
        sandbox.set_faults({"webhook_drop": True})
    hub.drain()
    module = load("receive")
    monkeypatch.setattr(module, "world", lambda: hub.world)
    monkeypatch.setattr(module, "gate", Gate())
    return Door(hub, request.param, module.handler, capsys)


only_tripletex = pytest.mark.parametrize("door", ["tripletex"], indirect=True)


def logged(door: Door, status: int, **more: str) -> dict[str, Any]:
    return {"message": "webhook", "tenant": FLOW.tenant, "connection": door.vendor, "status": status, **more}


def test_what_is_signed_is_kept_and_queued_once(door: Door) -> None:
    body = door.body()

    assert door.knock(door.signed(body), body) == (202, logged(door, 202))

    assert door.hub.world.queues.depth() == 1
    assert door.told() == [body]
    assert door.kept("raw") == [], "a small body needs no object of its own"
    assert door.knock(door.signed(body), body) == (202, logged(door, 202, why="delivered before"))
    assert door.hub.world.queues.depth() == 1


@pytest.mark.parametrize("too_large", [0, 1])
def test_a_large_body_is_kept_as_an_object(door: Door, monkeypatch: pytest.MonkeyPatch, too_large: int) -> None:
    body = door.body()
    monkeypatch.setattr(receive, "SMALL_BYTES", len(body) - too_large)

    assert door.knock(door.signed(body), body)[0] == 202

    objects = [door.hub.world.blobs.get(kept) for kept in door.kept("raw")]
    assert (objects, door.told()) == (([body], []) if too_large else ([], [body]))


def test_what_could_not_be_kept_is_not_taken_and_is_kept_when_it_comes_again(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = door.body()

    def down(*_: object) -> None:
        raise UnavailableError("the table is down")

    with monkeypatch.context() as patch:
        patch.setattr(door.hub.world.deliveries, "note", down)
        with pytest.raises(UnavailableError):
            door.knock(door.signed(body), body)
    assert door.told() == []

    assert door.knock(door.signed(body), body)[0] == 202
    assert door.told() == [body]


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
    assert (door.kept("raw"), door.told()) == ([], [])
    assert door.hub.world.queues.depth() == 0
    assert len(door.hub.tripletex.calls) == calls, "nobody was asked about it"


def reads(door: Door, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that every look at connections and flows is noted in."""
    seen: list[str] = []
    really = door.hub.world.registry.hooked

    def hooked(tenant: str, connection_id: str) -> Any:
        seen.append(connection_id)
        return really(tenant, connection_id)

    monkeypatch.setattr(door.hub.world.registry, "hooked", hooked)
    return seen


def test_a_connection_that_nobody_made_is_refused_and_logged(door: Door) -> None:
    body = door.body()
    headers = door.signed(body)
    door.vendor = "nobody"

    assert door.knock(headers, body, at="") == (401, logged(door, 401, why="no such connection"))
    assert door.hub.world.queues.depth() == 0


def test_who_knocks_learns_nothing_of_which_connections_there_are(door: Door) -> None:
    body = door.body()
    wrong_signature, _ = door.answered({}, body, door.token())
    wrong_token, _ = door.answered({}, body, "1-" + "0" * 32)
    no_token, _ = door.answered({}, body, "")
    door.vendor = "nobody"
    nobody = [door.answered({}, body, at)[0] for at in ("", "1-" + "0" * 32, door.token(1))]

    assert [wrong_token, no_token, *nobody] == [wrong_signature] * 5
    assert (wrong_signature["statusCode"], wrong_signature["body"]) == (401, "unauthorized")


@pytest.mark.parametrize("at", ["1-" + "0" * 32, "1", "-", "x-y", "²-a", "9" * 5000 + "-a", "1-" + "é" * 32])
def test_an_address_that_was_never_ours_is_refused_before_anything_is_looked_up(
    door: Door, at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    body, seen = door.body(), reads(door, monkeypatch)

    assert door.knock(door.signed(body), body, at=at) == (401, logged(door, 401, why="no such address"))

    assert seen == []
    assert door.hub.world.queues.depth() == 0
    assert door.knock(door.signed(body), body)[0] == 202


def test_the_address_of_another_connection_leads_nowhere(door: Door) -> None:
    body, secrets = door.body(), door.hub.world.secrets

    for tenant, connection in (("other", door.vendor), (FLOW.tenant, "other")):
        foreign = token(secrets.hook_secret(tenant, connection, 1), 1)
        assert door.knock(door.signed(body), body, at=foreign)[0] == 401


def test_who_knows_the_address_does_not_know_the_secret_it_is_derived_from(door: Door) -> None:
    assert not {door.secret, door.secret[:32]} & {door.token(), door.token().partition("-")[2]}
    assert len(door.token().partition("-")[2]) == 32


def test_who_knocks_where_nobody_is_is_not_looked_up_again_for_a_minute(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    body, seen = door.body(), reads(door, monkeypatch)
    there, door.vendor = door.vendor, "nobody"

    assert [door.knock({}, body, at="")[0] for _ in range(3)] == [401] * 3
    assert seen == ["nobody"]
    door.hub.clock.advance(61)
    assert door.knock({}, body, at="")[0] == 401
    assert seen == ["nobody", "nobody"]
    door.vendor = there
    assert door.knock(door.signed(body), body)[0] == 202, "others are not refused with it"


def test_one_connection_that_is_flooded_is_slowed_down_and_no_other_one(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    body, seen = door.body(), reads(door, monkeypatch)
    flood = [door.knock({}, body)[0] for _ in range(BURST + 3)]
    assert flood == [401] * BURST + [429] * 3
    assert len(seen) == BURST, "what is too much causes no work"

    flooded, other = door.vendor, next(name for name in door.hub.sandboxes if name != door.vendor)
    door.vendor = other
    assert door.knock({}, body)[0] == 401, "another connection has a bucket of its own"
    door.vendor = flooded
    door.hub.clock.advance(1)
    assert door.knock(door.signed(body), body)[0] == 202


def test_who_invents_addresses_takes_nothing_from_the_bucket_of_a_connection(door: Door) -> None:
    body = door.body()
    for _ in range(BURST + 3):
        door.knock({}, body, at="1-" + "0" * 32)

    assert door.knock(door.signed(body), body)[0] == 202


def test_while_an_address_is_renewed_the_old_one_and_the_new_one_are_good_and_then_the_new_one_alone(
    door: Door,
) -> None:
    body = door.body()
    door.update(hook_generation=2)  # asked for, and not yet in use

    def answers() -> list[int]:
        return [door.knock(door.signed(body, door.secret_of(it)), body, at=door.token(it))[0] for it in (1, 2, 3)]

    assert answers() == [202, 202, 401]
    former = {"address": 1, "signed": 1, "until": door.hub.clock.now() + OVERLAP}
    door.update(hooks_signed=2, hooks_at=2, hooks_former=FormerHooks.model_validate(former))
    door.hub.clock.advance(61)
    assert answers() == [202, 202, 401], "what was under way when it changed comes yet"
    door.hub.clock.advance(OVERLAP.total_seconds())
    assert answers() == [401, 202, 401]


def test_the_address_that_an_older_version_gave_out_is_good_until_another_one_is_in_use(door: Door) -> None:
    body = door.body()
    assert door.knock(door.signed(body), body, at="")[0] == 401
    door.update(hooks_at=0)
    door.hub.clock.advance(61)
    assert door.knock(door.signed(body), body, at="")[0] == 202


@only_tripletex
def test_a_subscription_that_was_made_a_moment_ago_is_heard_although_it_is_not_on_record_yet(door: Door) -> None:
    body = door.body(subscription="987")
    door.update(hook_generation=2)

    assert door.knock(door.signed(body, door.secret_of(2)), body, at=door.token(2)) == (202, logged(door, 202))

    assert door.hub.world.queues.depth() == 1


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
