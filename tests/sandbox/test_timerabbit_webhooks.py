from __future__ import annotations

import hmac
import json
from hashlib import sha256
from typing import Any

import httpx
import pytest

from local.vendors.clock import ManualClock
from local.vendors.timerabbit import TimerabbitSandbox
from tests.sandbox.conftest import Receiver
from tests.sandbox.contract import complaints

SECRET = "a-secret-of-sixteen"
EVENTS = [f"{subject}.{verb}" for subject in ("customer", "project") for verb in ("created", "updated", "deleted")]
HOOK = {"url": "https://hub.example/hooks/2", "events": EVENTS, "secret": SECRET}


@pytest.fixture
def hook(rabbit: httpx.Client) -> str:
    hook_id: str = rabbit.post("/webhooks", json=HOOK).json()["id"]
    return hook_id


def told(receiver: Receiver) -> list[tuple[str, int]]:
    bodies = [json.loads(each.body) for each in receiver.requests]
    return [(each["event"], each["version"]) for each in bodies]


def test_every_change_is_told_as_the_contract_says(rabbit: httpx.Client, hook: str, receiver: Receiver) -> None:
    record = rabbit.post("/customers", json={"name": "Berg"}).json()
    rabbit.patch(f"/customers/{record['id']}", json={"name": "Bergh"})
    rabbit.patch(f"/customers/{record['id']}", json={"name": "Bergh"})
    rabbit.delete(f"/customers/{record['id']}")

    assert told(receiver) == [("customer.created", 1), ("customer.updated", 2), ("customer.deleted", 2)]
    for request in receiver.requests:
        assert complaints("timerabbit", "/components/schemas/Delivery", json.loads(request.body)) == []


def test_a_delivery_is_signed_over_its_timestamp_and_raw_body(
    rabbit: httpx.Client, hook: str, receiver: Receiver, clock: ManualClock
) -> None:
    rabbit.post("/customers", json={"name": "Østmo"})

    [request] = receiver.requests
    timestamp = request.headers["X-Timerabbit-Timestamp"]
    expected = hmac.new(SECRET.encode(), f"{timestamp}.".encode() + request.body, sha256).hexdigest()
    assert request.headers["X-Timerabbit-Signature"] == f"sha256={expected}"
    assert int(timestamp) == int(clock().timestamp())
    assert request.headers["X-Timerabbit-Delivery"] == json.loads(request.body)["deliveryId"]


def test_edits_by_hand_are_told_like_any_other(timerabbit: TimerabbitSandbox, hook: str, receiver: Receiver) -> None:
    record = timerabbit.add("customers", {"name": "Berg"})
    timerabbit.edit("customers", record["id"], {"name": "Bergh"})
    timerabbit.remove("customers", record["id"])

    assert [event for event, _ in told(receiver)] == ["customer.created", "customer.updated", "customer.deleted"]


def test_a_repeated_delivery_is_signed_anew_and_keeps_its_id(
    rabbit: httpx.Client, timerabbit: TimerabbitSandbox, hook: str, receiver: Receiver, clock: ManualClock
) -> None:
    receiver.status = 500
    rabbit.post("/customers", json={"name": "Berg"})
    receiver.status = 204
    clock.advance(5)
    timerabbit.webhooks.pump()

    first, second = receiver.requests
    assert first.body == second.body
    assert int(second.headers["X-Timerabbit-Timestamp"]) == int(first.headers["X-Timerabbit-Timestamp"]) + 5
    assert first.headers["X-Timerabbit-Signature"] != second.headers["X-Timerabbit-Signature"]


def test_after_a_day_without_an_answer_the_subscription_is_disabled(
    rabbit: httpx.Client, timerabbit: TimerabbitSandbox, hook: str, receiver: Receiver, clock: ManualClock
) -> None:
    receiver.status = None
    rabbit.post("/customers", json={"name": "Berg"})
    for _ in range(48):
        clock.advance(1800)
        timerabbit.webhooks.pump()
    receiver.requests.clear()

    rabbit.post("/customers", json={"name": "Dahl"})

    assert [each["status"] for each in rabbit.get("/webhooks").json()["items"]] == ["disabled"]
    assert receiver.requests == []


def test_a_subscription_hears_only_of_its_events_and_ends_when_deleted(
    rabbit: httpx.Client, receiver: Receiver
) -> None:
    sent = HOOK | {"events": ["project.created"]}
    hook_id = rabbit.post("/webhooks", json=sent).json()["id"]
    rabbit.post("/customers", json={"name": "Berg"})
    rabbit.post("/projects", json={"name": "Bad"})

    assert rabbit.delete(f"/webhooks/{hook_id}").status_code == 204
    rabbit.post("/projects", json={"name": "Tak"})

    assert told(receiver) == [("project.created", 1)]
    assert rabbit.delete(f"/webhooks/{hook_id}").status_code == 404


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"url": "http://hub.example"}, "url"),
        ({"url": "hub"}, "url"),
        ({"url": None}, "url"),
        ({"secret": "short"}, "secret"),
        ({"events": []}, "events"),
        ({"events": ["customer.created", "customer.created"]}, "events"),
        ({"events": ["hours.created"]}, "events"),
        ({"status": "active"}, "status"),
    ],
)
def test_a_bad_subscription_is_refused(rabbit: httpx.Client, changes: dict[str, Any], field: str) -> None:
    response = rabbit.post("/webhooks", json=HOOK | changes)

    assert response.status_code == 422
    assert [each["field"] for each in response.json()["errors"]] == [field]
    assert rabbit.get("/webhooks").json() == {"items": []}
