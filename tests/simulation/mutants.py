"""Deliberately wrong engines. Each is a switch here, in the test tree; a harness that lets one live is not finished.

The numbers are those of the list in `docs/simulation.md`. Every mutant names the invariants that may catch it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson
import pytest

from samspill.engine import deletes, interrupted, pairs
from samspill.engine import merge as merging
from samspill.engine import plan as planning
from samspill.engine.case import Plan
from samspill.engine.guard import ARCHIVE, Guard, kinds
from samspill.engine.merge import Merged, View
from samspill.engine.model import Link, LinkState, Observation, Outcome, Result, Shadow, Side, Write
from samspill.engine.rules import FieldRule, Policy
from samspill.errors import UnknownOutcomeError
from samspill.messages import MapRecords, Subject
from samspill.ports import Page, VendorWrite, Written
from samspill.reasons import Reason
from samspill.state import FlowState
from samspill.steps import creates, decide, fetch, guarded, jobs, sweep, upsert, verdicts
from samspill.steps.snapshots import folder
from samspill.store.budget import BudgetRule
from samspill.store.link_ids import record_of
from samspill.store.memory import MemoryBudgets, MemoryLinks
from tests.simulation.hub import SimulatedHub
from tests.simulation.vendor import Event, SimulatedConnector, SimulatedVendor

type Patch = pytest.MonkeyPatch


@dataclass(frozen=True, slots=True)
class Mutant:
    """A wrong engine and what must notice."""

    number: str
    name: str
    apply: Callable[[Patch], None]
    killed_by: frozenset[str]
    deaths: bool = True
    """False: only in histories where calls do what they are told, so that bounds are exact."""
    plain: bool = False
    """Every field two-way, so that no other invariant is broken first."""
    first_seed: int = 0
    """Where the search begins: near a life that catches it, so that it does not take long."""
    deltas_only: bool = False
    """Reads of changes only, no webhooks and no whole reads."""


def _merged(rules: Sequence[FieldRule], views: Mapping[Side, View], winner: Callable[[str], Side | None]) -> Merged:
    """Build a merge in which `winner` says whose value is taken."""
    base: dict[str, Any] = {}
    writes: dict[Side, dict[str, Any]] = {Side.LEFT: {}, Side.RIGHT: {}}
    for rule in rules:
        values = {side: view.now[rule.name] for side, view in views.items() if rule.name in view.now}
        if rule.policy is Policy.OFF or len(values) < len(Side):
            continue
        won = winner(rule.name)
        base[rule.name] = values[won or Side.LEFT]
        if won and values[won] != values[won.other]:
            writes[won.other][rule.name] = values[won]
    names = {rule.name for rule in rules if rule.policy is not Policy.OFF}
    shadows = {side: {n: v for n, v in view.now.items() if n in names} for side, view in views.items()}
    return Merged(base, shadows, writes, {Side.LEFT: {}, Side.RIGHT: {}}, {}, ())


# --- 1 to 4: what a change is ----------------------------------------------------------------------------------------


def newest_record_wins(patch: Patch) -> None:
    """1: no base; the record that was changed last wins with all its fields."""

    def merge(rules: Any, base: Any, views: Mapping[Side, View], *_: Any, **__: Any) -> Merged:
        left, right = views[Side.LEFT].changed_at or 0, views[Side.RIGHT].changed_at or 0
        return _merged(rules, views, lambda _name: Side.LEFT if left >= right else Side.RIGHT)

    patch.setattr(pairs, "merge", merge)


def echo_by_origin(patch: Patch) -> None:
    """2: a record that our user changed last is taken for an echo, whatever it holds."""
    known = fetch._is_known

    def is_known(opened: Any, side: Side, link: Link | None, observation: Observation) -> bool:
        return "ours" in observation.label.split("|") or known(opened, side, link, observation)

    observe = SimulatedConnector._observe

    def told(self: SimulatedConnector, kind: str, row: Any, seen_at: float, *, exact: bool = False) -> Observation:
        seen = observe(self, kind, row, seen_at, exact=exact)
        writes = [w.at for w in self._hub.history.writes if w.record[2] == row.id]
        return replace(seen, label="|ours" if writes and writes[-1] >= row.changed_at - 60 else seen.label)

    patch.setattr(fetch, "_is_known", is_known)
    patch.setattr(SimulatedConnector, "_observe", told)


def shadow_is_what_was_sent(patch: Patch) -> None:
    """3: the shadow after a write is what we sent, not what the vendor answered."""
    written = upsert._written

    def as_sent(room: Any, job: Any, record: Observation) -> Link:
        after = written(room, job, record)
        side = room.message.side
        fields = {**after.shadows[side].fields, **job.planned.write.fields}
        return replace(after, shadows={**after.shadows, side: replace(after.shadows[side], fields=fields)})

    patch.setattr(upsert, "_written", as_sent)


def shadow_from_a_later_read(patch: Patch) -> None:
    """3b: the shadow after a write is what a read afterwards tells, edits of people included."""

    def written(room: Any, job: Any, record: Observation) -> Any:
        side = room.message.side
        (seen,) = room.connector.read(room.stream.kind, [record.external_id])
        room.references.load(side, [seen])
        fields = room.references.to_links(side, seen)[0].fields
        shadow = Shadow(fields, seen.version, seen.seen_at, fetch.salted(room.opened, seen))
        return replace(
            job.planned.link,
            ids={**job.planned.link.ids, side: record.external_id},
            shadows={**job.planned.link.shadows, side: shadow},
            attempt=job.planned.attempt,
            revision=job.stored.revision if job.stored else 0,
        )

    patch.setattr(upsert, "_written", written)


def sides_compared(patch: Patch) -> None:
    """4: a change is a difference between the sides, not from a side's own shadow."""

    def merge(rules: Any, base: Mapping[str, Any], views: Mapping[Side, View], *_: Any, **__: Any) -> Merged:
        def winner(name: str) -> Side | None:
            left, right = views[Side.LEFT].now.get(name), views[Side.RIGHT].now.get(name)
            if left == right:
                return None
            return Side.RIGHT if right != base.get(name) and left == base.get(name) else Side.LEFT

        return _merged(rules, views, winner)

    patch.setattr(pairs, "merge", merge)


