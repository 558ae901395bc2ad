from __future__ import annotations

import hmac
import json
from base64 import b64decode, b64encode
from hashlib import sha512

import pytest

from local.vendors.clock import ManualClock
from local.vendors.tripletex import TripletexSandbox
from local.vendors.webhooks import WebhookRequest
from tests.sandbox.conftest import Receiver, Tripletex, refusal

SECRET = "a-shared-secret"
TARGET = "https://hub.example/hooks/1"


def subscribe(api: Tripletex, event: str = "customer.update", **body: str) -> int:
    made = api.made("/event/subscription", event=event, targetUrl=TARGET, **body)
    subscription_id: int = made["id"]
    return subscription_id


def told(request: WebhookRequest) -> dict[str, object]:
    body: dict[str, object] = json.loads(request.body)
    return body


def test_each_verb_has_its_own_subscription_and_body(api: Tripletex, receiver: Receiver) -> None:
    ids = [subscribe(api, f"customer.{verb}", fields="id,name,version") for verb in ("create", "update", "delete")]

    made = api.made("/customer", name="Berg")
    api.changed(f"/customer/{made['id']}", name="Bergh")
    api.delete(f"/customer/{made['id']}")

    expected = [
        ("customer.create", {"id": made["id"], "name": "Berg", "version": 1}),
        ("customer.update", {"id": made["id"], "name": "Bergh", "version": 2}),
        ("customer.delete", None),
    ]
    assert [told(each) for each in receiver.requests] == [
        {"subscriptionId": number, "event": event, "id": made["id"], "value": value}
        for number, (event, value) in zip(ids, expected, strict=True)
    ]


def test_a_delivery_is_signed_over_its_key_and_raw_body(api: Tripletex, receiver: Receiver) -> None:
    subscribe(api, "customer.create", hmacSharedSecret=SECRET)
    api.made("/customer", name="Østmo")

    [request] = receiver.requests
    signed = request.headers["idempotency-key"].encode() + b"&" + request.body
    expected = hmac.new(SECRET.encode(), signed, sha512).digest()
    assert b64decode(request.headers["x-request-signature"]) == expected


def test_the_receiver_can_ask_for_a_header_or_basic_authentication(api: Tripletex, receiver: Receiver) -> None:
    subscribe(api, "customer.create", authHeaderName="X-Hub", authHeaderValue="made-up")
    api.made("/event/subscription", event="customer.create", targetUrl="https://hub:word@hub.example/hooks/2")
    api.made("/customer", name="Berg")

    first, second = receiver.requests
    assert first.headers["x-hub"] == "made-up"
    assert second.url == "https://hub.example/hooks/2"
    assert second.headers["authorization"] == "Basic " + b64encode(b"hub:word").decode()
    assert "x-request-signature" not in first.headers


def test_secrets_are_never_shown(api: Tripletex) -> None:
    number = subscribe(api, hmacSharedSecret=SECRET, authHeaderName="X-Hub", authHeaderValue="made-up")

    shown = api.value(f"/event/subscription/{number}")

    assert "hmacSharedSecret" not in shown
    assert "authHeaderValue" not in shown
    assert refusal(api.get("/event/subscription", params={"fields": "hmacSharedSecret"}))[:2] == (400, 11000)


def test_an_edit_by_hand_is_told_and_one_that_changes_nothing_is_not(
    api: Tripletex, tripletex: TripletexSandbox, receiver: Receiver
) -> None:
    made = api.made("/customer", name="Berg")
    subscribe(api)

    tripletex.edit("customer", str(made["id"]), {"name": "Bergh"})
    tripletex.edit("customer", str(made["id"]), {"name": "Bergh"})

    assert [told(each)["event"] for each in receiver.requests] == ["customer.update"]


