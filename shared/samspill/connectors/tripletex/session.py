"""The session every call needs: minted from the two keys, dying at midnight in Oslo, shared by all processes."""

from __future__ import annotations

import base64
from collections.abc import Callable, Generator, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Protocol, override
from zoneinfo import ZoneInfo

import httpx

from samspill.errors import CredentialsError
from samspill.ports import Secrets
from samspill.reasons import Reason
from samspill.state import Connection

OSLO = ZoneInfo("Europe/Oslo")
AHEAD = timedelta(minutes=10)
"""A session this near its end is not begun with."""
_DAYS = 2
"""A session dies at the *start* of its expiration date; tomorrow could be minutes away (NangoHQ/nango issue 6298)."""
SESSION_KEYS = ("session_token", "session_expires_on")


class Mint(Protocol):
    """Asks the vendor for a session."""

    def __call__(self, body: dict[str, str]) -> str:
        """Send the keys and the expiration date; return the session token."""
        ...


class Sessions:
    """Keeps the session of one connection: in this process, and for the others in the tenant's secret."""

    def __init__(self, connection: Connection, secrets: Secrets, now: Callable[[], datetime], mint: Mint) -> None:
        """Read nothing yet."""
        self._connection = connection
        self._secrets = secrets
        self._now = now
        self._mint = mint
        self._credentials: dict[str, str] = {}

    @property
    def credentials(self) -> dict[str, str]:
        """The connection's credentials as last read; CredentialsError when a key is missing."""
        return self._credentials or self._read()

    def _read(self) -> dict[str, str]:
        self._credentials = self._complete(self._secrets.get(self._connection.tenant, self._connection.id))
        return self._credentials

    @staticmethod
    def _complete(found: dict[str, str]) -> dict[str, str]:
        for name in ("consumer_token", "employee_token"):
            if not found.get(name):
                reason = Reason("key_missing", {"system": "Tripletex", "what": name})
                raise CredentialsError(f"{name} is missing", reason=reason)
        return found

    def secrets(self) -> Iterable[str]:
        """Return every value that must not be seen."""
        known = self._credentials
        return [value for name, value in known.items() if name not in {"company_id", "session_expires_on"} and value]

    def header(self) -> str:
        """Return the Authorization header of a session that is alive, minting one if nobody has."""
        token = self._live(self.credentials)
        return self._basic(token if token is not None else self._renew())

    def renewed(self) -> str:
        """Return the header of a new session, because the present one was refused; the keys may be new too."""
        return self._basic(self._renew(refused=self._credentials.get("session_token", "")))

    def _live(self, credentials: Mapping[str, str]) -> str | None:
        token, expires_on = (credentials.get(name) for name in SESSION_KEYS)
        if not token or not expires_on:
            return None
        dies = datetime.combine(date.fromisoformat(expires_on), datetime.min.time(), OSLO)
        return token if self._now() + AHEAD < dies else None

    def _renew(self, refused: str = "") -> str:
        """Return a session that is alive and not `refused`: one that another process shared meanwhile, or a new one."""

        def alive(held: dict[str, str]) -> dict[str, str]:
            self._credentials = self._complete(held)
            token = self._live(held)
            return held if token is not None and token != refused else held | self._minted()

        try:
            self._credentials = self._secrets.exchange(self._connection.tenant, self._connection.id, alive)
        except CredentialsError:
            self._credentials = {}  # so that keys entered after this are seen
            raise
        return self._credentials["session_token"]

    def _minted(self) -> dict[str, str]:
        expires_on = ((self._now() + AHEAD).astimezone(OSLO).date() + timedelta(days=_DAYS)).isoformat()
        keys = self._credentials
        body = {
            "consumerToken": keys["consumer_token"],
            "employeeToken": keys["employee_token"],
            "expirationDate": expires_on,
        }
        return {"session_token": self._mint(body), "session_expires_on": expires_on}

    def _basic(self, token: str) -> str:
        # User name 0 is the company of the key's own employee; accountants name the client's company.
        user = self.credentials.get("company_id") or "0"
        return "Basic " + base64.b64encode(f"{user}:{token}".encode()).decode()


class SessionAuth(httpx.Auth):
    """Puts the session on every call; one that is refused is replaced once."""

    def __init__(self, sessions: Sessions) -> None:
        """Take sessions from `sessions`."""
        self._sessions = sessions

    @override
    def sync_auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response]:
        request.headers["Authorization"] = self._sessions.header()
        response = yield request
        if response.status_code == httpx.codes.UNAUTHORIZED:
            response.read()
            request.headers["Authorization"] = self._sessions.renewed()
            yield request
