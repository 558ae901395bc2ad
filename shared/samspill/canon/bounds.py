"""How deep and how large a value of a record may be: what a vendor may nest is checked where it comes in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from samspill.canon.json_form import DECIMAL
from samspill.canon.value_errors import Misfit
from samspill.canon.values import Value
from samspill.errors import MappingError
from samspill.reasons import Reason

LEVELS = 8
"""Most mappings and lists within each other."""
PARTS = 1_000
"""Most values in a value, itself and the mappings and lists in it counted."""
CHARACTERS = 100_000
"""Most in a value's texts and names together."""
DIGITS = 60
"""Most of a decimal, and most zeros between them and its point."""
_INT64 = range(-(2**63), 2**63)


def bounded(name: str, value: Any) -> Value:
    """Return the value of the field `name` as it is.

    Raises:
        MappingError: it is none that a field may hold; the reason names the place, such as `tags.3.name`.
    """
    parts, characters = 1, 0
    rest: list[tuple[str, int, object]] = [(name, 0, value)]
    while rest:
        place, level, part = rest.pop()
        found = _misfit(part, level)
        inner = [] if found else [(f"{place}.{where}", level + 1, each) for where, each in _inner(part)]
        parts += len(inner)
        characters += _characters(part)
        if found or parts > PARTS or characters > CHARACTERS:
            misfit = found or "too large"
            reason = Reason("cannot_map", {"field": place if found else name, "misfit": misfit})
            raise MappingError(f"{place}: {misfit}", reason=reason, field=name)
        rest += reversed(inner)
    told: Value = value
    return told


def _inner(part: object) -> Iterable[tuple[str | int, object]]:
    if isinstance(part, Mapping):
        return part.items()
    return enumerate(part) if isinstance(part, list) else ()


def _characters(part: object) -> int:
    if isinstance(part, Mapping):
        return sum(len(str(name)) for name in part)
    return len(part) if isinstance(part, str) else 0


def _misfit(part: object, level: int) -> Misfit | None:
    found: Misfit | None = None
    match part:
        case str() | bool() | None:
            pass
        case int():
            found = None if part in _INT64 else "too large"
        case Decimal():
            found = _misfit_of_decimal(part)
        case Mapping() | list() if level == LEVELS:
            found = "nested too deeply"
        case list():
            pass
        case Mapping() if all(isinstance(name, str) for name in part) and DECIMAL not in part:
            pass
        case _:
            found = "of an unknown shape"
    return found


def _misfit_of_decimal(number: Decimal) -> Misfit | None:
    if not number.is_finite():
        return "not a number"
    fits = len(number.as_tuple().digits) <= DIGITS and abs(number.adjusted()) <= DIGITS
    return None if fits else "too large"
