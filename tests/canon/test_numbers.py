"""Numbers that a system keeps as an integer: what it can hold exactly as it was typed, and why not."""

from __future__ import annotations

import pytest

from samspill.canon.numbers import LARGEST_INT32, as_integer, misfit


@pytest.mark.parametrize("typed", ["1", "10", "742", "2000000000", str(LARGEST_INT32), " 742 ", "\u200b742"])
def test_a_positive_integer_of_32_bits_can_be_held(typed: str) -> None:
    assert misfit(typed) is None


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", "not a whole number"),
        ("A742", "not a whole number"),
        ("7.5", "not a whole number"),
        ("-1", "not a whole number"),
        ("７４２", "not a whole number"),
        ("²", "not a whole number"),
        ("0", "not above 0"),
        ("000", "not above 0"),
        ("0742", "zeros in front"),
        ("010", "zeros in front"),
        (str(LARGEST_INT32 + 1), "too large"),
        ("9999999999", "too large"),
        ("1" * 5000, "too large"),
    ],
)
def test_what_cannot_be_held_says_why(typed: str, why: str) -> None:
    assert misfit(typed) == why


def test_only_space_around_a_number_and_what_does_not_show_is_left_out() -> None:
    assert as_integer(" \u200b7 42 ") == "7 42"
