"""Tripletex gives at most 10 000 rows per query, however it is paged; here are queries that ask for less.

Projects can be cut by closed or not, then by start date, which every project has; hours by date. The other kinds have
no filter that cuts the whole list in parts (customers: none by number range, name range or creation date), so they stay
too large.
"""

from __future__ import annotations

from datetime import date

from samspill.connectors.tripletex.kinds import Kind, Query

_EARLIEST, _LATEST = date(1990, 1, 1), date(2060, 1, 1)
"""Where halving begins. The outermost parts are open, so that nothing falls outside."""


def narrower(kind: Kind, query: Query) -> tuple[Query, Query] | None:
    """Return two queries that together find what `query` finds, or None when there are none."""
    if kind.name == "hours":
        return _halves(query, "dateFrom", "dateTo")
    if kind.name != "projects":
        return None
    if "isClosed" not in query:
        return {**query, "isClosed": "false"}, {**query, "isClosed": "true"}
    return _halves(query, "startDateFrom", "startDateTo")


def _halves(query: Query, begins: str, ends: str) -> tuple[Query, Query] | None:
    first = date.fromisoformat(query.get(begins, _EARLIEST.isoformat()))
    last = date.fromisoformat(query.get(ends, _LATEST.isoformat()))
    middle = first + (last - first) // 2
    if middle in {first, last}:
        return None
    return {**query, ends: middle.isoformat()}, {**query, begins: middle.isoformat()}
