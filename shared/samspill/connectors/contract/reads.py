"""Reading: lists by key, so that a list that moves while it is read loses and repeats nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import orjson

from samspill.canon.keys import same_key
from samspill.connectors.contract.client import Client
from samspill.connectors.contract.kinds import Kind
from samspill.connectors.decode import Decoded
from samspill.connectors.faults import unreadable
from samspill.connectors.http.reply import Reply
from samspill.engine.model import Observation
from samspill.errors import ContractError, NotFoundError
from samspill.ports import Page

PAGE = 200
OVERLAP = timedelta(minutes=2)
"""How far a read of changes goes back behind the start of the read before it: clocks differ, changes commit late."""

MOST_UNREAD = 1000
"""So many changed records are looked at before a create; a backlog beyond that is left to the read that is due."""


class Reader:
    """Reads one connection."""

    def __init__(self, client: Client) -> None:
        """Read through `client`."""
        self._client = client

    def page(self, kind: Kind, token: str | None = None, since: str | None = None) -> Page:
        """Return one page; deleted records are told by webhooks only.

        The cursor is the moment the first page was asked for, which travels in the page token: whatever changes behind
        a read that takes long is found by the next one, and what a record says of itself moves nothing.
        """
        asked = self._client.now()
        after, began = _place(token) if token else ("", None)
        query = {"after": after} if after else {}
        query |= _changed_since(since, asked) if since else {}
        seen, decoded, reply = self._listed(kind, kind.path, query)
        began = _earlier(asked, reply).isoformat() if began is None else began
        if following := decoded.envelope.get("next"):
            return Page.of(seen, following=write_token(following, began, _BEGAN))
        return Page.of(seen, following=None, cursor=began or None)

    def rows(
        self, kind: Kind, path: str, query: Mapping[str, str], ids: Mapping[str, str] | None = None
    ) -> tuple[list[Observation], Decoded]:
        """Return one page of a list, as observations and as it was told."""
        seen, decoded, _ = self._listed(kind, path, query, ids)
        return seen, decoded

    def _listed(
        self, kind: Kind, path: str, query: Mapping[str, str], ids: Mapping[str, str] | None = None
    ) -> tuple[list[Observation], Decoded, Reply]:
        seen_at = self._client.seen_at()
        reply = self._client.gateway.call("GET", path, ids=ids, query={"limit": str(PAGE), **query})
        decoded = kind.decoder.page(reply.body)
        return self._client.observed(kind, decoded, seen_at), decoded, reply

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

    def unread(self, kind: Kind, since: str | None) -> list[Observation]:
        """Return what changed since the cursor; not all of it where that is very much."""
        page = self.page(kind, since=since)
        found = [*page.observations]
        while page.next and len(found) < MOST_UNREAD:
            page = self.page(kind, page.next, since)
            found += page.observations
        return found


_BEGAN = "began"
"""Marks page tokens that carry the moment their read began; older ones carry a stamp found in data."""


def _place(token: str) -> tuple[str, str]:
    """Return what to read behind, and when the read began: empty where an older token does not tell.

    A read without that moment moves no cursor, so the next one begins where the last one did.
    """
    try:
        after, began, _ = read_token(token, 3)
    except ContractError:
        after, _ = read_token(token, 2)
        return after, ""
    return after, began


def _changed_since(cursor: str, now: datetime) -> dict[str, str]:
    """Return what asks for the changes since the cursor; for everything where it lies in the future.

    Only an older version stored such a cursor, from a record with a wrong stamp: what changed since is not known.
    """
    since = datetime.fromisoformat(cursor) - OVERLAP
    return {"updatedSince": since.isoformat()} if since <= now else {}


def _earlier(asked: datetime, reply: Reply) -> datetime:
    """Return when the page was asked for, by the slower of the vendor's clock (`Date`) and ours: it misses nothing."""
    try:
        told = parsedate_to_datetime(reply.headers.get("date", ""))
    except ValueError:
        return asked
    return min(asked, told) if told.tzinfo else asked


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
    return seen.may_have(name) or same_key(name, seen.fields.get(name), value)
