"""A notice: one condition from its start to its all-clear, and who has been told of it.

Whoever looks calls `after_look`; whoever tells people calls `after_telling`. Both return the notice to be stored, on
the revision it was read at.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from pydantic import AwareDatetime, Field

from samspill.notices.condition import Condition
from samspill.notices.kinds import OPERATORS, Kind
from samspill.reasons import Reason
from samspill.state import Document

START, MORE, END = "start", "more", "end"
"""What is told of a condition: that it began, that it has grown a great deal since, and that it is over."""
TENFOLD = 10
"""So many times what was told last is a great deal more."""
TOLD_WITHIN = timedelta(days=1)
"""What could not be delivered for so long is given up."""
LOST_AFTER = timedelta(minutes=45)
"""A telling of which nothing was heard for so long, although it is tried again every quarter of an hour, is lost."""


class Notice(Document):
    """A condition that began. When it is over the notice is kept for a time; when it begins again, it is replaced."""

    tenant: str
    kind: Kind
    flow: str = ""
    connection: str = ""
    number: int = 1
    """Counts the times it began."""
    started_at: AwareDatetime
    since: AwareDatetime
    count: int = 1
    at_least: bool = False
    level: int = 0
    """See `Condition.level`."""
    told_count: int = 0
    told_level: int = 0
    """What people were told last, or would have been; they never go down while it lasts. 0: by an older version."""
    grown: int = 0
    """Counts the times it grew a great deal."""
    label: str = ""
    example: Reason | None = None
    ill_at: AwareDatetime
    """When it was last found to be so."""
    well_since: AwareDatetime | None = None
    """Since when it was found to be over, without a break."""
    ended_at: AwareDatetime | None = None
    to_tell: dict[str, dict[str, AwareDatetime]] = Field(default_factory=dict)
    """Edge → recipients who are yet to be told, and since when."""
    tried_at: AwareDatetime | None = None
    """When somebody could last not be reached."""
    told: tuple[str, ...] = ()
    """Recipients who were told of its start."""
    owed: tuple[str, ...] = ()
    """Recipients who were told of an earlier start and not of its end: they hear of this end in any case."""
    given_up: tuple[str, ...] = ()
    """Recipients to whom something could not be delivered."""

    @property
    def place(self) -> tuple[str, str, str]:
        """What makes it one condition, as `Condition.place`."""
        return str(self.kind), self.flow, self.connection

    @property
    def is_over(self) -> bool:
        """Tell whether the condition has ended."""
        return self.ended_at is not None

    @property
    def waits(self) -> bool:
        """Tell whether somebody is yet to be told."""
        return any(self.to_tell.values())

    def pending(self, edge: str) -> set[str]:
        """Return who is yet to be told of an edge."""
        return set(self.to_tell.get(edge, ()))

    def is_lost(self, now: datetime) -> bool:
        """Tell whether somebody is yet to be told and nobody seems to be about it."""
        waiting = [since for each in self.to_tell.values() for since in each.values()]
        return bool(waiting) and max(self.tried_at or min(waiting), min(waiting)) < now - LOST_AFTER

    def ends_now(self, now: datetime) -> bool:
        """Tell whether its all-clear is on its way to somebody."""
        if self.ended_at is None or not self.pending(END):
            return False
        failed = self.tried_at is not None and self.tried_at >= self.ended_at
        return not failed and now - self.ended_at < LOST_AFTER

    def name_of(self, edge: str) -> str:
        """Return what the telling of one edge is called, the same however often it is sent."""
        which = f"{edge}-{self.grown}" if edge == MORE else edge
        return "/".join([self.tenant, *self.place, f"{self.number}", which])


def begun(tenant: str, condition: Condition, now: datetime, before: Notice | None) -> Notice:
    """Return the notice of a condition that was not so before.

    An all-clear that somebody could not be told by now is not told any more; they are told with the next one.
    """
    return Notice(
        tenant=tenant,
        kind=condition.kind,
        flow=condition.flow,
        connection=condition.connection,
        started_at=now,
        number=before.number + 1 if before else 1,
        revision=before.revision if before else 0,
        owed=tuple(sorted(before.pending(END))) if before else (),
        told_count=condition.count,
        told_level=condition.level,
        **_as_found(condition, now),
    )


def after_look(notice: Notice, condition: Condition | None, *, now: datetime, proved: bool, calm: timedelta) -> Notice:
    """Return the notice after a look that found its condition to be so still, or not (None).

    It is over once it was seen to work and then stayed well for `calm`: a condition that flaps stays one, and what is
    told last is how it ended.
    """
    if condition is not None:
        return notice.model_copy(update={"well_since": None, **_as_found(condition, now, since=notice.since)})
    if notice.is_over or not (proved or notice.well_since):
        return notice
    well_since = notice.well_since or now
    if now - well_since < calm:
        return notice.model_copy(update={"well_since": well_since})
    return notice.model_copy(update={"well_since": well_since, "ended_at": now})


def _as_found(condition: Condition, now: datetime, since: datetime | None = None) -> dict[str, Any]:
    return {
        "since": since or condition.since or now,
        "count": condition.count,
        "at_least": condition.at_least,
        "level": condition.level,
        "label": condition.label,
        "example": condition.example,
        "ill_at": now,
    }


def with_recipients(notice: Notice, wanting: Collection[str], operators: Collection[str], now: datetime) -> Notice:
    """Return the notice with those to be told who are not yet.

    `wanting` are the recipients who want to hear of its kind and place now, `operators` those of them who look after
    the installation. A start is told to each of them once, also to one who is added, or no longer mute, while it lasts;
    what has grown a great deal is told to those who know of the start. An end is told to those who were told of the
    start; that of a set-up in review is a yes, for the customer too.
    """
    if not notice.is_over:
        if notice.well_since is not None:
            return notice
        asked = operators if notice.kind in OPERATORS else wanting
        fresh = set(asked) - {*notice.told, *notice.given_up} - notice.pending(START)
        return _to_tell(_grown(notice, asked, now), START, fresh, now)
    if notice.ended_at != now:
        return notice
    started = {*notice.told, *notice.owed} | notice.pending(START)
    notice = notice.model_copy(update={"to_tell": {**notice.to_tell, MORE: {}}})
    return _to_tell(notice, END, started | set(wanting) if notice.kind is Kind.SETUP else started, now)


def _grown(notice: Notice, asked: Collection[str], now: datetime) -> Notice:
    """Return the notice with those to be told that it has grown, if it has: who knows of its start."""
    if notice.count < TENFOLD * (notice.told_count or notice.count) and notice.level <= notice.told_level:
        return notice
    told = {"told_count": max(notice.count, notice.told_count), "told_level": max(notice.level, notice.told_level)}
    grown = notice.model_copy(update={**told, "grown": notice.grown + 1})
    return _to_tell(grown, MORE, set(asked) & set(notice.told), now)


def _to_tell(notice: Notice, edge: str, who: Collection[str], now: datetime) -> Notice:
    added = {**notice.to_tell.get(edge, {}), **dict.fromkeys(sorted(who), now)}
    return notice.model_copy(update={"to_tell": {**notice.to_tell, edge: added}}) if who else notice


def after_telling(notice: Notice, name: str, edge: str, recipient: str, *, reached: bool) -> Notice:
    """Return the notice after a recipient was told of an edge, or will never be.

    `name` is what the telling was called: where the condition began again or grew since, that is yet to be told.
    """
    if notice.name_of(edge) != name:
        return notice
    rest = {name: since for name, since in notice.to_tell.get(edge, {}).items() if name != recipient}
    update: dict[str, object] = {"to_tell": {**notice.to_tell, edge: rest}}
    if not reached:
        update["given_up"] = tuple(sorted({*notice.given_up, recipient}))
    elif edge == START:
        update["told"] = tuple(sorted({*notice.told, recipient}))
    return notice.model_copy(update=update)
