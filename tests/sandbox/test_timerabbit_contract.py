from __future__ import annotations

import httpx
import pytest
from openapi_spec_validator import validate

from tests.sandbox.contract import ContractTransport, complaints, document


def test_the_contract_is_valid_openapi_and_says_whose_it_is() -> None:
    validate(document())

    assert document()["openapi"].startswith("3.1")
    assert "Samspill's own contract. It is not Timerabbit's" in document()["info"]["description"]


def test_every_operation_of_the_contract_is_served(rabbit: httpx.Client) -> None:
    hook = {"url": "https://hub.example", "events": ["customer.created"], "secret": "a-secret-of-sixteen"}
    bodies: dict[str, object] = {"customers": {"name": "Berg"}, "projects": {"name": "Bad"}, "webhooks": hook}
    made = {name: rabbit.post(f"/{name}", json=body).json()["id"] for name, body in bodies.items()}

    for path, methods in document()["paths"].items():
        name = path.split("/")[2]
        for method in sorted(set(methods) - {"parameters"}, key=lambda each: each == "delete"):
            url = path.removeprefix("/v1").replace("{id}", made.get(name, ""))
            assert rabbit.request(method, url, json={}).status_code != 404, f"{method} {path}"


def test_the_comparison_with_the_contract_notices_what_is_not_in_it(
    rabbit: httpx.Client, contract: ContractTransport
) -> None:
    customer = rabbit.post("/customers", json={"name": "Berg"}).json()

    assert contract.checked == 1
    assert complaints("/components/schemas/Customer", customer) == []
    assert complaints("/components/schemas/Customer", customer | {"nme": 1}) != []
    assert (
        complaints("/components/schemas/Customer", {name: customer[name] for name in customer if name != "version"})
        != []
    )


@pytest.mark.parametrize(("field", "value"), [("name", None), ("active", 1), ("postalAddress", {"town": "Oslo"})])
def test_the_contract_refuses_what_the_sandbox_refuses(rabbit: httpx.Client, field: str, value: object) -> None:
    body = {"name": "Berg", field: value}

    assert complaints("/components/schemas/CustomerCreate", body) != []
    assert rabbit.post("/customers", json=body).status_code == 422
