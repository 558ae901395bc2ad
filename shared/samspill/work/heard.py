"""Whether webhooks come as they usually do: learnt from when they came, held against what scheduled reads find.

Silence alone proves nothing, for nothing may have happened. What proves it is a read that finds changes which webhooks
should have told. So two moments are kept, each where something is read or saved anyway: on a connection when the last
webhook came, to the hour; on a flow when a scheduled read found what none had told. `notices.judgement` compares them.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from samspill.engine.model import Side
from samspill.errors import ConflictError
from samspill.ports import World
from samspill.state import Connection, FlowState, Heard, Run
from samspill.work.context import Opened

PASSED = "passed"
"""`<stream>.<side>.passed` counts the records of a read of one side that were not known."""
NOTED_EVERY = timedelta(hours=1)
"""A busy connection is saved once an hour for this, and not for each webhook."""
FADES = 0.9
"""What a long silence counts for after each shorter one: a holiday is forgotten after some weeks."""
KEPT_FOR = timedelta(hours=6)
"""How long the first find stands before a later one takes its place."""


def note_heard(world: World, connection: Connection) -> Connection:
    """Note that a webhook came, and return the connection as it is stored."""
    after = heard(connection.heard, world.clock.now())
    if after == connection.heard:
        return connection
    try:
        return world.registry.save_connection(connection.model_copy(update={"heard": after}))
    except ConflictError:
        return connection  # somebody changes it; the next webhook notes it


def heard(before: Heard | None, now: datetime) -> Heard:
    """Return what is known of a connection's webhooks after one that came now."""
    if before is None:
        return Heard(at=now)
    silent = now - before.at
    if silent < NOTED_EVERY:
        return before
    return Heard(at=now, usual_s=round(max(silent.total_seconds(), before.usual_s * FADES)))


def untold(world: World, opened: Opened, run: Run, now: datetime) -> dict[Side, datetime]:
    """Return the flow's `untold` after a run: a scheduled read of changes tells what webhooks left out."""
    found = dict(opened.state.untold)
    if run.full or run.trigger != "schedule":
        return found
    for side in opened.state.sides:
        passed = {s.kind_on(side) for s in opened.flow.streams if run.count(s.name, f"{side}.{PASSED}")}
        if passed and passed & set(_told_kinds(world, opened.state, side)):
            before = found.get(side)
            found[side] = before if before is not None and before > now - KEPT_FOR else now
    return found


def _told_kinds(world: World, state: FlowState, side: Side) -> tuple[str, ...]:
    return world.registry.connection(state.tenant, state.connection(side)).told_kinds
