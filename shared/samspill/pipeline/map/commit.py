"""Stores what was decided, on the condition that nobody changed it meanwhile."""

from __future__ import annotations

from dataclasses import replace

from samspill.canon.values import Fields
from samspill.engine.model import Link, LinkState, Outcome, Result, Shadow, Side, link_id
from samspill.errors import PermanentError
from samspill.messages import MapRecords
from samspill.pipeline.map.requeue import hint_again, wait
from samspill.pipeline.map.work import Decided, MapWork
from samspill.ports import LinkCommit, World
from samspill.reasons import Reason
from samspill.work.keeping import keep, largest_on, pointers
from samspill.work.known_keys import remember
from samspill.work.tries import TRIES


def commit(world: World, message: MapRecords, work: MapWork) -> None:
    """Store each link whose revision still holds; what somebody else changed meanwhile is read again."""
    _remember(world, message, work)
    commits = [LinkCommit(x.plan.link, pointers(x.plan.link, x.before)) for x in work.commits]
    held, blamed = keep(world, message.stream_key, commits)
    for index, (decided, ok) in enumerate(zip(work.commits, held, strict=True)):
        planned, subject = decided.plan, decided.subject
        if index in blamed:
            _end_unstorable(world, message, work, decided, blamed[index])
        elif ok:
            work.outcomes.add(planned.link, planned.result, planned.reason, ticket=subject.ticket)
            wait(message, work, planned, subject)
        elif message.attempt < TRIES:
            work.follow_ups.add(hint_again(subject, planned.link), delay_s=1, attempt=message.attempt + 1)
        else:
            reason = Reason("gave_up", {"count": str(TRIES)})
            work.outcomes.add(planned.link, Result.FAILED, reason, ticket=subject.ticket)


def _end_unstorable(world: World, message: MapRecords, work: MapWork, decided: Decided, why: PermanentError) -> None:
    """End a record that the table cannot hold as it is; what was known of it stays."""
    planned = decided.plan.link
    side = largest_on(decided.subject, why.field or "")
    reason = why.reason.filled(source=work.rules.systems.get(side, side))
    own = {each: name for each, name in planned.ids.items() if link_id(each, name) == planned.id}
    link = decided.before or Link(id=planned.id, ids=own)
    old = {each: shadow.fields for each, shadow in link.shadows.items()}
    # It is known again by its look, so that it is told once.
    shadows = {each: replace(shadow, fields=old.get(each, {})) for each, shadow in planned.shadows.items()}
    after = replace(link, shadows=shadows, label=planned.label, outcome=Outcome(Result.FAILED, reason))
    keep(world, message.stream_key, [LinkCommit(after)])  # where even that does not fit, the journal tells it
    work.outcomes.add(after, Result.FAILED, reason, ticket=decided.subject.ticket)


def _remember(world: World, message: MapRecords, work: MapWork) -> None:
    """Remember records that stay without a partner, where they are new or have changed, by what they are known by."""
    found: list[tuple[Side, str, Fields]] = []
    for decided in work.commits:
        link, before = decided.plan.link, decided.before
        side, *more = link.ids
        observation = decided.subject.on(side)
        if link.state is not LinkState.UNLINKED or more or observation is None or observation.deleted:
            continue
        told = link.shadows.get(side)
        if before is None or told is None or told.fingerprint != before.shadows.get(side, Shadow({})).fingerprint:
            found.append((side, observation.external_id, observation.fields))
    remember(world, message.stream_key, work.rules, found)
