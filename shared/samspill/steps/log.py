"""Log: writes the journal and the run's counters, and moves the run on (Message History)."""

from __future__ import annotations

from samspill.messages import LogOutcomes
from samspill.ports import World
from samspill.steps import runs
from samspill.steps.context import open_flow


def log_outcomes(world: World, message: LogOutcomes) -> None:
    """Remember outcomes. The same message again changes nothing."""
    if message.entries:
        world.journal.append(message.flow_key, message.id, message.entries)
    if not message.run:
        return
    run = world.runs.add(message.flow_key, message.run, message.counters, f"log/{message.id}")
    if run is not None:
        runs.advance(world, open_flow(world, message.flow_key), run)
