"""What must hold, each under its own name, told from god's view.

A: after every step. Q: when everything is quiet. H: over the whole history. `Watch` checks the A rows where they can be
broken: at a vendor's write, at a commit, at the end of a function; `at_rest` checks the rest.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from math import inf

from samspill.canon.values import Value
from samspill.engine.guard import CREATE, FIELD
from samspill.engine.model import Link, LinkState, Result, Side
from samspill.engine.rules import FieldRule, OnConflict, Policy, StreamRules
from samspill.flows.flow import Flow
from samspill.messages import FetchRecords, MapRecords, UpsertRecords, decode
from samspill.ports import VendorWrite
from samspill.state import StreamKey
from tests.simulation.flows import FIELDS
from tests.simulation.guard import GuardWatch
from tests.simulation.history import EngineWrite, Record
from tests.simulation.hub import STEPS, Broken, SimulatedHub
from tests.simulation.vendor import POISON, Row, SimulatedVendor

WINDOW_S = 1
"""How long a write takes from the last look at its record; without versions an edit meanwhile is overwritten unseen."""
PLANNING_S = 120
"""How long the function that plans a write may have known the rules by then."""
DONE = {"created", "updated", "overwritten", "conflict_settled", "archived"}
"""Reasons that say that a vendor carried something out."""
LIVE = {LinkState.LINKED, LinkState.CLAIMED}


@dataclass(slots=True)
class Watch:
    """Checks what must hold after every step."""

    hub: SimulatedHub
    created: Counter[tuple[Record, Side]] = field(default_factory=Counter)
    """(source record, side created on) → how many the hub made."""
    paired: dict[Record, dict[Record, float]] = field(default_factory=lambda: defaultdict(dict))
    """Every record that was ever the other half of a pair, and since when."""

    agreed: dict[tuple[str, str, str], float] = field(default_factory=dict)
    """(stream, link, field) → since when both sides have agreed on it."""

    guard: GuardWatch = field(init=False)

    def __post_init__(self) -> None:
        self.guard = GuardWatch(self.hub)
        self.hub.watch_refusal = self.guard.refused
        self.hub.watch_write = self.write
        self.hub.watch_overwrite = self.overwrite
        self.hub.watch_commit = self.commit
        self.hub.watch_cursor = self.cursor
        self.hub.watch_limit = self.limit

    def rules(self, kind: str) -> StreamRules:
        return self.hub.flow_now().stream(kind).rules

    def _flows_of(self, done: EngineWrite) -> list[Flow]:
        """Return the flow as a write may have known it: as it is now, and as it was while the write was under way.

        A create that was interrupted is finished as it was begun.
        """
        history, (kind, _, _) = self.hub.history, done.record
        mine = done.attempt[: done.attempt.rindex("@") + 1] if done.create else done.attempt
        begun = [at for (stream, name), at in history.let_out.items() if stream == kind and name.startswith(mine)]
        since = min(begun, default=self.hub.clock.time) - PLANNING_S
        return [self.hub.flow_now(), *(flow for until, flow in history.flows if until >= since)]

    # --- at a vendor's write -----------------------------------------------------------------------------------------

    def write(self, vendor: SimulatedVendor, done: EngineWrite, asked: VendorWrite) -> None:
        """Check one write that a vendor carried out."""
        kind, side, _ = done.record
        alone(self.hub, done.fields)
        if done.create:
            self._create(vendor, done, asked)
            if not self.hub.is_first_sync:
                self.guard.change([CREATE], done.record, asked)
        if done.archive:
            self._archive(done)
            self.guard.archive(done, asked)
        known = [flow.stream(kind).rules.by_name for flow in self._flows_of(done)]
        for name, value in done.fields.items():
            valid = [rules[name] for rules in known if name in rules and rules[name].policy is not Policy.OFF]
            if not valid:
                raise Broken("INV-OWNERSHIP", f"{name} is not mapped and was written")
            if not done.create and all(_belongs_to(side, rule) for rule in valid):
                raise Broken("INV-OWNERSHIP", f"{name} belongs to {side} and was written there")
            rule = valid[0]
            if rule.references is not None:
                self._reference(done, rule, value)
            else:
                self._provenance(done, name, value)

    def _create(self, vendor: SimulatedVendor, done: EngineWrite, asked: VendorWrite) -> None:
        kind, side, _ = done.record
        source = self.hub.source_of(kind, asked.marker)
        self.created[source, side] += 1
        gone = sum(
            1
            for write in self.hub.history.writes
            if write.create and write.record in self.hub.history.deleted and write.entity == done.entity
        )
        if self.created[source, side] - gone > 1:
            raise Broken("INV-NO-DUP-CREATE", f"{source} was created on {side} {self.created[source, side]} times")
        if any(record in self.hub.history.deleted for record in self.paired[source]):
            raise Broken("INV-NO-RESURRECT", f"the partner of {source} was deleted on {side} and is there again")

    def _archive(self, done: EngineWrite) -> None:
        others = [r for r in self.hub.history.records_of[done.entity] if r[1] is done.record[1].other]
        others += self._partners(done.record)
        if not any(record in self.hub.history.deleted for record in others):
            raise Broken("INV-NO-DELETE-WITHOUT-DELETE", f"{done.record} was archived; nobody deleted its counterpart")

    def _partners(self, record: Record) -> list[Record]:
        kind, side, external_id = record
        return [
            (kind, side.other, link.ids[side.other])
            for link in self.hub.links(kind)
            if link.ids.get(side) == external_id and side.other in link.ids
        ]

    def _stand_for(self, record: Record) -> set[str]:
        """Return the entities of a record's partners."""
        partners = self._partners(record)
        if any(partner not in self.hub.history.entity_of for partner in partners):
            raise Broken("INV-TENANT", f"{record} was paired with {partners}, which this customer does not have")
        return {self.hub.history.entity_of[partner] for partner in partners}

    def _provenance(self, done: EngineWrite, name: str, value: Value) -> None:
        entities = {done.entity} | self._stand_for(done.record)
        given = [v for entity in entities for v in self.hub.history.given.get((entity, name), [])]
        known = [*given, *(vendor.normal(v) for v in given for vendor in self.hub.vendors.values())]
        if value in known:
            return
        if value is None:
            raise Broken("INV-NO-NULL-FROM-MISSING", f"{name} of {done.record} was emptied; nobody had done so")
        raise Broken("INV-PROVENANCE", f"{value!r} was written to {name} of {done.record}; nobody ever put it there")

    def _reference(self, done: EngineWrite, rule: FieldRule, value: Value) -> None:
        """The record referred to stands for what a person referred to."""
        if value is None:
            return
        target: Record = (str(rule.references), done.record[1], str(value))
        if self.hub.row(*target) is None and target not in self.hub.history.deleted:
            raise Broken("INV-REFS", f"{done.record} refers to {target}, which is not there")
        entities = {done.entity} | self._stand_for(done.record)
        wanted = {
            self.hub.history.entity_of.get((target[0], side, str(given)))
            for entity in entities
            for given in self.hub.history.given.get((entity, rule.name), [])
            for side in Side
        }
        near = {self.hub.history.entity_of[target]} | self._stand_for(target)
        if not near & wanted:
            raise Broken("INV-REFS", f"{done.record} refers to {target}; nobody asked for that")

    def overwrite(self, vendor: SimulatedVendor, kind: str, row: Row, asked: VendorWrite) -> None:
        """Check what a write is about to replace."""
        if not self.hub.is_first_sync:
            replaced = [FIELD + name for name in asked.fields if row.fields.get(name) not in (None, "")]
            self.guard.change(replaced, (kind, vendor.side, row.id), asked)
        if vendor.options.preconditions and asked.version is None:
            raise Broken("INV-NO-CLOBBER", f"{row.id} was changed without a precondition")
        if not vendor.options.preconditions:
            record = (kind, vendor.side, row.id)
            for name in self._unread(vendor, record, row, asked) & asked.fields.keys():
                self.hub.history.unseen[record, name] = asked.key
        link_id, _, revision = asked.key.rpartition("@")
        link = self.hub.inner.links.get(self.hub.key(kind), [link_id]).get(link_id)
        if link is None:
            return
        decision = link.decision
        if (
            decision is not None
            and decision.action in {"take-left", "take-right"}
            and str(link.revision - 1) == revision.partition(".")[0]
        ):
            for name, seen in decision.seen.items():
                if (
                    name in asked.fields
                    and row.fields.get(name) != seen.get(vendor.side)
                    and name not in self._same(link)
                ):
                    raise Broken("INV-APPROVAL", f"{name} of {row.id} changed after the decision, and was overwritten")

    def _unread(self, vendor: SimulatedVendor, record: Record, row: Row, asked: VendorWrite) -> set[str]:
        """Return the fields that were edited since the write's last look at its record."""
        if not vendor.options.versions:
            edits = [edit for edit in self.hub.history.edits if edit.record == record]
            return {edit.name for edit in edits if self.hub.clock.time - edit.at < WINDOW_S}
        if asked.version == row.version:
            return set()
        read = dict(row.past).get(asked.version or 0, {})
        return {name for name, value in row.fields.items() if name not in read or read[name] != value}

    def _same(self, link: Link) -> set[str]:
        """Names whose present write does not come from the decision."""
        return {name for name, rule in self.rules_of(link).items() if rule.references is not None}

    def rules_of(self, link: Link) -> Mapping[str, FieldRule]:
        for stream in self.hub.flow.streams:
            if link.id in {known.id for known in self.hub.links(stream.name)}:
                return stream.rules.by_name
        return {}

    def limit(self, vendor: SimulatedVendor, calls: int) -> None:
        """Check that the vendor never has to say that it is too much."""
        raise Broken("INV-BUDGET", f"{calls} calls on {vendor.side} in one window")

    # --- at a commit -------------------------------------------------------------------------------------------------

    def commit(self, stream: StreamKey, before: Link | None, after: Link) -> None:
        """Check one commit."""
        for side, shadow in (before.shadows if before else {}).items():
            now = after.shadows.get(side)
            same = before is not None and before.ids.get(side) == after.ids.get(side)
            if now and same and shadow.version and now.version and now.version < shadow.version:
                raise Broken("INV-MONOTONE", f"{after.id} went back from {shadow.version} to {now.version} on {side}")
        if after.state is LinkState.LINKED and len(after.shadows) == len(Side):
            left, right = ((stream.stream, side, after.ids[side]) for side in Side)
            if len({self.hub.history.entity_of.get(record) for record in (left, right)}) > 1:
                raise Broken("INV-LINK-1TO1", f"{left} and {right} were joined; they are different things")
            self.paired[left].setdefault(right, self.hub.clock.time)
            self.paired[right].setdefault(left, self.hub.clock.time)
        for name in after.base:
            self.agreed.setdefault((stream.stream, after.id, name), self.hub.clock.time)
        for side, shadow in after.shadows.items():
            record = (stream.stream, side, after.ids.get(side, ""))
            for name, value in shadow.fields.items():
                rule = self.rules(stream.stream).by_name.get(name)
                held = self.hub.history.held.get((record, name))
                if held and rule and rule.references is None and value not in held:
                    raise Broken(
                        "INV-ATOMIC-STATE", f"{after.id} believes {record} held {name}={value!r}; it never did"
                    )

    # --- after every function ----------------------------------------------------------------------------------------

    def step(self) -> None:
        """Check the state of the hub."""
        self.guard.note_pairs()
        for stream in self.hub.flow.streams:
            live: Counter[tuple[Side, str]] = Counter()
            asked: Counter[tuple[str, str]] = Counter()
            for link in self.hub.links(stream.name):
                if link.state in LIVE:
                    live.update((side, external_id) for side, external_id in link.ids.items())
                if link.conflicts:
                    asked.update(
                        (entity, name) for entity in self._entities(stream.name, link) for name in link.conflicts
                    )
            often = [conflict for conflict, count in asked.items() if count > 1]
            if often:
                raise Broken("INV-CONFLICT-ONCE", f"a person is asked about {often} more than once")
            twice = [record for record, count in live.items() if count > 1]
            if twice:
                raise Broken("INV-LINK-1TO1", f"{twice} are in more than one pair")

    def _entities(self, kind: str, link: Link) -> set[str]:
        known = self.hub.history.entity_of
        return {known[record] for side, own in link.ids.items() if (record := (kind, side, own)) in known}

    def cursor(self, stream: StreamKey, side: Side, cursor: str) -> None:
        """Check that everything before a cursor is known, or on its way."""
        underway = set(_underway(self.hub, stream.stream, side))
        for row in self.hub.vendors[side].rows[stream.stream].values():
            if row.changed_at >= float(cursor) or row.archived or row.id in self.hub.vendors[side].hidden:
                continue
            link = self.hub.inner.links.of_records(stream, side, [row.id]).get(row.id)
            known = link is not None and (link.state is LinkState.TOMBSTONE or side in link.shadows)
            if not known and row.id not in underway:
                raise Broken("INV-CURSOR-SAFE", f"{row.id} was made before the cursor and nobody knows of it")


