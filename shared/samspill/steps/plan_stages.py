"""An approved plan carried out: stage by stage."""

from __future__ import annotations

from itertools import batched

from pydantic import ConfigDict, TypeAdapter

from samspill.messages import BATCH, MapRecords, Message, Subject
from samspill.ports import World
from samspill.state import Run
from samspill.steps.context import Opened
from samspill.steps.snapshots import folder
from samspill.steps.stages import stage_of

_SUBJECTS = TypeAdapter(list[Subject], config=ConfigDict(defer_build=True))


def stage_messages(world: World, opened: Opened, run: Run) -> list[Message]:
    """Return the messages that carry out the approved plan for the run's present stage, and count what to expect."""
    stream, rounds = stage_of(opened, run)
    planned = world.runs.get(run.key, opened.state.plan_run or "")
    body = world.blobs.get(f"{folder(planned)}/subjects/{stream.name}") if planned else None
    subjects = _SUBJECTS.validate_json(body or b"[]")
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
            subjects=part,
            force=True,
        )
        for part in batched(subjects, BATCH, strict=False)
    ]


def _round_of(opened: Opened, subject: Subject) -> int:
    """Pairs, and what goes over first, come before what goes the other way."""
    first = opened.flow.first
    alone = subject.left is None or subject.right is None
    return 1 if first is not None and alone and subject.on(first) is None else 0
