"""What people decided, as it is kept for years: who asked for what, and how it ended."""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

from pydantic import AwareDatetime, Field

from samspill.canon.open_enum import OpenEnum
from samspill.reasons import Reason
from samspill.state import Kept, Root


class Part(OpenEnum):
    """Which part of a decision a line tells."""

    ASKED = "asked"
    """Written before anything is done."""
    DONE = "done"
    REFUSED = "refused"
    """It was not done, or not to its end: the reason says why."""


class Change(Kept):
    """One value before and after; None where there was none, or is none any more."""

    before: Any = None
    after: Any = None


class DecisionLine(Root):
    """One line about one decision. The first one says what is asked for, a second one how it ended.

    Of a decision without a second line nobody knows how far it came: whoever made it died over it.
    """

    tenant: str
    at: AwareDatetime
    asked_at: AwareDatetime
    """When its first line was written; that line's own `at`."""
    decision: str = ""
    """Names the decision: the `digest` of its first line, which has none itself."""
    part: Part
    by: str
    """Who decided, as the sign-in proves it."""
    note: str = ""
    """What they say themselves: on whose behalf, or why."""
    deed: str
    """The use case, such as `setup.pause`."""
    flow: str = ""
    connection: str = ""
    asked: dict[str, Any] = Field(default_factory=dict)
    """What was asked for: the use case's arguments, without secrets."""
    reason: Reason | None = None
    """Why it was refused."""
    changes: dict[str, Change] = Field(default_factory=dict)
    """Field of the flow's or connection's document → what it held before and after."""

    @property
    def digest(self) -> str:
        """Names the line by everything it says."""
        return blake2b(self.model_dump_json().encode(), digest_size=8).hexdigest()

    @property
    def of(self) -> str:
        """The decision that it belongs to."""
        return self.decision or self.digest
