"""The stages of a run: one stream after another, in the order that references need."""

from __future__ import annotations

from samspill.flows.flow import Stream
from samspill.state import Run
from samspill.work.context import Opened


def stage_of(opened: Opened, run: Run) -> tuple[Stream, int]:
    """Return the stream at work, and the round: a first sync that goes one way first has two."""
    streams = streams_of(opened, run)
    rounds, index = divmod(run.stage, len(streams))
    return streams[index], rounds


def stages(opened: Opened, run: Run) -> int:
    """Return how many the run has."""
    rounds = 2 if run.purpose == "apply" and opened.flow.first is not None else 1
    return rounds * len(streams_of(opened, run))


def streams_of(opened: Opened, run: Run) -> tuple[Stream, ...]:
    """Return what the run reads: a first sync leaves out what begins after it."""
    return opened.flow.planned if run.purpose in {"plan", "apply"} else opened.flow.streams
