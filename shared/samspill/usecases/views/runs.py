"""Runs, as people see them."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import ClassVar

from samspill.engine.model import Result
from samspill.state import Run, RunStatus
from samspill.usecases.views.base import Answer, Explained, View
from samspill.usecases.views.plans import PlanView

LATER = "later"
_RESULTS = frozenset(str(result) for result in Result)


class RunView(Explained):
    """One run, with how its records ended."""

    tenant: str
    flow: str
    id: str
    purpose: str
    trigger: str
    by: str
    status: str
    full: bool
    started_at: datetime
    ended_at: datetime | None
    moved_at: datetime | None
    counters: dict[str, int]
    """`<stream>.<name>` → count."""
    results: dict[str, dict[str, int]]
    """Stream → result → how many records ended so."""
    codes: dict[str, int]
    """Code of a reason → how many records ended for it, in all streams."""
    later: dict[str, int]
    """Result → how many that had waited or failed ended so after the run."""
    is_over: bool
    needs_person: bool
    comes_back_by: datetime | None = None
    """Of a run that does not move: when what a function broke off comes back at the latest."""

    @classmethod
    def of(cls, run: Run, comes_back_by: datetime | None = None) -> RunView:
        """Return the view."""
        results: dict[str, dict[str, int]] = {}
        later, codes = Counter[str](), Counter[str]()
        for name, count in run.counters.items():
            stream, _, end = name.partition(".")
            if end.startswith(f"{LATER}."):
                later[end.removeprefix(f"{LATER}.")] += count
            elif end in _RESULTS:
                results.setdefault(stream, {})[end] = count
            elif "." not in end and end not in _STAGES:
                codes[end] += count
        return cls(
            reason=run.reason,
            **{name: getattr(run, name) for name in _SAME},
            results={stream: {end: n for end, n in ends.items() if n} for stream, ends in results.items()},
            codes={code: count for code, count in codes.items() if count},
            later={end: count for end, count in later.items() if count},
            is_over=run.status.is_over,
            needs_person=run.status in {RunStatus.DONE_WITH_PROBLEMS, RunStatus.STOPPED},
            comes_back_by=comes_back_by,
        )


_STAGES = frozenset({"read", "expected", "done", "sent", "planned"})
_SAME = (
    *("tenant", "flow", "id", "purpose", "trigger", "by", "status", "full"),
    *("started_at", "ended_at", "moved_at", "counters"),
)


class StreamProgress(View):
    """How far a run has come with one stream."""

    stream: str
    applies: bool
    """True while it carries out; False while it reads."""
    done: int
    total: int
    """0 while nobody knows."""


class Progress(View):
    """How far a run has come."""

    run: RunView
    streams: tuple[StreamProgress, ...]


class RunAnswer(Answer):
    """A run that has ended, with the plan it made."""

    command: ClassVar[str] = "run"
    run: RunView
    plan: PlanView | None


class Started(Answer):
    """A run that was started and left."""

    command: ClassVar[str] = "run-started"
    run: str
    """Its id."""


class Approved(Answer, RunView):
    """The run that carries out an approved plan."""

    command: ClassVar[str] = "approve"
