"""What the version before details kept in a reason's parameters: the only place where anything is read from them.

To be removed with the first version that no longer reads what that one stored.
"""

from __future__ import annotations

from samspill.engine.model import Detail, DetailKind, Side, record_of
from samspill.reasons import Reason

_KINDS = {
    "ambiguous": DetailKind.SEVERAL,
    "same_key_but_other": DetailKind.SAME,
    "same_number_but_other": DetailKind.SAME,
    "same_name_but_other": DetailKind.SAME,
    "similar": DetailKind.SAME,
    "maybe_same": DetailKind.SAME,
    "maybe_unreadable": DetailKind.UNREADABLE,
    "unreadable_maybe_same": DetailKind.UNREADABLE,
    "hours_on_nothing": DetailKind.OUT_OF_SCOPE,
    "hours_exported_before": DetailKind.KEPT_APART,
    "hours_no_activity": DetailKind.NO_COUNTERPART,
    "hours_moving": DetailKind.MOVING,
    "deleted_and_kept": DetailKind.KEPT,
    "used_again": DetailKind.USED_AGAIN,
}
_WAITING = frozenset({"waiting_for", "waiting_for_deleted", "waits_in_circle"})
_SIDES = {side.value for side in Side}


def detail_of_v0(reason: Reason) -> Detail | None:
    """Return the detail of an outcome that was stored without one.

    Which side was written last was told by its display name alone, and is not known any more: of a loop, one write less
    is counted.
    """
    code, params = reason.code, reason.params
    if (kind := _KINDS.get(code)) is not None:
        return Detail(kind)
    if code == "held_back":
        names, contents = (params.get(name, "").split(" ") for name in ("names", "content"))
        return Detail(stops=dict(zip(names, contents, strict=False)))  # pragma: no mutate: both are as long
    if code in _WAITING:
        stream, _, record = params.get("for", "").partition("/")
        known = record.partition("-")[0] in _SIDES
        return Detail(waits_for=(stream, *record_of(record))) if known else None
    return None


def rule_of_v0(reason: Reason) -> str:
    """Return the rule by which a line of a plan links two records."""
    return reason.params.get("rule", "")
