"""A session: obtained with the keys, ends after a while, shared by all processes through the tenant's secret."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Generator, Iterable, Mapping
from typing import ClassVar, override

import httpx

from samspill.connectors.auth.credentials import Credentials


class SessionAuth(httpx.Auth, ABC):
    """Signs every call with a session that is alive; one that is refused is replaced once.

    A call that was answered 401 was not carried out (RFC 9110, 15.5.2), so whatever it was, it is sent again.
    """

    name: ClassVar[str]
    """What the session is called among the credentials."""

    def __init__(self, credentials: Credentials) -> None:
        """Read nothing yet."""
        self._credentials = credentials

    @property
    def credentials(self) -> Mapping[str, str]:
        """The connection's credentials as last read; CredentialsError when one is missing."""
        return self._credentials.held or self._credentials.read()

    @abstractmethod
    def is_alive(self, held: Mapping[str, str]) -> bool:
        """Tell whether the session among the credentials, where there is one, has not ended."""

    @abstractmethod
    def obtain(self, held: Mapping[str, str]) -> Mapping[str, str]:
        """Ask for a new session; return what to store beside the credentials."""

    @abstractmethod
    def sign(self, request: httpx.Request, session: str) -> None:
        """Put a session on a request."""

    def secrets(self) -> Iterable[str]:
        """Return every value that must not be seen."""
        return self._credentials.values()

    @override
    def sync_auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response]:
        held = self.credentials
        session = held[self.name] if self._has_session(held) else self.renewed()
        self.sign(request, session)
        response = yield request
        if response.status_code == httpx.codes.UNAUTHORIZED:
            response.read()
            self.sign(request, self.renewed(refused=session))
            yield request

    def renewed(self, refused: str = "") -> str:
        """Return a session that is alive and not `refused`: one that another process stored meanwhile, or a new one.

        It is stored before it is used.
        """

        def change(held: dict[str, str]) -> Mapping[str, str]:
            usable = self._has_session(held) and held[self.name] != refused
            return held if usable else {**held, **self.obtain(held)}

        return self._credentials.exchange(change)[self.name]

    def _has_session(self, held: Mapping[str, str]) -> bool:
        return bool(held.get(self.name)) and self.is_alive(held)
