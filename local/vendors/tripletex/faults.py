"""Tripletex's own switches: faults, and limits that the vendor does not document and that can be turned here."""

from __future__ import annotations

from dataclasses import dataclass, field

from local.vendors.faults import NAMES, Faults, flag, number


@dataclass(slots=True)
class TripletexFaults(Faults):
    """Beside the common ones.

    `missing_right` names what is refused: the first part of a path (`customer`), or `customer:write` for writes only.
    `missing_module` does the same; `department` instead leaves the one default department.
    `expire_sessions` and `revoke_key` act when they are set.
    """

    expire_sessions: bool = flag()
    revoke_key: bool = flag()
    missing_right: list[str] = field(default_factory=list, metadata=NAMES)
    missing_module: list[str] = field(default_factory=list, metadata=NAMES)
    strict_query: bool = flag()
    result_limit: float = number(10_000)
    list_limit: float = number(1_000)
    list_atomic: bool = flag(default=True)
    changed_since_ignored: bool = flag()
    require_comments: bool = flag()
    rate_limit_calls: float = number(100)
    rate_limit_window_s: float = number(10)
