"""A strict vendor in process: an API that wants a key, and a token server that takes what RFC 6749 says, no more.

It rotates refresh tokens, remembers those that were used up, and takes all access back when one of them comes again
(RFC 9700, 4.14.2).
"""

from __future__ import annotations

import base64
import itertools
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, unquote_plus

import httpx

from samspill.connectors.auth.oauth2.authorize import challenge
from tests.support.clock import FixedClock

API, LOGIN = "https://api.vendor.example", "https://login.vendor.example"
CLIENT, SECRET = "app 1", "client+secret/1"
REDIRECT = "https://hub.example/granted"


class StrictServer(httpx.BaseTransport):
    """Answers both hosts. Keeps every request, and what was carried out."""

    def __init__(self, clock: FixedClock) -> None:
        self.clock = clock
        self.sent: list[httpx.Request] = []
        self.carried_out: list[str] = []
        self.accepts: Callable[[httpx.Request], bool] = self._bearer
        """Whether the API takes the key of a request."""
        self.answer: Callable[[httpx.Request], httpx.Response] = self._carry_out
        """How the API answers a call whose key it takes."""
        self.secret = SECRET
        self.basic = False
        """How the client has to say who it is."""
        self.expires_in: Any = 3600
        self.rotates = True
        self.revoked = False
        self.refreshes: set[str] = set()
        self.used_up: set[str] = set()
        self.codes: dict[str, str] = {}
        """Code → challenge it was granted for."""
        self.alive: dict[str, float] = {}
        """Access token → when it ends, by the clock of the server."""
        self.token_answers: list[Callable[[Callable[[], httpx.Response]], httpx.Response]] = []
        """Given instead of the token server's, first one first; each may carry the request out or not."""
        self.before_api: list[Callable[[], object]] = []
        """What happens when the next calls of the API arrive, first one first."""
        self._numbers = itertools.count(1)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.sent.append(request)
        if request.url.host == "login.vendor.example":
            carry_out = partial(self._token, request)
            return self.token_answers.pop(0)(carry_out) if self.token_answers else carry_out()
        if self.before_api:
            self.before_api.pop(0)()
        if not self.accepts(request):
            return httpx.Response(401, json={"error": "who are you?"})
        return self.answer(request)

    def _carry_out(self, request: httpx.Request) -> httpx.Response:
        self.carried_out.append(f"{request.method} {request.url.path}")
        return httpx.Response(200, json={})

    def token_calls(self) -> list[dict[str, str]]:
        """The forms that the token server got."""
        return [dict(parse_qsl(each.content.decode())) for each in self.sent if each.url.host.startswith("login.")]

    def grant(self) -> dict[str, str]:
        """Credentials as they are once a person has granted access."""
        told = self._issue()
        return {"client_id": CLIENT, "client_secret": SECRET, "refresh_token": told["refresh_token"]}

    def code(self, verifier: str) -> str:
        """A code a person came back with."""
        code = f"code-{next(self._numbers)}"
        self.codes[code] = challenge(verifier)
        return code

    def _bearer(self, request: httpx.Request) -> bool:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        return self.alive.get(token, 0) > self.clock.now().timestamp()

    def _token(self, request: httpx.Request) -> httpx.Response:
        assert (request.method, request.url.path, request.url.query) == ("POST", "/oauth/token", b"")
        assert request.headers["content-type"] == "application/x-www-form-urlencoded"
        pairs = parse_qsl(request.content.decode(), strict_parsing=True)
        form = dict(pairs)
        assert len(form) == len(pairs), "parameters do not repeat (RFC 6749, 3.2)"
        if self._client(request, form) != (CLIENT, self.secret):
            return httpx.Response(401, json={"error": "invalid_client", "error_description": f"bad {form}"})
        match form.pop("grant_type"):
            case "client_credentials":
                assert form.keys() <= {"scope"}
                told = self._issue()
                del told["refresh_token"]
                return httpx.Response(200, json=told)
            case "refresh_token":
                return self._refresh(form)
            case "authorization_code":
                return self._redeem(form)
        return httpx.Response(400, json={"error": "unsupported_grant_type"})

    def _client(self, request: httpx.Request, form: dict[str, str]) -> tuple[str, ...]:
        header = request.headers.get("authorization", "")
        assert bool(header) == self.basic, "one way only (RFC 6749, 2.3)"
        if self.basic:
            assert not {"client_id", "client_secret"} & form.keys()
            told = base64.b64decode(header.removeprefix("Basic ")).decode()
            return tuple(unquote_plus(each) for each in told.split(":"))
        return form.pop("client_id"), form.pop("client_secret", "")

    def _refresh(self, form: Mapping[str, str]) -> httpx.Response:
        [used] = form.values()
        if used in self.used_up:
            self.revoked = True
            self.alive.clear()
            self.refreshes.clear()
        if used not in self.refreshes:
            return httpx.Response(400, json={"error": "invalid_grant", "error_description": f"unknown {used}"})
        if self.rotates:
            self.refreshes.discard(used)
            self.used_up.add(used)
        told = self._issue()
        return httpx.Response(200, json=told)

    def _redeem(self, form: Mapping[str, str]) -> httpx.Response:
        expected = self.codes.pop(form["code"], "")
        assert form.keys() == {"code", "redirect_uri", "code_verifier"}
        if expected != challenge(form["code_verifier"]) or form["redirect_uri"] != REDIRECT:
            return httpx.Response(400, json={"error": "invalid_grant", "error_description": f"bad {form['code']}"})
        return httpx.Response(200, json=self._issue())

    def _issue(self) -> dict[str, Any]:
        number = next(self._numbers)
        access, refresh = f"access-{number:06}", f"refresh-{number:06}"
        told_s = str(self.expires_in)
        self.alive[access] = self.clock.now().timestamp() + (int(told_s) if told_s.isdecimal() else 1e9)
        told = {"access_token": access, "token_type": "Bearer"}
        if self.rotates or not self.refreshes:
            self.refreshes.add(refresh)
            told["refresh_token"] = refresh
        return told | ({} if self.expires_in is None else {"expires_in": self.expires_in})


def lost(carry_out: Callable[[], httpx.Response]) -> httpx.Response:
    """Carry the request out, and lose the answer."""
    carry_out()
    raise httpx.ReadTimeout("lost")


def never_sent(_carry_out: Callable[[], httpx.Response]) -> httpx.Response:
    raise httpx.ConnectError("no way")