# --- 5, 6: cursors ---------------------------------------------------------------------------------------------------


def cursor_first(patch: Patch) -> None:
    """5: the cursor is saved before what was read is safe."""
    page = SimulatedConnector.page

    def first(self: SimulatedConnector, kind: str, *, token: str | None = None, since: str | None = None) -> Page:
        read = page(self, kind, token=token, since=since)
        if read.cursor is not None and read.complete:
            self._hub.world.cursors.put(self._hub.key(kind), self._vendor.side, read.cursor)
        return read

    patch.setattr(SimulatedConnector, "page", first)


def cursor_by_our_clock(patch: Patch) -> None:
    """6: the next read begins where our clock stood, without overlap."""
    patch.setattr(SimulatedHub, "cursor", lambda self, _vendor, _newest: str(self.clock.time + 0.001))


# --- 7 to 9: creates -------------------------------------------------------------------------------------------------


def no_claim(patch: Patch) -> None:
    """7: records are created without a claim, and linked afterwards."""
    patch.setattr(upsert, "_claimed", lambda _room, jobs: jobs)
    patch.setattr(upsert, "not_there_already", lambda _room, jobs: jobs)
    patch.setattr(decide, "marked_for", lambda _stream, _mark: None)


def link_with_the_present_source(patch: Patch) -> None:
    """7b: an interrupted create is linked with the source as it is now."""

    def recover(case: Any, claim: Any) -> Plan:
        side = claim.side.other
        view = case.seen.get(side)
        if view is None:
            return Plan(case.link, Result.WAITING, Reason("record_busy"), look=(side,), store=False)
        fields = dict(view.observation.fields)
        after = replace(
            case.link,
            state=LinkState.LINKED,
            base=fields,
            shadows={side: view.shadow(fields), claim.side: Shadow(fields)},
            outcome=Outcome(Result.APPLIED, Reason("recovered")),
        )
        return Plan(after, Result.APPLIED, Reason("recovered"), Write(claim.side, claim.fields), recover=True)

    adopt = creates._adopt

    def adopt_as_known(room: Any, job: Any, record: Observation) -> None:
        side = room.message.side
        shadows = dict(job.planned.link.shadows)
        shadows[side] = replace(shadows[side], fingerprint=fetch.salted(room.opened, record))
        link = replace(job.planned.link, shadows=shadows)
        adopt(room, replace(job, planned=job.planned.model_copy(update={"link": link})), record)

    patch.setattr(interrupted, "_recover", recover)
    patch.setattr(creates, "_adopt", adopt_as_known)


