"""How often a flow is polled: rarer where webhooks tell of changes, for as long as the polls prove that they do.

And rarer where nothing has happened for days, until something does.

A poll reads everything that changed since the one before, so it shows what no guess from silence could: whether there
was anything to tell. A poll that finds a change that no webhook told is proof that they are silent, and from then on
the flow is polled at its own interval, until polls in a row agree with the webhooks again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from samspill.engine.model import Side
from samspill.flows.flow import Flow
from samspill.ports import World
from samspill.state import FlowState, Run, RunStatus
from samspill.work.context import Opened

SLOWEST = timedelta(hours=1)
"""Longest time between two polls of a flow whose own interval is shorter."""
STEPS = ((4, 4), (2, 2))
"""After so many polls in a row without an untold change, the interval is so many times the flow's own."""
QUIET_AFTER = timedelta(days=3)
"""A flow that found nothing for so long is polled no more often than `SLOWEST`. A weekend is shorter."""
LOOKED_AT = max(polls for polls, _ in STEPS)


def interval(every: timedelta, untold: Sequence[bool]) -> timedelta:
    """Return the time between two polls.

    Args:
        every: The flow's own interval.
        untold: Of the latest polls, newest first: whether each found what no webhook had told, or did not end well.
    """
    agreed = next((number for number, found in enumerate(untold) if found), len(untold))
    times = next((times for polls, times in STEPS if agreed >= polls), 1)
    return max(every, min(every * times, SLOWEST))


def polled_every(world: World, state: FlowState, flow: Flow) -> timedelta:
    """Return the time between two polls of a flow, by its webhooks and what its latest polls found."""
    every = timedelta(minutes=state.every_min)
    if every >= SLOWEST:
        return every
    if state.quiet_since is not None and world.clock.now() - state.quiet_since >= QUIET_AFTER:
        return SLOWEST
    if not all(_is_told(world, state, flow, side) for side in state.sides):
        return every
    return interval(every, [_found_untold(run, flow) for run in world.runs.latest(state.key, LOOKED_AT)])


def is_too_early(world: World, opened: Opened) -> bool:
    """Tell whether a strike of the schedule comes too early for the next poll.

    A strike is never exact to the second: one that comes half an interval early still counts as on time.
    """
    last: datetime | None = next((run.started_at for run in world.runs.latest(opened.state.key, 1)), None)
    if last is None:
        return False
    wait = polled_every(world, opened.state, opened.flow) - timedelta(minutes=opened.state.every_min) / 2
    return world.clock.now() - last < wait


def _is_told(world: World, state: FlowState, flow: Flow, side: Side) -> bool:
    """Tell whether webhooks are asked for of everything that the flow reads on this side."""
    kinds = {stream.kind_on(side) for stream in flow.streams if side in stream.watch}
    return not kinds or kinds <= set(world.registry.connection(state.tenant, state.connection(side)).told_kinds)


def _found_untold(run: Run, flow: Flow) -> bool:
    ended_well = run.status is RunStatus.DONE and run.purpose == "sync"
    return not ended_well or found_changes(run, flow)


def found_changes(run: Run, flow: Flow) -> bool:
    """Tell whether what a run read held anything that was not known."""
    return any(run.count(stream.name, "expected") for stream in flow.streams)