def _belongs_to(side: Side, rule: FieldRule) -> bool:
    return rule.owner is side or (rule.policy is Policy.FILL_IF_BLANK and rule.master is side)


def _underway(hub: SimulatedHub, stream: str, side: Side) -> Iterator[str]:
    queues = hub.inner.queues
    dead = [decode(letter.body) for step in STEPS for letter in queues.dead[step]]
    for message in (*(place.letter.message for place in queues._places.values()), *dead):
        if getattr(message, "stream", "") != stream or message.flow_key != hub.flow_key:
            continue
        if isinstance(message, FetchRecords):
            yield from (hint.id_on(side) or "" for hint in message.records)
        elif isinstance(message, MapRecords):
            yield from (o.external_id for subject in message.subjects if (o := subject.on(side)))
        elif isinstance(message, UpsertRecords):
            yield from (write.link.ids.get(side, "") for write in message.writes)


# --- when everything is quiet ----------------------------------------------------------------------------------------


def at_rest(watch: Watch) -> None:
    """Check every Q and H row."""
    broken: list[Broken] = []
    for check in _checks(watch):
        try:
            check()
        except Broken as found:
            broken.append(found)
    if broken:
        raise Broken(broken[0].name, str(broken[0]).partition(": ")[2], *broken[1:])


