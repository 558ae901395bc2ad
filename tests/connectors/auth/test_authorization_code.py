"""OAuth 2.0 with a code: access that a person granted, kept alive by a refresh token that rotates."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import httpx
import pytest

from samspill.connectors.auth.oauth2.app import OAuthApp
from samspill.connectors.auth.oauth2.authorization_code import NEEDED, PUBLIC, AuthorizationCodeAuth
from samspill.connectors.auth.oauth2.tokens import TokenServer
from samspill.connectors.http.gateway import Gateway
from samspill.errors import BusyError, CredentialsError, UnavailableError, UnknownOutcomeError
from tests.connectors.auth.conftest import Site
from tests.connectors.auth.server import CLIENT, LOGIN, SECRET, lost, never_sent

APP = OAuthApp(f"{LOGIN}/oauth/token", f"{LOGIN}/oauth/authorize")


def opened(site: Site) -> Gateway:
    """What another process calls with."""
    context = site.context()
    credentials = context.credentials("Vendor", NEEDED, PUBLIC)
    return site.gateway(AuthorizationCodeAuth(credentials, TokenServer(context, APP, "Vendor"), context.now))


@pytest.fixture
def gateway(site: Site) -> Gateway:
    site.secrets.hold(site.server.grant())
    return opened(site)


def refreshed(site: Site) -> list[str]:
    """The refresh tokens that were sent, one per call of the token server."""
    return [each["refresh_token"] for each in site.server.token_calls()]


def test_the_new_pair_is_stored_before_it_is_used(site: Site, gateway: Gateway) -> None:
    held: list[Mapping[str, str]] = []
    site.server.before_api = [lambda: held.append(site.secrets.held)]
    gateway.call("GET", "/items")
    assert site.server.token_calls() == [
        {
            "grant_type": "refresh_token",
            "refresh_token": "refresh-000001",
            "client_id": CLIENT,
            "client_secret": SECRET,
        }
    ]
    assert held == [
        {
            "client_id": CLIENT,
            "client_secret": SECRET,
            "access_token": "access-000002",
            "refresh_token": "refresh-000002",
            "renew_at": "2026-03-02T08:59:00+00:00",
        }
    ]


def test_a_token_serves_many_calls_and_other_processes(site: Site, gateway: Gateway) -> None:
    gateway.call("GET", "/items")
    gateway.call("POST", "/items")
    opened(site).call("GET", "/items")
    assert (len(refreshed(site)), site.secrets.puts) == (1, 1)


def test_a_token_is_renewed_before_it_ends_with_the_refresh_token_that_came_last(site: Site, gateway: Gateway) -> None:
    gateway.call("GET", "/items")
    site.clock.advance(3539)
    gateway.call("GET", "/items")
    assert len(refreshed(site)) == 1
    site.clock.advance(1)
    gateway.call("GET", "/items")
    assert refreshed(site) == ["refresh-000001", "refresh-000002"]
    assert 401 not in site.statuses()


def test_a_token_refused_in_mid_life_is_renewed_once_and_the_call_repeated(site: Site, gateway: Gateway) -> None:
    gateway.call("GET", "/items")
    site.server.alive.clear()
    gateway.call("POST", "/items")
    assert site.statuses() == [200, 200, 401, 200, 200]
    assert site.server.carried_out == ["GET /items", "POST /items"]


def test_a_second_refusal_is_final(site: Site, gateway: Gateway) -> None:
    site.server.accepts = lambda _request: False
    with pytest.raises(CredentialsError) as caught:
        gateway.call("POST", "/items")
    assert caught.value.reason.code == "key_invalid"
    assert site.statuses() == [200, 401, 200, 401]


def test_a_write_that_was_carried_out_but_not_answered_is_not_repeated_for_a_new_token(
    site: Site, gateway: Gateway
) -> None:
    def cut(request: httpx.Request) -> httpx.Response:
        site.server.carried_out.append(request.method)
        raise httpx.ReadTimeout("cut")

    gateway.call("GET", "/items")
    site.server.alive.clear()
    site.server.answer = cut
    with pytest.raises(UnknownOutcomeError):
        gateway.call("POST", "/items")
    assert site.server.carried_out == ["GET /items", "POST"]


def test_two_that_race_refresh_once(site: Site, gateway: Gateway) -> None:
    other = opened(site)
    gateway.call("GET", "/items")
    other.call("GET", "/items")
    site.server.alive.clear()
    # The other one is refused, refreshes and calls, all while this one's call is under way.
    site.server.before_api = [lambda: other.call("POST", "/theirs")]

    gateway.call("POST", "/mine")

    assert len(refreshed(site)) == 2
    assert site.server.carried_out[2:] == ["POST /theirs", "POST /mine"]
    assert not site.server.revoked


def test_who_comes_second_to_the_lease_uses_what_the_first_one_stored(
    site: Site, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = opened(site)
    exchange = site.secrets.exchange

    def second(tenant: str, connection: str, change: Callable[[dict[str, str]], Mapping[str, str]]) -> dict[str, str]:
        monkeypatch.setattr(site.secrets, "exchange", exchange)
        other.call("GET", "/theirs")
        return exchange(tenant, connection, change)

    monkeypatch.setattr(site.secrets, "exchange", second)
    gateway.call("GET", "/mine")
    assert refreshed(site) == ["refresh-000001"]
    assert site.server.carried_out == ["GET /theirs", "GET /mine"]


def test_a_refused_refresh_asks_a_person_to_grant_access_again(
    site: Site, gateway: Gateway, caplog: pytest.LogCaptureFixture
) -> None:
    before = dict(site.secrets.held)
    site.server.refreshes.clear()
    with pytest.raises(CredentialsError) as caught:
        gateway.call("POST", "/items")
    assert caught.value.reason.code == "grant_ended"
    assert "…" in (caught.value.vendor_message or "")
    assert site.secrets.held == before, "nothing is stored"
    assert (site.server.carried_out, len(refreshed(site))) == ([], 1)
    site.assert_nothing_seen(caplog, caught.value)


def test_access_granted_again_is_taken_into_use(site: Site, gateway: Gateway) -> None:
    site.server.refreshes.clear()
    with pytest.raises(CredentialsError):
        gateway.call("GET", "/items")
    site.secrets.held = site.server.grant()
    gateway.call("GET", "/items")
    assert site.server.carried_out == ["GET /items"]


def test_an_answer_lost_on_the_way_is_asked_for_once_more_at_once(site: Site, gateway: Gateway) -> None:
    """Most servers that rotate take the old token for some seconds more, for just this case."""

    def lost_with_leeway(carry_out: Callable[[], httpx.Response]) -> httpx.Response:
        used = site.secrets.held["refresh_token"]
        carry_out()
        site.server.refreshes.add(used)
        site.server.used_up.discard(used)
        raise httpx.ReadTimeout("lost")

    site.server.token_answers = [lost_with_leeway]
    gateway.call("POST", "/items")
    assert refreshed(site) == ["refresh-000001"] * 2
    assert site.secrets.held["refresh_token"] == "refresh-000003"
    assert site.server.carried_out == ["POST /items"]


def test_access_is_lost_with_the_answer_where_the_server_allows_for_no_lost_one(
    site: Site, gateway: Gateway, caplog: pytest.LogCaptureFixture
) -> None:
    site.server.token_answers = [lost]
    with pytest.raises(CredentialsError) as caught:
        gateway.call("POST", "/items")
    assert caught.value.reason.code == "grant_ended"
    assert site.server.revoked
    assert site.server.carried_out == []
    site.assert_nothing_seen(caplog, caught.value)


def test_a_token_server_that_is_not_reached_costs_nothing(site: Site, gateway: Gateway) -> None:
    before = dict(site.secrets.held)
    site.server.token_answers = [never_sent, never_sent]
    with pytest.raises(UnavailableError):
        gateway.call("POST", "/items")
    assert site.secrets.held == before
    gateway.call("POST", "/items")
    assert site.server.carried_out == ["POST /items"]


def test_a_pair_that_could_not_be_stored_is_stored_the_next_time_and_used_only_then(
    site: Site, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    exchange = site.secrets.exchange

    def failing(
        _tenant: str, _connection: str, change: Callable[[dict[str, str]], Mapping[str, str]]
    ) -> dict[str, str]:
        monkeypatch.setattr(site.secrets, "exchange", exchange)
        change(dict(site.secrets.held))
        raise BusyError("the table is not there")

    monkeypatch.setattr(site.secrets, "exchange", failing)
    with pytest.raises(BusyError):
        gateway.call("POST", "/items")
    assert site.server.carried_out == []

    gateway.call("POST", "/items")

    assert refreshed(site) == ["refresh-000001"]
    assert site.secrets.held["refresh_token"] == "refresh-000002"
    assert site.server.carried_out == ["POST /items"]


def test_a_refresh_token_that_does_not_rotate_is_kept_and_used_again(site: Site, gateway: Gateway) -> None:
    site.server.rotates = False
    gateway.call("GET", "/items")
    site.clock.advance(3600)
    gateway.call("GET", "/items")
    assert refreshed(site) == ["refresh-000001"] * 2
    assert site.secrets.held["refresh_token"] == "refresh-000001"
    assert site.server.carried_out == ["GET /items", "GET /items"]


def test_a_token_whose_end_is_not_told_is_good_until_it_is_refused(site: Site, gateway: Gateway) -> None:
    site.server.expires_in = None
    gateway.call("GET", "/items")
    site.clock.advance(1e7)
    gateway.call("GET", "/items")
    assert len(refreshed(site)) == 1


def test_access_that_was_never_granted_is_told_before_anything_is_sent(site: Site) -> None:
    site.secrets.hold({"client_id": CLIENT, "client_secret": SECRET})
    with pytest.raises(CredentialsError) as caught:
        opened(site).call("GET", "/items")
    assert caught.value.reason.params["what"] == "refresh_token"
    assert site.server.sent == []
