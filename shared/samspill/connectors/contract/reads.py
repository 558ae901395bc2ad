"""Reading: lists by key, so that a list that moves while it is read loses and repeats nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from samspill.connectors.contract.client import Client
from samspill.connectors.contract.kinds import Kind
from samspill.connectors.decode import Decoded
from samspill.connectors.faults import unreadable
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

    def page(self, kind: Kind, token: str | None = None, since: str | None = None) -> Page:
        """Return one page. The cursor is the newest change seen, in UTC; deleted records are told by webhooks only."""
        after, newest = read_token(token, 2) if token else ("", since or "")
        query = {"after": after} if after else {}
        query |= {"updatedSince": (datetime.fromisoformat(since) - OVERLAP).isoformat()} if since else {}
        seen, decoded = self.rows(kind, kind.path, query)
        if changed := max((row.changed_at or 0 for row in seen), default=0):
            newest = max(newest, datetime.fromtimestamp(changed, UTC).isoformat())
        if following := decoded.envelope.get("next"):
            return Page.of(seen, following=write_token(following, newest))
        return Page.of(seen, following=None, cursor=newest or None)

    def rows(
        self, kind: Kind, path: str, query: Mapping[str, str], ids: Mapping[str, str] | None = None
    ) -> tuple[list[Observation], Decoded]:
        """Return one page of a list, as observations and as it was told."""
        seen_at = self._client.seen_at()
        reply = self._client.gateway.call("GET", path, ids=ids, query={"limit": str(PAGE), **query})
        decoded = kind.decoder.page(reply.body)
        return self._client.observed(kind, decoded, seen_at), decoded

    def read(self, kind: Kind, external_ids: Sequence[str]) -> list[Observation]:
        """Return these records, in order, one call each; those answered with 404 are `deleted`."""
        return [self._one(kind, each) for each in external_ids]

    def _one(self, kind: Kind, external_id: str) -> Observation:
        seen_at = self._client.seen_at()
        try:
            reply = self._client.gateway.call(
                "GET", kind.path + "/{id}", ids={"id": external_id.removeprefix(kind.prefix)}
            )
        except NotFoundError:
            return Observation(external_id, {}, seen_at=seen_at, deleted=True)
        [seen] = self._client.observed(kind, kind.decoder.rows([reply.json()]), seen_at)
        return seen if seen.external_id else replace(seen, external_id=external_id)

    def find(self, kind: Kind, marker: str, keys: Mapping[str, str]) -> list[Observation]:
        """Return the records with this marker and these values; without a filter for any, the whole list is read."""
        profile = self._client.profile
        filters = {kind.fields[key]: value for key, value in keys.items() if key in profile.filters[kind.name]}
        query = {**filters} | ({profile.marker: marker} if marker else {})
        found: list[Observation] = []
        following: str | None = ""
        while following is not None:
            more = {"after": following} if following else {}
            seen, decoded = self.rows(kind, kind.path, query | more)
            following = decoded.envelope.get("next")
            found += [row for row in seen if all(_has(row, name, value) for name, value in keys.items())]
        if not all(each.external_id for each in found):
            raise unreadable(profile.system, "id", "a row that may be the one looked for has no id")
        return found


def write_token(*parts: str | int) -> str:
    """Return a token that `read_token` takes apart again."""
    return orjson.dumps(parts).decode()


def read_token(token: str, parts: int) -> tuple[str, ...]:
    """Return the parts of a page token; ContractError when it is of another make."""
    try:
        told: Any = orjson.loads(token)
    except ValueError:
        told = None
    if not isinstance(told, list) or len(told) != parts:
        raise ContractError("page token of another make")
    return tuple(str(each) for each in told)


def _has(seen: Observation, name: str, value: str) -> bool:
    """Tell whether a record has the value, or may have it: what cannot be read is not known to have another."""
    return seen.may_have(name) or _same(seen.fields.get(name), value)


def _same(value: object, wanted: str) -> bool:
    return value is not None and str(value).casefold() == wanted.casefold()
