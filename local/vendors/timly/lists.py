"""Lists: filters, and pages by number."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime

import orjson
from werkzeug.datastructures import MultiDict

from local.vendors.contract.problems import Wrong, invalid
from local.vendors.timly.fields import Record

USUAL, MOST = 100, 500
EQUALS = ("category_id", "organisational_unit_id", "status_id")


def page(
    records: Iterable[Record], query: MultiDict[str, str], told: Callable[[Record], Record] = lambda record: record
) -> bytes:
    """Return a page of what is left after filters, as JSON, each record as it is `told`."""
    number, size = _number(query, "page", 1, 10**6), _number(query, "per_page", USUAL, MOST)
    found = list(records)
    rows = [told(each) for each in found[(number - 1) * size : number * size]]
    following = number + 1 if len(found) > number * size else None
    return orjson.dumps({"data": rows, "page": number, "per_page": size, "total": len(found), "next_page": following})


def check_parameters(query: MultiDict[str, str], known: Collection[str], *, attributes: bool) -> None:
    """Refuse a parameter that the list does not have with a Problem 422."""
    wrong = [
        Wrong(name, "unknown_parameter", "no such parameter")
        for name in query
        if name not in known and not (attributes and _key(name))
    ]
    if wrong:
        raise invalid(*wrong)


def items(records: Iterable[Record], query: MultiDict[str, str], keys: Collection[str]) -> list[Record]:
    """Return the items that are asked for.

    The overview leaves out twins, which are listed under their blueprint, and what lies in a container.

    Args:
        records: All items that the user sees.
        query: The parameters, which are known.
        keys: The keys of the account's attributes.

    Raises:
        Problem: 422, a parameter is refused.
    """
    found: Sequence[Record] = list(records)
    view = query.get("view", "overview")
    if view not in {"overview", "all"}:
        raise invalid(Wrong("view", "invalid", "overview or all"))
    if view == "overview":
        found = [each for each in found if each["item_type"] != "twin" and not each["container_id"]]
    if "updated_since" in query:
        since = _moment(query["updated_since"])
        found = [each for each in found if datetime.fromisoformat(each["updated_at"]) >= since]
    for name in EQUALS:
        if name in query:
            found = [each for each in found if each[name] == query[name]]
    if "place_id" in query:
        wanted = {"type": "place", "id": query["place_id"]}
        found = [each for each in found if each["assigned_to"] == wanted]
    for name in query:
        if key := _key(name):
            if key not in keys:
                raise invalid(Wrong(name, "unknown_attribute", "no such attribute"))
            found = [each for each in found if _holds(each["attributes"].get(key), query[name])]
    return list(found)


def _key(name: str) -> str:
    return name[5:-1] if name.startswith("attr[") and name.endswith("]") else ""


def _holds(held: object, wanted: str) -> bool:
    return any(str(each) == wanted for each in (held if isinstance(held, list) else [held]) if each is not None)


def _number(query: MultiDict[str, str], name: str, usual: int, most: int) -> int:
    text = query.get(name)
    if text is None:
        return usual
    if not text.isdecimal() or not 1 <= int(text) <= most:
        raise invalid(Wrong(name, "invalid", f"1 to {most}"))
    return int(text)


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise invalid(Wrong("updated_since", "invalid", "must be a moment with its zone"))
    return moment
