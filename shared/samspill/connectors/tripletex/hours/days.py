"""Days: hours are asked for by a range of them, whose end is excluded (specification, `GET /timesheet/entry`)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from samspill.canon.days_back import days_back
from samspill.connectors.mapping import day

AHEAD = 31
"""How many days ahead: holidays are registered before they are taken."""
EVER: Mapping[str, str] = {"dateFrom": "1990-01-01", "dateTo": "2100-01-01"}
"""For what is looked up by id. That so long a range may be asked for is an assumption: no limit is documented."""


def one_day(value: str) -> dict[str, str]:
    """Return what asks for one day (ISO date); MappingError when it is none."""
    return span("date", value, value)


def span(field: str, first: str, last: str) -> dict[str, str]:
    """Return what asks for the days from `first` to `last`, both included; MappingError when one is no ISO date."""
    begins, ends = (date.fromisoformat(day(field, each) or "") for each in (first, last))
    return {"dateFrom": begins.isoformat(), "dateTo": (ends + timedelta(days=1)).isoformat()}


def window(settings: Mapping[str, str], today: date) -> dict[str, str]:
    """Return what asks for the days around `today` that are listed; ConfigurationError for a bad `hours_days`."""
    first, last = today - timedelta(days=days_back(settings)), today + timedelta(days=AHEAD)
    return span("date", first.isoformat(), last.isoformat())
