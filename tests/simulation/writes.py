"""What must hold of every write a vendor carries out: whose it is, where its values come from, what it replaces."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from samspill.canon.values import Value
from samspill.engine.guard import CREATE, FIELD
from samspill.engine.model import Link, Side
from samspill.engine.rules import FieldRule, Policy
from samspill.flows.flow import Flow
from samspill.ports import VendorWrite
from tests.simulation.broken import Broken
from tests.simulation.comebacks import asked_for, in_scope
from tests.simulation.drift import set_back
from tests.simulation.flows import spelling_aside
from tests.simulation.guard import GuardWatch
from tests.simulation.history import EngineWrite, Record
from tests.simulation.hub import SimulatedHub
from tests.simulation.taken_back import overwritten, written_again
from tests.simulation.vendor import Row, SimulatedVendor

WINDOW_S = 1
"""How long before a create a look for what is there already may have been."""
READ_S = 1800
"""How old what was read may be that a write rests on: messages wait, and are delivered again."""
PLANNING_S = 120
"""How long the function that plans a write may have known the rules by then."""


def alone(hub: SimulatedHub, what: object) -> None:
    """Check that nothing of another company's is in what one company is sent or told."""
    if any(other is not hub and other.tag in repr(what) for other in hub.hubs):
        raise Broken("INV-TENANT", f"another company's words reached {hub.flow_key}: {what}")


