"""Log: writes the journal and the run's counters, and moves the run on (Message History)."""

from __future__ import annotations

from collections.abc import Mapping

from samspill.engine.model import Result
from samspill.messages import LogOutcomes, WatchTenant
from samspill.pipeline.log.wake import wake
from samspill.ports import World
from samspill.runs import runs
from samspill.work.context import open_flow

LATE = "later"
"""`<stream>.later.<result>` counts how records ended after the run had counted them: waiting, then applied."""

FOR_SOMEBODY = frozenset({Result.FAILED, Result.REVIEW, Result.CONFLICT})
"""After outcomes that somebody has to know of, the tenant's conditions are looked at, at once; else by the schedule."""


def log_outcomes(world: World, message: LogOutcomes) -> None:
    """Remember outcomes, and have looked at what they set free. The same message again changes nothing."""
    if message.entries:
        world.journal.append(message.flow_key, message.id, message.entries)
    wake(world, message)
    if any(entry.result in FOR_SOMEBODY for entry in message.entries):
        world.queues.send([WatchTenant(tenant=message.tenant)])
    counters = _apart(message.counters) if message.late else message.counters
    if not message.run or (message.late and not counters):
        return
    run = world.runs.add(message.flow_key, message.run, counters, f"log/{message.id}")
    if run is not None:
        runs.advance(world, open_flow(world, message.flow_key), run)


def _apart(counters: Mapping[str, int]) -> dict[str, int]:
    """Return the counters of late ends. A look that found nothing new is none."""
    ends = {str(result) for result in Result if result is not Result.UNCHANGED}
    parts = ((name.partition("."), count) for name, count in counters.items())
    return {f"{stream}.{LATE}.{end}": count for (stream, _, end), count in parts if end in ends}
