"""What was read of a pair, as the engine sees it."""

from __future__ import annotations

from samspill.engine.case import Seen
from samspill.engine.model import Observation, Outcome, Result, Side
from samspill.messages import Subject
from samspill.work.context import Opened
from samspill.work.known import salted
from samspill.work.references import References


def as_seen(opened: Opened, references: References, subject: Subject) -> tuple[dict[Side, Seen], list[Outcome]]:
    """Return what was read of a pair with its references resolved, and an outcome for all that it has to wait for."""
    seen: dict[Side, Seen] = {}
    waits: list[Outcome] = []
    for side in Side:
        observation: Observation | None = subject.on(side)
        if observation is not None:
            resolved, missing = references.to_links(side, observation)
            seen[side] = Seen(resolved, salted(opened, observation))
            waits += [*waiting(resolved), *missing]
    return seen, waits


def waiting(observation: Observation) -> list[Outcome]:
    """Return that a record waits for something to be done elsewhere, where it does."""
    if observation.waits is None:
        return []
    return [Outcome(Result.WAITING, observation.waits, observation.detail)]


def named(subject: Subject) -> str:
    """Name what was read, for the log."""
    return " ".join(f"{side}-{record.external_id}" for side in Side if (record := subject.on(side)) is not None)
