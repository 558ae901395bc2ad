"""Vendors that refuse in an answer 200, and bodies that are no JSON."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from samspill.connectors.faults import ErrorTable, Fault, Row
from samspill.connectors.http.gateway import Gateway
from samspill.connectors.http.limits import Limiter, RateHeaders
from samspill.connectors.http.reply import Dialect, Reply
from samspill.errors import ContractError, CredentialsError, RejectedError, SamspillError, UnavailableError
from tests.connectors.test_gateway import Wire
from tests.connectors.twins import WindowBudgets
from tests.support.clock import FixedClock


def graphql(reply: Reply) -> list[Fault]:
    """As GraphQL refuses: in the body, whatever the status."""
    told: Any = {}
    try:
        told = reply.json()
    except ContractError:
        if reply.is_success:
            raise
    errors = told.get("errors") if isinstance(told, dict) else None
    faults = [
        Fault(reply.status, each.get("extensions", {}).get("code"), None, each["message"]) for each in errors or ()
    ]
    return faults or ([] if reply.is_success else [Fault(reply.status)])


TABLE = ErrorTable(
    "Vendor",
    (
        Row(CredentialsError, "key_invalid", code="UNAUTHENTICATED"),
        Row(UnavailableError, "rate_limited", code="THROTTLED"),
    ),
)


def gateway_on(wire: Wire) -> Gateway:
    clock = FixedClock()
    limiter = Limiter(WindowBudgets(clock), "k", RateHeaders(), system="V", now=lambda: clock.now().timestamp())
    return Gateway(
        Dialect(TABLE, graphql),
        "https://vendor.example/v2",
        transport=wire,
        limiter=limiter,
        secrets=lambda: ["hunter2222"],
    )


def refusal(code: str | None, message: str = "no hunter2222") -> httpx.Response:
    return httpx.Response(200, json={"errors": [{"message": message, "extensions": {"code": code}}], "data": None})


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (refusal("UNAUTHENTICATED"), CredentialsError),
        (refusal("THROTTLED"), UnavailableError),
        (refusal("BAD_USER_INPUT"), RejectedError),
        (refusal(None), RejectedError),
        (httpx.Response(401, json={"errors": [{"message": "no hunter2222"}]}), CredentialsError),
        (httpx.Response(400, text="<html>no</html>"), ContractError),
        (httpx.Response(200, text="<html>hello</html>"), ContractError),
    ],
)
def test_an_error_in_an_answer_200_is_an_error(answer: httpx.Response, error: type[SamspillError]) -> None:
    wire = Wire(answer)
    with pytest.raises(error) as caught:
        gateway_on(wire).call("POST", "/graphql", body={"query": "{ a }"}, safe=True)
    assert "hunter2222" not in f"{caught.value} {caught.value.reason!r} {caught.value.vendor_message}"
    assert len(wire.sent) == 1


def test_an_answer_200_without_an_error_comes_back_and_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    reply = gateway_on(Wire(httpx.Response(200, json={"data": {"a": 1}}))).call("POST", "/graphql", body={}, safe=True)
    monkeypatch.setattr("samspill.connectors.tolerant.read", lambda _body: pytest.fail("read again"))
    assert reply.json() == {"data": {"a": 1}}


def test_a_form_is_sent_as_a_form() -> None:
    wire = Wire(httpx.Response(200, json={}))
    gateway_on(wire).call("POST", "/token", form={"a": "å b&c", "d": "1/2"})
    [sent] = wire.sent
    assert sent.content == b"a=%C3%A5+b%26c&d=1%2F2"
    assert sent.headers["content-type"] == "application/x-www-form-urlencoded"


def test_raw_content_is_sent_as_it_is_under_the_type_it_is_given() -> None:
    wire = Wire(httpx.Response(200, json={}))
    gateway_on(wire).call("POST", "/$batch", content=b"--b\r\n", headers={"content-type": "multipart/mixed;boundary=b"})
    [sent] = wire.sent
    assert sent.content == b"--b\r\n"
    assert sent.headers["content-type"] == "multipart/mixed;boundary=b"


def test_an_empty_object_and_an_empty_form_are_bodies_and_none_is_no_body() -> None:
    wire = Wire(*[httpx.Response(200, json={}) for _ in range(3)])
    gateway = gateway_on(wire)
    gateway.call("POST", "/x", body={})
    gateway.call("POST", "/x", form={})
    gateway.call("POST", "/x")
    assert [(each.content, each.headers.get("content-type")) for each in wire.sent] == [
        (b"{}", "application/json"),
        (b"", "application/x-www-form-urlencoded"),
        (b"", None),
    ]
