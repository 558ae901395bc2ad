"""Tells when no run of a flow has ended well for a day. Whatever keeps it from that, somebody has to know."""

from __future__ import annotations

from datetime import timedelta

from samspill.engine.model import Result
from samspill.messages import LogOutcomes
from samspill.ports import World
from samspill.reasons import Reason
from samspill.state import FlowState, FlowStatus, JournalEntry, Run, RunStatus

SILENT_AFTER = timedelta(days=1)
LOOKED_EVERY = timedelta(hours=1)
"""And counted, so that the alarm rings as long as it lasts; the journal gets one line a day."""


def tell_silence(world: World, state: FlowState) -> None:
    """Tell it, if no run of a flow that works by itself, or that stopped for its key, has ended well for a day."""
    if state.status not in {FlowStatus.ACTIVE, FlowStatus.KEY_INVALID}:
        return
    now = world.clock.now()
    if state.status is FlowStatus.ACTIVE and any(_ended_well(run) for run in world.runs.latest(state.key, 1)):
        return
    if not world.leases.take(f"silent/{state.tenant}/{state.flow}", f"{now.timestamp()}", now + LOOKED_EVERY):
        return
    tried = [run for run in world.runs.latest(state.key, _a_day_of(state)) if run.purpose in {"sync", "apply"}]
    good = next((place for place, run in enumerate(tried) if _ended_well(run)), len(tried))
    since = tried[good - 1].started_at if good else tried[0].ended_at if tried else None
    if since is None or since > now - SILENT_AFTER:
        return
    reason = Reason("no_good_run", {"flow": state.flow, "since": f"{since:%Y-%m-%d %H:%M} UTC"}, because=state.reason)
    line = JournalEntry(at=now, stream="", link="", result=Result.FAILED, reason=reason)
    message = LogOutcomes(
        tenant=state.tenant,
        flow=state.flow,
        id=f"silent/{now:%Y-%m-%d}",
        entries=(line,),
        counters={"flow.flows_silent": 1},
    )
    world.queues.send([message])


def _a_day_of(state: FlowState) -> int:
    """Return so many runs that they reach back for more than a day."""
    return int(SILENT_AFTER / timedelta(minutes=state.every_min)) + 10


def _ended_well(run: Run) -> bool:
    return run.status in {RunStatus.DONE, RunStatus.DONE_WITH_PROBLEMS}
