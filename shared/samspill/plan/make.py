"""Plans: what a sync would do, made from complete snapshots of both sides, seen and approved by a person.

The first sync matches and plans; a dry run of an active flow plans only. Both take the way every run takes, up to
the point where it would write.

A small plan is made in one go, in memory. A large one is made slice by slice: a message works on a few buckets of one
stage, stores what becomes of them, and only then sends the next. So memory and time do not grow with the company, and
whoever dies is repeated.
"""

from __future__ import annotations

from samspill.errors import ConflictError
from samspill.messages import MakePlan
from samspill.plan.begin import beginning
from samspill.plan.draft import Draft
from samspill.plan.slice import Slice
from samspill.plan.slices import following, work
from samspill.plan.store import PlanParts, store
from samspill.plan.stream import plan_stream
from samspill.ports import World
from samspill.state import Run, RunStatus
from samspill.work import chain
from samspill.work.buckets import StoredBuckets
from samspill.work.context import Opened, open_flow
from samspill.work.snapshots import folder
from samspill.work.stages import streams_of

ROWS = 10_000
"""So many records of a stream, both sides together, are planned in one go, or make up a bucket of a larger plan."""
SLICES = "plan.slices"
"""The counter of the messages that a run's plan took."""
_SIDES = ("left", "right")


def make_plan(world: World, message: MakePlan) -> None:
    """Match and plan the run's snapshots, store the plan, and open reviews for what only a person can decide."""
    opened = open_flow(world, message.flow_key)
    run = world.runs.get(message.flow_key, message.run)
    if run is None or run.status.is_over:
        return
    count = _buckets(opened, run)
    if count > 1:
        _make_slices(world, opened, run, message, count)
        return
    draft = Draft(world, opened, run)
    for stream in streams_of(opened, run):
        plan_stream(draft, stream)
    _end(draft, message, store(draft))


def _buckets(opened: Opened, run: Run) -> int:
    """Return how many buckets the plan is made in, by what was read of its largest stream."""
    most = max(sum(run.count(stream.name, f"{side}.read") for side in _SIDES) for stream in streams_of(opened, run))
    return max(-(-most // ROWS), 1)


def _make_slices(world: World, opened: Opened, run: Run, message: MakePlan, count: int) -> None:
    """Do the message's slices of a large plan, unless another message did; then send the next message.

    A plan is made under the flow's revision: what people decide or change meanwhile has it begin anew.
    """
    if run.purpose == "plan" and opened.state.plan is not None and opened.state.plan_run == run.id:
        _is_planned(world, run)  # whoever saved the plan died before that
        return
    revision = str(opened.state.revision) if run.purpose == "plan" else "0"
    making = message.making or revision
    if making != revision:
        world.queues.send([beginning(world, run, message.trigger)])
        return
    link = f"plan/{making}", message.number, message.chain
    if chain.has_gone_on(run, *link):
        return
    draft = Draft(world, opened, run, StoredBuckets(world.blobs, f"{folder(run)}/plan-{making}/rows", count))
    names = [stream.name for stream in streams_of(opened, run)]
    parts = PlanParts(world, run, f"{folder(run)}/plan-{making}", names)
    at: Slice | None = Slice(message.stream, message.stage, message.bucket) if message.stage else Slice(names[0])
    looked = 0
    while at is not None and looked < ROWS // 2:
        made, some = work(draft, at)
        if made is not None:
            parts.add(at, made)
        draft.rows.save(f"{at.stream}-{at.stage.replace('/', '-')}-{at.bucket:05}")
        looked += some
        following_streams = names[names.index(at.stream) + 1 :]
        at = following(draft, at) or next((Slice(name) for name in following_streams), None)
    if at is None:
        _end(draft, message, parts.finish())
        return
    after = world.runs.note(run.key, run.id, {SLICES: 1}, "/".join(map(str, link[:2])), chain.note_of(*link))
    if after is not None and not chain.has_gone_on(after, *link):
        place = {"stream": at.stream, "stage": at.stage, "bucket": at.bucket}
        names_of = {"making": making, "number": message.number + 1, "chain": world.ids.new()}
        world.queues.send([message.model_copy(update={**place, **names_of})])


def _end(draft: Draft, message: MakePlan, digest: str) -> None:
    """Offer the plan to be approved, and end the run."""
    world, opened, run = draft.world, draft.opened, draft.run
    if run.purpose == "plan":
        try:
            world.registry.save_flow(opened.state.model_copy(update={"plan": digest, "plan_run": run.id}))
        except ConflictError:  # somebody decided about a record meanwhile: what was planned may be without it
            world.queues.send([beginning(world, run, message.trigger)])
            return
    _is_planned(world, run)


def _is_planned(world: World, run: Run) -> None:
    """End the run. Made anew, a plan is as old as what was read for it."""
    world.runs.move(run, status=RunStatus.PLANNED, stage=run.stage, ended_at=run.ended_at or world.clock.now())
