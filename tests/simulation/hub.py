"""The real hub in the simulated world: every call may be the last, and anything may happen inside one."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from math import inf
from typing import Literal

from samspill.canon.values import Value
from samspill.engine.model import Link, Side, record_of
from samspill.engine.rules import OnConflict, Policy
from samspill.errors import SamspillError, UsageError
from samspill.flows.flow import Flow
from samspill.guard.batch import HeldList
from samspill.guard.limits import in_force
from samspill.messages import FetchPage, Message, Replay, decode
from samspill.pipeline.dispatch import handle
from samspill.pipeline.receive.receive import receive
from samspill.state import FlowStatus, JournalEntry, Run
from samspill.usecases import approvals, limits, review, setup, unlinking
from samspill.usecases import rules as field_rules
from tests.simulation.broken import Died
from tests.simulation.flows import FIELDS, spelling_aside
from tests.simulation.played import PlayedWorld
from tests.simulation.spoils import Unforeseen
from tests.simulation.vendor import Event, Row, SimulatedVendor
from tests.support.actors import admin, schedule

STEPS = ("fetch", "map", "upsert", "log")
FUNCTION_S = {"fetch": 60, "map": 60, "upsert": 90, "log": 60}
"""Time-outs of the functions, as the template has them."""


class SimulatedHub(PlayedWorld):
    """One company's hub: its functions are handed messages, and people use it and its vendors."""

    hubs: list[SimulatedHub]

    # --- functions and messages --------------------------------------------------------------------------------------

    def call(
        self, function: Callable[[], object], seconds: float, message: Message | None = None
    ) -> Literal["done", "failed", "died"]:
        """Run a function with a time limit; tell how it ended.

        What another function was at work on is none of its business, though it runs in the middle of that one. Without
        a message it was a person, a vendor or the schedule who called.
        """
        self._deadlines.append(self.clock.time + seconds)
        self._functions += 1
        interrupted, self._at_work[:] = self._at_work[:], [message] if message else []
        self._shown.append({})
        try:
            function()
        except Died:
            for hub in self.hubs:
                hub.history.deaths += 1
            return "died"
        except (SamspillError, Unforeseen):
            return "failed"
        finally:
            self._deadlines.pop()
            self._at_work[:] = interrupted
            self._shown.pop()
        return "done"

    def deliver(self, step: str, *, repeat: bool = False) -> bool:
        """Hand one message to its function; tell whether there was one."""
        deliveries = self.inner.queues.receive(step, 1)
        for delivery in deliveries:
            if repeat:
                self.inner.queues.duplicate(delivery.handle, self.chance.choice((0, 1, 400)))
            message = decode(delivery.body)
            with self.inner.queues.handling(delivery):
                ended = self.call(partial(handle, self.world, message), FUNCTION_S[step], message)
            if ended == "done":
                self.inner.queues.done(delivery.handle)
                if isinstance(message, FetchPage):
                    self.of(message.flow_key).watch_read(message)
            else:
                self.inner.queues.back(delivery.handle, 30 if ended == "failed" else self.chance.choice((1, 60, 400)))
        return bool(deliveries)

    def deliver_any(self) -> bool:
        """Hand out a message of a step chosen by chance."""
        steps = [step for step in STEPS if self.inner.queues.depth(step)]
        if not steps:
            return False
        return self.deliver(
            self.chance.choice(steps), repeat=self.happens(self.weather.repeats_message, "repeats_message")
        )

    def hook(self) -> bool:
        """Deliver one webhook that is due, chosen by chance."""
        due = [
            (vendor, event)
            for vendor in self.vendors.values()
            for event in vendor.events
            if event.due <= self.clock.time
        ]
        if not due:
            return False
        vendor, event = self.chance.choice(due)
        vendor.events.remove(event)
        if self._receive(event) != "done":
            vendor.events.append(event)
        return True

    def _receive(self, event: Event) -> str:
        body = {"kind": event.kind, "id": event.external_id, "deleted": event.deleted}
        body["version"] = event.version.to_json() if event.version else None
        body["delivery"] = f"{event.side}/{event.delivery}"
        text = json.dumps(body).encode()
        name = self.connections[event.side]
        return self.call(lambda: receive(self.world, self.flow_key.tenant, name, {}, text), 10)

    def drain(self, *, limit_s: float = 4000) -> None:
        """Work until nothing is left, moving the clock on for what is delayed."""
        end = self.clock.time + limit_s
        while self.clock.time < end:
            worked = False
            for step in STEPS:
                while self.deliver(step):
                    worked = True
            for vendor in self._all_vendors():
                vendor.pass_time()
            for hub in self.hubs:
                while hub.hook():
                    worked = True
            if worked:
                continue
            due = self.inner.queues.next_due()
            waiting = [due.timestamp()] if due else []
            waiting += [event.due for vendor in self._all_vendors() for event in vendor.events]
            waiting += [late.due for vendor in self._all_vendors() for late in vendor.late]
            if not waiting:
                return
            self.wait(max(min(waiting) - self.clock.time, 0) + 0.001)

    def _all_vendors(self) -> list[SimulatedVendor]:
        return [vendor for hub in self.hubs for vendor in hub.vendors.values()]

    def sync(self, *, full: bool = True) -> Run | None:
        """Start a run as the schedule does, if none is under way."""
        made: list[Run] = []

        def begin() -> None:
            made.append(setup.run(self.world, schedule(), self.flow_key, full=full))

        self.call(begin, 60)
        return made[0] if made else None

    def wait(self, seconds: float) -> None:
        """Let time pass; what a vendor carries out late happens when it is due."""
        end = self.clock.time + seconds
        late = [(entry.due, vendor) for vendor in self._all_vendors() for entry in vendor.late if entry.due <= end]
        for due, vendor in sorted(late, key=lambda item: item[0]):
            self.clock.time = max(self.clock.time, due)
            vendor.pass_time()
        self.clock.time = max(self.clock.time, end)
        self.hubs[0].people.look()

    def at(self, label: str) -> bool:
        """Tell whether the function at work is at this call."""
        return self._at == label

    # --- looking -----------------------------------------------------------------------------------------------------

    def flow_now(self) -> Flow:
        """Return the flow under the rules in force."""
        return self.flow.changed(self.inner.registry.flow(self.flow_key).rules)

    def links(self, stream: str) -> list[Link]:
        return list(self.inner.links.all(self.key(stream)))

    def journal(self) -> list[JournalEntry]:
        now = self.clock.now()
        return list(self.inner.journal.read(self.flow_key, now.replace(year=now.year - 1), now))

    def told(self) -> list[tuple[str, str, str]]:
        """Return what vendors carried out and what the journal says became of it, without times."""
        writes = [("write", str(write.record), str(write.fields)) for write in self.history.writes]
        return writes + sorted({("line", e.attempt, f"{e.result} {e.reason.code}") for e in self.journal()})

    def archived(self, side: Side, kind: str = "customers") -> set[str]:
        """Return what the hub has archived on a side."""
        return {w.record[2] for w in self.history.writes if w.archive and w.record[:2] == (kind, side)}

    def row(self, kind: str, side: Side, external_id: str | None) -> Row | None:
        return self.vendors[side].rows[kind].get(external_id or "")

    # --- people ------------------------------------------------------------------------------------------------------

    def value(self, name: str) -> Value:
        """Return a value nobody has used yet, which a vendor may normalise."""
        self._values += 1
        if name == "address":
            return {"street": f" Gate {self._values}{self.tag}", "city": f"By {self._values} "}
        return str(self._values) if name == "number" else f"{name.title()} {self._values}{self.tag} "

    def person_adds(self, side: Side, kind: str = "customers", *, entity: str = "", **given: Value) -> Row:
        """A person makes a record."""
        self._values += 1
        vendor = self.vendors[side]
        fields: dict[str, Value] = {name: self.value(name) for name in FIELDS[kind] if name != "customer"}
        if vendor.options.assigns_numbers:
            fields.pop("number", None)
        fields |= given
        row = vendor.add(kind, fields, entity=entity or f"E{self._values}")
        for name, value in fields.items():
            self.history.edited(self.clock.time, (kind, side, row.id), name, value)
        return row

    def person_edits(self, side: Side, kind: str, row: Row, name: str, value: Value) -> None:
        """A person changes a field."""
        link = self.inner.links.of_records(self.key(kind), side, [row.id]).get(row.id)
        known = link.shadows[side].fields if link is not None and side in link.shadows else {}
        kept = spelling_aside(name, self.vendors[side].kept(name, value))
        undoes = name in known and spelling_aside(name, known[name]) == kept
        self.history.edited(self.clock.time, (kind, side, row.id), name, value, undoes=undoes)
        self.vendors[side].put(kind, row, {name: value})

    def person_deletes(self, side: Side, kind: str, row: Row) -> None:
        """A person deletes a record."""
        self.history.deleted[kind, side, row.id] = self.clock.time
        self.vendors[side].remove(kind, row)

    def person_decides(self, stream: str, link: str, action: str) -> None:
        """A person decides about one record in review."""
        self.history.decided.add((stream, link))
        review.decide(self.inner, admin(), self.key(stream), [link], action)

    def person_unlinks(self, link: Link, kind: str = "customers") -> None:
        """A person parts a pair."""
        left, right = ((kind, side, link.ids[side]) for side in Side)
        self.history.apart.add((left, right))
        unlinking.unlink(self.inner, admin(), self.flow_key, link.id, stream=kind)

    def person_links(self, link: str, target: str, kind: str = "customers") -> None:
        """A person links a record that stands alone to another one; one that has a partner by now is refused."""
        side, own = record_of(link)
        records = {side: (kind, side, own), side.other: (kind, side.other, target)}
        self.history.apart.discard((records[Side.LEFT], records[Side.RIGHT]))
        self.history.decided.add((kind, link))
        with suppress(UsageError):
            review.decide(self.inner, admin(), self.key(kind), [link], "link", target=target)

    def person_tries(self) -> Run:
        """A person has worked out what a sync would do."""
        run = setup.run(self.inner, admin(), self.flow_key, dry_run=True)
        self.history.dry_runs.add(run.id)
        return run

    def person_changes_a_rule(self, field: str, policy: Policy, master: Side, on_conflict: OnConflict) -> None:
        """An admin changes the rule of one field, `stream.field`."""
        self.history.flows.append((self.clock.time, self.flow_now()))
        changed = {"policy": policy, "master": master, "on_conflict": on_conflict}
        field_rules.change(self.inner, admin(), self.flow_key, field, **changed)  # type: ignore[arg-type]
        self.history.ruled[field].append(self.clock.time)
        self.seen["changes a rule", self._at] += 1

    def person_pauses_or_resumes(self) -> None:
        """A person stops the flow, or has it go on."""
        if self.is_paused:
            setup.resume(self.inner, admin(), self.flow_key)
        else:
            setup.pause(self.inner, admin(), self.flow_key)
            self.seen["pauses", self._at] += 1

    @property
    def is_first_sync(self) -> bool:
        """True while a plan that a person approved is carried out: nothing of it is counted."""
        return self.inner.registry.flow(self.flow_key).status is FlowStatus.MATCHING

    @property
    def is_paused(self) -> bool:
        return self.inner.registry.flow(self.flow_key).status is FlowStatus.PAUSED

    def person_replays_dead(self) -> None:
        """A person has what was given up on put back to the start. Whoever does it may die, too."""
        self.seen.update({("dead letter", step): len(dead) for step, dead in self.inner.queues.dead.items() if dead})
        tenant, flow = self.flow_key
        asked = Replay(tenant=tenant, flow=flow, dead=True, by="tester")
        self.call(partial(handle, self.world, asked), FUNCTION_S["fetch"], asked)

    def person_sets_limits(self, **limit: float) -> None:
        """A person sets limits of the guard."""
        state = limits.change(self.inner, admin(), self.flow_key, **limit)  # type: ignore[arg-type]  # counts are whole
        ends = state.raised.expires_at.timestamp() if state.raised and state.raised.expires_at else inf
        self.history.limits.append((self.clock.time, in_force(state, self.clock.now()), ends))

    def person_lets_through(self, found: HeldList) -> None:
        """A person lets exactly one list through."""
        given = approvals.approve(self.inner, admin(), self.flow_key, found.hash)
        self.history.approved.append((found.name, frozenset(found.entries), given.expires_at.timestamp()))

    def person_refuses(self, found: HeldList) -> None:
        """A person refuses one list."""
        approvals.reject(self.inner, admin(), self.flow_key, found.hash)
        self.watch_refusal(found)
