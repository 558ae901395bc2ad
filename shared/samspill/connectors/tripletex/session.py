"""The session every call needs: minted from the two keys, dying at midnight in Oslo, shared by all processes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Protocol, override
from zoneinfo import ZoneInfo

import httpx

from samspill.connectors.auth.basic import basic
from samspill.connectors.auth.credentials import Credentials
from samspill.connectors.auth.session import SessionAuth

OSLO = ZoneInfo("Europe/Oslo")
AHEAD = timedelta(minutes=10)
"""A session this near its end is not begun with."""
_DAYS = 2
"""A session dies at the *start* of its expiration date; tomorrow could be minutes away (NangoHQ/nango issue 6298)."""
NEEDED = ("consumer_token", "employee_token")
_EXPIRES_ON = "session_expires_on"
PUBLIC = frozenset({"company_id", _EXPIRES_ON})


class Mint(Protocol):
    """Asks the vendor for a session."""

    def __call__(self, body: dict[str, str]) -> str:
        """Send the keys and the expiration date; return the session token."""
        ...


class TripletexSession(SessionAuth):
    """Signs every call with the session of one connection."""

    name = "session_token"

    def __init__(self, credentials: Credentials, now: Callable[[], datetime], mint: Mint) -> None:
        """Read nothing yet."""
        super().__init__(credentials)
        self._now = now
        self._mint = mint

    @override
    def is_alive(self, held: Mapping[str, str]) -> bool:
        expires_on = held.get(_EXPIRES_ON)
        if not expires_on:
            return False
        return self._now() + AHEAD < datetime.combine(date.fromisoformat(expires_on), datetime.min.time(), OSLO)

    @override
    def obtain(self, held: Mapping[str, str]) -> Mapping[str, str]:
        expires_on = ((self._now() + AHEAD).astimezone(OSLO).date() + timedelta(days=_DAYS)).isoformat()
        body = {
            "consumerToken": held["consumer_token"],
            "employeeToken": held["employee_token"],
            "expirationDate": expires_on,
        }
        return {self.name: self._mint(body), _EXPIRES_ON: expires_on}

    @override
    def sign(self, request: httpx.Request, session: str) -> None:
        # User name 0 is the company of the key's own employee; accountants name the client's company.
        request.headers["Authorization"] = basic(self.credentials.get("company_id") or "0", session)
