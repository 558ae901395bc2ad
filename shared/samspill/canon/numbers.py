"""Numbers as text: whether a system that keeps integers can hold one exactly as it was typed, and decimals."""

from __future__ import annotations

from decimal import Decimal

from samspill.canon.value_errors import Misfit
from samspill.signs import visible

LARGEST_INT32 = 2**31 - 1
_DIGITS = len(str(LARGEST_INT32))


def as_integer(typed: str) -> str:
    """Return a number as it is typed without white space around it and without what does not show."""
    return visible(typed).strip()


def misfit(typed: str) -> Misfit | None:
    """Return why a positive integer of 32 bits cannot hold a number so that it is read back as it was typed."""
    number = as_integer(typed)
    if not (number.isascii() and number.isdecimal()):
        return "not a whole number"
    if number.startswith("0"):
        return "not above 0" if number.strip("0") == "" else "zeros in front"
    return "too large" if len(number) > _DIGITS or int(number) > LARGEST_INT32 else None


def decimal_text(value: Decimal) -> str:
    """Return a decimal without trailing zeros and without an exponent: "7.5", "10"."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
