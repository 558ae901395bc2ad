"""Collects what became of records in one message and hands it to the log step."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping

from samspill.canon.values import Fields
from samspill.engine.model import Effect, Link, Result
from samspill.messages import LogOutcomes, MapRecords, UpsertRecords
from samspill.ports import World
from samspill.reasons import Reason
from samspill.state import JournalEntry


class Outcomes:
    """Journal lines and counters of one message. Unchanged records are counted, not journalled."""

    def __init__(self, world: World, message: MapRecords | UpsertRecords) -> None:
        """Start with nothing."""
        self._world, self._message = world, message
        self._entries: list[JournalEntry] = []
        self._counters: Counter[str] = Counter()
        self._tickets: list[str] = []

    def add(
        self,
        link: Link,
        result: Result,
        reason: Reason,
        *,
        attempt: str = "",
        fields: Fields | None = None,
        before: Mapping[str, object] | None = None,
        effect: Effect | None = None,
        ticket: str = "",
    ) -> None:
        """Note how one record ended."""
        self.count(result, reason, ticket=ticket)
        if result is not Result.UNCHANGED:
            self.tell(link, result, reason, attempt=attempt, fields=fields, before=before, effect=effect)

    def count(self, result: Result, reason: Reason, *, ticket: str = "") -> None:
        """Count how one record ended, where the journal has been told of it."""
        self._tickets.append(ticket)
        stream = self._message.stream
        self._counters[f"{stream}.done"] += 1
        self._counters[f"{stream}.{result}"] += 1
        if result is not Result.UNCHANGED and reason.code != result:
            self._counters[f"{stream}.{reason.code}"] += 1

    def tell(
        self,
        link: Link,
        result: Result,
        reason: Reason,
        *,
        attempt: str = "",
        fields: Fields | None = None,
        before: Mapping[str, object] | None = None,
        effect: Effect | None = None,
    ) -> None:
        """Put a line into the journal, beside what is counted."""
        stream = self._message.stream
        self._entries.append(
            JournalEntry(
                at=self._world.clock.now(),
                stream=stream,
                link=link.id,
                ids={side.value: external_id for side, external_id in link.ids.items()},
                label=link.label,
                result=result,
                reason=reason,
                attempt=attempt or f"{link.id}@{link.revision}",
                run=self._message.run or self._message.late_of,
                trigger=self._message.trigger,
                fields=tuple(sorted(fields or ())),
                before=dict(before or {}),
                effect=effect,
            )
        )

    def send(self) -> None:
        """Hand over what was noted since the last time."""
        self._world.queues.send(self._message_for_log())
        self._entries, self._counters, self._tickets = [], Counter(), []

    def _message_for_log(self) -> list[LogOutcomes]:
        """Return the message, if there is anything to tell; the same outcomes give the same id, so they count once."""
        if not self._counters and not self._entries:
            return []
        parts = sorted(f"{entry.link}/{entry.attempt}/{entry.result}" for entry in self._entries)
        quiet = self._counters[f"{self._message.stream}.unchanged"]
        run = self._message.run or self._message.late_of
        content = "|".join([run, self._message.stream, self._origin(), str(quiet), *parts, *sorted(self._tickets)])
        return [
            LogOutcomes(
                tenant=self._message.tenant,
                flow=self._message.flow,
                run=run,
                trigger=self._message.trigger,
                id=hashlib.blake2b(content.encode(), digest_size=12).hexdigest(),
                entries=tuple(self._entries),
                counters=dict(self._counters),
                late=bool(self._message.late_of) and not self._message.run,
            )
        ]

    def _origin(self) -> str:
        """Name the message by its records, so that equal counts of different messages stay apart."""
        if isinstance(self._message, UpsertRecords):
            names = [write.attempt for write in self._message.writes]
        else:
            names = [
                f"{o.external_id}@{o.version.to_json() if o.version else o.seen_at}"
                for s in self._message.subjects
                for o in (s.left, s.right)
                if o is not None
            ]
        return f"{self._message.step}:{self._message.attempt}:" + ",".join(names)
