"""How a flow is stopped, and how it goes on."""

from __future__ import annotations

from samspill.ports import World
from samspill.state import ConnectionStatus, FlowKey, FlowState, FlowStatus, RunStatus

AT_REST = frozenset({FlowStatus.NEW, FlowStatus.PAUSED, FlowStatus.KEY_INVALID, FlowStatus.REMOVING})


def stop_runs(world: World, key: FlowKey) -> None:
    """End what is under way. What it did not do is found again by the read after the flow goes on."""
    for run in world.runs.latest(key, 3):
        if not run.status.is_over:
            world.runs.move(run, status=RunStatus.STOPPED, stage=run.stage, ended_at=world.clock.now())


def stopped(state: FlowState, status: FlowStatus) -> dict[str, object]:
    """Return what stopping a flow changes. A first sync that was broken off is planned and approved anew."""
    if state.status is FlowStatus.MATCHING:
        nothing = dict.fromkeys(("plan", "plan_run", "approval"))
        return {"status": status, "resume_to": FlowStatus.APPROVED, **nothing}
    return {"status": status, "resume_to": state.status}


def going_on(world: World, state: FlowState) -> dict[str, object] | None:
    """Return what changes once all connections of a flow are tested: new flows are, stopped ones go on; else None."""
    found = [world.registry.connection(state.tenant, each).status for each in state.connections]
    if any(status is not ConnectionStatus.TESTED for status in found):
        return None
    if state.status is FlowStatus.NEW:
        return {"status": FlowStatus.TESTED}
    if state.status is FlowStatus.KEY_INVALID:
        # What the queues held was dropped, and cursors may be past it: the next run reads everything.
        status = state.resume_to or FlowStatus.TESTED
        return {"status": status, "resume_to": None, "reason": None, "last_full_at": None}
    return None
