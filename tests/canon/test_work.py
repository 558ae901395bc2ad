"""Cells of a day, and decimals as text."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samspill.canon.numbers import decimal_text
from samspill.canon.work import cell_key, split_cell

PROJECT = st.one_of(st.none(), st.text(min_size=1, max_size=8).filter(lambda text: "|" not in text))
ACTIVITY = st.one_of(st.none(), st.text(min_size=1, max_size=8))


@given(PROJECT, ACTIVITY)
def test_a_cell_is_split_into_what_it_was_made_of(project: str | None, activity: str | None) -> None:
    assert split_cell(cell_key(project, activity)) == (project, activity)


def test_an_activity_may_hold_a_bar_and_a_project_may_not() -> None:
    assert split_cell("17|tag|4") == ("17", "tag|4")


@pytest.mark.parametrize(
    ("project", "activity", "cell"),
    [
        ("17", "task:3", "17|task:3"),
        (None, "tag:4", "|tag:4"),
        ("17", None, "17|"),
        ("17", "a|b", "17|a|b"),
        (None, None, "|"),
    ],
)
def test_a_cell_is_named_by_project_and_activity(project: str | None, activity: str | None, cell: str) -> None:
    assert cell_key(project, activity) == cell


@pytest.mark.parametrize(
    ("value", "text"),
    [("7.50", "7.5"), ("7.00", "7"), ("10", "10"), ("100.0", "100"), ("1E+1", "10"), ("0.25", "0.25"), ("0", "0")],
)
def test_a_decimal_has_no_trailing_zeros_and_no_exponent(value: str, text: str) -> None:
    assert decimal_text(Decimal(value)) == text


@given(st.decimals(0, 999, places=2))
def test_equal_decimals_are_equal_texts_and_no_value_is_lost(value: Decimal) -> None:
    assert Decimal(decimal_text(value)) == value
    assert decimal_text(value) == decimal_text(value.normalize())
