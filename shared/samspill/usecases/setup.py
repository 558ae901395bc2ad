"""What an admin does: connect, test, set up a flow, plan, approve, pause, resume. The command line is one door."""

from __future__ import annotations

from datetime import timedelta

from samspill.engine.model import Result, Side
from samspill.errors import ConflictError, CredentialsError, UsageError
from samspill.ports import World
from samspill.reasons import Reason
from samspill.runs import runs
from samspill.state import (
    Approval,
    ConnectionStatus,
    FlowKey,
    FlowState,
    FlowStatus,
    JournalEntry,
    Run,
)
from samspill.usecases.actor import Actor, Role, needs
from samspill.usecases.connections import check_names, connect, test
from samspill.usecases.enabling import asked, check_pair, enable, flow_of
from samspill.work.context import open_flow
from samspill.work.stopping import stop_runs, stopped

__all__ = [
    "approve_plan",
    "approve_setup",
    "asked",
    "check_names",
    "connect",
    "enable",
    "flow_of",
    "pause",
    "resume",
    "run",
    "test",
]
APPROVAL_LASTS = timedelta(hours=24)


@needs(Role.OPERATOR)
def approve_setup(world: World, actor: Actor, key: FlowKey) -> FlowState:
    """An operator's yes to a flow in review: the first sync may be planned. The journal keeps who said it, and when.

    The yes is kept in a place of its own first. AWS lets nobody but operators write there, and who may not, goes no
    further.
    """
    state = world.registry.flow(key)
    if state.status is not FlowStatus.IN_REVIEW:
        raise UsageError.because("not_in_review", flow=key.flow)
    world.blobs.put(f"operators/{key.tenant}/{key.flow}/{state.revision}", actor.name.encode())
    approved = world.registry.save_flow(state.model_copy(update={"status": FlowStatus.APPROVED}))
    said = JournalEntry(
        at=world.clock.now(),
        stream="",
        link="",
        result=Result.APPLIED,
        reason=Reason("operator_approved", {"person": actor.name}),
        trigger="manual",
    )
    world.journal.append(key, f"operator/{approved.revision}", [said])
    return approved


@needs(Role.OPERATOR)
def run(world: World, actor: Actor, key: FlowKey, *, dry_run: bool = False, full: bool | None = None) -> Run:
    """Start a run by hand: a sync of an active flow, else the plan of the first sync."""
    opened = open_flow(world, key)
    status = opened.state.status
    if status is FlowStatus.PAUSED:
        raise UsageError.because("flow_is_paused", flow=key.flow)
    if status not in {FlowStatus.APPROVED, FlowStatus.MATCHING, FlowStatus.ACTIVE}:
        raise UsageError.because("flow_at_rest", flow=key.flow)
    if status is FlowStatus.APPROVED:
        check_pair(world, opened.state)
        return runs.begin(world, opened, "plan", "manual", by=actor.name)
    if status is FlowStatus.MATCHING and not dry_run:  # approved, and it never began
        return runs.begin(world, opened, "apply", "internal", by=actor.name)
    return runs.begin(world, opened, "dry-run" if dry_run else "sync", "manual", full=full, by=actor.name)


@needs(Role.OPERATOR)
def approve_plan(world: World, actor: Actor, key: FlowKey, plan_hash: str) -> Run:
    """Approve exactly the plan that was shown, and carry it out. The flow becomes active at its end.

    Raises:
        ConflictError: the plan has been replaced since; look at the new one.
    """
    state = world.registry.flow(key)
    if state.status is not FlowStatus.APPROVED or state.plan is None:
        raise UsageError.because("no_plan", flow=key.flow)
    if state.plan != plan_hash:
        raise ConflictError("another plan", reason=Reason("plan_changed", {"plan": plan_hash}))
    now = world.clock.now()
    planned = world.runs.get(key, state.plan_run or "")
    if planned is None or (planned.ended_at or now) + APPROVAL_LASTS < now:
        raise ConflictError("the plan is too old", reason=Reason("plan_changed", {"plan": plan_hash}))
    runs.only_one(world, open_flow(world, key))
    approval = Approval(plan=plan_hash, by=actor.name, at=now)
    update = {"approval": approval, "status": FlowStatus.MATCHING}
    matching = world.registry.save_flow(state.model_copy(update=update))
    # The schedule may strike before the flow is active: a run that comes too early does nothing.
    world.schedules.set(matching, enabled=True)
    return runs.begin(world, open_flow(world, key), "apply", "internal", by=actor.name)


@needs(Role.OPERATOR)
def pause(world: World, _actor: Actor, key: FlowKey) -> FlowState:
    """Stop a flow. What its queues hold is dropped; the full read after `resume` finds it again."""
    state = world.registry.flow(key)
    if state.status not in {FlowStatus.ACTIVE, FlowStatus.APPROVED, FlowStatus.MATCHING}:
        raise UsageError.because("not_running", flow=key.flow)
    stop_runs(world, key)
    paused = world.registry.save_flow(state.model_copy(update=stopped(state, FlowStatus.PAUSED)))
    world.schedules.set(paused, enabled=False)
    return paused


@needs(Role.OPERATOR)
def resume(world: World, actor: Actor, key: FlowKey) -> FlowState:
    """Start a paused flow again, with a full read if it was active.

    Raises:
        CredentialsError: a key is refused; the flow stays paused.
    """
    state = world.registry.flow(key)
    if state.status is not FlowStatus.PAUSED:
        raise UsageError.because("not_paused", flow=key.flow)
    for side in Side:
        connection = world.registry.connection(key.tenant, state.connection(side))
        if connection.status is ConnectionStatus.KEY_INVALID:
            raise CredentialsError(f"the key of {connection.id} is refused", reason=connection.reason)
    update = {"status": state.resume_to or FlowStatus.APPROVED, "resume_to": None}
    resumed = world.registry.save_flow(state.model_copy(update=update))
    if resumed.status is FlowStatus.ACTIVE:
        world.schedules.set(resumed, enabled=True)
        opened = open_flow(world, key)
        if runs.under_way(world, opened) is None:
            runs.begin(world, opened, "sync", "manual", full=True, by=actor.name)
    return resumed
