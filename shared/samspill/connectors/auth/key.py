"""Signing with what a person entered, as it is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Generator, Iterable, Mapping
from typing import override

import httpx

from samspill.connectors.auth.credentials import Credentials


class KeyAuth(httpx.Auth, ABC):
    """Signs every call. A key that is refused is read anew once, because somebody may have entered another.

    A call that was answered 401 was not carried out (RFC 9110, 15.5.2), so whatever it was, it is sent again.
    """

    def __init__(self, credentials: Credentials) -> None:
        """Read nothing yet."""
        self._credentials = credentials

    def secrets(self) -> Iterable[str]:
        """Return every value that must not be seen."""
        return self._credentials.values()

    @abstractmethod
    def sign(self, request: httpx.Request, held: Mapping[str, str]) -> None:
        """Put the key on a request."""

    @override
    def sync_auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response]:
        used = self._credentials.held or self._credentials.read()
        self.sign(request, used)
        response = yield request
        if response.status_code == httpx.codes.UNAUTHORIZED and self._credentials.read(fresh=True) != used:
            response.read()
            self.sign(request, self._credentials.held)
            yield request
