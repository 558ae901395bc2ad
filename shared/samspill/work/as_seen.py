"""What was read of a pair, as the engine sees it."""

from __future__ import annotations

from samspill.engine.case import Seen
from samspill.engine.model import Observation, Side
from samspill.messages import Subject
from samspill.reasons import Reason
from samspill.work.context import Opened
from samspill.work.known import salted
from samspill.work.references import References


def as_seen(opened: Opened, references: References, subject: Subject) -> tuple[dict[Side, Seen], list[Reason]]:
    """Return what was read of a pair with its references resolved, and a reason for all that it has to wait for."""
    seen: dict[Side, Seen] = {}
    waits: list[Reason] = []
    for side in Side:
        observation: Observation | None = subject.on(side)
        if observation is not None:
            resolved, missing = references.to_links(side, observation)
            seen[side] = Seen(resolved, salted(opened, observation))
            waits += missing if resolved.waits is None else [resolved.waits, *missing]
    return seen, waits


def named(subject: Subject) -> str:
    """Name what was read, for the log."""
    return " ".join(f"{side}-{record.external_id}" for side in Side if (record := subject.on(side)) is not None)
