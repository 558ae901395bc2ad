"""A plan that waits for a yes, and people's decisions about its records: each makes the plan anew, under a new hash."""

from __future__ import annotations

from dataclasses import replace

from samspill.engine.model import Link, Outcome, Result, Side
from samspill.plan.begin import beginning
from samspill.plan.lines import DraftPlan, PlanLine, read_plan
from samspill.ports import World
from samspill.reasons import Reason
from samspill.state import FlowKey, FlowState, FlowStatus, RunStatus, StreamKey

DECIDABLE = frozenset({"create", "wait"})
"""What a plan would do with a record that stands alone, beside asking about it: a person may say otherwise."""


def waiting_plan(world: World, state: FlowState) -> DraftPlan | None:
    """Return the plan of a first sync that nobody has approved; the last one made, where it is being made anew."""
    run = world.runs.get(state.key, state.plan_run or "") if waits(state) else None
    return read_plan(world, run) if run is not None else None


def waits(state: FlowState) -> bool:
    """Tell whether the first sync is not approved yet, be the flow paused meanwhile or not."""
    return FlowStatus.APPROVED in {state.status, state.resume_to}


def decidable(plan: DraftPlan, stream: str) -> dict[str, Link]:
    """Return the records of the plan that stand alone and are not in review: as links, which are not stored yet."""
    return {line.link: _as_link(line) for line in _lines(plan, stream)}


def undecided(world: World, key: FlowKey) -> list[tuple[StreamKey, Link]]:
    """Return them for every stream, without those decided about; each with what the plan says of it."""
    plan = waiting_plan(world, world.registry.flow(key))
    found: list[tuple[StreamKey, Link]] = []
    if plan is None:
        return found
    for stream in plan.counts():
        lines = _lines(plan, stream)
        stored = world.links.get(StreamKey(*key, stream), [line.link for line in lines])
        for line in lines:
            link = stored.get(line.link) or _as_link(line)
            if link.decision is None:
                found.append((StreamKey(*key, stream), replace(link, outcome=Outcome(Result.REVIEW, line.reason))))
    return found


def _lines(plan: DraftPlan, stream: str) -> list[PlanLine]:
    lines = (line for line in plan.lines if line.stream == stream and line.action in DECIDABLE)
    return [line for line in lines if line.left is None or line.right is None]


def _as_link(line: PlanLine) -> Link:
    ids = {side: i for side, i in ((Side.LEFT, line.left), (Side.RIGHT, line.right)) if i is not None}
    return Link(id=line.link, ids=ids, label=line.label, outcome=Outcome(Result.REVIEW, Reason("unmatched")))


def plan_anew(world: World, state: FlowState) -> None:
    """Make the plan void, and have it made from the same snapshots with what people decided by now."""
    run = world.runs.get(state.key, state.plan_run or "")
    if run is None:
        return
    world.registry.save_flow(state.model_copy(update={"plan": None}))
    if run.status is RunStatus.PLANNED:
        world.runs.move(run, status=RunStatus.PLANNING, stage=run.stage)
    world.queues.send([beginning(world, run, "manual")])
