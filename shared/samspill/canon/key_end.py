"""The day a connection's key ends, where a person told it: vendors do not tell it of keys that people make."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from samspill.errors import ConfigurationError
from samspill.reasons import Reason

KEY_ENDS_ON = "key_ends_on"
"""The setting, which every connection may have: an ISO date."""


def key_end(settings: Mapping[str, str]) -> date | None:
    """Return the last day of the key, None where nobody told it; ConfigurationError for what is no date."""
    value = settings.get(KEY_ENDS_ON, "")
    if not value:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        reason = Reason("no_date", {"setting": KEY_ENDS_ON, "value": value})
        raise ConfigurationError(f"{KEY_ENDS_ON} is no date: {value}", reason=reason) from None
