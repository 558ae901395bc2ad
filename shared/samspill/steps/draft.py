"""A plan in the making, stream by stream."""

from __future__ import annotations

from dataclasses import dataclass, field

from samspill.engine.model import Side
from samspill.messages import Subject
from samspill.ports import World
from samspill.state import Run
from samspill.steps.context import Opened
from samspill.steps.plan_lines import PlanLine


@dataclass(slots=True)
class Draft:
    """What was planned so far, over all streams."""

    world: World
    opened: Opened
    run: Run
    lines: list[PlanLine] = field(default_factory=list)
    subjects: dict[str, list[Subject]] = field(default_factory=dict)
    known: dict[tuple[str, Side, str], str] = field(default_factory=dict)
    """(stream, side, external id) → link id, of everything that is linked or will be."""
