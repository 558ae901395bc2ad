"""A write on its way through `upsert`, and what may become of it: looked at again, given back, refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from samspill.canon.values import Fields
from samspill.engine.model import Link, LinkState, Outcome, Result
from samspill.engine.pairs import NATURAL_KEY, refusal
from samspill.engine.rules import FieldRule, Policy
from samspill.errors import SamspillError
from samspill.flows.flow import Stream
from samspill.messages import PlannedWrite, RecordHint, UpsertRecords
from samspill.ports import Connector, LinkCommit, World
from samspill.reasons import Reason
from samspill.steps.alone import remember
from samspill.steps.context import Opened, now_s
from samspill.steps.decide import TRIES
from samspill.steps.later import Later
from samspill.steps.outcomes import Outcomes
from samspill.steps.references import References


@dataclass(slots=True)
class Job:
    """One write on its way: the plan, the link as stored, and the record in the vendor's own references."""

    planned: PlannedWrite
    stored: Link | None
    fields: Fields | None
    """None while something it refers to is not linked."""

    @property
    def is_create(self) -> bool:
        return self.planned.write.external_id is None


@dataclass(frozen=True, slots=True)
class Room:
    """Everything one message works with."""

    world: World
    message: UpsertRecords
    opened: Opened
    stream: Stream
    references: References
    connector: Connector
    outcomes: Outcomes
    later: Later

    @property
    def system(self) -> str:
        """What people call the side that is written."""
        return self.stream.rules.systems.get(self.message.side, self.message.side)

    @property
    def kind(self) -> str:
        """The kind of record that is written."""
        return self.stream.kind_on(self.message.side)

    @property
    def ruled(self) -> list[FieldRule]:
        """The fields that are kept in step."""
        return [rule for rule in self.stream.rules.fields if rule.policy is not Policy.OFF]


def again(room: Room, write: PlannedWrite, link: Link | None = None, *, delay_s: float, found: str = "") -> None:
    """Have the pair read and planned again, joined with the record `found` by its key; give up after many times."""
    link = link or write.link
    if room.message.attempt >= TRIES:
        reason = Reason("gave_up", {"count": str(TRIES)})
        room.outcomes.add(link, Result.FAILED, reason, ticket=write.ticket)
        return
    again = RecordHint.of(link, ticket=write.ticket)
    if found:
        again = again.model_copy(update={room.message.side.value: found, "rule": NATURAL_KEY})
    room.later.add(again, delay_s=delay_s, attempt=room.message.attempt + 1)


def busy_s(room: Room, link: Link | None) -> int:
    intent = link.intent if link else None
    return max(intent.until - now_s(room.world), 0) + 1 if intent else 1


def release(room: Room, jobs: Sequence[Job]) -> None:
    """Take intents back after a call that certainly had no effect."""
    links = []
    for job in jobs:
        if job.stored is not None:
            state = LinkState.UNLINKED if job.is_create else job.stored.state
            links.append(LinkCommit(replace(job.stored, intent=None, state=state)))
    room.world.links.commit(room.message.stream_key, links)


def fail(room: Room, job: Job, error: SamspillError) -> None:
    """Keep the refusal on the link. Both sides count as seen: the same content is not sent again until one changes.

    Where the other side is owed a write too, that one goes out all the same.
    """
    planned, side = job.planned, room.message.side
    systems = room.stream.rules.systems
    params = {"system": systems.get(side, side), "source": systems.get(side.other, side.other), "message": str(error)}
    reason = Reason(error.reason.code, {**params, **error.reason.params}, error.reason.vendor or _words(error))
    stored = job.stored or Link(id=planned.link.id, ids=planned.link.ids)
    shadows = dict(stored.shadows)
    for seen_on, seen in planned.link.shadows.items():
        if seen_on is side.other or seen_on in stored.ids:
            confirmed = shadows[seen_on].fields if seen_on in shadows else {}
            shadows[seen_on] = replace(seen, fields=confirmed)
    link = replace(
        stored,
        state=LinkState.UNLINKED if job.is_create else stored.state,
        intent=None,
        shadows=shadows,
        outcome=Outcome(Result.FAILED, reason),
        absent=planned.link.absent,
        attempt=planned.attempt,
        refusal=reason,
        label=planned.link.label,
    )
    if job.is_create:
        own = (side.other, link.ids[side.other], planned.write.fields)
        remember(room.world, room.message.stream_key, room.stream.rules, [own])
    if room.world.links.commit(room.message.stream_key, [LinkCommit(link)])[0]:
        room.outcomes.add(link, Result.FAILED, reason, attempt=planned.attempt, ticket=planned.ticket)
        if planned.again:
            other = RecordHint.of(link, refused=refusal(side, planned.write.fields))
            room.later.add(other, delay_s=0, attempt=0, run="")
    else:
        again(room, planned, link, delay_s=1)


def _words(error: SamspillError) -> str | None:
    """The vendor's own words and request id, for whoever asks the vendor."""
    parts = [part for part in (error.vendor_message, error.request_id) if part]
    return " · ".join(parts) or None
