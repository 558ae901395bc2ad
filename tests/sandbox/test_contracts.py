"""Our contracts, and that the sandboxes serve exactly them."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

import httpx
import pytest
from openapi_spec_validator import validate

from local.vendors.contract.sandbox import ContractSandbox
from local.vendors.svenn import SvennSandbox
from local.vendors.timerabbit import TimerabbitSandbox
from tests.sandbox.contract import ContractTransport, complaints, document

VENDORS = {"timerabbit": "Timerabbit", "svenn": "Svenn"}
HOOK = {"url": "https://hub.example", "events": ["customer.created"], "secret": "a-secret-of-sixteen"}
RECORDS: Mapping[str, dict[str, object]] = {
    "customers": {"name": "Berg"},
    "projects": {"name": "Bad"},
    "employees": {"firstName": "Kari"},
    "tasks": {"name": "Montasje"},
    "tags": {"name": "Kurs"},
}


def one_of_each(vendor: str, client: httpx.Client, sandbox: ContractSandbox) -> dict[str, str]:
    """Make a record of every kind; return the ids by collection."""
    kinds = [name for name in RECORDS if name in sandbox.collections()]
    ids = {name: str(sandbox.add(name, RECORDS[name])["id"]) for name in kinds}
    ids["webhooks"] = client.post("/webhooks", json=HOOK).json()["id"]
    if vendor == "svenn":
        sandbox.add("entries", {"employeeId": ids["employees"], "date": "2026-03-02", "hours": "7.5"})
        ids["day-sheets"] = f"{ids['employees']}|2026-03-02"
        ids["exports"] = client.post("/exports", json={"key": "k", "exporter": "Hub", "since": "0"}).json()["id"]
    return ids


@pytest.fixture
def clients(rabbit: httpx.Client, app: httpx.Client) -> dict[str, httpx.Client]:
    return {"timerabbit": rabbit, "svenn": app}


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_contract_is_valid_openapi_and_says_whose_it_is(vendor: str) -> None:
    validate(document(vendor))

    assert document(vendor)["openapi"].startswith("3.1")
    whose = f"Samspill's own contract. It is not {VENDORS[vendor]}'s"
    assert whose in document(vendor)["info"]["description"]


@pytest.fixture
def sandboxes(timerabbit: TimerabbitSandbox, svenn: SvennSandbox) -> dict[str, ContractSandbox]:
    return {"timerabbit": timerabbit, "svenn": svenn}


@pytest.mark.parametrize("vendor", VENDORS)
def test_every_operation_of_a_contract_is_served(
    vendor: str, clients: dict[str, httpx.Client], sandboxes: dict[str, ContractSandbox]
) -> None:
    client, paths = clients[vendor], document(vendor)["paths"]
    made = one_of_each(vendor, client, sandboxes[vendor])

    for path, methods in paths.items():
        name = path.split("/")[2]
        for method in sorted(set(methods) - {"parameters"}, key=lambda each: each == "delete"):
            url = path.removeprefix("/v1").replace("{id}", quote(made.get(name, ""), safe=""))
            assert client.request(method, url, json={}).status_code != 404, f"{method} {path}"


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("vendor", VENDORS)
def test_nothing_is_served_that_a_contract_does_not_have(
    vendor: str, method: str, clients: dict[str, httpx.Client], sandboxes: dict[str, ContractSandbox]
) -> None:
    paths = document(vendor)["paths"]

    for name in {*sandboxes[vendor].collections(), "webhooks", "me", "nothing"}:
        for path in (f"/v1/{name}", f"/v1/{name}/{{id}}", f"/v1/{name}/batch", f"/v1/{name}/{{id}}/more"):
            if method.lower() not in paths.get(path, {}) and not (path.endswith("/batch") and method != "POST"):
                url = path.removeprefix("/v1").replace("{id}", "1001")
                answer = clients[vendor].request(method, url, json={})
                assert answer.status_code == 404, f"{method} {path}"


def test_the_permissions_and_events_are_those_of_the_contract(
    clients: dict[str, httpx.Client], sandboxes: dict[str, ContractSandbox]
) -> None:
    for vendor, sandbox in sandboxes.items():
        schemas = document(vendor)["components"]["schemas"]
        assert (
            clients[vendor].get("/me").json()["permissions"]
            == schemas["Me"]["properties"]["permissions"]["items"]["enum"]
        )
        assert sandbox._events() == {*schemas["Event"]["enum"]}


def test_the_comparison_with_the_contract_notices_what_is_not_in_it(
    rabbit: httpx.Client, contract: ContractTransport
) -> None:
    customer = rabbit.post("/customers", json={"name": "Berg"}).json()
    without = {name: customer[name] for name in customer if name != "version"}

    assert contract.checked == 1
    assert complaints("timerabbit", "/components/schemas/Customer", customer) == []
    assert complaints("timerabbit", "/components/schemas/Customer", customer | {"nme": 1}) != []
    assert complaints("timerabbit", "/components/schemas/Customer", without) != []


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize(("field", "value"), [("name", None), ("active", 1), ("postalAddress", {"town": "Oslo"})])
def test_a_contract_refuses_what_its_sandbox_refuses(
    vendor: str, clients: dict[str, httpx.Client], field: str, value: object
) -> None:
    body = {"name": "Berg", field: value}

    assert complaints(vendor, "/components/schemas/CustomerCreate", body) != []
    assert clients[vendor].post("/customers", json=body).status_code == 422
