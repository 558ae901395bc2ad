"""Whether a mapping can work, by what both accounts say of their fields. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from samspill.engine.model import Side
from samspill.engine.rules import StreamRules
from samspill.flows.field_map import FieldPair
from samspill.flows.lookups import Lookup, Records, check_rows, inactive, unlisted
from samspill.flows.problems import Problem
from samspill.flows.schema import Access, FieldType, Schema, SchemaField
from samspill.reasons import Reason

type Schemas = Mapping[Side, Schema]

_HELD_BY: Mapping[FieldType, frozenset[FieldType]] = {
    FieldType.TEXT: frozenset({FieldType.TEXT}),
    FieldType.INTEGER: frozenset({FieldType.INTEGER, FieldType.DECIMAL}),
    FieldType.DECIMAL: frozenset({FieldType.DECIMAL}),
    FieldType.FLAG: frozenset({FieldType.FLAG}),
    FieldType.DATE: frozenset({FieldType.DATE, FieldType.TEXT}),
    FieldType.CHOICE: frozenset({FieldType.CHOICE, FieldType.TEXT}),
    FieldType.GROUP: frozenset({FieldType.GROUP}),
    FieldType.LIST: frozenset({FieldType.LIST}),
}
"""Which types hold every value of a type as it is. Ids of one system are none of the other: they need a lookup."""
_TRANSLATED = frozenset({FieldType.TEXT, FieldType.CHOICE, FieldType.REFERENCE})
"""What a lookup can write."""
_LOOKED_UP = frozenset(FieldType) - {FieldType.GROUP, FieldType.LIST}
"""What a lookup can translate."""


@dataclass(frozen=True)
class _Pair:
    pair: FieldPair
    fields: Mapping[Side, SchemaField]
    lookups: Mapping[str, Lookup]
    systems: Mapping[Side, str]

    def problem(self, code: str, side: Side, more: Mapping[str, str] | None = None, *, stops: bool = True) -> Problem:
        names = {"field": self.pair.on(side), "system": self.systems.get(side, side)}
        other = {"other": self.pair.on(side.other), "source": self.systems.get(side.other, side.other)}
        return Problem(Reason(code, {**names, **other, **(more or {})}), side, self.pair.on(side), stops)

    def to(self, side: Side) -> Iterator[Problem]:
        """Yield what keeps the other side's values from `side`."""
        source, target = self.fields[side.other], self.fields[side]
        if self.pair.writes(side) and target.access is not Access.WRITE:
            yield self.problem("mapped_read_only", side)
        if self.pair.lookup:
            yield from self._translated(side, source, target)
        elif target.type not in _HELD_BY.get(source.type, frozenset()):
            needs = FieldType.REFERENCE in {source.type, target.type} or (
                target.choices and source.type in _LOOKED_UP and target.type in _TRANSLATED
            )
            types = {"type": target.type.value, "other_type": source.type.value}
            yield self.problem("mapped_needs_lookup", side) if needs else self.problem("mapped_types", side, types)
        elif target.choices and (not source.choices or not _values(source) <= _values(target)):
            yield self.problem("mapped_needs_lookup", side)
        elif source.max_length and target.max_length and target.max_length < source.max_length:
            yield self.problem("mapped_shorter", side, {"characters": str(target.max_length)}, stops=False)
        if target.required and not source.required and self.pair.writes(side):
            yield self.problem("mapped_may_be_empty", side, stops=False)

    def _translated(self, side: Side, source: SchemaField, target: SchemaField) -> Iterator[Problem]:
        lookup = self.lookups.get(self.pair.lookup)
        named = {"lookup": self.pair.lookup}
        if lookup is None:
            yield self.problem("mapped_no_lookup", side, named)
        elif not lookup.direction.leads_to(side):
            yield self.problem("mapped_lookup_direction", side, named)
        elif target.type not in _TRANSLATED or source.type not in _LOOKED_UP:
            types = {"type": target.type.value, "other_type": source.type.value}
            yield self.problem("mapped_types", side, types)


