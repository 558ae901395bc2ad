"""Values of an account's own attributes, as they are on the wire and as we hold them. Pure.

What a value is can be seen of itself: text (dates, choices, addresses and MAC addresses, too), yes or no, number, money
(`amount`, decimal text, and `currency`), or a list of these.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from samspill.canon.bounds import CHARACTERS, bounded
from samspill.canon.text import typed
from samspill.canon.values import Value
from samspill.connectors.mapping import bad_value

EXACT_DIGITS = 15
"""So many digits of a number survive every reader of JSON."""
AMOUNT, CURRENCY = "amount", "currency"


def read(name: str, told: Any) -> Value:
    """Return the value of the field `name`; MappingError where it is none that an attribute holds."""
    if told is None or told is True or told is False:
        return told
    if isinstance(told, str) and len(told) <= CHARACTERS:
        return typed(told)  # nearly every value, and the fast way
    return bounded(name, _read(name, told))


def _read(name: str, told: Any) -> Any:
    match told:
        case None | bool():
            return told
        case str():
            return typed(told)
        case int() | float():
            return _number(name, told)
        case list():
            return [_read(name, each) for each in told]
        case {"amount": str(amount), "currency": str(currency)} if len(told) == len((AMOUNT, CURRENCY)):
            return {AMOUNT: _decimal(name, amount), CURRENCY: currency}
    raise bad_value(name, "of an unknown shape")


def _number(name: str, told: float) -> Decimal:
    """Return a number exactly; one with more digits than a reader of JSON keeps may be another than was meant."""
    number = _decimal(name, repr(told))
    if len(number.normalize().as_tuple().digits) > EXACT_DIGITS:
        raise bad_value(name, "too many decimals")
    return number


def _decimal(name: str, text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise bad_value(name, "not a number") from None
    if not number.is_finite():
        raise bad_value(name, "not a number")
    return number


def write(name: str, value: Any) -> Any:
    """Return what is sent for a value; MappingError where the wire cannot hold it exactly."""
    match value:
        case Decimal():
            return _sent(name, value)
        case Mapping() if AMOUNT in value:
            amount = value[AMOUNT]
            return {**value, AMOUNT: f"{amount:f}" if isinstance(amount, Decimal) else amount}
        case list() | tuple():
            return [write(name, each) for each in value]
    return value


def _sent(name: str, value: Decimal) -> float:
    if len(value.normalize().as_tuple().digits) > EXACT_DIGITS:
        raise bad_value(name, "too many decimals")
    return int(value) if value == value.to_integral_value() else float(value)
