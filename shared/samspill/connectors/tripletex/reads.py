"""Reading: lists page by page, records by id, records by what is known of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import batched, islice

from samspill.canon.keys import key as natural_key
from samspill.canon.keys import same_key
from samspill.canon.values import Fields, Value
from samspill.connectors.decode import Decoded
from samspill.connectors.faults import unreadable
from samspill.connectors.http.reply import Reply
from samspill.connectors.tripletex.client import Client, kind_of
from samspill.connectors.tripletex.errors import TABLE
from samspill.connectors.tripletex.hours.days import window
from samspill.connectors.tripletex.kinds import Kind, Query
from samspill.connectors.tripletex.narrow import may_miss, narrower
from samspill.connectors.tripletex.paging import (
    ANY_DIGEST,
    Seen,
    Token,
    decode_cursor,
    digest_of,
    encode_cursor,
)
from samspill.engine.model import Observation
from samspill.errors import NotFoundError, RejectedError, UsageError
from samspill.ports import Page

NOT_MODIFIED = 304
MOST_IDS = 100
MOST_LIKE = 200
"""So many records that have a word in their name are looked at: a word that more have tells nothing."""
_WORD = re.compile(r"\w+")
_TOO_LARGE = "23000"


class Reader:
    """Reads one connection."""

    def __init__(self, client: Client, settings: Mapping[str, str]) -> None:
        """Read through `client`; of hours the days that `settings` say."""
        self._client = client
        self._settings = settings

    def page(self, name: str, token: str | None = None, since: str | None = None) -> Page:
        """Return one slice of a list; with `since`, unchanged slices come back empty.

        Of hours the list is that of the days around today, and whole when it holds these.

        Raises:
            RejectedError: `result_too_large`, the vendor gives at most 10 000 rows and the query cannot be narrowed.
        """
        kind = kind_of(name)
        at = Token.decode(token) if token else Token(self._queries(kind))
        known = {(each.query, each.start): each for each in decode_cursor(since)} if kind.digest else {}
        seen_at = self._client.seen_at()
        reply, at, before = self._slice(kind, at, known)
        if reply.status == NOT_MODIFIED and before is not None:
            return self._turn(kind, at, before, [], more=before.full and (at.done, before.following) in known)
        decoded = kind.decoder.page(reply.body)
        ids = [int(row["id"]) for row in decoded.rows] + [int(bad.id) for bad in decoded.bad if bad.id.isdecimal()]
        told = len(decoded.rows) + len(decoded.bad)
        # Not exact, and so never told on as a total; but it does tell whether more follows.
        size: int | None = decoded.envelope.get("fullResultSize")
        slice_ = Seen(at.done, at.start, digest_of(decoded.envelope), str(max(ids, default=0)), told)
        moved = bool(at.overlap) and (not ids or min(ids) != int(at.overlap))
        complete = not moved and not may_miss(kind, at.queries[0])
        fresh = _after(decoded, at.overlap)
        at = at if complete else replace(at, uncertain=True)
        seen = self._client.observe(kind, fresh, seen_at)
        more = slice_.full and (size is None or size > at.start + told)
        return self._turn(kind, at, slice_, seen, more=more, complete=complete)

    def _queries(self, kind: Kind) -> tuple[Query, ...]:
        return (window(self._settings, self._client.today()),) if kind.windowed else kind.lists

    def _slice(self, kind: Kind, at: Token, known: Mapping[tuple[int, int], Seen]) -> tuple[Reply, Token, Seen | None]:
        """Ask for the slice at `at`, narrowing its query while it matches more rows than the vendor gives."""
        while True:
            before = known.get((at.done, at.start))
            # Whether a digest tells of rows added behind a full last slice is not documented; that one is always read.
            if before and before.full and (at.done, before.following) not in known:
                before = None
            query = {
                **at.queries[0],
                "from": str(at.start),
                "count": str(at.count),
                "sorting": "id",
                "fields": kind.fields,
            }
            headers = {"if-none-match": before.digest if before else ANY_DIGEST} if kind.digest else {}
            try:
                accept = {NOT_MODIFIED} if before else ()
                return self._client.call("GET", kind.path, query=query, headers=headers, accept=accept), at, before
            except RejectedError as error:
                parts = narrower(kind, at.queries[0]) if error.vendor_code == _TOO_LARGE else None
                if parts is None:
                    raise
                at = replace(at, queries=(*parts, *at.queries[1:]), uncertain=True)

    @staticmethod
    def _turn(
        kind: Kind, at: Token, slice_: Seen, rows: list[Observation], *, more: bool, complete: bool = True
    ) -> Page:
        """Return the page, with the token of what follows it."""
        seen = (*at.seen, slice_)
        if more:
            follows = replace(at, start=slice_.following, overlap=slice_.last, seen=seen)
        elif len(at.queries) > 1:
            follows = replace(at, queries=at.queries[1:], start=0, overlap="", done=at.done + 1, seen=seen)
        else:
            cursor = (
                encode_cursor(seen) if kind.digest and not at.uncertain and all(each.digest for each in seen) else None
            )
            return Page.of(rows, following=None, cursor=cursor, complete=complete)
        return Page.of(rows, following=follows.encode(), complete=complete)

    def read(self, name: str, external_ids: Sequence[str]) -> list[Observation]:
        """Return these records, in order; those the vendor answers 404 for are `deleted`."""
        kind = kind_of(name)
        wanted = [*dict.fromkeys(external_ids)]
        found: dict[str, Observation] = {}
        if len(wanted) > 1:
            for query in kind.lists:
                for ids in batched((each for each in wanted if each not in found), MOST_IDS, strict=False):
                    found |= {each.external_id: each for each in self._by_id(kind, query, ids)}
        return [found.get(each) or self._one(kind, each) for each in wanted]

    def _by_id(self, kind: Kind, query: Query, ids: Sequence[str]) -> list[Observation]:
        seen_at = self._client.seen_at()
        asked = {**query, "id": ",".join(ids), "count": str(len(ids)), "fields": kind.whole}
        return self._client.observe(
            kind, kind.decoder.page(self._client.call("GET", kind.path, query=asked).body), seen_at
        )

    def _one(self, kind: Kind, external_id: str) -> Observation:
        seen_at = self._client.seen_at()
        try:
            reply = self._client.call("GET", kind.path + "/{id}", ids={"id": external_id}, query={"fields": kind.whole})
        except NotFoundError:
            return Observation(external_id, {}, seen_at=seen_at, deleted=True)
        [seen] = self._client.observe(kind, kind.decoder.one(reply.body, "value"), seen_at)
        return seen if seen.external_id else replace(seen, external_id=external_id)

    def find(self, name: str, keys: Mapping[str, str]) -> list[Observation]:
        """Return the records that have all of these values.

        Filters of the vendor only narrow: most of them mean "contains", and one may be ignored. An organisation number
        is found only as it was typed there. An empty value finds records that have none, beside others.
        """
        kind = kind_of(name)
        plain = {key: natural_key(key, value) or "" if key in kind.numeric else value for key, value in keys.items()}
        filters = {kind.filters[key]: value for key, value in plain.items() if value and key in kind.filters}
        for key in kind.narrows.keys() & keys.keys():
            filters |= kind.narrows[key](keys[key])
        if not filters:
            raise UsageError(f"Tripletex cannot search {name} by {', '.join(keys)}")
        if not all(value.isdecimal() for key, value in plain.items() if key in kind.numeric):
            return []
        believed = {key: True for key in keys if key in kind.untold}
        checked = {key: value for key, value in keys.items() if key not in believed}
        return [_marked(each, believed) for each in self.among(name, filters) if _has(each, checked)]

    def unread(self, name: str, records: Sequence[Fields]) -> list[Observation]:
        """Return records whose name has the longest word of one of these; Tripletex compares names by "contains"."""
        kind = kind_of(name)
        by = next((each for each in ("name", "last_name") if each in kind.filters), None)
        if by is None:
            return []
        words = dict.fromkeys(word for record in records if (word := _telling_word(record.get(by))))
        rows = (islice(self.among(name, {kind.filters[by]: word}), MOST_LIKE) for word in words)
        return list({row.external_id: row for each in rows for row in each}.values())

    def among(self, name: str, query: Query) -> Iterator[Observation]:
        """Yield what the vendor lists for a query."""
        token: str | None = Token(tuple({**each, **query} for each in kind_of(name).lists)).encode()
        while token:
            page = self.page(name, token)
            if page.unnamed:
                raise unreadable(TABLE.system, "id", "a row that may be the one looked for has no id")
            yield from page.observations
            token = page.next


def _after(decoded: Decoded, overlap: str) -> Decoded:
    """Return the rows behind the last one of the slice before."""
    if not overlap:
        return decoded
    last = int(overlap)
    rows = [row for row in decoded.rows if row["id"] > last]
    return Decoded(
        decoded.envelope, rows, tuple(bad for bad in decoded.bad if not bad.id.isdecimal() or int(bad.id) > last)
    )


def _marked(seen: Observation, believed: Mapping[str, bool]) -> Observation:
    return replace(seen, fields={**seen.fields, **believed}) if believed else seen


def _has(seen: Observation, keys: Mapping[str, str]) -> bool:
    """Tell whether a record has these values, or may have them: what cannot be read is not known to have others."""
    return all(seen.may_have(key) or _same(key, seen.fields.get(key), value) for key, value in keys.items())


def _same(name: str, value: Value, wanted: str) -> bool:
    return same_key(name, value, wanted) if wanted else not value


def _telling_word(name: Value) -> str | None:
    """Return the longest word of a name: what its other spellings most likely have, too."""
    words = [word for word in _WORD.findall(name) if len(word) > 1] if isinstance(name, str) else []
    return max(words, key=len, default=None)
