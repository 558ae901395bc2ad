"""Two sandboxes on a standing clock, and clients whose every exchange is compared with what is specified."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from local.vendors.clock import ManualClock
from local.vendors.svenn import SvennSandbox
from local.vendors.timerabbit import TimerabbitSandbox
from local.vendors.timly import TimlySandbox
from local.vendors.transport import SandboxTransport
from local.vendors.tripletex import TripletexSandbox
from local.vendors.webhooks import WebhookRequest
from tests.sandbox.company import Company
from tests.sandbox.contract import ContractTransport
from tests.sandbox.specification import SpecificationTransport


class Receiver:
    """Takes webhooks, and answers as it is told."""

    def __init__(self) -> None:
        self.requests: list[WebhookRequest] = []
        self.status: int | None = 200

    def __call__(self, request: WebhookRequest) -> int | None:
        self.requests.append(request)
        return self.status


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()


@pytest.fixture
def slept() -> list[float]:
    return []


@pytest.fixture
def tripletex(clock: ManualClock, receiver: Receiver, slept: list[float]) -> TripletexSandbox:
    return TripletexSandbox(clock=clock, deliver=receiver, sleep=slept.append)


@pytest.fixture
def timerabbit(clock: ManualClock, receiver: Receiver, slept: list[float]) -> TimerabbitSandbox:
    return TimerabbitSandbox(clock=clock, deliver=receiver, sleep=slept.append)


@pytest.fixture
def svenn(clock: ManualClock, receiver: Receiver, slept: list[float]) -> SvennSandbox:
    return SvennSandbox(clock=clock, deliver=receiver, sleep=slept.append)


@pytest.fixture
def timly(clock: ManualClock, receiver: Receiver, slept: list[float]) -> TimlySandbox:
    return TimlySandbox(clock=clock, deliver=receiver, sleep=slept.append)


class Tripletex(httpx.Client):
    """A client of the Tripletex sandbox with a session."""

    def mint(self, **changes: str | None) -> httpx.Response:
        """Mint a session from the sandbox's keys."""
        body: dict[str, Any] = {
            "consumerToken": "test-sandbox-consumer-0001",
            "employeeToken": "test-sandbox-employee-0001",
            "expirationDate": "2026-03-04",
        }
        sent = {name: value for name, value in (body | changes).items() if value is not None}
        return self.post("/token/session/:create", json=sent)

    def made(self, path: str, **body: Any) -> dict[str, Any]:
        """Create a record and return it."""
        response = self.post(path, json=body)
        assert response.status_code == 201, response.text
        value: dict[str, Any] = response.json()["value"]
        return value

    def value(self, path: str, **query: str) -> Any:
        """Read one record."""
        response = self.get(path, params=query)
        assert response.status_code == 200, response.text
        return response.json()["value"]

    def values(self, path: str, **query: str) -> list[dict[str, Any]]:
        """Read a list."""
        response = self.get(path, params=query)
        assert response.status_code == 200, response.text
        values: list[dict[str, Any]] = response.json()["values"]
        return values

    def changed(self, path: str, **body: Any) -> dict[str, Any]:
        """Change a record and return it."""
        response = self.put(path, json=body)
        assert response.status_code == 200, response.text
        value: dict[str, Any] = response.json()["value"]
        return value

    def owner(self) -> dict[str, int]:
        """Return a reference to the key's own employee, who may lead projects."""
        return {"id": self.value("/token/session/>whoAmI")["employeeId"]}


@pytest.fixture
def anonymous(tripletex: TripletexSandbox) -> Iterator[Tripletex]:
    """A client without a session."""
    with Tripletex(
        transport=SpecificationTransport(SandboxTransport(tripletex)), base_url="https://tripletex.test/v2"
    ) as client:
        yield client


@pytest.fixture
def api(anonymous: Tripletex) -> Tripletex:
    """A client with a session of the account's own key."""
    anonymous.auth = ("0", anonymous.mint().json()["value"]["token"])
    return anonymous


@pytest.fixture
def contract(timerabbit: TimerabbitSandbox) -> ContractTransport:
    return ContractTransport(SandboxTransport(timerabbit), "timerabbit")


@pytest.fixture
def rabbit(timerabbit: TimerabbitSandbox, contract: ContractTransport) -> Iterator[httpx.Client]:
    """A client of the Timerabbit sandbox with its key."""
    with httpx.Client(
        transport=contract,
        base_url="https://timerabbit.test/v1",
        headers={"X-Api-Key": timerabbit.tokens()["api_key"]},
    ) as client:
        yield client


@pytest.fixture
def app(svenn: SvennSandbox) -> Iterator[httpx.Client]:
    """A client of the Svenn sandbox with its key."""
    with httpx.Client(
        transport=ContractTransport(SandboxTransport(svenn), "svenn"),
        base_url="https://svenn.test/v1",
        headers={"X-Api-Key": svenn.tokens()["api_key"]},
    ) as client:
        yield client


@pytest.fixture
def inventory(timly: TimlySandbox) -> Iterator[httpx.Client]:
    """A client of the Timly sandbox with its user's token."""
    with httpx.Client(
        transport=ContractTransport(SandboxTransport(timly), "timly"),
        base_url="https://timly.test/api/v1",
        headers={"Authorization": f"Bearer {timly.tokens()['token']}"},
    ) as client:
        yield client


@pytest.fixture
def company(svenn: SvennSandbox, app: httpx.Client) -> Company:
    return Company(svenn, app)


def refusal(response: httpx.Response) -> tuple[int, int, list[tuple[str | None, str]]]:
    """Return what a refusal of Tripletex says: status, code, and field and message of each line."""
    body = response.json()
    assert body["status"] == response.status_code
    lines = [(each["field"], each["message"]) for each in body["validationMessages"] or []]
    return response.status_code, body["code"], lines
