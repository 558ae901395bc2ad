"""Norwegian organisation numbers: nine digits, the last a modulus-11 check digit."""

from __future__ import annotations

import re

_WEIGHTS = (3, 2, 7, 6, 5, 4, 3, 2)
_LENGTH = 9


def organization_number(text: str | None) -> str | None:
    """Return the nine digits without spaces or the `NO…MVA` dress, other text as it is cleaned, or None when empty."""
    if not text or not text.strip():
        return None
    if len(text) == _LENGTH and text.isascii() and text.isdigit():
        return text
    stripped = re.sub(r"[\s.\-]", "", text).upper()
    return re.sub(r"^NO(?=\d{9})|(?<=\d{9})MVA$", "", stripped)


def is_organization_number(text: str | None) -> bool:
    """Tell whether `text` is a Norwegian organisation number with a right check digit."""
    if text is None or len(text) != _LENGTH or not (text.isascii() and text.isdigit()):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(text, _WEIGHTS, strict=False))
    check = -total % 11
    return check < 10 and check == int(text[-1])  # noqa: PLR2004 - a remainder of ten has no check digit