@dataclass(slots=True)
class WriteWatch:
    """Checks each write on its way, and what it is about to replace."""

    hub: SimulatedHub
    guard: GuardWatch
    paired: Mapping[Record, Mapping[Record, float]]
    """Every record that was ever the other half of a pair, and since when."""
    created: Counter[tuple[Record, Side]] = field(default_factory=Counter)
    """(source record, side created on) → how many the hub made."""

    def __post_init__(self) -> None:
        self.hub.watch_write = self.write
        self.hub.watch_overwrite = self.overwrite

    def _flows_of(self, kind: str, attempt: str, *, create: bool = False) -> list[Flow]:
        """Return the flow as a write may have known it: as it is now, and as it was while the write was under way.

        A create that was interrupted is finished as it was begun.
        """
        history = self.hub.history
        mine = attempt[: attempt.rindex("@") + 1] if create else attempt
        begun = [at for (stream, name), at in history.let_out.items() if stream == kind and name.startswith(mine)]
        since = min(begun, default=self.hub.clock.time) - PLANNING_S
        return [self.hub.flow_now(), *(flow for until, flow in history.flows if until >= since)]

    def write(self, vendor: SimulatedVendor, done: EngineWrite, asked: VendorWrite) -> None:
        """Check one write that a vendor carried out."""
        kind, side, _ = done.record
        alone(self.hub, done.fields)
        written_again(self.hub, done, asked)
        if done.create:
            self._create(vendor, done, asked)
            if not self.hub.is_first_sync:
                self.guard.change([CREATE], done.record, asked)
        if done.archive:
            self._archive(done)
            self._buries_nothing(vendor, done)
            self.guard.archive(done, asked)
        asked_for(self.hub, done)
        in_scope(self.hub, done)
        known = [flow.stream(kind).rules.by_name for flow in self._flows_of(kind, done.attempt, create=done.create)]
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
        self._made_already(vendor, done, source)
        if any(record in self.hub.history.deleted for record in self.paired[source]):
            raise Broken("INV-NO-RESURRECT", f"the partner of {source} was deleted on {side} and is there again")

    def _made_already(self, vendor: SimulatedVendor, done: EngineWrite, source: Record) -> None:
        """What a person had made under the same number, and a search could find, is not made a second time."""
        kind, side, _ = done.record
        number = done.fields.get("number")
        looked = vendor.searched.get((kind, "number", number), self.hub.clock.time - WINDOW_S)
        for twin in self.hub.history.records_of[done.entity]:
            row = self.hub.row(*twin) if twin[:2] == (kind, side) and twin != done.record else None
            if row is None or row.archived or row.marker or number is None or row.fields.get("number") != number:
                continue
            taken = [other for other in self._partners(twin) if other != source]
            if not taken and max(row.visible_at, row.changed_at) < looked:
                raise Broken("INV-NO-TWIN", f"{source} was created as {done.record}; {twin} is the same thing")

    def _archive(self, done: EngineWrite) -> None:
        others = [r for r in self.hub.history.records_of[done.entity] if r[1] is done.record[1].other]
        others += self._partners(done.record)
        if any(done.record == taken.record and not taken.values for taken in self.hub.history.taken_back):
            return
        if not any(record in self.hub.history.deleted for record in others):
            raise Broken("INV-NO-DELETE-WITHOUT-DELETE", f"{done.record} was archived; nobody deleted its counterpart")

    def _buries_nothing(self, vendor: SimulatedVendor, done: EngineWrite) -> None:
        """Check that no edit is put away with its record that nobody has taken over, unless a person said so.

        Where the vendor takes no preconditions, an edit that came after the look right before it can be seen by nobody.
        """
        kind, side, own = done.record
        link = self.hub.inner.links.of_records(self.hub.key(kind), side, [own]).get(own)
        row = self.hub.row(*done.record)
        if link is None or row is None or (kind, link.id) in self.hub.history.decided or side not in link.shadows:
            return
        late = set() if vendor.options.preconditions else self._since_its_look(done.record, row)
        for rule in self.hub.flow_now().stream(kind).rules.fields:
            known, counts = link.shadows[side].fields, rule.policy is Policy.TWO_WAY or rule.owner is side
            if rule.name not in known or rule.references is not None or not counts or rule.name in late:
                continue
            if spelling_aside(rule.name, row.fields[rule.name]) != spelling_aside(rule.name, known[rule.name]):
                raise Broken("INV-NO-LOST-UPDATE", f"{own} was archived with an edit of {rule.name}; nobody was asked")

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
            raise Broken("INV-TENANT", f"{record} was paired with {partners}, which this company does not have")
        return {self.hub.history.entity_of[partner] for partner in partners}

    def _provenance(self, done: EngineWrite, name: str, value: Value) -> None:
        entities = {done.entity} | self._stand_for(done.record)
        given = [v for entity in entities for v in self.hub.history.given.get((entity, name), [])]
        known = list(given)
        for _ in Side:  # what one vendor kept of it, and what the other kept of that
            known += [vendor.kept(name, v) for v in known for vendor in self.hub.vendors.values()]
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
        record = (kind, vendor.side, row.id)
        overwritten(self.hub, record, row, asked)
        if self.hub.history.restored.get(record, 0.0) > self.hub.clock.time - READ_S:
            # What it was planned on was read before the restore; by now the version names other values.
            self.hub.history.unseen |= {(record, name): asked.key for name in asked.fields}
        if not vendor.options.preconditions:
            for name in self._since_its_look(record, row) & asked.fields.keys():
                self.hub.history.unseen[record, name] = asked.key
        link_id, _, revision = asked.key.rpartition("@")
        link = self.hub.inner.links.get(self.hub.key(kind), [link_id]).get(link_id)
        if link is None:
            return
        known = [flow.stream(kind).rules.by_name for flow in self._flows_of(kind, asked.key)]
        set_back(self.hub, record, link, row, asked, known)
        decision = link.decision
        if (
            decision is not None
            and decision.action in {"take-left", "take-right"}
            and str(link.revision - 1) == revision.partition(".")[0]
        ):
            for name, seen in decision.seen.items():
                if (
                    name in asked.fields
                    and spelling_aside(name, row.fields.get(name)) != spelling_aside(name, seen.get(vendor.side))
                    and name not in self._same(link)
                    and self.hub.history.unseen.get((record, name)) != asked.key  # came after the look: INV-NO-CLOBBER
                ):
                    raise Broken("INV-APPROVAL", f"{name} of {row.id} changed after the decision, and was overwritten")

    def _since_its_look(self, record: Record, row: Row) -> set[str]:
        """Return the fields that hold something else than the function that writes was told right before it."""
        told = self.hub.shown_to_writer(record)
        return {name for name, value in told.items() if value != row.fields.get(name)}

    def _same(self, link: Link) -> set[str]:
        """Names whose present write does not come from the decision."""
        return {name for name, rule in self.rules_of(link).items() if rule.references is not None}

    def rules_of(self, link: Link) -> Mapping[str, FieldRule]:
        for stream in self.hub.flow.streams:
            if link.id in {known.id for known in self.hub.links(stream.name)}:
                return stream.rules.by_name
        return {}


def _belongs_to(side: Side, rule: FieldRule) -> bool:
    return rule.owner is side or (rule.policy is Policy.FILL_IF_BLANK and rule.master is side)
