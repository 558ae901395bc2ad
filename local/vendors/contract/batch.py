"""Many writes in one call, each on its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from local.vendors.contract.kinds import Kind, Record
from local.vendors.contract.problems import Problem, Wrong, invalid
from local.vendors.contract.store import Store

MOST_ITEMS = 100


type Write = Callable[[dict[str, Any]], tuple[int, Record]]
"""Carries out one item; returns the status and the record as it now stands."""


def write_batch(write: Write, sent: Any, request_id: str) -> dict[str, Any]:
    """Carry out the items in their order and return one result per item.

    Raises:
        Problem: 413 or 422, the batch as a whole is refused.
    """
    items = sent.get("items") if isinstance(sent, dict) else None
    if not isinstance(items, list) or not items:
        raise invalid(Wrong("items", "required", "must be a list that is not empty"))
    if len(items) > MOST_ITEMS:
        raise Problem(413, "too_many_items", detail=f"at most {MOST_ITEMS}")
    wrong = [
        Wrong(f"items.{index}", "invalid", "create or update") for index, item in enumerate(items) if not _is_item(item)
    ]
    if wrong:
        raise invalid(*wrong)
    return {"results": [_result(write, item, request_id) for item in items]}


def _is_item(item: Any) -> bool:
    match item:
        case {"create": dict(), **rest} if not rest:
            return True
        case {"update": {"id": str(), "changes": dict(), **options}, **rest} if not rest:
            return not options or (set(options) == {"version"} and isinstance(options["version"], int))
    return False


def _result(write: Write, item: dict[str, Any], request_id: str) -> dict[str, Any]:
    try:
        status, record = write(item)
    except Problem as problem:
        return {"status": problem.status, "problem": problem.body(request_id)}
    return {"status": status, "record": record}


def write_item(store: Store, kind: Kind, item: dict[str, Any]) -> tuple[int, Record]:
    """Create or change a record of this kind."""
    if "create" in item:
        return 201, store.create(kind, item["create"])
    update = item["update"]
    return 200, store.change(kind, update["id"], update["changes"], update.get("version"))
