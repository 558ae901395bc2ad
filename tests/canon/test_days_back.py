"""How many days back hours are listed: what the setting may say, and what is told of anything else."""

from __future__ import annotations

import pytest

from samspill.canon.days_back import DAYS_BACK, MOST_DAYS_BACK, days_back
from samspill.errors import ConfigurationError
from samspill.reasons import Reason


@pytest.mark.parametrize("days", [0, 1, 62, MOST_DAYS_BACK])
def test_a_number_of_days_is_taken(days: int) -> None:
    assert days_back({"hours_days": str(days)}) == days


def test_without_the_setting_it_is_two_months() -> None:
    assert days_back({"other": "3"}) == DAYS_BACK == 62


@pytest.mark.parametrize("value", ["3651", "9999", "00062", "-1", "1.5", "", " 7", "७", "²", "x"])
def test_anything_else_is_refused_by_name(value: str) -> None:
    with pytest.raises(ConfigurationError, match=f"^hours_days is no number of days: {value}$") as caught:
        days_back({"hours_days": value})

    params = {"setting": "hours_days", "value": value, "most": "3650"}
    assert caught.value.reason == Reason("no_number_of_days", params)
