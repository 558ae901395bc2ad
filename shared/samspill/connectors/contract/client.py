"""Calls to a contract vendor: the key on every call, rows as observations."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import override

import httpx

from samspill.connectors.contract.kinds import Kind
from samspill.connectors.contract.profile import Profile
from samspill.connectors.decode import Decoded
from samspill.connectors.http.gateway import Gateway
from samspill.connectors.mapping import Row
from samspill.connectors.observing import observe
from samspill.engine.model import Observation
from samspill.errors import CredentialsError
from samspill.ports import Secrets
from samspill.reasons import Reason
from samspill.state import Connection


class Key(httpx.Auth):
    """The customer's key. One that is refused is read anew once, because somebody may have entered another."""

    def __init__(self, profile: Profile, connection: Connection, secrets: Secrets) -> None:
        """Read nothing yet."""
        self._profile = profile
        self._connection = connection
        self._secrets = secrets
        self._key = ""

    def secrets(self) -> Iterable[str]:
        """Return every value that must not be seen."""
        return [self._key] if self._key else []

    @override
    def sync_auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response]:
        used = self._key or self._read()
        request.headers[self._profile.key_header] = used
        response = yield request
        if response.status_code == httpx.codes.UNAUTHORIZED and self._read(fresh=True) != used:
            response.read()
            request.headers[self._profile.key_header] = self._key
            yield request

    def _read(self, *, fresh: bool = False) -> str:
        held = self._secrets.get(self._connection.tenant, self._connection.id, fresh=fresh)
        self._key = held.get("api_key", "")
        if not self._key:
            reason = Reason("key_missing", {"system": self._profile.system, "what": "api_key"})
            raise CredentialsError("api_key is missing", reason=reason)
        return self._key


class Client:
    """What reading, writing and set-up have in common."""

    def __init__(self, profile: Profile, gateway: Gateway, now: Callable[[], datetime]) -> None:
        """Call through `gateway`."""
        self.profile = profile
        self.gateway = gateway
        self.now = now

    def seen_at(self) -> int:
        """Return the present moment in epoch milliseconds: two reads within a second have an order."""
        return int(self.now().timestamp() * 1000)

    def observed(self, kind: Kind, decoded: Decoded, seen_at: int) -> list[Observation]:
        """Return rows as observations."""
        seen = observe(kind.mapped, decoded, seen_at, kind.label, self._changed_at, marker=self.profile.marker)
        if not kind.prefix:
            return seen
        return [
            replace(each, external_id=kind.prefix + each.external_id) if each.external_id else each for each in seen
        ]

    def updated_at(self, row: Row) -> datetime | None:
        """Return when a row was last changed, None where it does not tell it in a way we can read."""
        try:
            return datetime.fromisoformat(row[self.profile.updated_at]).astimezone(UTC)
        except (KeyError, ValueError):
            return None

    def _changed_at(self, row: Row) -> int | None:
        moment = self.updated_at(row)
        return int(moment.timestamp()) if moment else None
