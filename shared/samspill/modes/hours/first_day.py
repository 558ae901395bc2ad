"""The first day whose hours are sent."""

from __future__ import annotations

from samspill.flows.hours import HOURS_FROM
from samspill.work.context import Opened


def first_day(opened: Opened) -> str:
    """Return the first day whose hours are sent: what was worked before may be in accounting by another way."""
    set_up = opened.state.created_at.astimezone(opened.state.zone).date().isoformat()
    return opened.state.settings.get(HOURS_FROM) or set_up
