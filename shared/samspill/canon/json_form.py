"""Values as JSON: in tables and blobs. In messages it is the same form; see `canon.value_schema`.

JSON has no decimals that survive a reader, so a `Decimal` is a mapping with one name that no other value may have.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

import orjson

DECIMAL = "$decimal"
_DECIMAL_BYTES = DECIMAL.encode()


def tagged(digits: str) -> dict[str, str]:
    """Return the form of a decimal with these digits."""
    return {DECIMAL: digits}


def jsonable(value: object) -> Any:
    """Return what `orjson` does not know as what it knows: its `default`."""
    if isinstance(value, Decimal):
        return tagged(str(value))
    if isinstance(value, Mapping):
        return dict(value)
    if (to_json := getattr(value, "to_json", None)) is None:
        raise TypeError(type(value).__name__)
    return to_json()


def loads(data: str | bytes) -> Any:
    """Return what was stored with `jsonable`, decimals and all."""
    told = orjson.loads(data)
    mark = DECIMAL in data if isinstance(data, str) else _DECIMAL_BYTES in data
    return _restored(told) if mark else told  # pragma: no mutate: without decimals it is the same, restored or not


def decimal_of(group: Mapping[str, Any]) -> Decimal | None:
    """Return the decimal that a mapping stands for; None where it is a group.

    Raises:
        ValueError: it stands for one, and has no digits.
    """
    if group.keys() != {DECIMAL}:
        return None
    try:
        return Decimal(str(group[DECIMAL]))
    except InvalidOperation:
        raise ValueError("not a decimal") from None


def _restored(told: Any) -> Any:
    if isinstance(told, dict):
        number = decimal_of(told)
        return {name: _restored(part) for name, part in told.items()} if number is None else number
    return [_restored(part) for part in told] if isinstance(told, list) else told
