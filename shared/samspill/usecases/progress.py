"""How far a run has come, and the plan it made."""

from __future__ import annotations

from samspill.errors import UsageError
from samspill.plan.lines import read_plan
from samspill.ports import World
from samspill.reasons import Reason
from samspill.state import FlowKey, FlowStatus, Run, RunStatus
from samspill.usecases.actor import Actor, Role, needs
from samspill.usecases.views.plans import PlanView
from samspill.usecases.views.runs import Progress, RunView, StreamProgress
from samspill.work.context import open_flow


@needs(Role.VIEWER)
def look(world: World, _actor: Actor, key: FlowKey, run_id: str) -> Progress:
    """Return how far a run has come; UsageError where there is none such."""
    run = world.runs.get(key, run_id)
    if run is None:
        raise UsageError.because("no_such_run", run=run_id, flow=key.flow)
    flow = open_flow(world, key).flow
    names = [stream.name for stream in (flow.streams if run.purpose == "sync" else flow.planned)]
    return Progress(run=RunView.of(run), streams=tuple(_stream(run, name) for name in names[: run.stage + 1]))


def _stream(run: Run, stream: str) -> StreamProgress:
    applies = run.status is RunStatus.APPLYING or run.purpose in {"apply", "sync"}
    done, total = ("done", "expected") if applies else ("read", "read")
    return StreamProgress(stream=stream, applies=applies, done=run.count(stream, done), total=run.count(stream, total))


@needs(Role.VIEWER)
def plan_of(world: World, _actor: Actor, key: FlowKey, run_id: str) -> PlanView | None:
    """Return the plan that a run made; None where it made none."""
    run = world.runs.get(key, run_id)
    plan = read_plan(world, run) if run is not None and run.status is RunStatus.PLANNED else None
    return PlanView.of(plan) if plan is not None else None


@needs(Role.VIEWER)
def plan_to_approve(world: World, _actor: Actor, key: FlowKey) -> PlanView:
    """Return the plan that may be approved now; UsageError where there is none."""
    state = world.registry.flow(key)
    if state.status is FlowStatus.IN_REVIEW:
        raise UsageError("the set-up is in review", reason=Reason("needs_operator"))
    if state.status is not FlowStatus.APPROVED:
        raise UsageError.because("no_plan", flow=key.flow)
    planned = world.runs.get(key, state.plan_run or "")
    plan = read_plan(world, planned) if planned else None
    if plan is None:
        raise UsageError.because("no_plan", flow=key.flow)
    return PlanView.of(plan)
