"""How many days back a list goes that is told by day: the setting that connections share."""

from __future__ import annotations

from collections.abc import Mapping

from samspill.errors import ConfigurationError
from samspill.reasons import Reason

DAYS_BACK = 62
"""How many days back hours are listed and compared, unless a connection's setting says otherwise: two months."""
MOST_DAYS_BACK = 3650
_DAYS_SETTING = "hours_days"


def days_back(settings: Mapping[str, str]) -> int:
    """Return how many days back a connection with these settings lists hours; ConfigurationError for a bad value."""
    value = settings.get(_DAYS_SETTING, str(DAYS_BACK))
    if (
        value.isascii()
        and value.isdecimal()
        and len(value) <= len(str(MOST_DAYS_BACK))
        and int(value) <= MOST_DAYS_BACK
    ):
        return int(value)
    params = {"setting": _DAYS_SETTING, "value": value, "most": str(MOST_DAYS_BACK)}
    raise ConfigurationError(
        f"{_DAYS_SETTING} is no number of days: {value}", reason=Reason("no_number_of_days", params)
    )
