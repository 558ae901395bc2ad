"""The one way to a vendor."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from samspill.connectors.faults import ErrorTable, Fault
from samspill.connectors.http.gateway import TIMEOUT, Gateway
from samspill.connectors.http.limits import Limiter, RateHeaders
from samspill.connectors.http.redaction import plain
from samspill.connectors.http.reply import Dialect, Reply
from samspill.connectors.http.wire import Call
from samspill.errors import (
    AddressError,
    ConflictError,
    ContractError,
    NotFoundError,
    SamspillError,
    UnavailableError,
    UnknownOutcomeError,
)
from tests.connectors.twins import WindowBudgets
from tests.support.clock import FixedClock

type Answer = httpx.Response | Exception


class Wire(httpx.BaseTransport):
    """Answers in order and keeps the requests."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.sent: list[httpx.Request] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def faults(reply: Reply) -> list[Fault]:
    if reply.is_success:
        return []
    return [Fault(reply.status, message=reply.body.decode(), request_id=reply.request_id)]


@pytest.fixture
def logged() -> list[Call]:
    return []


@pytest.fixture
def gateway_on(logged: list[Call]) -> Callable[[Wire], Gateway]:
    def make(wire: Wire) -> Gateway:
        clock = FixedClock()
        limiter = Limiter(WindowBudgets(clock), "k", RateHeaders(), system="V", now=lambda: clock.now().timestamp())
        return Gateway(
            Dialect(ErrorTable("Vendor"), faults),
            "https://vendor.example/v2",
            transport=wire,
            limiter=limiter,
            secrets=lambda: ["hunter2222"],
            log=logged.append,
            max_answer_bytes=1000,
        )

    return make


def broken() -> Answer:
    return httpx.ReadTimeout("https://vendor.example/v2?token=hunter2222")


def refused() -> Answer:
    return httpx.ConnectError("no way")


def failing() -> Answer:
    return httpx.Response(503)


def fine() -> Answer:
    return httpx.Response(200, json={})


SAFE, IDEMPOTENT = {"safe": True}, {"idempotent": True}


@pytest.mark.parametrize(
    ("method", "said", "answers", "outcome", "calls"),
    [
        ("GET", {}, [broken(), fine()], None, 2),
        ("GET", {}, [failing(), fine()], None, 2),
        ("GET", {}, [broken(), broken()], UnavailableError, 2),
        ("GET", {}, [failing(), failing()], UnavailableError, 2),
        ("GET", {}, [httpx.Response(404)], NotFoundError, 1),
        ("POST", {}, [refused(), fine()], None, 2),
        ("POST", {}, [refused(), refused()], UnavailableError, 2),
        ("POST", {}, [httpx.PoolTimeout("full"), fine()], None, 2),
        ("POST", {}, [broken()], UnknownOutcomeError, 1),
        ("POST", {}, [failing()], UnknownOutcomeError, 1),
        ("POST", {}, [refused(), broken()], UnknownOutcomeError, 2),
        ("POST", {}, [refused(), failing()], UnknownOutcomeError, 2),
        ("POST", {}, [httpx.WriteError("cut")], UnknownOutcomeError, 1),
        ("PUT", IDEMPOTENT, [broken(), fine()], None, 2),
        ("PUT", IDEMPOTENT, [failing(), failing()], UnknownOutcomeError, 2),
        ("PUT", IDEMPOTENT, [broken(), refused()], UnknownOutcomeError, 2),
        ("PUT", IDEMPOTENT, [failing(), refused()], UnknownOutcomeError, 2),
        ("PUT", IDEMPOTENT, [refused(), refused()], UnavailableError, 2),
        ("PUT", IDEMPOTENT, [refused(), httpx.Response(409)], ConflictError, 2),
        ("PUT", {}, [broken()], UnknownOutcomeError, 1),
        ("POST", SAFE, [broken(), fine()], None, 2),
        ("POST", SAFE, [httpx.Response(502), fine()], None, 2),
        ("POST", SAFE, [httpx.Response(502), httpx.Response(502)], UnavailableError, 2),
        ("POST", SAFE, [broken(), broken()], UnavailableError, 2),
        ("GET", {"safe": False}, [broken()], UnknownOutcomeError, 1),
    ],
)
def test_a_call_is_repeated_once_and_only_when_that_is_harmless(
    gateway_on: Callable[[Wire], Gateway],
    method: str,
    said: dict[str, Any],
    answers: list[Answer],
    outcome: type[SamspillError] | None,
    calls: int,
) -> None:
    wire = Wire(*answers)
    gateway = gateway_on(wire)
    if outcome is None:
        assert gateway.call(method, "/x", **said).status == 200
    else:
        with pytest.raises(outcome):
            gateway.call(method, "/x", **said)
    assert len(wire.sent) == calls
    assert wire.answers == []


