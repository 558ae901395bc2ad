"""The slices of a plan: which stage of which stream comes when, and who does the work."""

from __future__ import annotations

from dataclasses import dataclass, replace

from samspill.modes.hours.plan import plan_cells, read_cells
from samspill.plan.draft import Draft, StreamDraft
from samspill.plan.home import ASKED, MEET, meet
from samspill.plan.matching import FAULTY, Route, find_chosen, read_pages, sort_out
from samspill.plan.records import LATER, Records, answer, compare_with_faulty, plan_records


@dataclass(frozen=True, slots=True)
class Slice:
    """One bucket of one stage of one stream."""

    stream: str
    stage: str = "read"
    bucket: int = 0

    @property
    def turn(self) -> int:
        """The turn of a stage that is done again as long as there is more to know."""
        return int(self.stage.rpartition("/")[2])


def work(plan: Draft, at: Slice) -> tuple[Records | None, int]:
    """Do one slice; return what it planned, if it plans, and how many rows it looked at."""
    draft = plan.of(at.stream)
    if draft.stream.sheets is not None:
        return plan_cells(draft, at.bucket) if at.stage == "plan/00" else (None, read_cells(draft, at.bucket))
    if at.stage in _SIMPLE:
        return None, _SIMPLE[at.stage](draft, at.bucket)
    if at.stage.startswith("answer/"):
        return None, answer(draft, at.turn, at.bucket)
    if at.stage.startswith("plan/"):
        return plan_records(draft, at.turn, at.bucket)
    return None, Route(draft).do(at.stage, at.bucket)


_SIMPLE = {"read": read_pages, "choose": find_chosen, "sort": sort_out, "meet": meet, "compare": compare_with_faulty}


def following(plan: Draft, at: Slice) -> Slice | None:
    """Return the slice of the stream after this one; None after the last. Stages with nothing to do are left out."""
    if at.bucket + 1 < plan.rows.count:
        return replace(at, bucket=at.bucket + 1)
    stage = _next_stage(plan.of(at.stream), at)
    return Slice(at.stream, stage) if stage else None


def _next_stage(draft: StreamDraft, at: Slice) -> str:
    """Return the stream's next stage that has anything to do; empty after the last."""
    rows = draft.rows
    if draft.stream.sheets is not None:
        return "plan/00" if at.stage == "read" else ""
    if at.stage.startswith("plan/"):
        turn = f"{at.turn + 1:02}"
        return f"answer/{turn}" if rows.has(f"{LATER}/{turn}") else ""
    if at.stage.startswith("answer/"):
        return f"plan/{at.turn:02}"
    passes = [each.name for each in Route(draft).passes]
    stages = ["read", "choose", "sort", *passes, "meet", "compare", "answer/00", "plan/00"]
    needs = {name: name for name in passes}
    needs |= {"choose": "choosers", "meet": MEET, "compare": FAULTY, "answer/00": f"{ASKED}/00"}
    later = stages[stages.index(at.stage) + 1 :]
    return next(stage for stage in later if stage not in needs or rows.has(needs[stage]))
