"""Norwegian organisation numbers: nine digits, the last a modulus-11 check digit."""

from __future__ import annotations

import re
from operator import mul

from samspill.canon.text import ascii_digits, clean

_WEIGHTS = (3, 2, 7, 6, 5, 4, 3, 2)
_LENGTH = 9
_SEPARATORS = re.compile(r"[\s.\-]")
_ONE_NUMBER = re.compile(r"(?:[A-Z]{2}[\s.\-]*)?[0-9][0-9\s.\-]*(?:MVA)?")
"""One number with a country before it, or `MVA` behind it; any words beside that make it text."""


def organization_number(text: str | None) -> str | None:
    """Return the form an organisation number is compared in: no spaces, no `NO…MVA`; what is no one number is text."""
    if text and text.isascii() and text.isdigit():
        return text
    cleaned = clean(text)
    if cleaned is None or _ONE_NUMBER.fullmatch(shown := ascii_digits(cleaned).upper()) is None:
        return cleaned
    return re.sub(r"^NO(?=\d{9})|(?<=\d{9})MVA$", "", _SEPARATORS.sub("", shown))


def is_organization_number(text: str | None) -> bool:
    """Tell whether `text` is a Norwegian organisation number with a right check digit."""
    if text is None or len(text) != _LENGTH or not (text.isascii() and text.isdigit()):
        return False
    total: int = sum(map(mul, map(int, text), _WEIGHTS))
    return -total % 11 == int(text[-1])  # a remainder of ten has no check digit
