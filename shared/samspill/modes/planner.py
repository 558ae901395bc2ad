"""How a mode plans its streams. Apart from `Mode`, so that a function that makes no plan loads none of it."""

from __future__ import annotations

from typing import Protocol

from samspill.plan.draft import StreamDraft
from samspill.plan.records import Records
from samspill.plan.slice import Slice


class Planner(Protocol):
    """The stages in which a stream is planned, slice by slice."""

    def work(self, draft: StreamDraft, at: Slice) -> tuple[Records | None, int]:
        """Do one slice; return what it planned, if it plans, and how many rows it looked at."""
        ...

    def next_stage(self, draft: StreamDraft, at: Slice) -> str:
        """Return the stream's next stage that has anything to do; empty after the last."""
        ...