def post_is_retried(patch: Patch) -> None:
    """8: the transport repeats a create that was not answered."""
    write = SimulatedConnector._write

    def twice(self: SimulatedConnector, kind: str, asked: VendorWrite) -> Written:
        answer = write(self, kind, asked)
        again = isinstance(answer.error, UnknownOutcomeError) and asked.external_id is None
        return write(self, kind, asked) if again else answer

    patch.setattr(SimulatedConnector, "_write", twice)


def no_wait_for_the_index(patch: Patch) -> None:
    """9: recovery does not wait until a search can find what was made."""
    init = SimulatedConnector.__init__

    def hasty(self: SimulatedConnector, vendor: SimulatedVendor, io: Any) -> None:
        init(self, vendor, io)
        self.capabilities = replace(self.capabilities, search_lag_s=0)

    patch.setattr(SimulatedConnector, "__init__", hasty)
    patch.setattr(upsert, "INTENT_S", 1)


# --- 10 to 14: reads, the guard, and commits -------------------------------------------------------------------------


def absent_is_deleted(patch: Patch) -> None:
    """10: what a list does not hold is gone."""

    def look(world: Any, _state: Any, message: Any) -> None:
        run = world.runs.get(message.flow_key, message.run)
        seen = set()
        for key in world.blobs.keys(f"{folder(run)}/{message.stream}/{message.side}/seen/"):
            seen.update(orjson.loads(world.blobs.get(key) or b"[]"))
        now = int(world.clock.now().timestamp() * 1000)
        for link in world.links.all(message.stream_key):
            if sweep._live(link, message.side) and link.ids[message.side] not in seen:
                gone = Observation(link.ids[message.side], {}, seen_at=now, deleted=True)
                subject = Subject.model_validate({message.side.value: gone})
                names = {"tenant": message.tenant, "flow": message.flow, "stream": message.stream}
                world.queues.send([MapRecords(**names, subjects=(subject,))])

    patch.setattr(sweep, "look_for_absent", look)
    patch.setattr(deletes, "_edited", lambda _case, _side: False)


def counts_while_executing(patch: Patch) -> None:
    """11: what a whole read lacks is deleted one by one until the day's limit is met."""
    let_through = guarded.Gate.let_through

    def one_by_one(self: guarded.Gate, side: Side, writes: Sequence[Any], before: Any) -> list[Any]:
        return [out for write in writes for out in let_through(self, side, [write], before)]

    patch.setattr(guarded.Gate, "let_through", one_by_one)
    patch.setattr(sweep, "in_force", lambda *_: Guard(at_least=10**6, share=1.0, shrink=1.0))


def nothing_is_counted(patch: Patch) -> None:
    """11b: deletes told one by one go out however many they are."""
    patch.setattr(guarded, "kinds", lambda *known, **named: kinds(*known, **named) - {ARCHIVE})


def only_deletes_are_counted(patch: Patch) -> None:
    """11d: creates and replaced values go out however many they are."""
    patch.setattr(guarded, "kinds", lambda *known, **named: kinds(*known, **named) & {ARCHIVE})


