"""Decisions, as people see them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from samspill.decisions import Change
from samspill.usecases.views.base import Answer, Explained, View

UNKNOWN = "unknown"
"""How a decision ended of which nobody knows: whoever made it died over it."""


class ChangeView(View):
    """One value before and after."""

    before: Any
    after: Any

    @classmethod
    def of(cls, change: Change) -> ChangeView:
        """Return the view."""
        return cls(before=change.before, after=change.after)


class DecisionView(Explained):
    """One decision; `reason` says why it was refused."""

    at: datetime
    by: str
    """Who, as the sign-in proves it."""
    note: str
    """What they said themselves, with `--by`."""
    deed: str
    """What was done, such as `setup.pause`."""
    flow: str
    connection: str
    asked: dict[str, Any]
    """What was asked for, without secrets."""
    ended: str
    """`done`, `refused`, or `unknown` where the command died before it could say."""
    ended_at: datetime | None
    changes: dict[str, ChangeView]
    """Field of the flow's or connection's document → what it held before and after."""


class Audit(Answer):
    """Decisions, newest first."""

    command: ClassVar[str] = "audit"
    decisions: tuple[DecisionView, ...]
