"""Calls to a contract vendor, and its rows as observations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from samspill.connectors.contract.kinds import Kind
from samspill.connectors.contract.profile import Profile
from samspill.connectors.decode import Decoded
from samspill.connectors.http.gateway import Gateway
from samspill.connectors.mapping import Row
from samspill.connectors.observing import observe
from samspill.engine.model import Observation


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