def raised_for_good(patch: Patch) -> None:
    """11c: a limit that was raised stays raised."""

    def in_force(state: FlowState, _now: Any) -> Guard:
        limits = state.raised or state.limits
        return Guard(limits.at_least, limits.share, limits.shrink) if limits else Guard()

    patch.setattr(guarded, "in_force", in_force)


def payload_is_applied(patch: Patch) -> None:
    """12: what a webhook carries is applied as it is."""
    tell = SimulatedVendor.tell
    carried: dict[tuple[Side, int], Observation] = {}

    def remember(self: SimulatedVendor, kind: str, external_id: str, *, deleted: bool = False) -> None:
        before = self._deliveries
        tell(self, kind, external_id, deleted=deleted)
        row = self.rows[kind].get(external_id)
        for delivery in range(before + 1, self._deliveries + 1):
            version = row.version if row and self.options.versions else None
            stamp = int(self.hub.clock.time * 1000)
            fields = dict(row.fields) if row else {}
            carried[self.side, delivery] = Observation(external_id, fields, version, stamp, deleted=row is None)

    def receive(self: SimulatedHub, event: Event) -> str:
        subject = Subject.model_validate({event.side.value: carried[event.side, event.delivery]})
        message = MapRecords(
            tenant=self.flow_key.tenant, flow=self.flow_key.flow, stream=event.kind, subjects=(subject,)
        )
        self.inner.queues.send([message])
        return "done"

    patch.setattr(SimulatedVendor, "tell", remember)
    patch.setattr(SimulatedHub, "_receive", receive)
    patch.setattr(planning, "_is_stale", lambda _shadow, _observation: False)


def answer_passes_for_known(patch: Patch) -> None:
    """13: the mark "look again" is cleared although the record changed meanwhile."""
    written = upsert._written

    def known(room: Any, job: Any, record: Observation) -> Link:
        after = written(room, job, record)
        side = room.message.side
        shadow = replace(after.shadows[side], fingerprint=fetch.salted(room.opened, record))
        return replace(after, shadows={**after.shadows, side: shadow})

    patch.setattr(upsert, "_written", known)


def commits_without_condition(patch: Patch) -> None:
    """14: whoever commits last wins; a worker that slept overwrites what others did."""

    def commit(self: MemoryLinks, places: Any, commit: Any) -> bool:
        home = record_of(commit.link.id)
        held = places.get(home)
        places[home] = replace(commit.link, revision=(held.revision if isinstance(held, Link) else 0) + 1)
        places.update(dict.fromkeys(commit.pointers, commit.link.id))
        return True

    patch.setattr(MemoryLinks, "_commit", commit)
    patch.setattr(planning, "_is_stale", lambda _shadow, _observation: False)
    patch.setattr(
        upsert,
        "_still_valid",
        lambda room: [
            jobs.Job(w, room.world.links.get(room.message.stream_key, [w.link.id]).get(w.link.id), f)
            for w, f in zip(
                room.message.writes,
                room.references.to_ids(room.message.side, [w.write.fields for w in room.message.writes]),
                strict=True,
            )
            if f is not None
        ],
    )


# --- 15, 16: fields --------------------------------------------------------------------------------------------------


def missing_is_null(patch: Patch) -> None:
    """15: a field that was not told is taken for empty."""
    observe = SimulatedConnector._observe

    def filled(self: SimulatedConnector, kind: str, row: Any, seen_at: float, *, exact: bool = False) -> Observation:
        seen = observe(self, kind, row, seen_at, exact=exact)
        return replace(seen, fields=dict.fromkeys(row.fields) | dict(seen.fields))

    patch.setattr(SimulatedConnector, "_observe", filled)


