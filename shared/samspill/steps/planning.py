"""Plans: what a sync would do, made from complete snapshots of both sides, seen and approved by a person.

The first sync matches and plans; a dry run of an active flow plans only. Both take the way every run takes, up to
the point where it would write.
"""

from __future__ import annotations

import hashlib

import orjson

from samspill.errors import ConflictError
from samspill.messages import MakePlan
from samspill.ports import World
from samspill.state import RunStatus
from samspill.steps.context import open_flow
from samspill.steps.draft import Draft
from samspill.steps.plan_cells import plan_cells
from samspill.steps.plan_lines import DraftPlan
from samspill.steps.plan_stream import plan_stream
from samspill.steps.snapshots import folder
from samspill.steps.stages import streams_of


def make_plan(world: World, message: MakePlan) -> None:
    """Match and plan the run's snapshots, store the plan, and open reviews for what only a person can decide."""
    opened = open_flow(world, message.flow_key)
    run = world.runs.get(message.flow_key, message.run)
    if run is None or run.status.is_over:
        return
    draft = Draft(world, opened, run)
    for stream in streams_of(opened, run):
        (plan_stream if stream.sheets is None else plan_cells)(draft, stream)
    digest = hashlib.blake2b(digest_size=6)
    for line in draft.lines:
        digest.update(line.model_dump_json(exclude={"label", "candidates"}).encode())
    made = DraftPlan(run=run.id, hash=digest.hexdigest(), lines=tuple(draft.lines))
    world.blobs.put(f"{folder(run)}/plan", made.model_dump_json().encode())
    for name, subjects in draft.subjects.items():
        world.blobs.put(f"{folder(run)}/subjects/{name}", orjson.dumps([s.model_dump() for s in subjects]))
    if run.purpose == "plan":
        try:
            world.registry.save_flow(opened.state.model_copy(update={"plan": made.hash, "plan_run": run.id}))
        except ConflictError:  # somebody decided about a record meanwhile: what was planned may be without it
            world.queues.send([message])
            return
    # Made anew, a plan is as old as what was read for it.
    world.runs.move(run, status=RunStatus.PLANNED, stage=run.stage, ended_at=run.ended_at or world.clock.now())
