"""Reading: lists by page number, which are whole only if their rows add up to what the first page told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from samspill.canon.keys import same_key, spellings
from samspill.canon.values import Fields
from samspill.connectors.contract.reads import read_token, write_token
from samspill.connectors.faults import unreadable
from samspill.connectors.http.reply import Reply
from samspill.connectors.mapping import cannot_map
from samspill.connectors.timly.client import Client
from samspill.connectors.timly.kinds import KINDS, Kind
from samspill.connectors.timly.profile import EVERY_ITEM, FILTERS, MOST, SINCE, SYSTEM, attribute_filter
from samspill.engine.model import Observation
from samspill.errors import NotFoundError, RejectedError
from samspill.flows.schema import ATTRIBUTES
from samspill.ports import Page

OVERLAP = timedelta(minutes=2)
"""How far a read of changes goes back behind the start of the read before it: clocks differ, changes commit late."""
ITEMS_AT_ONCE = 20
"""So many items have their own lists read with one page: each is a call."""


class Place(NamedTuple):
    """Where a read stands."""

    number: int = 1
    began: str = ""
    total: int = 0
    """What the first page told."""
    seen: int = 0

    @classmethod
    def of(cls, token: str | None) -> Place:
        """Read a page token; the beginning where there is none."""
        if token is None:
            return cls()
        number, began, total, seen = read_token(token, 4)
        return cls(int(number), began, int(total), int(seen))


class Reader:
    """Reads one connection."""

    def __init__(self, client: Client) -> None:
        """Read through `client`."""
        self._client = client

    def page(self, kind: Kind, token: str | None, since: str | None) -> Page:
        """Return one page. A list that moved while it was read is not complete, and has no cursor."""
        asked, seen_at, place = self._client.now(), self._client.moment(), Place.of(token)
        listed = KINDS["items"] if kind.is_nested else kind
        decoded, reply = self._client.listed(
            listed, self._query(listed, since, asked), place.number, size=ITEMS_AT_ONCE if kind.is_nested else MOST
        )
        count, total = len(decoded.rows) + len(decoded.bad), int(decoded.envelope["total"])
        if token is None:
            place = Place(1, _earlier(asked, reply).isoformat(), total)
        place = place._replace(number=place.number + 1, seen=place.seen + count)
        if kind.is_nested:
            seen = [each for row in decoded.rows for each in self._of_item(kind, str(row["id"]))]
        else:
            seen = self._client.observed(kind, decoded, seen_at)
        if decoded.envelope["next_page"] is not None:
            return Page.of(seen, following=write_token(*place))
        whole = place.seen == place.total and not (kind.is_nested and decoded.bad)
        tells = listed.is_item and self._client.features.changed_since
        return Page.of(seen, following=None, cursor=place.began if whole and tells else None, complete=whole)

    def _query(self, kind: Kind, since: str | None, now: datetime) -> dict[str, str]:
        if not kind.is_item:
            return {}
        query = dict(EVERY_ITEM)
        if since and self._client.features.changed_since:
            moment = datetime.fromisoformat(since) - OVERLAP
            # A cursor in the future tells nothing of what changed.
            query |= {SINCE: moment.isoformat()} if moment <= now else {}
        return query

    def read(self, kind: Kind, external_ids: Sequence[str]) -> list[Observation]:
        """Return these records, in order. Only what is answered with 404 is gone: what is hidden is told as such."""
        return [self._one(kind, each) for each in external_ids]

    def _one(self, kind: Kind, external_id: str) -> Observation:
        seen_at = self._client.moment()
        try:
            if kind.is_nested:
                item = external_id.partition("|")[0]
                found = [each for each in self._of_item(kind, item) if each.external_id == external_id]
                return found[0] if found else Observation(external_id, {}, seen_at=seen_at, deleted=True)
            reply = self._client.gateway.call("GET", f"{kind.path}/{{id}}", ids={"id": external_id})
        except NotFoundError:
            return Observation(external_id, {}, seen_at=seen_at, deleted=True)
        except RejectedError as error:
            return Observation(external_id, {}, seen_at=seen_at, problem=error.reason)
        decoded = self._client.decoder(kind).rows([reply.json()])
        found = self._client.observed(kind, decoded, seen_at)
        if not found:  # a device that became a template, or the other way round
            reason = cannot_map("item_type", "not one of the known values")
            return Observation(external_id, {}, seen_at=seen_at, problem=reason)
        return found[0] if found[0].external_id else replace(found[0], external_id=external_id)

    def _of_item(self, kind: Kind, item: str) -> list[Observation]:
        found: list[Observation] = []
        number: int | None = 1
        while number is not None:
            seen_at = self._client.moment()
            decoded, _ = self._client.listed(kind, {}, number, item=item)
            found += self._client.observed(kind, decoded, seen_at, item=item)
            number = decoded.envelope["next_page"]
        return found

    def find(self, kind: Kind, marker: str, keys: Mapping[str, str]) -> list[Observation]:
        """Return the records with this mark and these values, twins and what lies in containers among them.

        The list is narrowed where it can be, and read whole where not; what was found is compared here in any case.
        """
        found = {
            seen.external_id: seen
            for query in self._narrowed(kind, keys)
            for seen in self._all(kind, query)
            if (not marker or seen.marker == marker) and all(_has(seen, name, keys[name]) for name in keys)
        }
        if "" in found:
            raise unreadable(SYSTEM, "id", "a row that may be the one looked for has no id")
        return [*found.values()]

    def _narrowed(self, kind: Kind, keys: Mapping[str, str]) -> list[dict[str, str]]:
        """Return the queries that together find every record with these values."""
        if not kind.is_item:
            return [{}]
        query = {FILTERS[name]: value for name, value in keys.items() if name in FILTERS}
        own = [name for name in keys if name.startswith(ATTRIBUTES)]
        if not own or not self._client.features.attribute_filters:
            return [query]
        parameter = attribute_filter(own[0].removeprefix(ATTRIBUTES))
        return [{**query, parameter: each} for each in spellings(own[0], keys[own[0]]) or (keys[own[0]],)]

    def _all(self, kind: Kind, query: Mapping[str, str]) -> Iterator[Observation]:
        if kind.is_nested:
            for row in self._client.rows(KINDS["items"]):
                yield from self._of_item(kind, str(row["id"]))
            return
        number: int | None = 1
        while number is not None:
            seen_at = self._client.moment()
            decoded, _ = self._client.listed(kind, {**(EVERY_ITEM if kind.is_item else {}), **query}, number)
            yield from self._client.observed(kind, decoded, seen_at)
            number = decoded.envelope["next_page"]

    def unread(self, kind: Kind, _records: Sequence[Fields], since: str | None) -> Iterator[Observation]:
        """Yield what changed since the cursor; all there is where changes cannot be asked for."""
        token: str | None = None
        while True:
            page = self.page(kind, token, since)
            yield from page.observations
            if page.next is None:
                return
            token = page.next


def _earlier(asked: datetime, reply: Reply) -> datetime:
    """Return when the page was asked for, by the slower of the vendor's clock (`Date`) and ours: it misses nothing."""
    try:
        told = parsedate_to_datetime(reply.headers.get("date", ""))
    except ValueError:
        return asked
    return min(asked, told) if told.tzinfo else asked


def _has(seen: Observation, name: str, value: str) -> bool:
    """Tell whether a record has the value, or may have it: what cannot be read is not known to have another."""
    held = seen.fields.get(name)
    values = held if isinstance(held, list) else [held]
    return seen.may_have(name) or any(same_key(name, each, value) for each in values)