def _checks(watch: Watch) -> Iterator[Callable[[], None]]:
    hub = watch.hub
    for stream in hub.flow_now().streams:
        for link in hub.links(stream.name):
            yield partial(_explained, hub, stream.name, link)
            if link.state is LinkState.LINKED and not _apart(hub, stream.name, link):
                yield partial(_converged, hub, stream.rules, link)
                yield partial(_nothing_lost, watch, stream.rules, link)
                yield partial(_no_echo, hub, stream.rules, link)
            yield partial(alone, hub, link)
        yield partial(_everything_known, hub, stream.name)
    yield partial(_audited, hub)
    yield partial(_overwrites_told, hub)
    yield partial(alone, hub, hub.journal())


def alone(hub: SimulatedHub, what: object) -> None:
    """Check that nothing of another customer's is in what one customer is sent or told."""
    if any(other is not hub and other.tag in repr(what) for other in hub.hubs):
        raise Broken("INV-TENANT", f"another customer's words reached {hub.flow_key.tenant}: {what}")


def _apart(hub: SimulatedHub, kind: str, link: Link) -> bool:
    """Tell whether one side is gone, or a person must act or wanted it so: such a pair need not agree."""
    rows = [hub.row(kind, side, link.ids.get(side)) for side in Side]
    stopped = link.outcome is not None and link.outcome.result in {Result.FAILED, Result.REVIEW, Result.WAITING}
    refused = link.outcome is not None and link.outcome.reason.code == "list_refused"
    return any(row is None or row.archived for row in rows) or stopped or refused