def groups_are_torn(patch: Patch) -> None:
    """16: the parts of an address are merged one by one."""
    merge = merging.merge

    def torn(rules: Any, base: Any, views: Mapping[Side, View], *more: Any, **named: Any) -> Merged:
        def flat(fields: Mapping[str, Any]) -> dict[str, Any]:
            out = dict(fields)
            address = out.pop("address", None)
            if isinstance(address, Mapping):
                out |= {f"address.{key}": value for key, value in address.items()}
            return out

        parts = [replace(r, name=f"address.{p}") for r in rules if r.name == "address" for p in ("street", "city")]
        flat_views = {s: View(flat(v.shadow), flat(v.now), v.changed_at) for s, v in views.items()}
        done = merge((*(r for r in rules if r.name != "address"), *parts), flat(base), flat_views)

        def whole(fields: Mapping[str, Any], now: Any) -> dict[str, Any]:
            out = {name: value for name, value in fields.items() if not name.startswith("address.")}
            own = {n.partition(".")[2]: value for n, value in fields.items() if n.startswith("address.")}
            if own:
                out["address"] = {**(now if isinstance(now, Mapping) else {}), **own}
            return out

        address = {side: view.now.get("address") for side, view in views.items()}
        return replace(
            done,
            base=whole(done.base, None),
            shadows={side: whole(fields, None) for side, fields in done.shadows.items()},
            writes={side: whole(fields, address[side]) for side, fields in done.writes.items()},
            overwritten={side: whole(fields, address[side]) for side, fields in done.overwritten.items()},
            conflicts={n: v for n, v in done.conflicts.items() if not n.startswith("address.")},
            pending=tuple(n for n in done.pending if not n.startswith("address.")),
        )

    patch.setattr(pairs, "merge", torn)


# --- 19 to 22 --------------------------------------------------------------------------------------------------------


def likeness_links(patch: Patch) -> None:
    """19: two records are joined because they look alike: here, because both have a name."""

    def by_likeness(room: Any, todo: list[Any]) -> Iterator[Any]:
        for job in todo:
            if job.is_create:
                rows = room.connector._vendor.rows[room.stream.kind].values()
                links = room.world.links.of_records(room.message.stream_key, room.message.side, [r.id for r in rows])
                free = [r.id for r in rows if r.id not in links]
                if free:
                    jobs.again(room, job.planned, delay_s=0, found=free[0])
                    continue
            yield job

    patch.setattr(upsert, "not_there_already", lambda room, todo: list(by_likeness(room, todo)))


def own_bucket(patch: Patch) -> None:
    """20: every worker counts its calls for itself."""
    init = SimulatedConnector.__init__

    def alone(self: SimulatedConnector, vendor: SimulatedVendor, io: Any) -> None:
        init(self, vendor, io)
        limit = vendor.options.calls_per_window or 10**6
        self._limiter._budgets = MemoryBudgets(vendor.hub.clock, lambda _key: BudgetRule(limit, 60))

    patch.setattr(SimulatedConnector, "__init__", alone)


def tombstone_is_dropped(patch: Patch) -> None:
    """21: what was deleted is forgotten at once."""
    bury = deletes._bury

    def forget(case: Any, result: Result, reason: Reason, write: Write | None = None) -> Plan:
        made = bury(case, result, reason, write)
        return replace(made, link=replace(made.link, state=LinkState.UNLINKED, shadows={}, base={}))

    patch.setattr(deletes, "_bury", forget)


def decision_outlives_what_was_seen(patch: Patch) -> None:
    """22: a decision is applied whatever the record has become."""

    def decided(link: Link, _views: Any) -> dict[str, Side]:
        if link.decision is None or link.decision.action not in {"take-left", "take-right"}:
            return {}
        return dict.fromkeys(link.decision.seen, Side(link.decision.action[5:]))

    patch.setattr(pairs, "_decided", decided)


def refused_is_sent_again(patch: Patch) -> None:
    """23: what a vendor refused is sent again by every whole read."""
    patch.setattr(fetch, "_LOOK_AGAIN", frozenset({Result.WAITING, Result.FAILED}))


def attempts_share_a_name(patch: Patch) -> None:
    """24: two writes planned on one revision have one name, so that the second is taken for the first come again."""
    patch.setattr(decide, "name_of", lambda link, _write: f"{link.id}@{link.revision}")


