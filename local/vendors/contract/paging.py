"""Lists: filters, and pages by key."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

import orjson
from werkzeug.datastructures import MultiDict

from local.vendors.contract.problems import Wrong, invalid
from local.vendors.contract.store import Stored

PARAMETERS = frozenset({"limit", "after", "updatedSince", "externalReference"})
LARGEST, USUAL = 200, 100


def page(
    records: Iterable[Stored],
    query: MultiDict[str, str],
    now: datetime,
    index_lag_s: float,
    filters: Sequence[str] = (),
) -> bytes:
    """Return one page as JSON; the search by external reference is `index_lag_s` behind.

    Args:
        records: All there are, in the order they were made.
        query: The parameters.
        now: The time.
        index_lag_s: How far the index is behind.
        filters: Attributes that may be asked for by their value.

    Raises:
        Problem: 422, a parameter is refused.
    """
    asked = Asked(query, {*PARAMETERS, *filters})
    since = _moment(query.get("updatedSince"), asked.wrong)
    asked.check()
    found = list(records)
    if since is not None:
        found = [each for each in found if datetime.fromisoformat(each.record["updatedAt"]) >= since]
    if reference := query.get("externalReference"):
        indexed = now - timedelta(seconds=index_lag_s)
        found = [
            each for each in found if each.record["externalReference"] == reference and each.referenced_at <= indexed
        ]
    for name in filters:
        if name in query:
            found = [each for each in found if each.record[name] == query[name]]
    return asked.cut(found)


class Asked:
    """Which part of a list is asked for; `wrong` gathers what is wrong with the parameters."""

    def __init__(self, query: MultiDict[str, str], names: Collection[str]) -> None:
        """Take `limit` and `after`; nothing but `names` may be asked for."""
        self.wrong = [Wrong(name, "unknown_field", "no such parameter") for name in query if name not in names]
        self._limit = _limit(query.get("limit"), self.wrong)
        self._after = _after(query.get("after"), self.wrong)

    def check(self) -> None:
        """Refuse the call if anything is wrong.

        Raises:
            Problem: 422, a parameter is refused.
        """
        if self.wrong:
            raise invalid(*self.wrong)

    def cut(self, found: Iterable[Stored], **more: str) -> bytes:
        """Return the page of `found`, which lie in their order, as JSON; `more` stands beside it."""
        rest = [each for each in found if each.number > self._after]
        shown = rest[: self._limit]
        following = b'"%d"' % shown[-1].number if len(rest) > self._limit else b"null"
        beside = b"".join(b",%s:%s" % (orjson.dumps(name), orjson.dumps(value)) for name, value in more.items())
        return b'{"items":[%s],"next":%s%s}' % (b",".join(each.body for each in shown), following, beside)


def _limit(text: str | None, wrong: list[Wrong]) -> int:
    if text is None:
        return USUAL
    if not text.isdecimal() or not 1 <= int(text) <= LARGEST:
        wrong.append(Wrong("limit", "invalid", f"1 to {LARGEST}"))
        return USUAL
    return int(text)


def _after(text: str | None, wrong: list[Wrong]) -> int:
    if text is None:
        return 0
    if not text.isdecimal():
        wrong.append(Wrong("after", "invalid", "not the `next` of a page"))
        return 0
    return int(text)


def _moment(text: str | None, wrong: list[Wrong]) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        wrong.append(Wrong("updatedSince", "invalid", "must be a moment with its zone"))
        return None
    return moment