def _normal(hub: SimulatedHub, value: Value) -> Value:
    left, right = (hub.vendors[side] for side in Side)
    return left.normal(right.normal(value))


def _as_link(hub: SimulatedHub, rule: FieldRule, side: Side, value: Value) -> Value:
    if rule.references is None or value is None:
        return _normal(hub, value)
    found = hub.inner.links.of_records(hub.key(rule.references), side, [str(value)]).get(str(value))
    return found.id if found is not None else f"{side}:{value}"


def _converged(hub: SimulatedHub, rules: StreamRules, link: Link) -> None:
    rows = {side: hub.row(rules.name, side, link.ids[side]) for side in Side}
    for rule in rules.fields:
        now = {side: row.fields[rule.name] for side, row in rows.items() if row}
        for side in Side:
            if rule.references is None and rule.policy is not Policy.OFF and rule.name not in link.conflicts:
                believed = link.shadows[side].fields.get(rule.name)
                if believed != now[side]:
                    raise Broken("INV-CONVERGE", f"{link.id}: {rule.name} is {now[side]!r} on {side}, not {believed!r}")
        # Where a person is asked first, the person may let what the other side holds stand.
        asks = rule.on_conflict is OnConflict.REVIEW
        enforced = rule.policy is Policy.MASTER and rule.name in link.base and not asks
        if rule.name in link.conflicts or not (enforced or rule.policy is Policy.TWO_WAY):
            continue
        if _ruled_since(hub, rules.name, link, rule.name):
            continue
        left, right = (_as_link(hub, rule, side, now[side]) for side in Side)
        if left != right:
            raise Broken("INV-CONVERGE", f"{link.id}: {rule.name} is {left!r} and {right!r}")
        agreed = link.base.get(rule.name)
        if (_normal(hub, agreed) if rule.references is None else agreed) != left:
            raise Broken("INV-CONVERGE", f"{link.id}: {rule.name} is {left!r}; the hub takes {agreed!r} for agreed on")


