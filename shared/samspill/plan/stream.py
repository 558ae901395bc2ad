"""What would become of each record of one stream: matched, then planned as every run plans."""

from __future__ import annotations

from samspill.flows.flow import Stream
from samspill.plan.draft import Draft
from samspill.plan.slice import Slice
from samspill.plan.slices import following, work


def plan_stream(draft: Draft, stream: Stream) -> None:
    """Add the stream's lines, and what its records are when the plan is carried out, to a draft made in one go."""
    at: Slice | None = Slice(stream.name)
    while at is not None:
        made, _ = work(draft, at)
        if made is not None:
            draft.lines += made.lines
            draft.subjects[stream.name] += made.subjects
        at = following(draft, at)
