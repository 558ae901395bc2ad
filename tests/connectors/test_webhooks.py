"""Webhooks: what the sandboxes really send, and what others might."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial

import httpx
import orjson
import pytest

from local.vendors.webhooks import WebhookRequest
from samspill.connectors.hooks import VendorHooks
from samspill.engine.revision import Revision
from samspill.errors import ConfigurationError, ConflictError, ContractError, SignatureError
from tests.connectors.contract_rig import ContractRig
from tests.connectors.rig import Rig, needs
from tests.connectors.svenn_rig import SvennRig
from tests.connectors.timerabbit_rig import TimerabbitRig
from tests.connectors.tripletex_rig import TripletexRig
from tests.support.clock import START

URL = "https://hub.example/hooks/t1/c1"
SECRET = "a-secret-of-32-characters-length"
OTHER_SECRET = "another-secret-of-the-same-sort"
HOOKS = VendorHooks()


def deliveries(rig: Rig) -> list[WebhookRequest]:
    return [request for request, _status in rig.sandbox.webhooks.sent]


def tripletex_headers(body: bytes, key: str = "k-1", secret: str = SECRET) -> dict[str, str]:
    digest = hmac.digest(secret.encode(), key.encode() + b"&" + body, hashlib.sha512)
    return {"idempotency-key": key, "x-request-signature": base64.b64encode(digest).decode()}


def contract_headers(
    prefix: str, body: bytes, at: int = int(START.timestamp()), secret: str = SECRET
) -> dict[str, str]:
    digest = hmac.digest(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hex()
    return {f"{prefix}-Timestamp": str(at), f"{prefix}-Signature": f"sha256={digest}", f"{prefix}-Delivery": "d"}


type Sign = Callable[[bytes], Mapping[str, str]]
SIGN: dict[str, Sign] = {
    "tripletex": tripletex_headers,
    "timerabbit": partial(contract_headers, "X-Timerabbit"),
    "svenn": partial(contract_headers, "X-Svenn"),
}


@needs("webhooks")
def test_create_update_and_delete_by_a_person_arrive_as_hints(rig: Rig) -> None:
    rig.connector.subscribe(URL, ["customers"], SECRET)
    record_id = rig.add("customers", {"name": "A"})
    rig.edit("customers", record_id, {"name": "B"})
    rig.remove("customers", record_id)
    hooks = [
        hook
        for each in deliveries(rig)
        for hook in HOOKS.read(rig.vendor, each.headers, each.body, SECRET, rig.clock.now())
    ]
    assert [(hook.kind, hook.external_id, hook.deleted) for hook in hooks] == [
        ("customers", record_id, False),
        ("customers", record_id, False),
        ("customers", record_id, True),
    ]
    assert len({hook.delivery for hook in hooks}) == 3
    versions = [hook.version for hook in hooks[:2]]
    assert versions == ([None, None] if rig.vendor == "tripletex" else [Revision(1), Revision(2)]), (
        "Tripletex's does not always rise"
    )


@needs("webhooks")
def test_a_body_that_was_touched_is_refused(rig: Rig) -> None:
    rig.connector.subscribe(URL, ["customers"], SECRET)
    rig.add("customers", {"name": "A"})
    [sent] = deliveries(rig)
    with pytest.raises(SignatureError):
        HOOKS.read(rig.vendor, sent.headers, sent.body.replace(b"create", b"delete"), SECRET, rig.clock.now())
    with pytest.raises(SignatureError):
        HOOKS.read(rig.vendor, sent.headers, sent.body + b" ", SECRET, rig.clock.now())


@needs("webhooks")
def test_another_secret_is_refused(rig: Rig) -> None:
    rig.connector.subscribe(URL, ["customers"], SECRET)
    rig.add("customers", {"name": "A"})
    [sent] = deliveries(rig)
    with pytest.raises(SignatureError):
        HOOKS.read(rig.vendor, sent.headers, sent.body, SECRET + "x", rig.clock.now())


@pytest.mark.parametrize("vendor", [*SIGN])
def test_a_body_that_was_verified_when_it_came_tells_the_same_again(vendor: str) -> None:
    body = b'{"deliveryId":"k-1","event":"customer.update%s","id":7,"subscriptionId":2,"version":2}'
    body %= b"" if vendor == "tripletex" else b"d"
    (hook,) = HOOKS.read(vendor, SIGN[vendor](body), body, SECRET, START)

    (again,) = HOOKS.told(vendor, body)

    assert (again.kind, again.external_id, again.deleted) == (hook.kind, hook.external_id, hook.deleted)
    with pytest.raises(ContractError):
        HOOKS.told(vendor, b"{}")


@pytest.mark.parametrize("vendor", [*SIGN])
def test_an_unsigned_body_is_refused(vendor: str) -> None:
    with pytest.raises(SignatureError):
        HOOKS.read(vendor, {}, b"{}", SECRET, START)


@pytest.mark.parametrize("vendor", [*SIGN])
def test_header_names_come_in_any_case(vendor: str) -> None:
    body = orjson.dumps({"event": "order.create", "id": 1, "subscriptionId": 2})
    shouting = {name.upper(): value for name, value in SIGN[vendor](body).items()}
    assert HOOKS.read(vendor, shouting, body, SECRET, START) == []


@pytest.mark.parametrize("vendor", [*SIGN])
@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"event":7}', b'{"event":"customer.updated","id":"x"}', b"\xff"])
def test_what_is_signed_but_of_another_shape_is_a_contract_error(vendor: str, body: bytes) -> None:
    with pytest.raises(ContractError):
        HOOKS.read(vendor, SIGN[vendor](body), body, SECRET, START)


@pytest.mark.parametrize(
    ("vendor", "body"),
    [
        ("tripletex", rb'{"event": "customer.update", "id": 7, "subscriptionId": 1, "value": {"name": "Half \ud83d"}}'),
        ("svenn", rb'{"event": "customer.updated", "id": "7", "deliveryId": "d", "version": 2, "text": "Half \ud83d"}'),
    ],
)
def test_half_an_emoji_beside_what_a_delivery_hints_at_costs_nothing(vendor: str, body: bytes) -> None:
    (hook,) = HOOKS.read(vendor, SIGN[vendor](body), body, SECRET, START)
    assert (hook.kind, hook.external_id) == ("customers", "7")


def test_the_key_of_a_tripletex_delivery_is_part_of_what_is_signed() -> None:
    body = b'{"event":"customer.create","id":1,"subscriptionId":2,"value":{"version":1}}'
    headers = tripletex_headers(body)
    assert HOOKS.read("tripletex", headers, body, SECRET, START)[0].delivery == "k-1"
    with pytest.raises(SignatureError):
        HOOKS.read("tripletex", {**headers, "idempotency-key": "k-2"}, body, SECRET, START)
    with pytest.raises(SignatureError):
        HOOKS.read(
            "tripletex",
            {"x-request-signature": tripletex_headers(body, "")["x-request-signature"]},
            body,
            SECRET,
            START,
        )


@pytest.mark.parametrize("vendor", ["timerabbit", "svenn"])
@pytest.mark.parametrize("seconds", [-301, 301])
def test_a_delivery_signed_too_long_ago_is_refused(vendor: str, seconds: int) -> None:
    body = b'{"deliveryId":"d1","event":"customer.updated","id":"7","version":2}'
    headers = SIGN[vendor](body)
    assert HOOKS.read(vendor, headers, body, SECRET, START)[0].external_id == "7"
    with pytest.raises(SignatureError):
        HOOKS.read(vendor, headers, body, SECRET, START + timedelta(seconds=seconds))


def test_a_vendor_without_webhooks_is_a_contract_error() -> None:
    with pytest.raises(ContractError):
        HOOKS.read("nobody", {}, b"", SECRET, START)


def test_tripletex_subscriptions_are_one_per_kind_and_verb(tripletex: TripletexRig) -> None:
    made = tripletex.connector.subscribe(URL, ["customers", "projects", "departments"], SECRET).events
    assert sorted(made.values()) == [
        f"{event}.{verb}" for event in ("customer", "project") for verb in ("create", "delete", "update")
    ]
    assert {row["fields"] for row in tripletex.sandbox.rows("subscription")} == {"id,version"}


def test_a_subscription_tripletex_switched_off_is_switched_on_again(tripletex: TripletexRig) -> None:
    made = tripletex.connector.subscribe(URL, ["customers"], SECRET).events
    first = next(iter(made))
    tripletex.sandbox.edit("subscription", first, {"status": "DISABLED_TOO_MANY_ERRORS"})
    assert tripletex.connector.subscribe(URL, ["customers"], SECRET).events == made
    assert {row["status"] for row in tripletex.sandbox.rows("subscription")} == {"ACTIVE"}


def test_a_subscription_is_renewed_under_the_version_that_was_seen(tripletex: TripletexRig) -> None:
    made = tripletex.connector.subscribe(URL, ["customers"], SECRET).events
    tripletex.sandbox.edit("subscription", next(iter(made)), {"status": "DISABLED"})
    versions = {row["id"]: row["version"] for row in tripletex.sandbox.rows("subscription")}
    assert len(set(versions.values())) > 1

    tripletex.connector.subscribe(URL, ["customers"], SECRET)

    [put] = [request for request in tripletex.transport.sent if request.method == "PUT"]
    assert {row["id"]: row["version"] for row in orjson.loads(put.content)} == versions


def test_a_subscription_that_somebody_changes_meanwhile_is_not_written_over(tripletex: TripletexRig) -> None:
    made = tripletex.connector.subscribe(URL, ["customers"], SECRET).events
    tripletex.sandbox.edit("subscription", next(iter(made)), {"status": "DISABLED"})

    def overtaken(request: httpx.Request) -> httpx.Response:
        seen = tripletex.transport.inner.handle_request(request)
        tripletex.sandbox.edit("subscription", next(iter(made)), {"targetUrl": "https://other.example/"})
        return seen

    tripletex.transport.answers = [overtaken]
    with pytest.raises(ConflictError):
        tripletex.connector.subscribe(URL, ["customers"], SECRET)
    assert tripletex.sandbox.rows("subscription")[0]["status"] == "DISABLED"


def test_a_new_secret_reaches_the_subscriptions_that_exist(tripletex: TripletexRig) -> None:
    tripletex.connector.subscribe(URL, ["customers"], SECRET)
    tripletex.connector.subscribe(URL, ["customers"], "another-secret-altogether")
    tripletex.add("customers", {"name": "A"})
    [sent] = deliveries(tripletex)
    assert HOOKS.read("tripletex", sent.headers, sent.body, "another-secret-altogether", START)


def test_surplus_subscriptions_of_ours_go_and_those_of_others_stay(tripletex: TripletexRig) -> None:
    others = tripletex.connector.subscribe("https://other.example/", ["customers"], SECRET).events
    tripletex.connector.subscribe(URL, ["customers", "projects"], SECRET)
    kept = tripletex.connector.subscribe(URL, ["customers"], SECRET).events
    assert {str(row["id"]) for row in tripletex.sandbox.rows("subscription")} == {*others, *kept}
    assert tripletex.connector.subscribe(URL, [], SECRET).events == {}
    assert {str(row["id"]) for row in tripletex.sandbox.rows("subscription")} == {*others}


@pytest.mark.parametrize("length", [9, 101])
def test_a_secret_tripletex_would_refuse_is_refused_before_anything_is_sent(
    tripletex: TripletexRig, length: int
) -> None:
    with pytest.raises(ConfigurationError):
        tripletex.connector.subscribe(URL, ["customers"], "x" * length)
    assert tripletex.transport.sent == []


@pytest.mark.parametrize("vendor", [TimerabbitRig, SvennRig])
def test_a_subscription_with_other_events_is_made_anew(vendor: type[ContractRig]) -> None:
    rig = vendor()
    [other] = rig.connector.subscribe("https://other.example/", ["customers"], SECRET).events
    [first] = rig.connector.subscribe(URL, ["customers"], SECRET).events
    [second] = rig.connector.subscribe(URL, ["customers", "projects"], SECRET).events
    assert len({other, first, second}) == 3
    record_id = rig.add("projects", {"name": "P"})
    [sent] = deliveries(rig)
    [hook] = HOOKS.read(rig.vendor, sent.headers, sent.body, SECRET, rig.clock.now())
    assert (hook.kind, hook.external_id) == ("projects", record_id)
    assert rig.connector.subscribe(URL, [], SECRET).events == {}


@needs("webhooks")
def test_a_renewed_secret_is_what_everything_is_signed_with_and_nothing_is_missed(rig: Rig) -> None:
    before = rig.connector.subscribe(URL, ["customers"], SECRET)
    others = rig.connector.subscribe("https://other.example/", ["customers"], SECRET)
    rig.transport.sent.clear()

    renewed = rig.connector.subscribe(URL, ["customers"], OTHER_SECRET, renew=True)

    assert sorted(renewed.events.values()) == sorted(before.events.values())
    assert renewed.repaired == (), "nothing had been switched off"
    changes = [request.method for request in rig.transport.sent if request.method != "GET"]
    assert changes in (["PUT"], ["POST", "DELETE"]), "the new one is there before the old one goes"
    rig.add("customers", {"name": "A"})
    ours = [sent for sent in deliveries(rig) if sent.url == URL]
    assert HOOKS.read(rig.vendor, ours[0].headers, ours[0].body, OTHER_SECRET, rig.clock.now())
    assert len(ours) == 1
    assert not set(others.events) & set(renewed.events)