def _ruled_since(hub: SimulatedHub, kind: str, link: Link, name: str) -> bool:
    """Tell whether the field's rule was changed since it was last edited: what differed then stays until an edit."""
    changed = hub.history.ruled.get(f"{kind}.{name}", [])
    records = {(kind, side, external_id) for side, external_id in link.ids.items()}
    edits = [edit.at for edit in hub.history.edits if edit.name == name and edit.record in records]
    return max(edits, default=0) <= max(changed, default=-1)


def _losers(hub: SimulatedHub, link: Link, name: str) -> list[Value]:
    told = [entry.before[name] for entry in hub.journal() if entry.link == link.id and name in entry.before]
    return [_normal(hub, value) for value in [*told, *link.conflicts.get(name, {}).values()]]


def _nothing_lost(watch: Watch, rules: StreamRules, link: Link) -> None:
    """The last edit of a field is there, or was named as the loser of a conflict. Before two records agreed on a field,
    the one that holds nothing in it gives way to the one that does."""
    hub = watch.hub
    records = {(rules.name, side, link.ids[side]) for side in Side}
    for rule in rules.fields:
        if rule.policy is not Policy.TWO_WAY or rule.references is not None:
            continue
        edits = [edit for edit in hub.history.edits if edit.record in records and edit.name == rule.name]
        since = watch.agreed.get((rules.name, link.id, rule.name), inf)
        if (
            not edits
            or (edits[-1].value is None and edits[-1].at <= since)
            or (edits[-1].record, rule.name) in hub.history.unseen
            or _ruled_since(hub, rules.name, link, rule.name)
        ):
            continue
        last = _normal(hub, edits[-1].value)
        row = hub.row(rules.name, Side.LEFT, link.ids[Side.LEFT])
        if (
            row is not None
            and _normal(hub, row.fields[rule.name]) != last
            and last not in _losers(hub, link, rule.name)
        ):
            raise Broken(
                "INV-NO-LOST-UPDATE", f"{link.id}: {rule.name}={edits[-1].value!r} is gone and nobody was told"
            )


def _no_echo(hub: SimulatedHub, rules: StreamRules, link: Link) -> None:
    """The hub writes a field no oftener than people gave it reason to."""
    lost_commits = sum(count for (fault, _), count in hub.seen.items() if fault == "throttles")
    hidden = sum(count for (fault, _), count in hub.seen.items() if fault == "hides_fields")
    for side in Side:
        # What a tidying vendor hid for a time and tells again differs from what was agreed: it flows back once.
        tidied = hidden if hub.vendors[side.other].options.normalises else 0
        slack = hub.history.deaths + hub.history.unknown + lost_commits + tidied
        record, other = (rules.name, side, link.ids[side]), (rules.name, side.other, link.ids[side.other])
        for name in FIELDS[rules.name]:
            writes = sum(1 for w in hub.history.writes if w.record == record and name in w.fields and not w.create)
            edits = sum(1 for e in hub.history.edits if e.record == other and e.name == name)
            # What is filled where it is blank is filled again when somebody blanks it.
            edits += sum(1 for e in hub.history.edits if e.record == record and e.name == name and e.value is None)
            if writes > edits + len(_losers(hub, link, name)) + slack:
                raise Broken("INV-NO-ECHO", f"{record} {name}: {writes} writes for {edits} edits")


