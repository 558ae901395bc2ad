"""Where links and redirects in answers may lead."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from samspill.connectors.faults import ErrorTable, Fault
from samspill.connectors.http.gateway import Gateway
from samspill.connectors.http.limits import Limiter, RateHeaders
from samspill.connectors.http.reply import Dialect, Reply
from samspill.connectors.http.sending import MOST_REDIRECTS
from samspill.connectors.http.wire import Call
from samspill.errors import AddressError, ContractError, CredentialsError, NotFoundError, UnavailableError
from tests.connectors.test_gateway import Wire
from tests.connectors.twins import WindowBudgets
from tests.support.clock import FixedClock

KEY = "hunter2222"


def refused(reply: Reply) -> list[Fault]:
    return [] if reply.is_success else [Fault(reply.status)]


@pytest.fixture
def logged() -> list[Call]:
    return []


@pytest.fixture
def gateway_on(logged: list[Call]) -> Callable[..., Gateway]:
    def make(wire: Wire, base_url: str = "https://vendor.example/v2") -> Gateway:
        clock = FixedClock()
        return Gateway(
            Dialect(ErrorTable("Vendor"), refused),
            base_url,
            transport=wire,
            limiter=Limiter(WindowBudgets(clock), "k", RateHeaders(), system="V", now=lambda: clock.now().timestamp()),
            auth=httpx.BasicAuth("me", KEY),
            secrets=lambda: [KEY],
            log=logged.append,
        )

    return make


def page(link: str = "") -> httpx.Response:
    return httpx.Response(200, json={"next": link})


def moved(target: str | None, status: int = 307) -> httpx.Response:
    return httpx.Response(status, headers={} if target is None else {"location": target})


INSIDE = [
    ("?$skiptoken=2", "https://vendor.example/v2/items?$skiptoken=2"),
    ("Items?page=2", "https://vendor.example/v2/Items?page=2"),
    ("/v3/items", "https://vendor.example/v3/items"),
    ("../../../x", "https://vendor.example/x"),
    ("//vendor.example/x", "https://vendor.example/x"),
    ("https://VENDOR.example:443/x", "https://vendor.example/x"),
    (" https://vendor.example/x?a=%27b%27#end ", "https://vendor.example/x?a=%27b%27"),
    ("", "https://vendor.example/v2/items?page=1"),
]
OUTSIDE = [
    ("https://evil.example/x?token=1", "evil.example"),
    ("//evil.example/x", "evil.example"),
    ("https://vendor.example.evil.example/", "vendor.example.evil.example"),
    ("https://sub.vendor.example/", "sub.vendor.example"),
    ("https://vendor.example./x", "vendor.example."),
    ("https://vendor.example:8443/x", "vendor.example"),
    ("http://vendor.example/x", "vendor.example"),
    ("https://vendor.example@evil.example/", "evil.example"),
    ("https://vendor.example\\@evil.example/", "evil.example"),
    ("https://me:pw@vendor.example/x", "vendor.example"),
    ("https://v\u0435ndor.example/", "v\u0435ndor.example"),
    ("https://127.0.0.1/", "127.0.0.1"),
    ("file:///etc/passwd", "file"),
    ("javascript:alert(1)", "javascript"),
    ("https://[::1", "?"),
    ("ht\ttps://evil.example", "?"),
]


@pytest.mark.parametrize(("link", "url"), INSIDE)
def test_a_link_within_the_origin_is_kept_whole_and_followed_with_the_key(
    gateway_on: Callable[..., Gateway], logged: list[Call], link: str, url: str
) -> None:
    wire = Wire(page(link), page())
    gateway = gateway_on(wire)
    kept = gateway.link(gateway.call("GET", "/items", query={"page": "1"}), link)
    assert kept == url
    gateway.follow(kept, headers={"prefer": "odata.maxpagesize=100"})
    assert str(wire.sent[1].url) == url
    assert wire.sent[1].headers["authorization"] == wire.sent[0].headers["authorization"]
    assert wire.sent[1].headers["prefer"] == "odata.maxpagesize=100"
    assert [each.path for each in logged] == ["/items", "/…"]


@pytest.mark.parametrize(("link", "host"), OUTSIDE)
def test_a_link_to_another_origin_is_refused_and_nothing_is_sent(
    gateway_on: Callable[..., Gateway], link: str, host: str
) -> None:
    wire = Wire(page(link))
    gateway = gateway_on(wire)
    reply = gateway.call("GET", "/items")
    for refused_by in (lambda: gateway.link(reply, link), lambda: gateway.follow(link)):
        with pytest.raises(ContractError) as caught:
            refused_by()
        assert caught.value.reason.code == "link_elsewhere"
        assert caught.value.reason.params == {"system": "Vendor", "address": "vendor.example", "target": host}
    assert len(wire.sent) == 1


@pytest.mark.parametrize(
    ("base", "link", "is_inside"),
    [
        ("https://[2001:db8::1]", "https://[2001:DB8:0::1]/x", True),
        ("https://[2001:db8::1]", "https://[2001:db8::2]/x", False),
        ("https://[2001:db8::1]:8443", "/x", True),
        ("https://[2001:db8::1]:8443", "https://[2001:db8::1]/x", False),
        ("http://localhost:8080/v", "http://localhost:8080/x", True),
        ("http://localhost:8080/v", "http://localhost:8081/x", False),
        ("http://localhost:8080/v", "https://localhost:8080/x", False),
    ],
)
def test_ports_and_numeric_hosts_belong_to_the_origin(
    gateway_on: Callable[..., Gateway], base: str, link: str, is_inside: bool
) -> None:
    wire = Wire(page())
    if is_inside:
        gateway_on(wire, base).follow(link)
        assert len(wire.sent) == 1
    else:
        with pytest.raises(ContractError):
            gateway_on(wire, base).follow(link)
        assert wire.sent == []


def test_a_key_in_a_link_is_not_kept(gateway_on: Callable[..., Gateway]) -> None:
    gateway = gateway_on(Wire(page()))
    reply = gateway.call("GET", "/items")
    link = f"https://vendor.example/x?code={KEY}&$skiptoken=a%27b"
    assert KEY not in (kept := gateway.link(reply, link))
    assert httpx.URL(kept).params.multi_items() == [("$skiptoken", "a'b")]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_read_goes_where_it_is_redirected_within_the_origin(gateway_on: Callable[..., Gateway], status: int) -> None:
    wire = Wire(moved("/v2/items/?page=1", status), page())
    assert gateway_on(wire).call("GET", "/items", query={"page": "1"}).status == 200
    assert str(wire.sent[1].url) == "https://vendor.example/v2/items/?page=1"
    assert wire.sent[1].headers["authorization"]


@pytest.mark.parametrize("link", ["https://[::1", "javascript:alert(1)", "ht\ttps://evil.example"])
def test_a_redirect_to_what_is_no_address_leads_nowhere(gateway_on: Callable[..., Gateway], link: str) -> None:
    wire = Wire(moved(link), moved(link))
    with pytest.raises((AddressError, UnavailableError)):
        gateway_on(wire).call("GET", "/items")
    assert {each.url.host for each in wire.sent} == {"vendor.example"}


@pytest.mark.parametrize("link", [link for link, host in OUTSIDE if "." in host and link.isascii()])
def test_a_redirect_to_another_origin_is_not_followed(gateway_on: Callable[..., Gateway], link: str) -> None:
    wire = Wire(moved(link))
    with pytest.raises(AddressError) as caught:
        gateway_on(wire).call("GET", "/items")
    assert caught.value.reason.code == "address_redirects"
    assert "token" not in repr(caught.value.reason)
    assert len(wire.sent) == 1


def test_a_redirect_without_an_end_or_without_a_target_is_given_up(gateway_on: Callable[..., Gateway]) -> None:
    wire = Wire(*[moved("/round") for _ in range(MOST_REDIRECTS + 1)])
    with pytest.raises(AddressError):
        gateway_on(wire).call("GET", "/items")
    assert wire.answers == []
    with pytest.raises(AddressError):
        gateway_on(nowhere := Wire(moved(None))).call("GET", "/items")
    assert len(nowhere.sent) == 1


def test_a_write_is_not_redirected(gateway_on: Callable[..., Gateway]) -> None:
    wire = Wire(moved("/v2/items/"))
    with pytest.raises(AddressError):
        gateway_on(wire).call("POST", "/items", body={})
    assert len(wire.sent) == 1


def test_a_page_that_is_gone_is_an_error_as_any_other(gateway_on: Callable[..., Gateway]) -> None:
    with pytest.raises(NotFoundError):
        gateway_on(Wire(httpx.Response(410))).follow("/x")
    assert gateway_on(Wire(httpx.Response(410))).follow("/x", accept={410}).status == 410
    with pytest.raises(CredentialsError):
        gateway_on(Wire(httpx.Response(401))).follow("/x")
