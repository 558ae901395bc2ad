"""An admin's mapping: fields of the two sides that mean the same, beside those of the declaration. Pure.

The engine knows a mapped field by one name. Each side's own path and values are in `FieldRule.own`, and are translated
where records are read and written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from pydantic import BaseModel, ConfigDict

from samspill.engine.model import Side
from samspill.engine.rules import FieldRule, OnConflict, OwnForm, Policy
from samspill.flows.flow import Flow, Stream
from samspill.flows.lookups import Direction, Lookup


class FieldPair(BaseModel):
    """A field of the left and one of the right that are kept in step."""

    model_config = ConfigDict(frozen=True, extra="allow", defer_build=True)

    left: str
    right: str
    policy: Policy = Policy.TWO_WAY
    master: Side = Side.LEFT
    on_conflict: OnConflict = OnConflict.REVIEW
    lookup: str = ""
    """The flow's lookup that translates its values; empty where both sides hold the same ones."""

    def name(self, lookup: Lookup | None) -> str:
        """Return what the engine calls it: another name for all that is compared in another way.

        So what both sides agreed on under one mapping says nothing under another one, and a name is never that of
        another field of one of the sides.
        """
        if self.has_one_form:
            return self.left
        way = "" if lookup is None or lookup.direction is Direction.BOTH else f", {lookup.direction}"
        return f"{self.left} = {self.right}" + (f" ({self.lookup}{way})" if self.lookup else "")

    @property
    def has_one_form(self) -> bool:
        """Tell whether both sides call the field the same and hold the same values."""
        return not self.lookup and self.left == self.right

    def on(self, side: Side) -> str:
        """Return the path of the field on `side`."""
        return self.left if side is Side.LEFT else self.right

    def writes(self, side: Side) -> bool:
        """Tell whether the field may be written on `side`."""
        if self.policy is Policy.TWO_WAY:
            return True
        return self.policy in {Policy.MASTER, Policy.FILL_IF_BLANK} and self.master is not side

    def compares(self, side: Side) -> bool:
        """Tell whether the other side's values are compared with those of `side`, be it only to tell a difference."""
        return self.writes(side) or (self.policy is Policy.REPORT and self.master is not side)

    def rule(self, lookups: Mapping[str, Lookup]) -> FieldRule:
        """Return the field's rule. What a newer version lets an admin choose is off, or asked about, until then."""
        lookup = lookups.get(self.lookup)
        known = self.policy.is_known and (not self.lookup or (lookup is not None and lookup.direction.is_known))
        own = OwnForm({side: self.on(side) for side in Side}, self.lookup, lookup.shared() if lookup else {})
        return FieldRule(
            self.name(lookup),
            self.policy if known else Policy.OFF,
            self.master,
            self.on_conflict if self.on_conflict.is_known else OnConflict.REVIEW,
            own=own,
        )

    def told(self) -> str:
        """Return what the pair does, for the salt of fingerprints."""
        return f"{self.left}={self.right},{self.policy},{self.master},{self.on_conflict},{self.lookup}"


type Mapped = Mapping[str, tuple[FieldPair, ...]]
"""The mapped fields by stream."""


def mapped(flow: Flow, mapping: Mapped, lookups: Mapping[str, Lookup]) -> Flow:
    """Return the flow with an admin's mapped fields. Every record is looked at again once they change."""
    if not any(mapping.values()):
        return flow
    streams = tuple(_with_pairs(stream, mapping.get(stream.name, ()), lookups) for stream in flow.streams)
    return replace(flow, streams=streams, rules=";".join((flow.rules, *_told(mapping, lookups))))


def _with_pairs(stream: Stream, pairs: Iterable[FieldPair], lookups: Mapping[str, Lookup]) -> Stream:
    """Return the stream with the rules of its mapped fields. What the declaration says of a field stands."""
    declared = stream.rules.by_name
    added = {rule.name: rule for pair in pairs if (rule := pair.rule(lookups)).name not in declared}
    return replace(stream, rules=replace(stream.rules, fields=(*stream.rules.fields, *added.values())))


def _told(mapping: Mapped, lookups: Mapping[str, Lookup]) -> Iterable[str]:
    """Yield what a mapping and the lookups it uses do, for the salt of fingerprints."""
    for stream, pairs in sorted(mapping.items()):
        yield from (f"{stream}:{pair.told()}" for pair in sorted(pairs, key=FieldPair.told))
    used = {pair.lookup for pairs in mapping.values() for pair in pairs}
    yield from (f"{name}:{lookups[name].told()}" for name in sorted(used & lookups.keys()))