def _explained(hub: SimulatedHub, kind: str, link: Link) -> None:
    if link.state is LinkState.CLAIMED or link.intent is not None:
        raise Broken("INV-EXPLAINED", f"{link.id} is still being written")
    rows = [hub.row(kind, side, external_id) for side, external_id in link.ids.items()]
    if link.outcome is None and link.state is not LinkState.TOMBSTONE and any(rows):
        raise Broken("INV-EXPLAINED", f"{link.id} has no outcome")
    if link.outcome is not None and link.outcome.result is Result.FAILED and not _is_poisoned(hub, kind, link):
        raise Broken("INV-PROGRESS", f"{link.id} failed: {link.outcome.reason}")


def _is_poisoned(hub: SimulatedHub, kind: str, link: Link) -> bool:
    """Tell whether a vendor has its reasons: the name it refuses, or a number that another record has."""
    rows = [row for side in Side if (row := hub.row(kind, side, link.ids.get(side)))]
    taken = any(
        hub.vendors[side].options.unique_numbers and hub.vendors[side].numbered(kind, row.fields.get("number"), row.id)
        for row in rows
        for side in Side
    )
    return taken or any(POISON in row.fields.values() for row in rows)


def _everything_known(hub: SimulatedHub, kind: str) -> None:
    for side in Side:
        for external_id, row in hub.vendors[side].rows[kind].items():
            link = hub.inner.links.of_records(hub.key(kind), side, [external_id]).get(external_id)
            if link is None and not row.archived:
                raise Broken("INV-EXPLAINED", f"nothing is known of {external_id}")


def _audited(hub: SimulatedHub) -> None:
    """Every write that reached a vendor is in the journal, and the journal tells of no other."""
    told = {entry.attempt for entry in hub.journal()}
    silent = [write for write in hub.history.writes if write.attempt not in told]
    if silent:
        raise Broken("INV-AUDIT", f"{silent[0]} is in no journal line")
    done = {(write.attempt, tuple(sorted(write.fields))) for write in hub.history.writes}
    claims = [entry for entry in hub.journal() if entry.reason.code in DONE and entry.result is Result.APPLIED]
    boasts = [entry for entry in claims if (entry.attempt, entry.fields) not in done]
    if boasts:
        raise Broken("INV-AUDIT", f"no vendor ever saw {boasts[0]}")
    ruled = [entry for entry in hub.journal() if entry.reason.code == "rule_changed"]
    if len(ruled) != sum(len(times) for times in hub.history.ruled.values()):
        raise Broken("INV-AUDIT", f"rules were changed {hub.history.ruled}; the journal says {ruled}")
    told_limits = [entry for entry in hub.journal() if entry.reason.code in {"limits_raised", "limits_set"}]
    if len(told_limits) != len(hub.history.limits):
        raise Broken("INV-AUDIT", f"limits were set {len(hub.history.limits)} times; the journal says {told_limits}")


def _overwrites_told(hub: SimulatedHub) -> None:
    """Where a vendor takes no preconditions, the journal at least tells which write it was that hit an edit."""
    told = {(entry.attempt, name) for entry in hub.journal() for name in entry.fields}
    for (record, name), attempt in hub.history.unseen.items():
        if (attempt, name) not in told:
            raise Broken("INV-NO-CLOBBER", f"{name} of {record} was overwritten unseen; no line tells of {attempt}")


def state(hub: SimulatedHub) -> object:
    """Return what another full sync may not change."""
    return {
        stream.name: sorted(
            (link.id, str(link.base), str({s: x.fields for s, x in sorted(link.shadows.items())}), link.state)
            for link in hub.links(stream.name)
        )
        for stream in hub.flow.streams
    }


def fixpoint(hub: SimulatedHub, *, full: bool = True) -> None:
    """Check that another sync does nothing."""
    attempts, before = hub.attempts.copy(), state(hub)
    hub.sync(full=full)
    hub.drain()
    if hub.attempts != attempts:
        raise Broken("INV-FIXPOINT", f"another sync sent {hub.attempts - attempts}")
    if state(hub) != before:
        raise Broken("INV-FIXPOINT", f"another sync changed {before} to {state(hub)}")
