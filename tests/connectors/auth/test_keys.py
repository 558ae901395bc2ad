"""Keys that a person entered: in a header, in the query, as a bearer's token, as user name and password."""

from __future__ import annotations

import base64
from collections.abc import Callable

import httpx
import pytest

from samspill.connectors.auth.api_key import ApiKeyAuth, QueryKeyAuth
from samspill.connectors.auth.basic import BasicAuth
from samspill.connectors.auth.bearer import BearerAuth
from samspill.connectors.auth.credentials import Credentials
from samspill.connectors.auth.key import KeyAuth
from samspill.errors import CredentialsError, RejectedError
from tests.connectors.auth.conftest import Site

type Signed = Callable[[httpx.Request, str], bool]

OLD, NEW = "key-+/=000001", "key-+/=000002"


def header(name: str, scheme: str = "") -> Signed:
    return lambda request, key: request.headers.get_list(name) == [scheme + key]


def in_query(request: httpx.Request, key: str) -> bool:
    return request.url.params.multi_items() == [("page", "1"), ("code", key)]


def as_password(request: httpx.Request, key: str) -> bool:
    told = base64.b64decode(request.headers.get("authorization", "").removeprefix("Basic ")).decode()
    return told == f"pål:{key}"


def with_scheme(held: Credentials) -> KeyAuth:
    return ApiKeyAuth(held, "Authorization", prefix="Token ")


WAYS: dict[str, tuple[Callable[[Credentials], KeyAuth], tuple[str, ...], Signed]] = {
    "header": (lambda held: ApiKeyAuth(held, "X-Api-Key"), ("key",), header("x-api-key")),
    "scheme": (with_scheme, ("key",), header("authorization", "Token ")),
    "query": (lambda held: QueryKeyAuth(held, "code"), ("key",), in_query),
    "bearer": (BearerAuth, ("key",), header("authorization", "Bearer ")),
    "basic": (BasicAuth, ("user", "key"), as_password),
}


class Keyed:
    """A vendor that takes one key, sent in one way, and a connection to it."""

    def __init__(self, site: Site, way: str) -> None:
        make, needed, self._is_signed = WAYS[way]
        self.site = site
        self.takes(OLD)
        site.secrets.hold({"user": "pål", "key": OLD})
        auth = make(site.context().credentials("Vendor", needed, frozenset({"user"})))
        self.gateway = site.gateway(auth)

    def takes(self, key: str) -> None:
        self.site.server.accepts = lambda request: self._is_signed(request, key)

    def entered(self, key: str) -> None:
        """Have a person enter another key, which this process has not read."""
        self.site.secrets.held = {"user": "pål", "key": key}

    def call(self, method: str = "GET") -> None:
        self.gateway.call(method, "/items", query={"page": "1"})


@pytest.fixture(params=[*WAYS])
def keyed(request: pytest.FixtureRequest, site: Site) -> Keyed:
    return Keyed(site, request.param)


def test_every_call_carries_the_key_in_the_vendors_way(keyed: Keyed) -> None:
    keyed.call()
    keyed.call("POST")
    assert keyed.site.server.carried_out == ["GET /items", "POST /items"]
    assert keyed.site.statuses() == [200, 200]


def test_a_key_that_was_entered_meanwhile_is_taken_into_use_by_the_call_that_finds_out(keyed: Keyed) -> None:
    keyed.call()
    keyed.takes(NEW)
    keyed.entered(NEW)
    keyed.call("POST")
    assert keyed.site.server.carried_out == ["GET /items", "POST /items"]
    assert keyed.site.statuses() == [200, 401, 200]


def test_a_refused_key_that_nobody_replaced_is_not_tried_twice(keyed: Keyed, caplog: pytest.LogCaptureFixture) -> None:
    keyed.takes(NEW)
    with pytest.raises(CredentialsError) as caught:
        keyed.call("POST")
    assert caught.value.reason.code == "key_invalid"
    assert keyed.site.statuses() == [401]
    assert keyed.site.server.carried_out == []
    keyed.site.assert_nothing_seen(caplog, caught.value)


def test_a_missing_key_is_named_before_anything_is_sent(keyed: Keyed) -> None:
    keyed.site.secrets.hold({"user": "pål"})
    with pytest.raises(CredentialsError) as caught:
        keyed.call()
    assert caught.value.reason.params == {"system": "Vendor", "what": "key"}
    assert keyed.site.server.sent == []


def test_a_vendor_that_says_the_key_back_is_not_quoted(keyed: Keyed, caplog: pytest.LogCaptureFixture) -> None:
    def echo(request: httpx.Request) -> httpx.Response:
        return httpx.Response(422, text=f"{request.url} {[*request.headers.values()]} {OLD}")

    keyed.site.server.answer = echo
    with pytest.raises(RejectedError) as caught:
        keyed.call()
    told = caught.value.vendor_message or ""
    assert "…" in told
    travelled = base64.b64encode(f"pål:{OLD}".encode()).decode()
    assert travelled not in told
    keyed.site.assert_nothing_seen(caplog, caught.value)


@pytest.mark.parametrize("key", ["key-æ-0001", "key-0001\r\nx-other: 1"])
@pytest.mark.parametrize("way", ["header", "scheme", "bearer"])
def test_what_no_header_can_hold_is_no_key(site: Site, way: str, key: str, caplog: pytest.LogCaptureFixture) -> None:
    keyed = Keyed(site, way)
    site.secrets.hold({"key": key})
    with pytest.raises(CredentialsError) as caught:
        keyed.call()
    assert caught.value.reason.code == "key_invalid"
    assert site.server.sent == []
    site.assert_nothing_seen(caplog, caught.value)
