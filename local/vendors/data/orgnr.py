"""Norwegian organisation numbers: nine digits, the last one a check by modulus 11."""

from __future__ import annotations

from random import Random

_WEIGHTS = (3, 2, 7, 6, 5, 4, 3, 2)


def check_digit(eight: str) -> int | None:
    """Return the ninth digit, or None when these eight cannot begin a number."""
    rest = sum(int(digit) * weight for digit, weight in zip(eight, _WEIGHTS, strict=True)) % 11
    return 0 if rest == 0 else None if rest == 1 else 11 - rest


def draw(dice: Random) -> str:
    """Return a valid number that begins with 8 or 9."""
    while True:
        eight = f"{dice.choice('89')}{dice.randrange(10**7):07}"
        last = check_digit(eight)
        if last is not None:
            return f"{eight}{last}"
