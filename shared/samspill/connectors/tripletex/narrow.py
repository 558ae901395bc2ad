"""Tripletex gives at most 10 000 rows per query, however it is paged; here are queries that ask for less.

Projects can be cut by closed or not, then by start date, which every project has. The other kinds have no filter that
cuts the whole list in parts (customers: none by number range, name range or creation date), so they stay too large.
"""

from __future__ import annotations

from datetime import date

from samspill.connectors.tripletex.kinds import Kind, Query

_EARLIEST, _LATEST = date(1990, 1, 1), date(2060, 1, 1)
"""Where halving begins. The outermost parts are open, so that nothing falls outside."""


def narrower(kind: Kind, query: Query) -> tuple[Query, Query] | None:
    """Return two queries that together find what `query` finds, or None when there are none."""
    if kind.name != "projects":
        return None
    if "isClosed" not in query:
        return {**query, "isClosed": "false"}, {**query, "isClosed": "true"}
    first = date.fromisoformat(query.get("startDateFrom", _EARLIEST.isoformat()))
    last = date.fromisoformat(query.get("startDateTo", _LATEST.isoformat()))
    middle = first + (last - first) // 2
    if middle in {first, last}:
        return None
    return {**query, "startDateTo": middle.isoformat()}, {**query, "startDateFrom": middle.isoformat()}
