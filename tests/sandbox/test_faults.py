from __future__ import annotations

import httpx
import pytest

from local.vendors.clock import ManualClock
from local.vendors.faults import Faults
from local.vendors.timerabbit import TimerabbitSandbox
from tests.sandbox.conftest import Receiver


def names(timerabbit: TimerabbitSandbox) -> list[str]:
    return [row["name"] for row in timerabbit.rows("customers")]


def test_switches_are_merged_and_an_empty_object_resets_them() -> None:
    faults = Faults()

    faults.merge({"latency_ms": 5})
    faults.merge({"rate_limit": 2})
    assert (faults.latency_ms, faults.rate_limit) == (5, 2)

    faults.merge({})
    assert faults == Faults()


@pytest.mark.parametrize(
    "changes",
    [
        {"bogus": 1},
        {"latency_ms": -1},
        {"latency_ms": True},
        {"rate_limit": "yes"},
        {"rate_limit": -1},
        {"stale_reads": 1},
        {"fail_next": [{"state": 500}]},
        {"fail_next": "once"},
        {"fail_next": [{"times": "once"}]},
        {"drop_answer_next": [1]},
        {"latency_ms": 7, "error_rate": "high"},
    ],
)
def test_a_switch_that_does_not_exist_or_cannot_hold_the_value_changes_nothing(changes: dict[str, object]) -> None:
    faults = Faults()

    with pytest.raises(ValueError, match=":"):
        faults.merge(changes)

    assert faults == Faults()


def test_switches_can_be_put_back_as_they_were_read() -> None:
    faults, other = Faults(), Faults()
    faults.merge({"fail_next": [{"times": 2, "method": "PUT"}], "rate_limit": True, "webhook_delay_s": 1.5})

    other.merge(faults.as_json())

    assert other == faults


def test_chosen_calls_fail_and_have_no_effect(rabbit: httpx.Client, timerabbit: TimerabbitSandbox) -> None:
    timerabbit.set_faults(
        {"fail_next": [{"status": 503, "times": 2, "path_prefix": "/v1/customers", "method": "POST"}]}
    )

    statuses = [rabbit.post("/customers", json={"name": name}).status_code for name in ("a", "b", "c")]

    assert rabbit.get("/customers").status_code == 200
    assert statuses == [503, 503, 201]
    assert names(timerabbit) == ["c"]


def test_a_dropped_answer_leaves_the_work_done(rabbit: httpx.Client, timerabbit: TimerabbitSandbox) -> None:
    timerabbit.set_faults({"drop_answer_next": [{"method": "POST"}]})

    with pytest.raises(httpx.ReadError, match="after the work was done"):
        rabbit.post("/customers", json={"name": "Berg"})

    assert names(timerabbit) == ["Berg"]
    assert timerabbit.calls[-1].status is None


def test_a_dropped_request_leaves_nothing_done(rabbit: httpx.Client, timerabbit: TimerabbitSandbox) -> None:
    timerabbit.set_faults({"drop_request_next": 1})

    with pytest.raises(httpx.ReadError, match="before the work was done"):
        rabbit.post("/customers", json={"name": "Berg"})

    assert names(timerabbit) == []
    assert rabbit.post("/customers", json={"name": "Berg"}).status_code == 201


def test_latency_is_slept_through(rabbit: httpx.Client, timerabbit: TimerabbitSandbox, slept: list[float]) -> None:
    timerabbit.set_faults({"latency_ms": 250, "answer_delay_ms": 500})

    rabbit.get("/me")

    assert slept == [0.25]


def test_an_error_rate_hits_about_that_share_the_same_calls_every_time(
    timerabbit: TimerabbitSandbox, rabbit: httpx.Client
) -> None:
    timerabbit.set_faults({"error_rate": 0.3})

    failed = [rabbit.get("/me").status_code == 502 for _ in range(200)]

    assert 40 < sum(failed) < 80
    assert failed[:8] == [False, False, False, True, False, False, False, False]


