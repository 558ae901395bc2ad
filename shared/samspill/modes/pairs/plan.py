"""The stages in which pairs are planned: what was read is matched pass by pass, then planned as every run plans."""

from __future__ import annotations

from samspill.plan.draft import StreamDraft
from samspill.plan.home import ASKED, MEET, meet
from samspill.plan.matching import FAULTY, Route, find_chosen, read_pages, sort_out
from samspill.plan.records import LATER, Records, answer, compare_with_faulty, plan_records
from samspill.plan.slice import Slice

_SIMPLE = {"read": read_pages, "choose": find_chosen, "sort": sort_out, "meet": meet, "compare": compare_with_faulty}


def work(draft: StreamDraft, at: Slice) -> tuple[Records | None, int]:
    """Do one slice; return what it planned, if it plans, and how many rows it looked at."""
    if at.stage in _SIMPLE:
        return None, _SIMPLE[at.stage](draft, at.bucket)
    if at.stage.startswith("answer/"):
        return None, answer(draft, at.turn, at.bucket)
    if at.stage.startswith("plan/"):
        return plan_records(draft, at.turn, at.bucket)
    return None, Route(draft).do(at.stage, at.bucket)


def next_stage(draft: StreamDraft, at: Slice) -> str:
    """Return the stream's next stage that has anything to do; empty after the last."""
    rows = draft.rows
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
