"""What waits for a person, as people see it."""

from __future__ import annotations

from typing import Any, ClassVar

from samspill.engine.model import Link
from samspill.state import StreamKey
from samspill.usecases.views.base import Answer, Explained, View
from samspill.usecases.views.held import HeldView
from samspill.usecases.views.plans import CandidateView


class Asked(Explained):
    """A record that a person is asked about."""

    stream: str
    link: str
    label: str
    ids: dict[str, str]
    """Side → external id."""
    candidates: tuple[CandidateView, ...]
    conflicts: dict[str, dict[str, Any]]
    """Field → side → value."""
    systems: dict[str, str]
    """Side → what the system is called."""

    @classmethod
    def of(cls, key: StreamKey, link: Link, systems: dict[str, str]) -> Asked:
        """Return the view."""
        return cls(
            reason=link.outcome.reason if link.outcome else None,
            stream=key.stream,
            link=link.id,
            label=link.label,
            ids={side.value: external_id for side, external_id in link.ids.items()},
            candidates=tuple(map(CandidateView.of, link.candidates)),
            conflicts={name: dict(values) for name, values in link.conflicts.items()},
            systems=systems,
        )


class Review(Answer):
    """Everything that waits for a decision."""

    command: ClassVar[str] = "review"
    items: tuple[Asked, ...]
    held: tuple[HeldView, ...]


class Decided(View):
    """A decision on one record."""

    link: str
    action: str


class Decisions(Answer):
    """What was decided."""

    command: ClassVar[str] = "review-decided"
    decided: tuple[Decided, ...]
    plan: str | None = None
    """Hash of the plan that was made anew, before the first sync is approved."""
