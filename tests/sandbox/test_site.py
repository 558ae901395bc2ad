from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from local.vendors.clock import ManualClock
from local.vendors.registry import every_sandbox
from local.vendors.site import Site
from local.vendors.transport import SandboxTransport


@pytest.fixture
def site(clock: ManualClock) -> Iterator[httpx.Client]:
    sandboxes = every_sandbox(clock=clock, deliver=lambda _request: 200, host="127.0.0.1:4580", https_only=False)
    with httpx.Client(transport=SandboxTransport(Site(sandboxes)), base_url="http://127.0.0.1:4580") as client:
        yield client


def test_each_vendor_is_served_under_its_name(site: httpx.Client) -> None:
    keys = site.get("/_sandbox/timerabbit/tokens").json()

    assert site.get("/timerabbit/v1/me", headers={"X-Api-Key": keys["api_key"]}).status_code == 200
    assert site.get("/tripletex/v2/customer").status_code == 401
    assert site.get("/other/v1").status_code == 404


def test_addresses_in_answers_lead_back_here(site: httpx.Client) -> None:
    made = site.post("/_sandbox/tripletex/customer", json={"name": "Berg"}).json()

    assert made["url"] == f"127.0.0.1:4580/tripletex/v2/customer/{made['id']}"


def test_the_tokens_are_named_as_samspill_names_its_credentials(site: httpx.Client) -> None:
    assert set(site.get("/_sandbox/tripletex/tokens").json()) == {"consumer_token", "employee_token"}
    assert set(site.get("/_sandbox/timerabbit/tokens").json()) == {"api_key"}


def test_seeding_is_the_same_every_time_and_reset_empties(site: httpx.Client, clock: ManualClock) -> None:
    counts = site.post("/_sandbox/seed", json={"seed": 7, "size": "demo"}).json()
    first = site.get("/_sandbox/tripletex/customer").json()
    clock.advance(0)
    site.post("/_sandbox/seed", json={"seed": 7, "size": "demo"})

    assert site.get("/_sandbox/tripletex/customer").json() == first
    assert (counts["tripletex"]["customer"], counts["tripletex"]["project"]) == (40, 30)
    assert site.post("/_sandbox/reset").status_code == 204
    assert site.get("/_sandbox/tripletex/customer").json() == []
    assert site.get("/_sandbox/timerabbit/customers").json() == []


def test_people_edit_behind_the_api_under_the_vendors_rules(site: httpx.Client) -> None:
    made = site.post("/_sandbox/timerabbit/customers", json={"name": "Berg"})
    path = f"/_sandbox/timerabbit/customers/{made.json()['id']}"

    assert made.status_code == 201
    assert site.patch(path, json={"name": "Bergh"}).json()["version"] == 2
    assert site.get(path).json()["name"] == "Bergh"
    assert site.patch(path, json={"name": ""}).json()["errors"][0]["code"] == "too_short"
    assert site.delete(path).status_code == 204
    assert site.get(path).status_code == 404


def test_the_rules_of_tripletex_hold_for_people_too(site: httpx.Client) -> None:
    refused = site.post("/_sandbox/tripletex/project", json={"name": "Bad"})

    assert refused.status_code == 422
    assert site.get("/_sandbox/tripletex/project").json() == []


def test_inactive_records_are_in_the_gods_view(site: httpx.Client) -> None:
    site.post("/_sandbox/tripletex/customer", json={"name": "Berg", "isInactive": True})

    assert [each["name"] for each in site.get("/_sandbox/tripletex/customer").json()] == ["Berg"]


def test_calls_are_listed_and_forgotten(site: httpx.Client) -> None:
    site.get("/tripletex/v2/customer", params={"from": 3})

    [call] = site.get("/_sandbox/tripletex/calls").json()
    assert (call["method"], call["path"], call["query"], call["status"]) == ("GET", "/v2/customer", "from=3", 401)
    assert call["at"] == "2026-03-02T08:00:00+00:00"
    site.delete("/_sandbox/tripletex/calls")
    assert site.get("/_sandbox/tripletex/calls").json() == []


def test_switches_are_turned_over_http(site: httpx.Client) -> None:
    turned = site.put("/_sandbox/tripletex/faults", json={"fail_next": 1, "strict_query": True}).json()

    assert turned["fail_next"] == [{"times": 1, "path_prefix": "", "method": None, "status": 500}]
    assert site.get("/tripletex/v2/customer").status_code == 500
    assert site.put("/_sandbox/tripletex/faults", json={"bogus": 1}).status_code == 400
    assert site.put("/_sandbox/tripletex/faults", json=[]).status_code == 400
    assert site.put("/_sandbox/tripletex/faults", json={}).json()["strict_query"] is False
    assert site.get("/_sandbox/tripletex/faults").json()["strict_query"] is False


def test_deliveries_are_listed(site: httpx.Client) -> None:
    key = site.get("/_sandbox/timerabbit/tokens").json()["api_key"]
    hook = {"url": "http://127.0.0.1:9/hook", "events": ["customer.created"], "secret": "a-secret-of-sixteen"}
    site.post("/timerabbit/v1/webhooks", json=hook, headers={"X-Api-Key": key})
    site.post("/_sandbox/timerabbit/customers", json={"name": "Berg"})

    assert site.get("/_sandbox/timerabbit/deliveries").json() == [{"url": "http://127.0.0.1:9/hook", "status": 200}]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/_sandbox", 200),
        ("GET", "/_sandbox/other/calls", 404),
        ("GET", "/_sandbox/tripletex/nothing", 404),
        ("PATCH", "/_sandbox/tripletex/customer/x", 404),
        ("PUT", "/_sandbox/tripletex/customer/1", 404),
        ("GET", "/_sandbox/timerabbit/nothing/1", 404),
    ],
)
def test_what_there_is_not_answers_404(site: httpx.Client, method: str, path: str, status: int) -> None:
    assert site.request(method, path, json={} if method != "GET" else None).status_code == status


@pytest.mark.parametrize("body", [{"size": "huge"}, {"size": -1}, {"seeds": 1}])
def test_a_size_that_means_nothing_is_refused(site: httpx.Client, body: dict[str, object]) -> None:
    assert site.post("/_sandbox/seed", json=body).status_code == 400
