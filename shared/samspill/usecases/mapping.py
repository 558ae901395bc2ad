"""What an admin maps beside the declaration: pairs of fields. Checked against both accounts before it is stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from samspill.engine.model import Result
from samspill.engine.rules import Policy
from samspill.errors import UsageError
from samspill.flows.field_map import FieldPair
from samspill.flows.flow import Stream
from samspill.flows.mapping_check import Schemas
from samspill.flows.problems import Problem
from samspill.ports import World
from samspill.reasons import Reason
from samspill.state import FlowKey, FlowState, JournalEntry
from samspill.work import schemas
from samspill.work.context import Opened, open_flow
from samspill.work.flow_state import change_flow


def get(world: World, key: FlowKey) -> Mapping[str, tuple[FieldPair, ...]]:
    """Return the mapped fields by stream."""
    return world.registry.flow(key).mapping


def fields(world: World, key: FlowKey, stream: str) -> Schemas:
    """Return what both accounts say of the stream's records.

    Raises:
        UsageError: the flow has no such stream, or its fields are not for an admin to map.
    """
    opened = open_flow(world, key)
    _mappable(world, opened, stream)
    return schemas.describe(world, opened, [stream])[stream]


def check(world: World, key: FlowKey) -> list[Problem]:
    """Return what is wrong with mapping and lookups, by what both accounts say now."""
    opened = open_flow(world, key)
    described = schemas.describe(world, opened, schemas.mapped_streams(opened.state))
    return schemas.problems(opened.state, described, schemas.list_ids(world, opened, opened.state.lookups))


def set_pair(world: World, key: FlowKey, stream: str, pair: FieldPair, *, by: str) -> list[Problem]:
    """Map two fields, or change how they are; return what has to be known of it. The journal keeps who did.

    Raises:
        UsageError: it cannot work; the reason tells the first thing that keeps it from that.
    """

    def changed(pairs: tuple[FieldPair, ...]) -> tuple[FieldPair, ...]:
        return (*(each for each in pairs if (each.left, each.right) != (pair.left, pair.right)), pair)

    params = {"person": by, "stream": stream, "field": pair.left, "other": pair.right, "policy": pair.policy}
    reason = Reason("mapping_changed", params)
    return _save(world, key, stream, changed, reason=reason, names=(pair.left, pair.right))


def unset_pair(world: World, key: FlowKey, stream: str, left: str, *, by: str) -> None:
    """Keep a mapped field in step no more; what both sides hold stays.

    Raises:
        UsageError: the field is not mapped.
    """

    def without(pairs: tuple[FieldPair, ...]) -> tuple[FieldPair, ...]:
        if left not in {pair.left for pair in pairs}:
            raise UsageError.because("not_mapped", field=left, stream=stream)
        return tuple(pair for pair in pairs if pair.left != left)

    params = {"person": by, "stream": stream, "field": left}
    _save(world, key, stream, without, reason=Reason("mapping_removed", params), names=(left,))


def _mappable(world: World, opened: Opened, name: str) -> Stream:
    streams = {stream.name: stream for stream in opened.flow.streams}
    if name not in streams:
        raise UsageError.because("no_such_stream", stream=name, streams=", ".join(streams))
    stream = streams[name]
    if why := world.modes.of(stream).rules_are_fixed:
        raise UsageError.because(why, field=name)
    if all(rule.policy is Policy.OFF for rule in stream.rules.fields):
        raise UsageError.because("only_matched", field=name)
    return stream


def _save(
    world: World,
    key: FlowKey,
    stream: str,
    change: Callable[[tuple[FieldPair, ...]], tuple[FieldPair, ...]],
    *,
    reason: Reason,
    names: tuple[str, ...],
) -> list[Problem]:
    """Store the stream's pairs as changed, unless that brings what keeps them from working."""
    opened = open_flow(world, key)
    _mappable(world, opened, stream)
    described = schemas.describe(world, opened, [stream])
    listed = schemas.list_ids(world, opened, opened.state.lookups)
    found: list[Problem] = []

    def update(state: FlowState) -> Mapping[str, object]:
        mapping = {**state.mapping, stream: change(state.mapping.get(stream, ()))}
        after = state.model_copy(update={"mapping": mapping})
        before = [] if stream not in state.mapping else schemas.problems(state, described, listed)
        found[:] = [each for each in schemas.problems(after, described, listed) if each not in before]
        if stopping := next((each for each in found if each.stops), None):
            raise UsageError("the mapping cannot work", reason=stopping.reason)
        return {"mapping": mapping, "last_full_at": None}

    saved = change_flow(world, key, update)
    schemas.remember(world, key, {**schemas.remembered(world, key), **described})
    entry = JournalEntry(
        at=world.clock.now(),
        stream=stream,
        link="",
        result=Result.APPLIED,
        reason=reason,
        trigger="manual",
        fields=names,
    )
    world.journal.append(key, f"mapping/{saved.revision}", [entry])
    return found