def test_what_is_refused_is_not_told(api: Tripletex, receiver: Receiver) -> None:
    subscribe(api, "customer.create")

    api.post("/customer/list", json=[{"name": "Berg"}, {"name": ""}])

    assert receiver.requests == []


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        (
            {},
            [
                ("event", "Kan ikke være null."),
                ("event", "Feltet kan ikke være tomt."),
                ("targetUrl", "Kan ikke være null."),
                ("targetUrl", "Feltet kan ikke være tomt."),
            ],
        ),
        ({"event": "hour.create", "targetUrl": TARGET}, [("event", "Hendelsen finnes ikke.")]),
        (
            {"event": "customer.create", "targetUrl": "http://hub.example"},
            [("targetUrl", "Må være en absolutt https-adresse.")],
        ),
        (
            {"event": "customer.create", "targetUrl": TARGET, "hmacSharedSecret": "short"},
            [("hmacSharedSecret", "Feltet har ikke korrekt lengde. Det må være mellom 10 og 100.")],
        ),
    ],
)
def test_a_bad_subscription_is_refused(api: Tripletex, body: dict[str, str], lines: list[tuple[str, str]]) -> None:
    assert refusal(api.post("/event/subscription", json=body)) == (422, 18000, lines)


def test_a_delivery_is_repeated_with_the_same_key_until_it_arrives(
    api: Tripletex, tripletex: TripletexSandbox, receiver: Receiver, clock: ManualClock
) -> None:
    subscribe(api, "customer.create")
    receiver.status = 503
    api.made("/customer", name="Berg")
    receiver.status = 200

    assert tripletex.webhooks.pump() == 0
    clock.advance(5)
    assert tripletex.webhooks.pump() == 1

    first, second = receiver.requests
    assert first == second
    assert len(tripletex.webhooks) == 0


def test_after_thirty_hours_without_an_answer_the_subscription_is_disabled_until_a_person_enables_it(
    api: Tripletex, tripletex: TripletexSandbox, receiver: Receiver, clock: ManualClock
) -> None:
    number = subscribe(api, "customer.create")
    receiver.status = None
    api.made("/customer", name="Berg")
    for _ in range(60):
        clock.advance(1800)
        tripletex.webhooks.pump()
    api.auth = ("0", api.mint(expirationDate="2026-03-09").json()["value"]["token"])

    path = f"/event/subscription/{number}"
    assert api.value(path)["status"] == "DISABLED_TOO_MANY_ERRORS"
    receiver.requests.clear()
    api.made("/customer", name="Dahl")
    assert receiver.requests == []

    receiver.status = 200
    api.changed(path, status="ACTIVE")
    api.made("/customer", name="Eide")

    assert len(receiver.requests) == 1


def test_a_subscription_belongs_to_the_key_that_made_it(api: Tripletex) -> None:
    number = subscribe(api)
    token = api.mint(employeeToken="test-sandbox-accountant-0001").json()["value"]["token"]

    theirs = api.get("/event/subscription", auth=("90001", token)).json()["values"]

    assert theirs == []
    assert [each["id"] for each in api.values("/event/subscription")] == [number]


def test_subscriptions_are_made_and_deleted_in_lists(api: Tripletex) -> None:
    sent = [{"event": f"project.{verb}", "targetUrl": TARGET} for verb in ("create", "update")]

    made = api.post("/event/subscription/list", json=sent).json()["values"]

    ids = ",".join(str(each["id"]) for each in made)
    assert api.delete("/event/subscription/list", params={"ids": ids}).status_code == 204
    assert api.values("/event/subscription") == []


def test_the_events_are_listed_without_a_login(anonymous: Tripletex) -> None:
    events = anonymous.get("/event").json()["value"]

    assert {"customer.create", "project.delete", "employee.update"} <= set(events)
    assert not [event for event in events if event.startswith("timesheet")]


def test_an_event_has_an_example(api: Tripletex) -> None:
    assert api.value("/event/customer.create")["payloadModel"] == "Customer"
    assert refusal(api.get("/event/nothing.create"))[:2] == (404, 6000)
