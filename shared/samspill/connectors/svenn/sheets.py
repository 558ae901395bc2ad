"""Reading hours as day sheets. Changes are claimed before they are read; a whole read claims nothing.

Confirming is an ordinary write of `exported` under the sheet's version.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import count
from typing import NamedTuple

from samspill.canon.days_back import days_back
from samspill.connectors.contract.client import Client
from samspill.connectors.contract.reads import Reader, read_token, write_token
from samspill.connectors.svenn.kinds import KINDS
from samspill.connectors.svenn.profile import CLAIMS
from samspill.engine.model import Observation
from samspill.errors import NotFoundError, UsageError
from samspill.ports import Page

EXPORTER = "Samspill"
FEW = 3
"""So many sheets are read one by one."""
_HOURS = KINDS["hours"]


class _Place(NamedTuple):
    """Where a read stands, as page tokens carry it. Without a claim it is a read of the window."""

    claim: str = ""
    cursor: str = ""
    sheets: int = 0
    after: str = ""

    @property
    def query(self) -> dict[str, str]:
        """What asks for the page that begins here."""
        return {"after": self.after} if self.after else {}

    def page(self, seen: Sequence[Observation], following: str | None) -> Page:
        """Return the page that was read here. The window is never complete: what lies before it is not gone."""
        whole = bool(self.claim)
        if following:
            return Page.of(seen, following=write_token(*self._replace(after=following)), complete=whole)
        return Page.of(seen, following=None, cursor=self.cursor or None, complete=whole)


class Sheets:
    """Reads one connection's day sheets."""

    def __init__(self, client: Client, reader: Reader, settings: Mapping[str, str]) -> None:
        """Look back as many days as the setting `hours_days` says."""
        self._client = client
        self._reader = reader
        self._looks = count()
        self._settings = settings

    def page(self, token: str | None = None, since: str | None = None) -> Page:
        """Return one page of the window, or of what was claimed because it changed since the cursor."""
        place = _read(token) if token else _Place() if since is None else self._claim(since)
        if not place.claim:
            return self._listed(place)
        try:
            return self._claimed(place)
        except NotFoundError:
            if token is None or since is None:
                raise
            # The claim expired on the way: what changed is claimed anew, and read from the start.
            return self.page(None, since)

    def read(self, external_ids: Sequence[str]) -> list[Observation]:
        """Return these sheets, in order; those that are gone are `deleted`. Many are read as a list of their days."""
        wanted = [*dict.fromkeys(external_ids)]
        found = self._among(wanted) if len(wanted) > FEW else {}
        return [found.get(each) or self._reader.read(_HOURS, [each])[0] for each in wanted]

    def _among(self, wanted: Sequence[str]) -> dict[str, Observation]:
        """Read the days these sheets are of, page by page, while that may take fewer calls than one for each."""
        days = sorted(each.partition("|")[2] for each in wanted)
        query, found = {"from": days[0], "to": days[-1]}, dict[str, Observation]()
        after: str | None = ""
        for _ in range(len(wanted) // FEW):
            seen, decoded = self._reader.rows(_HOURS, _HOURS.path, query | ({"after": after} if after else {}))
            found |= {each.external_id: each for each in seen if each.external_id in wanted}
            after = decoded.envelope.get("next")
            if after is None or len(found) == len(wanted):
                break
        return found

    def find(self, keys: Mapping[str, str]) -> list[Observation]:
        """Return the sheet of an employee and a date; UsageError when either is not told."""
        if keys.keys() != {"employee", "date"}:
            raise UsageError("day sheets are found by employee and date")
        found = self._reader.read(_HOURS, [f"{keys['employee']}|{keys['date']}"])
        return [each for each in found if not each.deleted]

    def _listed(self, place: _Place) -> Page:
        seen, decoded = self._reader.rows(_HOURS, _HOURS.path, {"from": self._first_day(), **place.query})
        # The first page's cursor: what changes while the others are read is told again.
        place = place._replace(cursor=place.cursor or decoded.envelope.get("cursor", ""))
        return place.page(seen, decoded.envelope.get("next"))

    def _first_day(self) -> str:
        return (self._client.now().date() - timedelta(days=days_back(self._settings))).isoformat()

    def _claimed(self, place: _Place) -> Page:
        if not place.sheets:
            return place.page((), None)
        seen, decoded = self._reader.rows(_HOURS, CLAIMS + "/{id}/day-sheets", place.query, {"id": place.claim})
        return place.page(seen, decoded.envelope.get("next"))

    def _claim(self, since: str) -> _Place:
        """Claim what changed, so that it can be read; where the cursor is not known any more, the window is.

        The key makes it harmless to send the same claim twice; each look has its own.
        """
        key = f"{since}@{self._client.now().isoformat()}#{next(self._looks)}"
        body = {"key": key, "exporter": EXPORTER, "since": since}
        try:
            reply = self._client.gateway.call("POST", CLAIMS, body=body, idempotent=True)
        except NotFoundError:
            return _Place()
        told = reply.json()
        try:
            return _Place(str(told["id"]), str(told["cursor"]), int(told["sheets"]))
        except (KeyError, TypeError, ValueError):
            raise reply.unreadable("export", "the answer is no claim") from None


def _read(token: str) -> _Place:
    claim, cursor, sheets, after = read_token(token, len(_Place._fields))
    return _Place(claim, cursor, int(sheets), after)