def refused_absence_is_forgotten(patch: Patch) -> None:
    """11e: what a person refused of a list is carried out once the list is short enough."""
    patch.setattr(sweep, "_without_refused", lambda _world, _state, _message, lacking: list(lacking))
    patch.setattr(verdicts, "refused", lambda *_: {})


LOST, CONVERGE, ECHO = "INV-NO-LOST-UPDATE", "INV-CONVERGE", "INV-NO-ECHO"
DUPLICATE = "INV-NO-DUP-CREATE"
GUARD = frozenset({"INV-DELETE-GUARD"})
MUTANTS = (
    Mutant("1", "newest record wins", newest_record_wins, frozenset({LOST}), plain=True),
    Mutant("2", "echo filter by origin only", echo_by_origin, frozenset({LOST, CONVERGE})),
    Mutant("3", "shadow is what was sent", shadow_is_what_was_sent, frozenset({ECHO}), deaths=False, first_seed=20),
    Mutant("3b", "shadow from a later read", shadow_from_a_later_read, frozenset({CONVERGE, LOST})),
    Mutant("4", "sides compared with each other", sides_compared, frozenset({ECHO}), deaths=False, plain=True),
    Mutant("5", "cursor before the marks", cursor_first, frozenset({"INV-CURSOR-SAFE"})),
    Mutant("6", "cursor by our clock", cursor_by_our_clock, frozenset({CONVERGE}), deltas_only=True),
    Mutant("7", "no claim", no_claim, frozenset({DUPLICATE})),
    Mutant("7b", "linked with the present source", link_with_the_present_source, frozenset({CONVERGE}), first_seed=68),
    Mutant("8", "POST is retried", post_is_retried, frozenset({DUPLICATE}), first_seed=30),
    Mutant("9", "no wait for the search index", no_wait_for_the_index, frozenset({DUPLICATE}), first_seed=405),
    Mutant("10", "absent is deleted", absent_is_deleted, frozenset({"INV-NO-DELETE-WITHOUT-DELETE"})),
    Mutant("11", "guard counts while executing", counts_while_executing, GUARD),
    Mutant("11b", "deletes are not counted", nothing_is_counted, GUARD),
    Mutant("11c", "a raised limit never ends", raised_for_good, GUARD),
    Mutant("11d", "only deletes are counted", only_deletes_are_counted, frozenset({"INV-CHANGE-GUARD"})),
    Mutant("11e", "a refused absence is forgotten", refused_absence_is_forgotten, GUARD),
    Mutant("12", "payload is applied", payload_is_applied, frozenset({"INV-MONOTONE"})),
    Mutant("13", "mark cleared unconditionally", answer_passes_for_known, frozenset({CONVERGE}), first_seed=44),
    Mutant("14", "commits without condition", commits_without_condition, frozenset({"INV-NO-CLOBBER", "INV-MONOTONE"})),
    Mutant("15", "missing is null", missing_is_null, frozenset({"INV-NO-NULL-FROM-MISSING"}), first_seed=165),
    Mutant("16", "groups are torn", groups_are_torn, frozenset({"INV-PROVENANCE"}), plain=True, first_seed=70),
    Mutant("19", "likeness links", likeness_links, frozenset({"INV-LINK-1TO1"})),
    Mutant("20", "own bucket for every worker", own_bucket, frozenset({"INV-BUDGET"})),
    Mutant("21", "tombstone is dropped", tombstone_is_dropped, frozenset({"INV-NO-RESURRECT"})),
    Mutant("22", "decision outlives what was seen", decision_outlives_what_was_seen, frozenset({"INV-APPROVAL"})),
    Mutant("23", "what was refused is sent again", refused_is_sent_again, frozenset({"INV-FIXPOINT"})),
    Mutant("24", "attempts share a name", attempts_share_a_name, frozenset({"INV-AUDIT"})),
)
