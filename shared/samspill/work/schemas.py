"""What both accounts say of a flow's records, and whether they have the values of its lookups."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from pydantic import TypeAdapter

from samspill.engine.model import Observation, Side
from samspill.errors import ContractError, RejectedError
from samspill.flows.catalogue import declared
from samspill.flows.field_map import FieldPair
from samspill.flows.lookups import Lookup, Records
from samspill.flows.mapping_check import Schemas, check, check_lookup, choices_of
from samspill.flows.problems import Problem
from samspill.flows.schema import Schema
from samspill.ports import Connector, World
from samspill.reasons import Reason
from samspill.state import FlowKey, FlowState
from samspill.work.context import Opened, connected

type Described = Mapping[str, Schemas]
"""By stream."""
type Listed = Mapping[str, Mapping[Side, Records | Problem]]
"""By lookup and side: which of its values are ids of records, or why that cannot be told."""


def mapped_streams(opened: Opened) -> list[str]:
    """Return the streams that have mapped fields."""
    return [stream.name for stream in opened.flow.streams if opened.state.mapping.get(stream.name)]


def describe(world: World, opened: Opened, streams: Iterable[str]) -> Described:
    """Ask both accounts for the fields of the streams' records: each side once, one kind after the other."""
    chosen = [opened.flow.stream(name) for name in streams]
    found: dict[str, dict[Side, Schema]] = {stream.name: {} for stream in chosen}
    for side in opened.state.sides if chosen else ():
        with connected(world, opened, side) as connector:
            for stream in chosen:
                found[stream.name][side] = connector.describe(stream.kind_on(side))
    return found


def list_ids(world: World, opened: Opened, lookups: Mapping[str, Lookup]) -> Listed:
    """Read the records that lookups refer to by id, those of one kind together."""
    found: dict[str, dict[Side, Records | Problem]] = {name: {} for name in lookups}
    for side in opened.state.sides:
        wanted: dict[str, set[str]] = {}
        for lookup in lookups.values():
            if kind := lookup.kinds.get(side):
                wanted.setdefault(kind, set()).update(row.on(side) for row in lookup.rows if row.on(side))
        if not wanted:
            continue
        with connected(world, opened, side) as connector:
            records = {kind: _records(connector, opened, side, kind, sorted(ids)) for kind, ids in wanted.items()}
        for name, lookup in lookups.items():
            if kind := lookup.kinds.get(side):
                found[name][side] = records[kind]
    return found


def _records(connector: Connector, opened: Opened, side: Side, kind: str, ids: Sequence[str]) -> Records | Problem:
    if kind not in connector.capabilities.kinds:
        system = opened.flow.streams[0].rules.systems.get(side, side.value)
        known = ", ".join(sorted(connector.capabilities.kinds))
        return Problem(Reason("lookup_no_kind", {"kind": kind, "system": system, "kinds": known}), side)
    try:
        read = connector.read(kind, ids)
    except (ContractError, RejectedError):  # one of them is no id there at all
        read = [each for one in ids for each in _read_one(connector, kind, one)]
    live = [each for each in read if not each.deleted]
    return Records(
        frozenset(each.external_id for each in live),
        frozenset(each.external_id for each in live if each.fields.get("is_active") is False),
    )


def _read_one(connector: Connector, kind: str, external_id: str) -> list[Observation]:
    try:
        return connector.read(kind, [external_id])
    except (ContractError, RejectedError):
        return []


def problems(state: FlowState, described: Described, listed: Listed) -> list[Problem]:
    """Return what is wrong with the flow's mapping and lookups."""
    flow = declared(state.declaration)
    pairs: dict[str, tuple[FieldPair, ...]] = {name: state.mapping.get(name, ()) for name in described}
    out = [
        problem
        for name, mapped in pairs.items()
        for problem in check(flow.stream(name).rules, mapped, state.lookups, described[name])
    ]
    systems = flow.streams[0].rules.systems
    for name, lookup in sorted(state.lookups.items()):
        choices = choices_of(name, [(mapped, described[stream]) for stream, mapped in pairs.items()])
        out += check_lookup(name, lookup, systems, choices, listed.get(name, {}))
    return [replace(each, reason=each.reason.filled(flow=state.flow)) for each in out]


# --- as they were last accepted --------------------------------------------------------------------------------------

_STORED: TypeAdapter[dict[str, dict[Side, Schema]]] = TypeAdapter(
    dict[str, dict[Side, Schema]], config={"defer_build": True}
)


def remembered(world: World, state: FlowState) -> Described:
    """Return what the accounts said when that was last accepted; nothing of streams that were never looked at."""
    body = world.blobs.get(_place(state.key, state.schemas)) if state.schemas else None
    return _STORED.validate_json(body) if body else {}


def remember(world: World, key: FlowKey, described: Described) -> str:
    """Store what the accounts say, so that a change shows; return the name that the flow's state is to keep of it.

    Stored under a name of its content: it counts only once the flow's state is saved with that name, so that nobody
    takes back what somebody else accepted meanwhile.
    """
    body = _STORED.dump_json({name: dict(told) for name, told in sorted(described.items())})
    name = hashlib.sha256(body).hexdigest()[:32]
    world.blobs.put(_place(key, name), body)
    return name


def _place(key: FlowKey, name: str) -> str:
    return f"schemas/{key.tenant}/{key.flow}/{name}"
