"""OAuth 2.0 with client credentials: the application calls for itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest

from samspill.connectors.auth.oauth2.app import OAuthApp
from samspill.connectors.auth.oauth2.client_credentials import ClientCredentialsAuth
from samspill.connectors.auth.oauth2.tokens import TokenServer
from samspill.connectors.http.gateway import Gateway
from samspill.errors import (
    AddressError,
    ContractError,
    CredentialsError,
    RateLimitedError,
    SamspillError,
    UnavailableError,
)
from tests.connectors.auth.conftest import Site
from tests.connectors.auth.server import CLIENT, LOGIN, SECRET, never_sent

APP = OAuthApp(f"{LOGIN}/oauth/token", scope="read write")


def opened(site: Site, app: OAuthApp = APP) -> Gateway:
    """What another process calls with."""
    context = site.context()
    credentials = context.credentials("Vendor", ("client_id", "client_secret"), frozenset({"client_id"}))
    return site.gateway(ClientCredentialsAuth(credentials, app, TokenServer(context, app, "Vendor"), context.now))


@pytest.fixture
def gateway(site: Site) -> Gateway:
    site.secrets.hold({"client_id": CLIENT, "client_secret": SECRET})
    return opened(site)


def asked(site: Site) -> int:
    return len(site.server.token_calls())


def test_one_token_serves_many_calls_and_is_not_stored(site: Site, gateway: Gateway) -> None:
    gateway.call("GET", "/items")
    gateway.call("POST", "/items")
    assert site.server.token_calls() == [
        {"grant_type": "client_credentials", "scope": "read write", "client_id": CLIENT, "client_secret": SECRET}
    ]
    assert site.server.carried_out == ["GET /items", "POST /items"]
    assert site.secrets.puts == 0


def test_the_client_says_who_it_is_by_user_name_and_password_where_the_vendor_wants_that(
    site: Site, gateway: Gateway
) -> None:
    site.server.basic = True
    opened(site, OAuthApp(APP.token_url, basic=True)).call("GET", "/items")
    assert site.server.token_calls() == [{"grant_type": "client_credentials"}]
    assert site.server.carried_out == ["GET /items"]


@pytest.mark.parametrize(("expires_in", "good_s"), [(3600, 3540), ("3600", 3540), (600, 540), (100, 75)])
def test_a_token_is_renewed_before_it_ends(site: Site, gateway: Gateway, expires_in: Any, good_s: int) -> None:
    site.server.expires_in = expires_in
    gateway.call("GET", "/items")
    site.clock.advance(good_s - 1)
    gateway.call("GET", "/items")
    assert asked(site) == 1
    site.clock.advance(1)
    gateway.call("GET", "/items")
    assert asked(site) == 2
    assert 401 not in site.statuses()


def test_a_token_ends_as_reckoned_from_before_it_was_asked_for(site: Site, gateway: Gateway) -> None:
    def slow(carry_out: Any) -> httpx.Response:
        answer: httpx.Response = carry_out()
        site.clock.advance(30)
        return answer

    site.server.token_answers = [slow]
    gateway.call("GET", "/items")
    site.clock.advance(3540 - 30)
    gateway.call("GET", "/items")
    assert asked(site) == 2


@pytest.mark.parametrize("expires_in", [None, "soon", [], "nan", "inf"])
def test_a_token_whose_end_is_not_told_is_good_until_it_is_refused(
    site: Site, gateway: Gateway, expires_in: Any
) -> None:
    site.server.expires_in = expires_in
    gateway.call("GET", "/items")
    site.clock.at += timedelta(days=300)
    gateway.call("GET", "/items")
    assert asked(site) == 1
    site.server.alive.clear()
    gateway.call("POST", "/items")
    assert site.statuses() == [200, 200, 200, 401, 200, 200]
    assert site.server.carried_out == ["GET /items", "GET /items", "POST /items"]


def test_a_second_refusal_is_final(site: Site, gateway: Gateway) -> None:
    site.server.accepts = lambda _request: False
    with pytest.raises(CredentialsError):
        gateway.call("POST", "/items")
    assert site.statuses() == [200, 401, 200, 401]


def test_a_secret_that_was_entered_meanwhile_is_taken_into_use(site: Site, gateway: Gateway) -> None:
    gateway.call("GET", "/items")
    site.server.secret = "client+secret/2"
    site.server.alive.clear()
    site.secrets.held = {"client_id": CLIENT, "client_secret": "client+secret/2"}
    gateway.call("GET", "/items")
    assert site.server.carried_out == ["GET /items", "GET /items"]


def test_a_refused_application_is_told_and_asked_again_only_where_another_was_entered(
    site: Site, gateway: Gateway, caplog: pytest.LogCaptureFixture
) -> None:
    site.server.secret = "client+secret/2"
    with pytest.raises(CredentialsError) as caught:
        gateway.call("POST", "/items")
    assert caught.value.reason.code == "client_refused"
    assert caught.value.vendor_message
    assert (asked(site), site.server.carried_out) == (1, [])
    site.assert_nothing_seen(caplog, caught.value)


@pytest.mark.parametrize(
    ("answer", "error", "code"),
    [
        (httpx.Response(400, json={"error": "invalid_scope"}), CredentialsError, "grant_refused"),
        (httpx.Response(403, text="<html>no</html>"), CredentialsError, "grant_refused"),
        (httpx.Response(200, json={"error": "invalid_client"}), CredentialsError, "client_refused"),
        (httpx.Response(400, json={"error": "temporarily_unavailable"}), UnavailableError, "vendor_unavailable"),
        (httpx.Response(200, json={}), ContractError, "answer_unreadable"),
        (httpx.Response(200, json=[]), ContractError, "answer_unreadable"),
        (httpx.Response(200, text="access-000009"), ContractError, "answer_unreadable"),
        (httpx.Response(200, json={"access_token": ""}), ContractError, "answer_unreadable"),
        (httpx.Response(200, json={"access_token": "a\nb"}), ContractError, "answer_unreadable"),
        (httpx.Response(200, json={"access_token": 7}), ContractError, "answer_unreadable"),
        (
            httpx.Response(200, json={"access_token": "access-000009", "token_type": "mac"}),
            ContractError,
            "answer_unreadable",
        ),
        (httpx.Response(429, headers={"retry-after": "7"}), RateLimitedError, "rate_limited"),
        (httpx.Response(307, headers={"location": "https://evil.example/"}), AddressError, "address_redirects"),
    ],
)
def test_what_a_token_server_may_answer(
    site: Site,
    gateway: Gateway,
    caplog: pytest.LogCaptureFixture,
    answer: httpx.Response,
    error: type[SamspillError],
    code: str,
) -> None:
    site.server.token_answers = [lambda _carry_out: answer]
    with pytest.raises(error) as caught:
        gateway.call("POST", "/items")
    assert caught.value.reason.code == code
    assert "000009" not in f"{caught.value} {caught.value.reason!r}"
    assert site.server.carried_out == []
    site.assert_nothing_seen(caplog, caught.value)


def test_a_token_server_that_is_down_leaves_a_write_undone_for_sure(site: Site, gateway: Gateway) -> None:
    site.server.token_answers = [lambda _carry_out: httpx.Response(503)] * 2
    with pytest.raises(UnavailableError):
        gateway.call("POST", "/items")
    assert (asked(site), site.server.carried_out) == (2, [])
    site.server.token_answers = [never_sent]
    gateway.call("POST", "/items")
    assert site.server.carried_out == ["POST /items"]


@pytest.mark.parametrize(
    "url",
    [
        "http://login.vendor.example/oauth/token",
        "https://127.0.0.1/oauth/token",
        "https://me:pw@x.example/token",
        "token",
    ],
)
def test_a_token_server_is_held_to_the_rules_for_addresses(site: Site, url: str) -> None:
    with pytest.raises(AddressError):
        opened(site, OAuthApp(url))
    assert site.server.sent == []
