"""A pair that was parted, as people see it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from samspill.engine.model import Link, Result, Side
from samspill.usecases.views.base import Answer, Explained, View


class Pair(View):
    """A pair that somebody named."""

    stream: str
    link: str
    label: str
    ids: dict[str, str]
    """Side → external id."""
    systems: dict[str, str]
    """Side → what the system is called."""

    @property
    def told(self) -> dict[str, str]:
        """The values with which a person is told about the pair."""
        return self.ids | {f"{side}_system": system for side, system in self.systems.items()}


class Half(Explained):
    """One record of the pair."""

    link: str
    """The id by which a person decides about it."""
    side: str
    system: str
    id: str
    """Its id in the system."""
    asked: bool
    """Whether a person has to decide what becomes of it."""
    linked_to: str
    """What it is linked to instead; empty where that is open."""

    @classmethod
    def of(cls, half: Link, systems: Mapping[Side, str], target: str) -> Half:
        """Return the view."""
        ((side, external_id),) = half.ids.items()
        outcome = half.outcome
        return cls(
            link=half.id,
            side=side,
            system=systems.get(side, side),
            id=external_id,
            asked=outcome is not None and outcome.result is Result.REVIEW and not target,
            linked_to=target,
            reason=outcome.reason if outcome is not None else None,
        )


class Unlinked(Answer):
    """What was parted."""

    command: ClassVar[str] = "unlink"
    stream: str
    label: str
    records: tuple[Half, ...]
    referring: int
    """How many records refer to it, and wait until it has a partner."""