def test_calls_are_logged_with_sizes_and_without_the_key(rabbit: httpx.Client, timerabbit: TimerabbitSandbox) -> None:
    response = rabbit.post("/customers", json={"name": "Berg"})
    rabbit.get("/customers", params={"limit": 5})

    first, second = timerabbit.calls
    assert (first.method, first.path, first.status) == ("POST", "/v1/customers", 201)
    assert (first.received_bytes, first.sent_bytes) == (len(b'{"name":"Berg"}'), len(response.content))
    assert second.query == "limit=5"
    assert timerabbit.calls.tally("GET", "/v1/customers") == 1
    assert timerabbit.tokens()["api_key"] not in repr(timerabbit.calls)


@pytest.fixture
def subscribed(rabbit: httpx.Client) -> httpx.Client:
    events = ["customer.created", "customer.updated"]
    rabbit.post("/webhooks", json={"url": "https://hub.example", "events": events, "secret": "a-secret-of-sixteen"})
    return rabbit


def versions(receiver: Receiver) -> list[bytes]:
    return [each.body.rpartition(b'"version":')[2].rstrip(b"}") for each in receiver.requests]


def test_a_webhook_can_be_lost(subscribed: httpx.Client, timerabbit: TimerabbitSandbox, receiver: Receiver) -> None:
    timerabbit.set_faults({"webhook_drop": 1})

    for name in ("a", "b"):
        subscribed.post("/customers", json={"name": name})

    assert [b'"id":"1002"' in each.body for each in receiver.requests] == [True]


def test_a_webhook_can_come_twice(subscribed: httpx.Client, timerabbit: TimerabbitSandbox, receiver: Receiver) -> None:
    timerabbit.set_faults({"webhook_duplicate": True})

    subscribed.post("/customers", json={"name": "a"})

    first, second = receiver.requests
    assert first == second


def test_webhooks_can_overtake_each_other(
    subscribed: httpx.Client, timerabbit: TimerabbitSandbox, receiver: Receiver, clock: ManualClock
) -> None:
    timerabbit.set_faults({"webhook_reorder": 1})

    for name in ("a", "b"):
        subscribed.post("/customers", json={"name": name})
    clock.advance(1)
    timerabbit.webhooks.pump()

    assert [b"1001" in each.body for each in receiver.requests] == [False, True]


def test_quick_edits_can_be_merged_into_the_latest_version(
    subscribed: httpx.Client, timerabbit: TimerabbitSandbox, receiver: Receiver, clock: ManualClock
) -> None:
    record = subscribed.post("/customers", json={"name": "a"}).json()
    timerabbit.set_faults({"webhook_skip_version": True})

    for name in ("b", "c", "d"):
        subscribed.patch(f"/customers/{record['id']}", json={"name": name})
    clock.advance(1)
    timerabbit.webhooks.pump()

    assert versions(receiver) == [b"1", b"4"]


def test_webhooks_can_be_late(
    subscribed: httpx.Client, timerabbit: TimerabbitSandbox, receiver: Receiver, clock: ManualClock
) -> None:
    timerabbit.set_faults({"webhook_delay_s": 30})
    subscribed.post("/customers", json={"name": "a"})

    assert (len(receiver.requests), len(timerabbit.webhooks)) == (0, 1)
    clock.advance(30)
    subscribed.get("/me")
    assert len(receiver.requests) == 1


def test_a_receiver_may_call_back_into_the_sandbox(timerabbit: TimerabbitSandbox, subscribed: httpx.Client) -> None:
    answers: list[int] = []

    def deliver(_request: object) -> int:
        if len(answers) < 2:
            answers.append(subscribed.post("/customers", json={"name": "again"}).status_code)
        return 200

    timerabbit.webhooks._deliver = deliver
    subscribed.post("/customers", json={"name": "a"})

    assert answers == [201, 201]
    assert len(timerabbit.webhooks) == 0
