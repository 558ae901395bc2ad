"""What one message to `map` leads to, collected until all of its records are decided."""

from __future__ import annotations

from dataclasses import dataclass, field

from samspill.engine.case import Plan
from samspill.engine.model import Link, Side
from samspill.engine.rules import StreamRules
from samspill.messages import PlannedWrite, Subject
from samspill.work.follow_ups import FollowUps
from samspill.work.outcomes import Outcomes


@dataclass(frozen=True, slots=True)
class Decided:
    """A plan, the link it was made on, and what was read."""

    plan: Plan
    before: Link | None
    subject: Subject


@dataclass(slots=True)
class MapWork:
    """What one message leads to."""

    rules: StreamRules
    outcomes: Outcomes
    follow_ups: FollowUps
    commits: list[Decided] = field(default_factory=list)
    writes: dict[Side, list[PlannedWrite]] = field(default_factory=lambda: {Side.LEFT: [], Side.RIGHT: []})
    before: dict[str, Link | None] = field(default_factory=dict)
    """Link id → the link that a write was planned on."""
