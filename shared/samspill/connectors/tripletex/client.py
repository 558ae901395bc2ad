"""Calls to Tripletex: parameters it knows only, answers as rows, rows as observations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from samspill.connectors.decode import Decoded
from samspill.connectors.http.gateway import Gateway
from samspill.connectors.http.reply import Reply
from samspill.connectors.mapping import Mapped, Row
from samspill.connectors.observing import observe
from samspill.connectors.tripletex.kinds import KINDS, Kind
from samspill.connectors.tripletex.queries import PARAMETERS
from samspill.connectors.tripletex.session import OSLO
from samspill.engine.model import Observation
from samspill.errors import ContractError
from samspill.reasons import Reason


class Client:
    """What reading, writing and set-up have in common."""

    def __init__(self, gateway: Gateway, now: Callable[[], datetime]) -> None:
        """Call through `gateway`."""
        self.gateway = gateway
        self.now = now

    def call(self, method: str, path: str, *, query: Mapping[str, str] | None = None, **more: Any) -> Reply:
        """Make one call; ContractError, before anything is sent, for a query parameter that Tripletex does not have."""
        unknown = set(query or ()) - PARAMETERS.get(path, frozenset())
        if unknown:
            raise ContractError(f"{path} has no parameter {', '.join(sorted(unknown))}", reason=Reason("defect"))
        return self.gateway.call(method, path, query=query, **more)

    def values(self, path: str, fields: str, **query: str) -> list[dict[str, Any]]:
        """Return the rows of a short list, undecoded."""
        reply = self.call("GET", path, query={"fields": fields, "count": "1000", **query})
        told = reply.json()
        rows = told.get("values") if isinstance(told, dict) else None
        if not isinstance(rows, list):
            raise reply.unreadable("values", "the answer is no list")
        return [row for row in rows if isinstance(row, dict)]

    def seen_at(self) -> int:
        """Return the present moment in epoch milliseconds: two reads within a second have an order."""
        return int(self.now().timestamp() * 1000)

    def today(self) -> date:
        """Return the day it is in Norway."""
        return self.now().astimezone(OSLO).date()

    def mapped(self, kind: Kind) -> Mapped:
        """Return the kind's table, as of today in Norway."""
        return kind.mapped(self.today().isoformat())

    def names(self, kind: Kind) -> dict[str, str]:
        """Return the vendor's field → ours, for reasons."""
        return self.mapped(kind).names

    def observe(self, kind: Kind, decoded: Decoded, seen_at: int) -> list[Observation]:
        """Return rows as observations."""
        seen = observe(self.mapped(kind), decoded, seen_at, kind.label, _changed_at)
        # An id that is no number names nothing here.
        return [each if each.external_id.isdecimal() else replace(each, external_id="") for each in seen]


def _changed_at(row: Row) -> int | None:
    """Return when the record was last changed: there is no such field, but its history where that was asked for."""
    try:
        told = [datetime.fromisoformat(each["timestamp"]) for each in row.get("changes") or ()]
    except (KeyError, TypeError, ValueError):
        return None
    stamps = [stamp if stamp.tzinfo else stamp.replace(tzinfo=OSLO) for stamp in told]
    return int(max(stamps).timestamp()) if stamps else None


def kind_of(name: str) -> Kind:
    """Return the kind; ContractError when Tripletex has none such."""
    try:
        return KINDS[name]
    except KeyError:
        raise ContractError(f"no kind {name} in Tripletex", reason=Reason("defect")) from None
