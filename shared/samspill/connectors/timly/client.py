"""Calls to Timly, and its rows as observations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from samspill.connectors.auth.api_key import ApiKeyAuth
from samspill.connectors.context import ConnectorContext
from samspill.connectors.decode import Decoded, RowDecoder
from samspill.connectors.faults import unreadable
from samspill.connectors.http.reply import Reply
from samspill.connectors.mapping import Row
from samspill.connectors.observing import observe
from samspill.connectors.timly.attributed import MAC
from samspill.connectors.timly.errors import DIALECT
from samspill.connectors.timly.features import Features
from samspill.connectors.timly.kinds import KINDS, Kind
from samspill.connectors.timly.mapping import OURS
from samspill.connectors.timly.profile import HEADER, MOST, PAGE, SCHEME, SIZE, SYSTEM
from samspill.engine.model import Observation
from samspill.errors import RejectedError
from samspill.reasons import Reason

_MARK = "our mark"
"""The key under which a row holds what a create of ours left on it."""


class Client:
    """What reading, writing and set-up have in common."""

    def __init__(self, context: ConnectorContext) -> None:
        """Call nothing yet."""
        key = ApiKeyAuth(context.credentials(SYSTEM, ("token",)), HEADER, prefix=SCHEME)
        self.gateway = context.gateway(DIALECT, auth=key, secrets=key.secrets)
        self.now = context.now
        self._settings = context.connection.settings
        self.features = Features.of(self._settings)
        self._statuses: dict[str, str] = {}
        self._macs: frozenset[str] | None = None

    def moment(self) -> int:
        """Return the present moment in epoch milliseconds: two reads within a second have an order."""
        return int(self.now().timestamp() * 1000)

    def decoder(self, kind: Kind) -> RowDecoder:
        """Return what reads rows of a kind in this account."""
        return kind.versioned if kind.is_item and self.features.versions else kind.unversioned

    def listed(
        self, kind: Kind, query: Mapping[str, str], number: int, *, item: str = "", size: int = MOST
    ) -> tuple[Decoded, Reply]:
        """Read one page of a list, that of an item where each has its own.

        Raises:
            ContractError: the page after it cannot be the next one; a list is never read in a circle.
        """
        asked = {**query, PAGE: str(number), SIZE: str(size)}
        reply = self.gateway.call("GET", kind.path, ids={"item": item} if item else {}, query=asked)
        decoded = self.decoder(kind).page(reply.body)
        for name in ("total", "next_page"):
            if name not in decoded.envelope:
                raise unreadable(SYSTEM, name, f"the page does not tell {name}", reply.request_id)
        following = decoded.envelope["next_page"]
        if following is not None and (following != number + 1 or not (decoded.rows or decoded.bad)):
            raise unreadable(SYSTEM, "next_page", f"after page {number} comes page {following}", reply.request_id)
        return decoded, reply

    def rows(self, kind: Kind, *, item: str = "") -> Iterator[Row]:
        """Yield the rows of a list that can be read."""
        number: int | None = 1
        while number is not None:
            decoded, _ = self.listed(kind, {}, number, item=item)
            yield from decoded.rows
            number = decoded.envelope["next_page"]

    def observed(self, kind: Kind, decoded: Decoded, seen_at: int, *, item: str = "") -> list[Observation]:
        """Return rows of a kind as observations; rows of other kinds in the same list are left out."""
        rows = [_marked(row) if kind.is_item else row for row in decoded.rows if kind.keeps(row)]
        kept = Decoded(decoded.envelope, rows, decoded.bad)
        seen = observe(kind.mapped, kept, seen_at, kind.label, _changed_at, marker=_MARK)
        if not item:
            return seen
        return [replace(each, external_id=f"{item}|{each.external_id}") if each.external_id else each for each in seen]

    def status(self, wanted: str) -> str:
        """Return the id of the status that stands for a kind of status.

        That is the one of the settings; else the built-in one with the name of the kind, or the only one there is.

        Raises:
            RejectedError: there are several, and nobody said which one it is to be.
        """
        if wanted not in self._statuses:
            setting = f"{wanted}_status"
            self._statuses[wanted] = self._settings.get(setting) or self._only_status(wanted, setting)
        return self._statuses[wanted]

    def _only_status(self, wanted: str, setting: str) -> str:
        rows = [row for row in self.rows(KINDS["statuses"]) if row["kind"] == wanted]
        builtin = [row for row in rows if row["builtin"]]
        named = [row for row in builtin if str(row["name"]).casefold() == wanted]
        found = next((each for each in (named, builtin, rows) if len(each) == 1), None)
        if found is None:
            told = {"system": SYSTEM, "field": "status", "setting": setting, "what": wanted}
            reason = Reason("status_unclear", told)
            raise RejectedError(f"{len(rows)} statuses of kind {wanted}", reason=reason, field="status")
        return str(found[0]["id"])

    def forget_statuses(self) -> None:
        """Ask anew for the statuses: one that was known is gone."""
        self._statuses = {}

    def macs(self) -> frozenset[str]:
        """Return the keys of the attributes that hold MAC addresses, each of one device."""
        if self._macs is None:
            self._macs = frozenset(str(row["key"]) for row in self.rows(KINDS["attributes"]) if row["type"] == MAC)
        return self._macs


def _marked(row: Row) -> Row:
    ours = next((each for each in row.get("external_refs") or () if each["system"] == OURS), None)
    return {**row, _MARK: ours.get("external_id")} if ours else row


def _changed_at(row: Row) -> int | None:
    try:
        return int(datetime.fromisoformat(row["updated_at"]).astimezone(UTC).timestamp())
    except (KeyError, ValueError):
        return None
