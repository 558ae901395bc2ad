"""An address that may not be called, or leads elsewhere, is refused before connection or key are stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import httpx
import pytest

from samspill.connectors.registry import VendorConnectors
from samspill.errors import AddressError, ConfigurationError, SamspillError, UnavailableError, UsageError
from samspill.ports import World
from samspill.state import Connection
from samspill.store.budget import BudgetRule
from samspill.store.memory import MemoryBudgets, memory_world
from samspill.usecases import setup
from tests.support.actors import admin
from tests.support.clock import FixedClock
from tests.support.ids import CountingIds

KEYS = {
    "tripletex": {"consumer_token": "test-canary-1", "employee_token": "test-canary-2"},
    "timerabbit": {"api_key": "canary-3"},
    "svenn": {"api_key": "canary-4"},
}
PUBLIC, PRIVATE = ["185.60.216.35"], ["10.0.0.7"]


class Server(httpx.BaseTransport):
    """Answers every call alike, and keeps what was sent."""

    def __init__(self, status: int = 401, location: str = "", *, dead: bool = False) -> None:
        self.sent: list[httpx.Request] = []
        self.status, self.location, self._dead = status, location, dead

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(request)
        if self._dead:
            raise httpx.ConnectError("nobody there", request=request)
        headers = {"location": self.location} if self.location else {}
        return httpx.Response(self.status, headers=headers, request=request)


class Company:
    """A customer's hub with the real connectors, and one server on the internet."""

    def __init__(self, server: Server, *, resolves_to: list[str] = PUBLIC) -> None:
        clock = FixedClock()
        self.server = server
        self.spent: list[str] = []

        def rule(key: str) -> BudgetRule:
            self.spent.append(key)
            return BudgetRule(100, 10)

        nobody: Any = None
        world = memory_world(clock, CountingIds(), nobody, nobody)
        connectors = VendorConnectors(
            secrets=world.secrets,
            budgets=MemoryBudgets(clock, rule),
            now=clock.now,
            transport=server,
            resolve=lambda _host: resolves_to,
        )
        self.world: World = replace(world, connectors=connectors)

    def connect(self, vendor: str, address: str, **settings: str) -> Connection:
        return setup.connect(
            self.world, admin(), "acme", "ours", vendor, address, credentials=KEYS[vendor], settings=settings
        )

    def stored(self) -> tuple[Connection | None, Mapping[str, str]]:
        try:
            connection: Connection | None = self.world.registry.connection("acme", "ours")
        except UsageError:
            connection = None
        return connection, self.world.secrets.get("acme", "ours", fresh=True)


def refused(company: Company, vendor: str, address: str, **settings: str) -> SamspillError:
    with pytest.raises(SamspillError) as caught:
        company.connect(vendor, address, **settings)
    assert company.stored() == (None, {}), "neither connection nor key is stored"
    return caught.value


@pytest.mark.parametrize("vendor", KEYS)
@pytest.mark.parametrize(
    ("address", "resolves_to", "code"),
    [
        ("vendor.example/v2", PUBLIC, "address_no_scheme"),
        ("http://vendor.example/v2", PUBLIC, "address_not_https"),
        ("https://kari:hemmelig@vendor.example", PUBLIC, "address_with_login"),
        ("https://vendor.example", PRIVATE, "address_private"),
        ("https://169.254.169.254", PUBLIC, "address_private"),
        ("https://vendor.example", [], "address_unknown"),
    ],
)
def test_an_address_that_may_not_be_called_is_not_called_and_nothing_is_stored(
    vendor: str, address: str, resolves_to: list[str], code: str
) -> None:
    company = Company(Server(), resolves_to=resolves_to)
    error = refused(company, vendor, address)
    assert (type(error), error.reason.code) == (AddressError, code)
    assert company.server.sent == []


def test_a_certificate_authority_that_cannot_be_read_is_told_and_nothing_is_called_or_stored() -> None:
    company = Company(Server())
    error = refused(company, "timerabbit", "https://vendor.example", ca_certificate="-----BEGIN nothing-----")
    assert (type(error), error.reason.code) == (ConfigurationError, "ca_unusable")
    assert company.server.sent == []


@pytest.mark.parametrize("vendor", KEYS)
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_an_address_that_redirects_to_another_host_is_refused_and_nothing_is_stored(vendor: str, status: int) -> None:
    company = Company(Server(status, "https://elsewhere.example/login"))
    error = refused(company, vendor, "https://vendor.example/v2")
    assert (type(error), error.reason.code) == (AddressError, "address_redirects")
    assert error.reason.params == {"address": "vendor.example", "target": "elsewhere.example"}
    assert {request.url.host for request in company.server.sent} == {"vendor.example"}, "it is not followed"


@pytest.mark.parametrize("vendor", KEYS)
def test_an_address_where_nobody_answers_is_refused_and_nothing_is_stored(vendor: str) -> None:
    error = refused(Company(Server(dead=True)), vendor, "https://vendor.example")
    assert (type(error), error.reason.code) == (UnavailableError, "vendor_unavailable")


@pytest.mark.parametrize("vendor", KEYS)
@pytest.mark.parametrize(
    ("status", "location"),
    [
        (200, ""),
        (401, ""),
        (404, ""),
        (500, ""),
        (301, "/v2/docs"),
        (302, "https://vendor.example/v2/login"),
        (302, ""),
    ],
)
def test_any_other_answer_will_do_and_one_call_without_a_key_was_made(vendor: str, status: int, location: str) -> None:
    company = Company(Server(status, location))
    company.connect(vendor, "https://vendor.example/v2")

    connection, secrets = company.stored()
    assert connection is not None
    assert connection.base_url == "https://vendor.example/v2"
    assert secrets.items() >= KEYS[vendor].items()
    assert {(call.method, str(call.url)) for call in company.server.sent} == {("GET", "https://vendor.example/v2/")}
    told = "".join(f"{call.url}{call.headers!r}{call.read()!r}" for call in company.server.sent)
    assert not [key for key in KEYS[vendor].values() if key in told]
    assert not [call for call in company.server.sent if {"authorization", "x-api-key"} & {*call.headers}]
    assert set(company.spent) == {f"{vendor}/acme/ours"}, "the call is counted as all others are"


def test_a_renewed_key_for_an_address_that_now_leads_elsewhere_leaves_what_was_stored() -> None:
    company = Company(Server())
    company.connect("timerabbit", "https://vendor.example")
    before = company.stored()

    company.server.status, company.server.location = 302, "https://elsewhere.example"
    with pytest.raises(AddressError):
        setup.connect(
            company.world,
            admin(),
            "acme",
            "ours",
            "timerabbit",
            "https://vendor.example",
            credentials={"api_key": "new"},
        )

    assert company.stored() == before