def test_path_query_and_body_are_built_and_ids_are_quoted(gateway_on: Callable[[Wire], Gateway]) -> None:
    wire = Wire(httpx.Response(200))
    gateway_on(wire).call("PUT", "/a/{id}/:do", ids={"id": "1/2"}, query={"f": "x(y)"}, body={"n": "å"})
    [request] = wire.sent
    assert request.url == "https://vendor.example/v2/a/1%2F2/:do?f=x%28y%29"
    assert request.content == '{"n":"å"}'.encode()
    assert request.headers["content-type"] == "application/json"


def test_every_time_out_has_a_limit(gateway_on: Callable[[Wire], Gateway]) -> None:
    wire = Wire(httpx.Response(200))
    gateway_on(wire).call("GET", "/x")
    assert wire.sent[0].extensions["timeout"] == TIMEOUT.as_dict()
    assert None not in TIMEOUT.as_dict().values()


def test_accepted_statuses_come_back_as_answers(gateway_on: Callable[[Wire], Gateway]) -> None:
    assert gateway_on(Wire(httpx.Response(304))).call("GET", "/x", accept={304}).status == 304


def test_a_redirect_names_the_host_it_points_to_and_is_not_followed(gateway_on: Callable[[Wire], Gateway]) -> None:
    wire = Wire(httpx.Response(307, headers={"location": "https://evil.example/?k=1"}))
    with pytest.raises(AddressError) as caught:
        gateway_on(wire).call("GET", "/x")
    assert caught.value.reason.params == {"address": "vendor.example", "target": "evil.example"}
    assert len(wire.sent) == 1


def test_an_answer_larger_than_allowed_is_not_read(gateway_on: Callable[[Wire], Gateway]) -> None:
    with pytest.raises(ContractError) as caught:
        gateway_on(Wire(httpx.Response(200, content=b"x" * 1001))).call("GET", "/x")
    assert caught.value.reason.code == "answer_too_large"


def test_a_small_answer_that_unpacks_to_a_large_one_is_not_read(gateway_on: Callable[[Wire], Gateway]) -> None:
    packed = httpx.Response(200, headers={"content-encoding": "gzip"}, content=gzip.compress(b"0" * 5_000))
    with pytest.raises(ContractError):
        gateway_on(Wire(packed)).call("GET", "/x")


def test_a_write_whose_answer_is_too_large_may_have_happened(gateway_on: Callable[[Wire], Gateway]) -> None:
    with pytest.raises(UnknownOutcomeError):
        gateway_on(Wire(httpx.Response(200, content=b"x" * 1001))).call("POST", "/x")


def test_an_answer_that_cannot_be_unpacked_is_as_none(gateway_on: Callable[[Wire], Gateway]) -> None:
    def garbled() -> httpx.Response:
        # Made from a stream, so that it is unpacked when it is read.
        stream = httpx.ByteStream(b"no gzip")
        return httpx.Response(200, headers={"content-encoding": "gzip"}, stream=stream)

    with pytest.raises(UnavailableError):
        gateway_on(Wire(garbled(), garbled())).call("GET", "/x")


def test_an_answer_that_is_no_json_is_a_contract_error(gateway_on: Callable[[Wire], Gateway]) -> None:
    reply = gateway_on(Wire(httpx.Response(200, text="<html>"))).call("GET", "/x")
    with pytest.raises(ContractError):
        reply.json()


def test_a_log_line_per_call_also_for_those_without_an_answer(
    gateway_on: Callable[[Wire], Gateway], logged: list[Call]
) -> None:
    gateway_on(Wire(broken(), httpx.Response(200, headers={"x-request-id": "r1"}))).call(
        "GET", "/a/{id}", ids={"id": "17"}, query={"token": "hunter2222"}
    )
    assert [(each.method, each.path, each.status, each.request_id) for each in logged] == [
        ("GET", "/a/{id}", None, None),
        ("GET", "/a/{id}", 200, "r1"),
    ]


def test_errors_carry_no_secret_no_html_and_no_address(gateway_on: Callable[[Wire], Gateway]) -> None:
    gateway = gateway_on(Wire(httpx.Response(422, text='<a href="/x">bad</a> hunter2222 &amp;'), broken(), broken()))
    with pytest.raises(SamspillError) as caught:
        gateway.call("GET", "/x")
    assert caught.value.vendor_message == "bad … &"
    with pytest.raises(UnavailableError) as unavailable:
        gateway.call("GET", "/x")
    assert "hunter2222" not in str(unavailable.value) + repr(unavailable.value.reason)
    assert unavailable.value.__cause__ is None
    assert unavailable.value.__suppress_context__


@pytest.mark.parametrize("written", ["a+b/c=d e", "a%2Bb%2Fc%3Dd%20e", "a%2Bb%2Fc%3Dd+e"])
def test_a_secret_is_taken_out_however_an_address_writes_it(written: str) -> None:
    assert plain(f"bad key {written}!", ["a+b/c=d e"]) == "bad key …!"
