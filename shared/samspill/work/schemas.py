"""What both accounts say of a flow's records, and whether they have the values of its lookups."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pydantic import TypeAdapter

from samspill.engine.model import Side
from samspill.errors import UsageError
from samspill.flows.catalogue import declared
from samspill.flows.field_map import FieldPair
from samspill.flows.lookups import Lookup
from samspill.flows.mapping_check import Schemas, check, check_lookup, choices_of
from samspill.flows.problems import Problem
from samspill.flows.schema import Schema
from samspill.ports import World
from samspill.state import FlowKey, FlowState
from samspill.work.context import Opened, connected

type Described = Mapping[str, Schemas]
"""By stream."""


def mapped_streams(state: FlowState) -> list[str]:
    """Return the streams that have mapped fields."""
    return sorted(stream for stream, pairs in state.mapping.items() if pairs)


def describe(world: World, opened: Opened, streams: Iterable[str]) -> Described:
    """Ask both accounts for the fields of the streams' records: each side once, one kind after the other."""
    chosen = [opened.flow.stream(name) for name in streams]
    found: dict[str, dict[Side, Schema]] = {stream.name: {} for stream in chosen}
    for side in Side if chosen else ():
        with connected(world, opened, side) as connector:
            for stream in chosen:
                found[stream.name][side] = connector.describe(stream.kind_on(side))
    return found


type Listed = Mapping[str, Mapping[Side, frozenset[str]]]
"""By lookup and side: those of its values that are ids of records that exist."""


def list_ids(world: World, opened: Opened, lookups: Mapping[str, Lookup]) -> Listed:
    """Read the records that lookups refer to by id, those of one kind together."""
    found: dict[str, dict[Side, frozenset[str]]] = {name: {} for name in lookups}
    for side in Side:
        wanted: dict[str, set[str]] = {}
        for lookup in lookups.values():
            if kind := lookup.kinds.get(side):
                wanted.setdefault(kind, set()).update(row.on(side) for row in lookup.rows)
        if not wanted:
            continue
        with connected(world, opened, side) as connector:
            if strange := sorted(wanted.keys() - connector.capabilities.kinds):
                system = opened.flow.streams[0].rules.systems.get(side, side.value)
                known = ", ".join(sorted(connector.capabilities.kinds))
                raise UsageError.because("lookup_no_kind", kind=strange[0], system=system, kinds=known)
            live = {
                kind: frozenset(each.external_id for each in connector.read(kind, sorted(ids)) if not each.deleted)
                for kind, ids in wanted.items()
            }
        for name, lookup in lookups.items():
            if kind := lookup.kinds.get(side):
                found[name][side] = live[kind]
    return found


def problems(state: FlowState, described: Described, listed: Listed) -> list[Problem]:
    """Return what is wrong with the flow's mapping and lookups."""
    flow = declared(state.declaration)
    pairs: dict[str, tuple[FieldPair, ...]] = {name: state.mapping[name] for name in described if name in state.mapping}
    out = [
        problem
        for name, mapped in pairs.items()
        for problem in check(flow.stream(name).rules, mapped, state.lookups, described[name])
    ]
    systems = flow.streams[0].rules.systems
    for name, lookup in sorted(state.lookups.items()):
        lists = choices_of(name, [(mapped, described[stream]) for stream, mapped in pairs.items()])
        of_kind = {side: [values] for side, values in listed.get(name, {}).items()}
        out += check_lookup(name, lookup, systems, {side: of_kind.get(side) or lists[side] for side in Side})
    return out


# --- as they were last looked at -------------------------------------------------------------------------------------

_STORED: TypeAdapter[dict[str, dict[Side, Schema]]] = TypeAdapter(
    dict[str, dict[Side, Schema]], config={"defer_build": True}
)


def remembered(world: World, key: FlowKey) -> Described:
    """Return what the accounts said when that was last accepted; nothing of streams that were never looked at."""
    body = world.blobs.get(_name(key))
    return _STORED.validate_json(body) if body else {}


def remember(world: World, key: FlowKey, described: Described) -> None:
    """Keep what the accounts say, so that a change shows."""
    world.blobs.put(_name(key), _STORED.dump_json({name: dict(told) for name, told in described.items()}))


def _name(key: FlowKey) -> str:
    return f"schemas/{key.tenant}/{key.flow}"
