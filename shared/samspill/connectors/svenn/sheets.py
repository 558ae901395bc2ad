"""Reading hours as day sheets. Changes are claimed before they are read; a whole read claims nothing.

Confirming is an ordinary write of `exported` under the sheet's version.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from itertools import count
from typing import NamedTuple

from samspill.connectors.contract.client import Client
from samspill.connectors.contract.reads import Reader, read_token, write_token
from samspill.connectors.svenn.kinds import KINDS
from samspill.connectors.svenn.profile import CLAIMS
from samspill.engine.model import Observation
from samspill.errors import ConfigurationError, ContractError, NotFoundError, UsageError
from samspill.ports import Page
from samspill.reasons import Reason

EXPORTER = "Samspill"
DAYS = 62
"""How far back a whole read looks, unless the connection's setting `hours_days` says otherwise: two months."""
_HOURS = KINDS["hours"]


class _Claim(NamedTuple):
    """A claim as page tokens carry it, and where in it the next page begins."""

    id: str
    cursor: str
    sheets: int
    after: str = ""


class Sheets:
    """Reads one connection's day sheets."""

    def __init__(self, client: Client, reader: Reader, settings: Mapping[str, str]) -> None:
        """Look back as many days as the setting `hours_days` says."""
        self._client = client
        self._reader = reader
        self._looks = count()
        self._days = settings.get("hours_days", str(DAYS))

    def page(self, token: str | None = None, since: str | None = None) -> Page:
        """Return one page of the window, or of what was claimed because it changed since the cursor."""
        return self._listed(token) if since is None else self._claimed(token, since)

    def find(self, keys: Mapping[str, str]) -> list[Observation]:
        """Return the sheet of an employee and a date; UsageError when either is not told."""
        if keys.keys() != {"employee", "date"}:
            raise UsageError("day sheets are found by employee and date")
        found = self._reader.read(_HOURS, [f"{keys['employee']}|{keys['date']}"])
        return [each for each in found if not each.deleted]

    def _listed(self, token: str | None) -> Page:
        """Return a page of the window. It is never complete: what lies before it is not gone."""
        cursor, after = read_token(token, 2) if token else ("", "")
        query = {"from": self._first_day()} | ({"after": after} if after else {})
        seen, decoded = self._reader.rows(_HOURS, _HOURS.path, query)
        # The first page's: what changes while the others are read is told again.
        cursor = cursor or decoded.envelope.get("cursor", "")
        if following := decoded.envelope.get("next"):
            return Page(seen, write_token(cursor, following), complete=False)
        return Page(seen, None, cursor or None, complete=False)

    def _first_day(self) -> str:
        if not self._days.isdecimal():
            reason = Reason("setup_incomplete", {"message": "hours_days"})
            raise ConfigurationError(f"hours_days is no number of days: {self._days}", reason=reason)
        return (self._client.now().date() - timedelta(days=int(self._days))).isoformat()

    def _claimed(self, token: str | None, since: str) -> Page:
        claim = _read(token) if token else self._claim(since)
        if not claim.sheets:
            return Page((), None, claim.cursor, total=0)
        query = {"after": claim.after} if claim.after else {}
        try:
            seen, decoded = self._reader.rows(_HOURS, CLAIMS + "/{id}/day-sheets", query, {"id": claim.id})
        except NotFoundError:
            if token is None:
                raise
            # The claim expired on the way: what changed is claimed anew, and read from the start.
            return self._claimed(None, since)
        if following := decoded.envelope.get("next"):
            return Page(seen, write_token(*claim._replace(after=following)), total=claim.sheets)
        return Page(seen, None, claim.cursor, total=claim.sheets)

    def _claim(self, since: str) -> _Claim:
        """Claim what changed. The key makes it harmless to send the same claim twice; each look has its own."""
        key = f"{since}@{self._client.now().isoformat()}#{next(self._looks)}"
        body = {"key": key, "exporter": EXPORTER, "since": since}
        reply = self._client.gateway.call("POST", CLAIMS, body=body, repeatable=True)
        told = reply.json()
        try:
            return _Claim(str(told["id"]), str(told["cursor"]), int(told["sheets"]))
        except (KeyError, TypeError, ValueError):
            reason = Reason("answer_unreadable", {"system": self._client.profile.system, "field": "export"})
            raise ContractError("the answer is no claim", reason=reason, request_id=reply.request_id) from None


def _read(token: str) -> _Claim:
    claim_id, cursor, sheets, after = read_token(token, len(_Claim._fields))
    return _Claim(claim_id, cursor, int(sheets), after)
