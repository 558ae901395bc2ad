"""Reading: lists by key, so that a list that moves while it is read loses and repeats nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import orjson

from samspill.connectors.timerabbit.client import Client, kind_of, observed, updated_at
from samspill.connectors.timerabbit.kinds import Kind
from samspill.connectors.timerabbit.profile import PROFILE
from samspill.engine.model import Observation
from samspill.errors import ContractError, NotFoundError
from samspill.ports import Page

PAGE = 200
OVERLAP = timedelta(minutes=2)
"""How far a read of changes goes back behind the newest change seen: clocks differ, and changes commit late."""


class Reader:
    """Reads one connection."""

    def __init__(self, client: Client) -> None:
        """Read through `client`."""
        self._client = client

    def page(self, name: str, token: str | None = None, since: str | None = None) -> Page:
        """Return one page. The cursor is the newest change seen, in UTC; deleted records are told by webhooks only."""
        kind = kind_of(name)
        after, newest = _decode(token) if token else ("", since or "")
        query = {"limit": str(PAGE)}
        query |= {"after": after} if after else {}
        query |= {"updatedSince": (datetime.fromisoformat(since) - OVERLAP).isoformat()} if since else {}
        rows, following, newest = self._rows(kind, query, newest)
        if following:
            return Page(rows, orjson.dumps([following, newest]).decode())
        return Page(rows, None, newest or None)

    def _rows(self, kind: Kind, query: Mapping[str, str], newest: str) -> tuple[list[Observation], str | None, str]:
        seen_at = self._client.seen_at()
        decoded = kind.decoder.page(self._client.gateway.call("GET", kind.path, query=query).body)
        changes = [moment.isoformat() for row in decoded.rows if (moment := updated_at(row))]
        newest = max([newest, *changes])
        return observed(kind, decoded, seen_at), decoded.envelope.get("next"), newest

    def read(self, name: str, external_ids: Sequence[str]) -> list[Observation]:
        """Return these records, in order, one call each; those answered with 404 are `deleted`."""
        kind = kind_of(name)
        return [self._one(kind, each) for each in external_ids]

    def _one(self, kind: Kind, external_id: str) -> Observation:
        seen_at = self._client.seen_at()
        try:
            reply = self._client.gateway.call("GET", kind.path + "/{id}", ids={"id": external_id})
        except NotFoundError:
            return Observation(external_id, {}, seen_at=seen_at, deleted=True)
        return observed(kind, kind.decoder.rows([reply.json()]), seen_at)[0]

    def find(self, name: str, marker: str, keys: Mapping[str, str]) -> list[Observation]:
        """Return the records with this marker and these values; without a filter for any, the whole list is read."""
        kind = kind_of(name)
        filters = {kind.fields[key]: value for key, value in keys.items() if key in PROFILE.filters[name]}
        query = {"limit": str(PAGE), **filters} | ({PROFILE.marker: marker} if marker else {})
        found: list[Observation] = []
        following: str | None = ""
        while following is not None:
            more = {"after": following} if following else {}
            rows, following, _newest = self._rows(kind, query | more, "")
            found += [row for row in rows if all(_same(row.fields.get(name), value) for name, value in keys.items())]
        return found


def _decode(token: str) -> tuple[str, str]:
    try:
        after, newest = orjson.loads(token)
    except (ValueError, TypeError):
        raise ContractError("page token of another make") from None
    return str(after), str(newest)


def _same(value: object, wanted: str) -> bool:
    return value is not None and str(value).casefold() == wanted.casefold()
