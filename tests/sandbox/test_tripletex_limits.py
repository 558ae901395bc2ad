from __future__ import annotations

from local.vendors.clock import ManualClock
from local.vendors.tripletex import TripletexSandbox
from tests.sandbox.conftest import Tripletex

LIMIT, REMAINING, RESET = "X-Rate-Limit-Limit", "X-Rate-Limit-Remaining", "X-Rate-Limit-Reset"


def test_answers_tell_the_limit_in_windows_aligned_with_the_clock(api: Tripletex, clock: ManualClock) -> None:
    clock.advance(3.4)
    first = api.get("/customer").headers

    clock.advance(7)
    second = api.get("/customer").headers

    assert (first[LIMIT], first[REMAINING], first[RESET]) == ("100", "99", "7")
    assert (second[REMAINING], second[RESET]) == ("99", "10")


def test_a_spent_window_answers_429_without_a_reset_and_the_next_one_is_fresh(
    api: Tripletex, tripletex: TripletexSandbox, clock: ManualClock
) -> None:
    tripletex.set_faults({"rate_limit_calls": 2})
    statuses = [api.get("/customer").status_code for _ in range(3)]
    refused = api.post("/customer", json={"name": "Berg"})

    clock.advance(10)

    assert statuses == [200, 200, 429]
    assert refused.status_code == 429
    assert RESET not in refused.headers
    assert tripletex.rows("customer") == []
    assert api.get("/customer").status_code == 200


def test_the_limit_counts_per_key(api: Tripletex, tripletex: TripletexSandbox) -> None:
    other = api.mint(employeeToken="test-sandbox-accountant-0001").json()["value"]["token"]
    tripletex.set_faults({"rate_limit_calls": 1})

    assert [api.get("/customer").status_code for _ in range(2)] == [200, 429]
    assert api.get("/customer", auth=("90001", other)).status_code == 200


def test_a_switch_spends_the_window_at_once(api: Tripletex, tripletex: TripletexSandbox, clock: ManualClock) -> None:
    tripletex.set_faults({"rate_limit": 1})

    assert [api.get("/customer").status_code for _ in range(2)] == [429, 429]
    clock.advance(10)
    assert api.get("/customer").status_code == 200


def test_an_injected_failure_has_the_vendors_shape(api: Tripletex, tripletex: TripletexSandbox) -> None:
    tripletex.set_faults({"fail_next": [{"status": 502, "path_prefix": "/v2/customer", "method": "GET"}]})

    response = api.get("/customer")

    assert response.status_code == 502
    assert response.json()["code"] == 1000
    assert response.json()["requestId"] == response.headers["x-tlx-request-id"]
    assert api.get("/customer").status_code == 200


def test_stale_reads_show_what_was_there_when_the_switch_was_turned(
    api: Tripletex, tripletex: TripletexSandbox
) -> None:
    made = api.made("/customer", name="Berg")
    tripletex.set_faults({"stale_reads": True})
    api.changed(f"/customer/{made['id']}", name="Bergh")
    api.made("/customer", name="Dahl")

    assert [each["name"] for each in api.values("/customer")] == ["Berg"]
    assert api.value(f"/customer/{made['id']}")["name"] == "Berg"

    tripletex.set_faults({"stale_reads": False})

    assert [each["name"] for each in api.values("/customer")] == ["Bergh", "Dahl"]
