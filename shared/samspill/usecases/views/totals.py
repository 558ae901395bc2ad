"""Control totals, as people see them."""

from __future__ import annotations

from typing import ClassVar

from samspill.usecases.views.base import Answer, Explained, View


class TotalView(Explained):
    """What both sides hold for one employee, day and project."""

    stream: str
    day: str
    employee: str
    project: str
    left: str
    right: str
    differs: bool
    reasons: tuple[str, ...]
    """Codes of why they differ, where that is known."""


class StreamTotals(View):
    """The totals of one stream."""

    stream: str
    systems: dict[str, str]
    """Side → what the system is called."""
    left: str
    right: str
    count: int
    differ: int


class Totals(Answer):
    """The totals of both sides, read anew."""

    command: ClassVar[str] = "totals"
    totals: tuple[TotalView, ...]
    streams: tuple[StreamTotals, ...]