def _values(field: SchemaField) -> set[str]:
    return {each.value for each in field.choices}


def check(
    rules: StreamRules, pairs: Sequence[FieldPair], lookups: Mapping[str, Lookup], schemas: Schemas
) -> list[Problem]:
    """Return what is wrong with the mapped fields of a stream.

    Args:
        rules: the stream's as declared.
        pairs: its mapped fields.
        lookups: all of the flow's.
        schemas: what both accounts say of the stream's records.
    """
    declared = {rule.name for rule in rules.fields}
    out = [problem for pair in pairs for problem in _check_pair(rules, pair, declared, lookups, schemas)]
    for side in Side:
        paths = Counter(pair.on(side) for pair in pairs)
        names = {"system": rules.systems.get(side, side), "stream": rules.name}
        twice = (path for path, count in paths.items() if count > 1)
        out += [Problem(Reason("mapped_twice", {**names, "field": path}), side, path) for path in twice]
        if side in rules.creates:
            known = declared | {pair.on(side) for pair in pairs if pair.writes(side)}
            needed = (path for path in required(schemas[side]) if path not in known)
            out += [
                Problem(Reason("mapped_required", {**names, "field": path}), side, path, lacking=True)
                for path in needed
            ]
    return out


def required(schema: Schema) -> list[str]:
    """Return the fields without which no record is created."""
    return [each.path for each in schema.fields if each.required]


def _check_pair(
    rules: StreamRules,
    pair: FieldPair,
    declared: set[str],
    lookups: Mapping[str, Lookup],
    schemas: Schemas,
) -> Iterator[Problem]:
    found: dict[Side, SchemaField] = {}
    refused = False
    for side in Side:
        path, names = pair.on(side), {"system": rules.systems.get(side, side), "stream": rules.name}
        if path in declared:
            yield Problem(Reason("mapped_declared", {**names, "field": path}), side, path)
            refused = True
        elif path not in schemas[side].by_path:
            yield Problem(Reason("mapped_unknown", {**names, "field": path}), side, path)
            refused = True
        else:
            found[side] = schemas[side].by_path[path]
    if refused:
        return
    checked = _Pair(pair, found, lookups, rules.systems)
    for side in Side:
        if pair.compares(side):
            yield from checked.to(side)


def check_lookup(
    name: str,
    lookup: Lookup,
    systems: Mapping[Side, str],
    choices: Mapping[Side, Sequence[frozenset[str]]],
    records: Mapping[Side, Records | Problem],
) -> list[Problem]:
    """Return what is wrong with a lookup: its rows by themselves, and values that a system does not have.

    Args:
        name: the lookup's.
        lookup: its rows.
        systems: display names.
        choices: by side, those of every field that is mapped with this lookup.
        records: by side that has a kind, which of the values are records of it, or why that cannot be told.
    """
    out = check_rows(name, lookup, systems)
    for side in Side:
        match records.get(side):
            case None:
                absent = [each for values in choices[side] for each in unlisted(name, lookup, side, values, systems)]
                out += [each for place, each in enumerate(absent) if each not in absent[:place]]
            case Records() as found:
                out += unlisted(name, lookup, side, found.ids, systems) + inactive(name, lookup, side, found, systems)
            case problem:
                out.append(problem)
    return out


def choices_of(name: str, mapped: Sequence[tuple[Sequence[FieldPair], Schemas]]) -> dict[Side, list[frozenset[str]]]:
    """Return by side the choices of every mapped field that uses the lookup and has any."""
    out: dict[Side, list[frozenset[str]]] = {side: [] for side in Side}
    for pairs, schemas in mapped:
        for pair in pairs:
            for side in Side:
                found = schemas[side].by_path.get(pair.on(side))
                if pair.lookup == name and found is not None and found.choices:
                    out[side].append(frozenset(each.value for each in found.choices))
    return out
