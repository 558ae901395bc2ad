"""The slices of a plan: which stage of which stream comes when. The stream's mode does the work."""

from __future__ import annotations

from dataclasses import replace

from samspill.plan.draft import Draft
from samspill.plan.records import Records
from samspill.plan.slice import Slice


def work(plan: Draft, at: Slice) -> tuple[Records | None, int]:
    """Do one slice; return what it planned, if it plans, and how many rows it looked at."""
    draft = plan.of(at.stream)
    return plan.world.modes.planner(draft.stream).work(draft, at)


def following(plan: Draft, at: Slice) -> Slice | None:
    """Return the slice of the stream after this one; None after the last. Stages with nothing to do are left out."""
    if at.bucket + 1 < plan.rows.count:
        return replace(at, bucket=at.bucket + 1)
    draft = plan.of(at.stream)
    stage = plan.world.modes.planner(draft.stream).next_stage(draft, at)
    return Slice(at.stream, stage) if stage else None
