"""How a person grants access, from the address they are sent to until the credentials are there."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest

from samspill.connectors.auth.oauth2.app import OAuthApp
from samspill.connectors.auth.oauth2.authorize import authorize_url, challenge, code_of, redeem
from samspill.connectors.auth.oauth2.tokens import TokenServer
from samspill.errors import ContractError, CredentialsError, SamspillError, UsageError
from tests.connectors.auth.conftest import Site
from tests.connectors.auth.server import CLIENT, LOGIN, REDIRECT, SECRET
from tests.connectors.auth.test_authorization_code import opened

APP = OAuthApp(f"{LOGIN}/oauth/token", f"{LOGIN}/oauth/authorize", scope="manage")
ISS = "&iss=https%3A%2F%2Flogin.example"
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"


def test_the_challenge_is_the_standards_own_example() -> None:
    assert challenge(VERIFIER) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def asked(app: OAuthApp) -> dict[str, str]:
    url = authorize_url(app, client_id=CLIENT, redirect_uri=REDIRECT, state="s1", verifier=VERIFIER)
    assert VERIFIER not in url
    assert url.startswith(f"{LOGIN}/oauth/authorize?")
    pairs = parse_qsl(urlsplit(url).query, strict_parsing=True)
    assert len(dict(pairs)) == len(pairs)
    return dict(pairs)


def test_a_person_is_sent_with_state_scope_and_challenge() -> None:
    assert asked(APP) == {
        "response_type": "code",
        "client_id": CLIENT,
        "redirect_uri": REDIRECT,
        "state": "s1",
        "scope": "manage",
        "code_challenge": challenge(VERIFIER),
        "code_challenge_method": "S256",
    }


def test_a_vendor_that_knows_no_pkce_is_not_sent_any_and_its_own_query_stays() -> None:
    app = OAuthApp(APP.token_url, f"{APP.authorize_url}?tenant=7", pkce=False)
    assert asked(app).keys() == {"tenant", "response_type", "client_id", "redirect_uri", "state"}


@pytest.mark.parametrize("answered", [f"{REDIRECT}?code=c%2F1&state=s1", "?code=c%2F1&state=s1", "state=s1&code=c%2F1"])
def test_the_code_is_taken_from_the_address_or_its_query(answered: str) -> None:
    assert code_of(answered, state="s1", system="Vendor") == "c/1"


@pytest.mark.parametrize(
    ("answered", "state", "error", "code"),
    [
        (f"?code=c&state=s2{ISS}", "s1", UsageError, "other_sign_in"),
        (f"?code=c{ISS}", "s1", UsageError, "other_sign_in"),
        (f"?code=c&state={ISS}", "", UsageError, "other_sign_in"),
        (f"?code=c&state=s2&state=s1{ISS}", "s1", UsageError, "other_sign_in"),
        (f"?code=c&code=d&state=s1{ISS}", "s1", UsageError, "other_sign_in"),
        (f"?state=s1{ISS}", "s1", UsageError, "other_sign_in"),
        (f"?code=&state=s1{ISS}", "s1", UsageError, "other_sign_in"),
        ("?code=c&state=s1&iss=https%3A%2F%2Fevil.example", "s1", UsageError, "other_sign_in"),
        ("?code=c&state=s1", "s1", UsageError, "other_sign_in"),
        (f"?error=access_denied&state=s1{ISS}", "s1", CredentialsError, "grant_denied"),
        (f"?error=access_denied&state=s2{ISS}", "s1", UsageError, "other_sign_in"),
        ("", "s1", UsageError, "other_sign_in"),
    ],
)
def test_an_answer_to_something_else_gives_no_code(
    answered: str, state: str, error: type[SamspillError], code: str
) -> None:
    assert code_of(f"?code=c&state=s1{ISS}", state="s1", system="Vendor", issuer="https://login.example") == "c"
    with pytest.raises(error) as caught:
        code_of(answered, state=state, system="Vendor", issuer="https://login.example")
    assert caught.value.reason.code == code


def test_a_code_becomes_credentials_that_call(site: Site) -> None:
    code = site.server.code(VERIFIER)
    client = {"client_id": CLIENT, "client_secret": SECRET}
    server = TokenServer(site.context(), APP, "Vendor")
    held = redeem(server, APP, client, code=code, redirect_uri=REDIRECT, verifier=VERIFIER)
    assert held == {
        **client,
        "access_token": "access-000002",
        "refresh_token": "refresh-000002",
        "renew_at": "2026-03-02T08:59:00+00:00",
    }
    site.secrets.hold(held)
    opened(site).call("GET", "/items")
    assert site.server.carried_out == ["GET /items"]
    assert len(site.server.token_calls()) == 1


@pytest.mark.parametrize(
    "wrong", [{"verifier": "another"}, {"redirect_uri": "https://evil.example/"}, {"code": "code-9"}]
)
def test_a_code_is_good_only_for_who_asked(site: Site, caplog: pytest.LogCaptureFixture, wrong: dict[str, str]) -> None:
    asked = {"code": site.server.code(VERIFIER), "redirect_uri": REDIRECT, "verifier": VERIFIER, **wrong}
    client = {"client_id": CLIENT, "client_secret": SECRET}
    site.secrets.hold({**client, "code": asked["code"]})
    with pytest.raises(CredentialsError) as caught:
        redeem(TokenServer(site.context(), APP, "Vendor"), APP, client, **asked)
    assert caught.value.reason.code == "grant_ended"
    site.assert_nothing_seen(caplog, caught.value)


def test_access_that_could_not_be_renewed_is_not_taken(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    site.server.grant()
    site.server.rotates = False
    client = {"client_id": CLIENT, "client_secret": SECRET}
    code = site.server.code(VERIFIER)
    with pytest.raises(ContractError) as caught:
        redeem(
            TokenServer(site.context(), APP, "Vendor"), APP, client, code=code, redirect_uri=REDIRECT, verifier=VERIFIER
        )
    assert caught.value.reason.params["field"] == "refresh_token"
    site.assert_nothing_seen(caplog, caught.value)
