"""What the mass-change guard holds back, and its limits, as people see them."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from samspill.guard.batch import HeldList, words
from samspill.state import ApprovedList, Limits
from samspill.usecases.views.base import Answer, Explained, View


class HeldView(Explained):
    """One list; `reason` says what to do about it."""

    hash: str
    stream: str
    side: str
    """The side that would be written."""
    kind: str
    what: str
    """As people call it: `customers.phone`, `customers (create)`."""
    count: int
    total: int
    examples: tuple[str, ...]
    at: datetime

    @classmethod
    def of(cls, held: HeldList, flow: str) -> HeldView:
        """Return the view."""
        return cls(
            reason=held.reason(flow),
            hash=held.hash,
            stream=held.stop.stream,
            side=held.stop.side,
            kind=held.stop.kind,
            what=words(held.name),
            count=held.count,
            total=held.total,
            examples=held.examples,
            at=held.stop.at,
        )


class ListApproved(Answer):
    """A list that was let through."""

    command: ClassVar[str] = "approve-list"
    hash: str
    stream: str
    count: int
    by: str
    at: datetime
    expires_at: datetime

    @classmethod
    def of(cls, given: ApprovedList) -> ListApproved:
        """Return the view."""
        return cls(**{name: getattr(given, name) for name in cls.model_fields})


class ListRejected(Answer):
    """A list that was refused."""

    command: ClassVar[str] = "reject"
    hash: str
    count: int


class LimitsRaised(View):
    """Limits above the standard, for a while."""

    at_least: int
    share: float
    shrink: float
    by: str
    expires_at: datetime | None

    @classmethod
    def of(cls, limits: Limits) -> LimitsRaised:
        """Return the view."""
        return cls(**{name: getattr(limits, name) for name in cls.model_fields})


class LimitsView(Answer):
    """The guard's limits in force."""

    command: ClassVar[str] = "limits"
    at_least: int
    share: float
    shrink: float
    raised: LimitsRaised | None
