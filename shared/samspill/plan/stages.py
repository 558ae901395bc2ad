"""An approved plan carried out: stage by stage, and a large stage part by part."""

from __future__ import annotations

from itertools import batched

import orjson
from pydantic import ConfigDict, TypeAdapter

from samspill.messages import BATCH, ApplyPlan, MapRecords, Message, Subject
from samspill.plan.lines import subjects_key
from samspill.ports import World
from samspill.state import Run
from samspill.work.context import Opened
from samspill.work.stages import stage_of

_SUBJECTS = TypeAdapter(list[Subject], config=ConfigDict(defer_build=True))


def stage_messages(world: World, opened: Opened, run: Run, part: int = 0) -> list[Message]:
    """Return the messages that carry out a part of the approved plan's present stage, and count what to expect.

    The last of them asks for the next part, if there is one.
    """
    stream, rounds = stage_of(opened, run)
    planned = world.runs.get(run.key, opened.state.plan_run or "")
    parts = _parts(world, planned, stream.name) if planned is not None else [b"[]"]
    body = parts[part] if part < len(parts) else b"[]"
    subjects = _SUBJECTS.validate_json(body if isinstance(body, bytes) else world.blobs.get(body) or b"[]")
    subjects = [subject for subject in subjects if _round_of(opened, subject) == rounds]
    is_last = part + 1 >= len(parts)
    counters = {"expected": len(subjects), "sent": int(is_last)}
    once = f"sent/{stream.name}/{run.stage}" + (f"/{part}" if part else "")
    world.runs.add(run.key, run.id, {f"{stream.name}.{name}": count for name, count in counters.items()}, once)
    names = {"tenant": run.tenant, "flow": run.flow, "run": run.id, "trigger": run.trigger, "stream": stream.name}
    messages: list[Message] = [
        MapRecords.model_validate({**names, "subjects": some, "force": True})
        for some in batched(subjects, BATCH, strict=False)
    ]
    if not is_last:
        place = {"stage": run.stage, "part": part + 1, "chain": world.ids.new()}
        messages.append(ApplyPlan.model_validate({**names, **place}))
    return messages


def _parts(world: World, planned: Run, stream: str) -> list[str | bytes]:
    """Return the parts of the plan's records, or where they are kept."""
    body = world.blobs.get(subjects_key(planned, stream)) or b"[]"
    if body.startswith(b"["):
        return [body]
    parts: list[str | bytes] = orjson.loads(body)["parts"]
    return parts


def _round_of(opened: Opened, subject: Subject) -> int:
    """Pairs, and what goes over first, come before what goes the other way."""
    first = opened.flow.first
    alone = subject.left is None or subject.right is None
    return 1 if first is not None and alone and subject.on(first) is None else 0
