"""Claims: who exports, which sheets, and the cursor to go on from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from local.vendors.clock import Clock
from local.vendors.contract.kinds import Record, text
from local.vendors.contract.problems import Problem, Wrong, invalid
from local.vendors.svenn.sheets import Sheets

LIFETIME = timedelta(hours=1)
_FIELDS = ("key", "exporter", "since")


@dataclass(frozen=True, slots=True)
class Claim:
    """What was claimed, and until when it can be read."""

    id: str
    key: str
    exporter: str
    cursor: str
    sheets: frozenset[str]
    expires_at: datetime

    def as_json(self) -> Record:
        """Return the claim without its key."""
        expires_at = self.expires_at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        told = {"id": self.id, "exporter": self.exporter, "cursor": self.cursor}
        return told | {"sheets": len(self.sheets), "expiresAt": expires_at}


class Exports:
    """An account's claims."""

    def __init__(self, sheets: Sheets, clock: Clock) -> None:
        """There are none yet."""
        self._sheets = sheets
        self._clock = clock
        self._ids = count(1)
        self.held: dict[str, Claim] = {}

    def claim(self, sent: Any) -> Claim:
        """Claim what changed since a cursor; the same key gets the same claim until it expires.

        Raises:
            Problem: 410, the cursor is not one of this account; 422, the body is refused.
        """
        if not isinstance(sent, dict):
            raise invalid(Wrong("", "wrong_type", "must be an object"))
        wrong = [Wrong(name, "unknown_field", "no such field") for name in sent if name not in _FIELDS]
        wrong += [each for name in _FIELDS for each in text(100, least=1, nullable=False)(name, sent.get(name))]
        if wrong:
            raise invalid(*wrong)
        now = self._clock()
        for held in self.held.values():
            if held.key == sent["key"] and held.expires_at > now:
                return held
        sheets = frozenset(self._sheets.changed_since(sent["since"]))
        made = Claim(str(next(self._ids)), sent["key"], sent["exporter"], self._sheets.cursor, sheets, now + LIFETIME)
        self.held[made.id] = made
        return made

    def open(self, claim_id: str) -> Claim:
        """Return a claim that can be read.

        Raises:
            Problem: 404 or 410, there is none, or none any more.
        """
        if claim_id not in self.held:
            raise Problem(404, "not_found")
        if self.held[claim_id].expires_at <= self._clock():
            raise Problem(410, "expired")
        return self.held[claim_id]
