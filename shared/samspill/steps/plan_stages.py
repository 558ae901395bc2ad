"""An approved plan carried out: stage by stage, with what people decided about its doubts."""

from __future__ import annotations

from pydantic import ConfigDict, TypeAdapter

from samspill.engine.model import LinkState, Result, Side
from samspill.flows.flow import Stream
from samspill.messages import BATCH, MapRecords, Message, Subject
from samspill.ports import World
from samspill.state import Run, StreamKey
from samspill.steps.context import Opened
from samspill.steps.runs import stage_of
from samspill.steps.snapshots import folder, load

_SUBJECTS = TypeAdapter(list[Subject], config=ConfigDict(defer_build=True))


def stage_messages(world: World, opened: Opened, run: Run) -> list[Message]:
    """Return the messages that carry out the approved plan for the run's present stage, and count what to expect."""
    stream, rounds = stage_of(opened, run)
    planned = world.runs.get(run.key, opened.state.plan_run or "")
    body = world.blobs.get(f"{folder(planned)}/subjects/{stream.name}") if planned else None
    subjects = _SUBJECTS.validate_json(body or b"[]") + _decided(world, planned, run, stream)
    subjects = [subject for subject in subjects if _round_of(opened, subject) == rounds]
    key = f"{stream.name}"
    world.runs.add(run.key, run.id, {f"{key}.expected": len(subjects), f"{key}.sent": 1}, f"sent/{key}/{run.stage}")
    return [
        MapRecords(
            tenant=run.tenant,
            flow=run.flow,
            run=run.id,
            trigger=run.trigger,
            stream=stream.name,
            subjects=tuple(subjects[start : start + BATCH]),
            force=True,
        )
        for start in range(0, len(subjects), BATCH)
    ]


def _round_of(opened: Opened, subject: Subject) -> int:
    """Pairs, and what goes over first, come before what goes the other way."""
    first = opened.flow.first
    alone = subject.left is None or subject.right is None
    return 1 if first is not None and alone and subject.on(first) is None else 0


def _decided(world: World, planned: Run | None, run: Run, stream: Stream) -> list[Subject]:
    """Return what people decided about the plan's doubts before it was approved."""
    if planned is None:
        return []
    sides = {side: {o.external_id: o for o in load(world, planned, stream.name, side)} for side in Side}
    key = StreamKey(run.tenant, run.flow, stream.name)
    out: list[Subject] = []
    for found, link in world.links.with_result(run.key, [Result.REVIEW]):
        if found != key or link.decision is None or link.state is not LinkState.UNLINKED:
            continue
        left = sides[Side.LEFT].get(link.ids.get(Side.LEFT, ""))
        right = sides[Side.RIGHT].get(link.decision.target or link.ids.get(Side.RIGHT, ""))
        if left is not None or right is not None:
            rule = "person" if left is not None and right is not None else ""
            out.append(Subject(left=left, right=right, rule=rule, ticket=link.id))
    return out
