"""The mass-change guard before writes go out: counts them by kind, stream and day, and stops what is too much.

What it stops waits, each record with reason `held_back`; `held` shows the list, and lets it through or refuses it. Not
counted: the approved first sync, what a person decided record by record, and what goes on after an interruption.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from samspill.engine.guard import CREATE
from samspill.engine.model import Detail, Link, LinkState, Outcome, Result, Side, link_id, record_of
from samspill.engine.pairs import name_of
from samspill.engine.settle import without
from samspill.guard import approved as approved_lists
from samspill.guard.batch import content_of, field_of, words
from samspill.guard.limits import in_force
from samspill.guard.pair_count import linked
from samspill.messages import LogOutcomes, MapRecords, PlannedWrite, RecordHint
from samspill.ports import LinkCommit, World
from samspill.reasons import Reason
from samspill.state import FlowState, FlowStatus, JournalEntry, Stop
from samspill.work.context import Opened
from samspill.work.flow_state import change_flow
from samspill.work.follow_ups import FollowUps
from samspill.work.outcomes import Outcomes

COUNTED_FOR = timedelta(days=2)
"""Longer than the day it is about, so that a message of yesterday still finds it."""


@dataclass(slots=True)
class _Asked:
    """One write before the guard, and the kinds of it that are not cleared yet."""

    write: PlannedWrite
    before: Link | None
    open: set[str]
    stopped: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)

    @property
    def is_nothing(self) -> bool:
        """True when a person refused all there is to write."""
        return bool(self.refused) and self.refused_fields >= self.write.write.fields.keys()

    @property
    def refusal(self) -> Reason:
        """Say what of it a person refused."""
        return Reason("list_refused", {"what": ", ".join(words(name) for name in sorted(self.refused))})

    @property
    def refused_fields(self) -> frozenset[str]:
        """The fields that stay as they are because a person refused to have them changed."""
        return frozenset(field_of(name) for name in self.refused)

    def leave_out_refused(self) -> None:
        """Write what a person did not refuse; the rest stays a difference that is known."""
        if self.refused and not self.is_nothing:
            names = self.refused_fields
            planned = (self.write.link, self.write.write, self.write.reason)
            link, write, reason = without(planned, self.before, names, self.write.overwritten)
            kept = {name: value for name, value in self.write.overwritten.items() if name not in names}
            update = {
                "link": link,
                "write": write,
                "reason": reason,
                "overwritten": kept,
                "attempt": name_of(link, write),
            }
            self.write = self.write.model_copy(update=update)

    @property
    def link_id(self) -> str:
        return self.write.link.id

    @property
    def joins(self) -> dict[Side, str]:
        """Records that the pair takes in with this write, by side."""
        before = self.before.ids if self.before else {}
        ids = self.write.link.ids.items()
        return {side: i for side, i in ids if side not in before and link_id(side, i) != self.link_id}


@dataclass(frozen=True, slots=True)
class Gate:
    """Everything the guard works with for one message."""

    world: World
    opened: Opened
    message: MapRecords
    outcomes: Outcomes
    follow_ups: FollowUps

    def let_through(
        self, side: Side, writes: Sequence[PlannedWrite], before: Mapping[str, Link | None]
    ) -> list[PlannedWrite]:
        """Return the writes that may go out now; the others are kept waiting."""
        if self.message.trigger == "internal" or self.opened.state.status is FlowStatus.MATCHING:
            return list(writes)
        asked = [self._asked(side, write, before.get(write.link.id)) for write in writes]
        names = sorted({name for each in asked for name in each.open})
        # As it is now: a list may have been stopped since this message was opened.
        state = self.world.registry.flow(self.message.flow_key) if names else self.opened.state
        for name in names:
            self._heed_decisions(state, name, [each for each in asked if name in each.open])
        for each in asked:
            each.leave_out_refused()
        for name in names:
            rest = [each for each in asked if name in each.open and not each.stopped and not each.is_nothing]
            if rest and not self._take(name, [each.link_id for each in rest]):
                self._stop(name)
                for each in rest:
                    each.stopped.add(name)
        kept = [each for each in asked if each.stopped or each.is_nothing]
        self._keep_waiting(kept)
        self._note_on_joined(kept)
        let_out = [each for each in asked if not each.stopped and not each.is_nothing]
        for each in let_out:
            if each.refused:  # what becomes of the write does not tell of what was left out of it
                link, fields = each.write.link, dict.fromkeys(each.refused_fields)
                self.outcomes.tell(link, Result.SKIPPED, each.refusal, fields=fields)
        return [each.write for each in let_out]

    def _asked(self, side: Side, write: PlannedWrite, before: Link | None) -> _Asked:
        mode = self.world.modes.of(self.opened.flow.stream(self.message.stream))
        found = mode.counted_as(write.write, write.overwritten, before)
        decided = before is not None and before.decision is not None
        # A create that a vendor refused was let through once: its attempt is on the link.
        refused = before is not None and bool(before.attempt) and CREATE in found
        goes_on = write.recover or _was_begun(before, write)
        if goes_on or decided or refused:
            found = frozenset()  # it was let through before, or a person said so about this very record
        return _Asked(write, before, {f"{self.message.stream}/{side}/{kind}" for kind in found})

    def _heed_decisions(self, state: FlowState, name: str, asked: Sequence[_Asked]) -> None:
        """Clear what a person let through; note what a person refused, and what the guard has stopped already."""
        approved = approved_lists.approved(self.world, state, name)
        refused = approved_lists.refused(self.world, state, name)
        for each in asked:
            content = content_of(each.write.write, name)
            if refused.get(each.link_id) == content:
                each.open.discard(name)
                each.refused.add(name)
            elif approved.get(each.link_id) == content:
                each.open.discard(name)
            elif name in state.held:
                each.stopped.add(name)

    def _take(self, name: str, ids: Sequence[str]) -> bool:
        """Count records within the day's limit; how many pairs there are is asked only once the small one is met."""
        key, now = self.message.stream_key, self.world.clock.now()
        guard, quota = in_force(self.opened.state, now), f"{key.tenant}/{key.flow}/{name}/{now:%Y-%m-%d}"
        until = now + COUNTED_FOR
        if self.world.quotas.take(quota, ids, limit=guard.at_least, until=until):
            return True
        limit = guard.limit(linked(self.world, key))
        return limit > guard.at_least and self.world.quotas.take(quota, ids, limit=limit, until=until)

    def _stop(self, name: str) -> None:
        """Stop the kind in the stream, first of all: who dies after this is repeated, and meets the stop."""
        stream, side, kind = name.split("/", 2)
        now = self.world.clock.now()
        stop = Stop(stream=stream, side=Side(side), kind=kind, at=now)
        key = self.message.flow_key
        change_flow(self.world, key, lambda s: None if name in s.held else {"held": {**s.held, name: stop}})
        said = JournalEntry(
            at=now,
            stream=stream,
            link="",
            result=Result.REVIEW,
            reason=Reason("guard_stopped", {"what": words(name), "flow": key.flow}),
            run=self.message.run,
            trigger=self.message.trigger,
        )
        told = LogOutcomes(
            tenant=key.tenant,
            flow=key.flow,
            run=self.message.run,
            id=f"guard/{name}/{now.isoformat()}",
            entries=(said,),
            counters={f"{stream}.review": 1} if self.message.run else {},
        )
        self.world.queues.send([told])

    def _keep_waiting(self, asked: Sequence[_Asked]) -> None:
        """Note on each record why it waits. One that says so already is left as it is."""
        links = [self._waiting(each) for each in asked]
        new = [link for link, each in zip(links, asked, strict=True) if not _says(each.before, link)]
        kept = self.world.links.commit(self.message.stream_key, [LinkCommit(link) for link in new])
        lost = {link.id for link, ok in zip(new, kept, strict=True) if not ok}
        for link, each in zip(links, asked, strict=True):
            if link.id in lost:
                again = RecordHint.of(link, ticket=each.write.ticket)
                self.follow_ups.add(again, delay_s=1, attempt=self.message.attempt + 1)
            elif link.outcome is not None:
                ticket = each.write.ticket
                self.outcomes.add(link, link.outcome.result, link.outcome.reason, ticket=ticket)

    def _note_on_joined(self, asked: Sequence[_Asked]) -> None:
        """Note on records that were about to join a pair that they wait with it: the list names the pair alone."""
        notes = [note for side in Side for note in self._joined(side, asked)]
        self.world.links.commit(self.message.stream_key, [LinkCommit(note) for note in notes])
        for note in notes:
            if note.outcome is not None:
                self.outcomes.tell(note, note.outcome.result, note.outcome.reason)

    def _joined(self, side: Side, asked: Sequence[_Asked]) -> list[Link]:
        pairs = {each.joins[side]: self._waiting(each) for each in asked if side in each.joins}
        known = self.world.links.of_records(self.message.stream_key, side, sorted(pairs)) if pairs else {}
        notes: list[Link] = []
        for external_id, pair in pairs.items():
            own = Link(id=link_id(side, external_id), ids={side: external_id}, label=pair.label)
            own = known.get(external_id, own)
            where = {"stream": self.message.stream, "record": pair.label or pair.id}
            reason = Reason("waiting_for", where, because=pair.outcome.reason if pair.outcome else None)
            detail = Detail(waits_for=(self.message.stream, *record_of(pair.id)))
            outcome = Outcome(Result.WAITING, reason, detail)
            if own.state is LinkState.UNLINKED and own.outcome != outcome:
                notes.append(replace(own, outcome=outcome))
        return notes

    def _waiting(self, each: _Asked) -> Link:
        planned = each.write.link
        own = {side: i for side, i in planned.ids.items() if link_id(side, i) == planned.id}
        if each.is_nothing:
            outcome = Outcome(Result.SKIPPED, each.refusal)
        else:
            names = sorted(each.stopped)
            stops = {name: content_of(each.write.write, name) for name in names}
            params = {
                "what": ", ".join(words(name) for name in names),
                # For a rollback: the version before reads its lists here.
                "names": " ".join(stops),
                "content": " ".join(stops.values()),
            }
            outcome = Outcome(Result.WAITING, Reason("held_back", params), Detail(stops=stops))
        before = each.before or Link(id=planned.id, ids=own)
        return replace(before, label=planned.label or before.label, outcome=outcome, intent=None)


def _was_begun(before: Link | None, write: PlannedWrite) -> bool:
    """Tell whether exactly this was on its way already when somebody died."""
    intent = before.intent if before is not None else None
    return intent is not None and intent.side is write.write.side and intent.fields == write.write.fields


def _says(before: Link | None, link: Link) -> bool:
    said = (before.outcome, before.label, before.intent) if before is not None else None
    return said == (link.outcome, link.label, link.intent)
