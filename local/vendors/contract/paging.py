"""Lists: filters, and pages by key."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

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
    wrong = [Wrong(name, "unknown_field", "no such parameter") for name in query if name not in {*PARAMETERS, *filters}]
    limit = _limit(query.get("limit"), wrong)
    after = _after(query.get("after"), wrong)
    since = _moment(query.get("updatedSince"), wrong)
    if wrong:
        raise invalid(*wrong)
    found = [each for each in records if each.number > after] if after else list(records)
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
    shown = found[:limit]
    following = b'"%s"' % shown[-1].record["id"].encode() if len(found) > limit else b"null"
    return b'{"items":[%s],"next":%s}' % (b",".join(each.body for each in shown), following)


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
