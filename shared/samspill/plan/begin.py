"""The message with which the making of a plan begins."""

from __future__ import annotations

from samspill.messages import MakePlan
from samspill.ports import World
from samspill.state import Run, Trigger


def beginning(world: World, run: Run, trigger: Trigger) -> MakePlan:
    """Return the message with which the making of a run's plan begins."""
    return MakePlan(tenant=run.tenant, flow=run.flow, run=run.id, trigger=trigger, chain=world.ids.new())
