"""Tripletex gives at most 10 000 rows per query, however it is paged; here are queries that ask for less.

Projects are cut first by what each of them either is or is not: closed, an offer, of a fixed price (booleans that the
filter compares with "equals", OpenAPI 2.75.00). Whatever is still too large is cut by start date. The specification
requires none, and old projects have none: such a project is in no part, and because the vendor tells no total of a list
that it refuses, nobody can tell. So those parts never count as complete. Hours are cut by date, which each of them has.
The other kinds have no filter that cuts the whole list in parts (customers: none by number range, name range or
creation date), so they stay too large.
"""

from __future__ import annotations

from datetime import date

from samspill.connectors.tripletex.kinds import Kind, Query

_EITHER_OR = ("isClosed", "isOffer", "isFixedPrice")
_STARTS = ("startDateFrom", "startDateTo")
_EARLIEST, _LATEST = date(1990, 1, 1), date(2060, 1, 1)
"""Where halving begins. The outermost parts are open, so that nothing falls outside."""


def narrower(kind: Kind, query: Query) -> tuple[Query, Query] | None:
    """Return two queries that together find what `query` finds, or None when there are none."""
    if kind.name == "hours":
        return _halves(query, "dateFrom", "dateTo")
    if kind.name != "projects":
        return None
    for name in _EITHER_OR:
        if name not in query:
            return {**query, name: "false"}, {**query, name: "true"}
    return _halves(query, *_STARTS)


def may_miss(kind: Kind, query: Query) -> bool:
    """Tell whether rows may be in no part at all, this query being one of them."""
    return kind.name == "projects" and any(name in query for name in _STARTS)


def _halves(query: Query, begins: str, ends: str) -> tuple[Query, Query] | None:
    first = date.fromisoformat(query.get(begins, _EARLIEST.isoformat()))
    last = date.fromisoformat(query.get(ends, _LATEST.isoformat()))
    middle = first + (last - first) // 2
    if middle in {first, last}:
        return None
    return {**query, ends: middle.isoformat()}, {**query, begins: middle.isoformat()}
