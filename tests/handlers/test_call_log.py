"""The log of calls to vendors: enough to find a call at the vendor's, and nothing that anybody must not read."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from typing import Any, cast

import httpx
import pytest
from aws_lambda_powertools import Logger

from local.vendors.transport import SandboxTransport
from samspill import runtime
from samspill.connectors.http.wire import Call
from samspill.connectors.registry import VendorConnectors
from samspill.state import Connection
from tests.flows.hub import Hub
from tests.support.clock import START

CANARY = "Kanarifugl AS"
PHONE = "41256789"


class Vendors(httpx.BaseTransport):
    """The way to both sandboxes, by host; it keeps what went over it."""

    def __init__(self, hub: Hub) -> None:
        self._ways = {f"{name}.sandbox": SandboxTransport(sandbox) for name, sandbox in hub.sandboxes.items()}
        self.queries: set[str] = set()
        self.keys: set[str] = set()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.queries.update(value for value in request.url.params.values() if len(value) > 8)
        self.keys.add(request.headers.get("authorization", ""))
        return self._ways[request.url.host].handle_request(request)


@pytest.fixture
def out(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> io.StringIO:
    """What the functions' logger writes; a service has one logger in a process, and its stream."""
    stream = io.StringIO()
    monkeypatch.setattr(runtime, "logger", Logger(service=request.node.name, stream=stream))
    return stream


def lines(out: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_every_call_is_logged_and_nothing_secret_or_personal_is_in_the_log(out: io.StringIO) -> None:
    hub = Hub(size=3)
    vendors = Vendors(hub)
    connectors = VendorConnectors(
        secrets=hub.world.secrets,
        budgets=hub.budgets,
        now=hub.clock.now,
        transport=vendors,
        told=runtime.log_call,
        resolve=lambda _host: ["93.184.216.34"],
    )
    hub.world = cast("Any", replace(hub.world, connectors=connectors))
    hub.first_sync()
    made = hub.tripletex.add("customer", {"name": CANARY, "phoneNumber": PHONE, "organizationNumber": "974760673"})
    hub.deliver_webhooks()
    hub.drain()
    assert CANARY in {row["name"] for row in hub.timerabbit.rows("customers")}

    logged = lines(out)
    calls = sum(len(sandbox.calls) for sandbox in hub.sandboxes.values())
    assert [line["message"] for line in logged] == ["called"] * calls
    assert {line["vendor"] for line in logged} == set(hub.sandboxes)
    assert {"POST", "GET"} <= {line["method"] for line in logged}
    tokens = {value for sandbox in hub.sandboxes.values() for value in sandbox.tokens().values()}
    hooks = {hub.world.secrets.hook_secret("acme", name, 1) for name in hub.sandboxes}
    personal = {CANARY, PHONE, str(made["id"])}
    assert len(vendors.keys) > 1
    assert vendors.queries
    for secret in tokens | hooks | personal | vendors.queries | (vendors.keys - {""}):
        assert secret not in out.getvalue(), secret


def test_a_call_says_where_what_how_it_went_and_its_name_at_the_vendors(out: io.StringIO) -> None:
    connection = Connection(
        tenant="acme",
        id="ours",
        vendor="tripletex",
        base_url="https://tripletex.no/v2",
        created_at=START,
    )

    runtime.log_call(connection, Call("PUT", "/customer/{id}", 409, 12.6, "r" * 1000))
    runtime.log_call(connection, Call("GET", "/customer", None, 20_000.0, None))

    refused, lost = lines(out)
    names = ("tenant", "connection", "vendor", "method", "path", "status", "ms", "request_id")
    assert [refused[name] for name in names] == [
        "acme",
        "ours",
        "tripletex",
        "PUT",
        "/customer/{id}",
        409,
        13,
        "r" * runtime.REQUEST_ID_CHARACTERS,
    ]
    assert (lost["status"], lost["request_id"]) == (0, "")


@pytest.mark.filterwarnings("ignore:No application metrics")
@pytest.mark.parametrize("step", ["fetch", "upsert"])
def test_the_doors_that_call_vendors_log_their_calls(step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from samspill import bootstrap
    from tests.handlers.test_doors import Context, load

    given: list[object] = []

    def world(told: object = None) -> Any:
        given.append(told)
        return Hub(size=2).world

    monkeypatch.setattr(bootstrap, "world_from_environment", world)
    load(step).handler({"Records": [{"messageId": "1", "body": "garbage"}]}, Context())

    assert given == [runtime.log_call]
