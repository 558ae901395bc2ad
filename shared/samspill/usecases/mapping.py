"""What an admin maps beside the declaration: pairs of fields. Checked against both accounts before it is stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from samspill.engine.model import Result, Side
from samspill.engine.rules import OnConflict, Policy
from samspill.errors import UsageError
from samspill.flows.field_map import FieldPair
from samspill.flows.flow import Flow, Stream
from samspill.flows.mapping_check import Schemas, required
from samspill.flows.problems import Problem
from samspill.ports import World
from samspill.reasons import Reason
from samspill.state import FlowKey, FlowState, JournalEntry
from samspill.usecases.actor import Actor, Role, needs
from samspill.usecases.filters import check_stream
from samspill.usecases.views.mapping import FieldsView, FieldView, MappingChecked, MappingView, Note, PairView
from samspill.work import schemas
from samspill.work.context import Opened, open_flow
from samspill.work.flow_state import change_flow

type Pairs = tuple[FieldPair, ...]


@needs(Role.VIEWER)
def show(world: World, _actor: Actor, key: FlowKey, stream: str | None = None) -> MappingView:
    """Return the mapped fields, of all streams or one.

    Raises:
        UsageError: the flow has no such stream.
    """
    opened = open_flow(world, key)
    check_stream(opened.flow, stream)
    return _view(opened.flow, opened.state, stream)


@needs(Role.ADMIN, decides=False)  # it asks the vendors, and changes nothing
def fields(world: World, _actor: Actor, key: FlowKey, stream: str) -> FieldsView:
    """Return what both accounts say of the fields of a stream's records.

    Raises:
        UsageError: the flow has no such stream, or its fields are not for an admin to map.
    """
    opened = open_flow(world, key)
    rules = mappable(world, opened, stream).rules
    described = schemas.describe(world, opened, [stream])[stream]
    pairs = opened.state.mapping.get(stream, ())
    kept = {side: {rule.name for rule in rules.fields} | {pair.on(side) for pair in pairs} for side in Side}
    return FieldsView(
        fields=tuple(
            FieldView(
                system=rules.systems.get(side, side),
                field=each.path,
                labels=dict(each.labels),
                type=each.type,
                access=each.access,
                required=each.required,
                mapped=each.path in kept[side],
                choices=tuple(choice.value for choice in each.choices),
            )
            for side, schema in described.items()
            for each in schema.fields
        )
    )


@needs(Role.ADMIN, decides=False)  # it asks the vendors, and changes nothing
def check(world: World, _actor: Actor, key: FlowKey) -> MappingChecked:
    """Return what is wrong with mapping and lookups, by what both accounts say now."""
    opened = open_flow(world, key)
    described = schemas.describe(world, opened, schemas.mapped_streams(opened))
    listed = schemas.list_ids(world, opened, opened.state.lookups)
    return MappingChecked(problems=tuple(map(Note.of, schemas.problems(opened.state, described, listed))))


@needs(Role.ADMIN)
def set_pair(
    world: World,
    actor: Actor,
    key: FlowKey,
    stream: str,
    left: str,
    right: str,
    *,
    policy: str = Policy.TWO_WAY,
    master: str | None = None,
    on_conflict: str = OnConflict.REVIEW,
    lookup: str = "",
) -> MappingView:
    """Map two fields, or change how they are mapped. `master` is a system's name; the left one where none is given.

    The journal keeps who did. Every record is looked at again.

    Raises:
        UsageError: it cannot work; the reason tells the first thing that keeps it from that.
    """
    opened = open_flow(world, key)
    target = mappable(world, opened, stream)
    pair = FieldPair(
        left=left,
        right=right,
        policy=Policy(policy),
        master=side_called(target, master) if master else Side.LEFT,
        on_conflict=OnConflict(on_conflict),
        lookup=lookup,
    )
    described = schemas.describe(world, opened, [stream])
    listed = schemas.list_ids(world, opened, opened.state.lookups)
    found: list[Problem] = []

    def update(state: FlowState) -> Mapping[str, Any]:
        before = state.mapping.get(stream, ())
        kept = (each for each in before if (each.left, each.right) != (left, right))
        mapping = {**state.mapping, stream: (*kept, pair)}
        found[:] = _brought(state, mapping, described, listed)
        stopping = (each for each in found if each.stops)
        if _feeds_a_required_field(pair, described[stream]):
            # Several may be lacking, and they are mapped one by one: those that still are, are told.
            stopping = (each for each in stopping if not each.lacking)
        if (first := next(stopping, None)) is not None:
            raise UsageError("the mapping cannot work", reason=first.reason)
        # What the accounts say of the stream is thereby accepted.
        accepted = schemas.remember(world, key, {**schemas.remembered(world, state), **described})
        return {"mapping": mapping, "schemas": accepted, "last_full_at": None}

    params = {"person": actor.name, "field": left, "other": right, "policy": policy}
    saved = change_flow(world, key, update)
    _journal(world, saved, stream, Reason("mapping_changed", params), (left, right))
    return _view(opened.flow, saved, stream, found)


@needs(Role.ADMIN)
def unset_pair(world: World, actor: Actor, key: FlowKey, stream: str, left: str) -> MappingView:
    """Keep a mapped field in step no more; what both sides hold stays.

    Raises:
        UsageError: the field is not mapped.
    """
    opened = open_flow(world, key)
    check_stream(opened.flow, stream)

    def update(state: FlowState) -> Mapping[str, Any]:
        before = state.mapping.get(stream, ())
        if left not in {pair.left for pair in before}:
            raise UsageError.because("not_mapped", field=left, stream=stream, flow=key.flow)
        after = {**state.mapping, stream: tuple(pair for pair in before if pair.left != left)}
        return {"mapping": {name: pairs for name, pairs in after.items() if pairs}, "last_full_at": None}

    saved = change_flow(world, key, update)
    _journal(world, saved, stream, Reason("mapping_removed", {"person": actor.name, "field": left}), (left,))
    return _view(opened.flow, saved, stream)


def _brought(
    state: FlowState, mapping: Mapping[str, Pairs], described: schemas.Described, listed: schemas.Listed
) -> list[Problem]:
    """Return what a mapping brings that was not wrong before, and whatever it lacks."""
    before = schemas.problems(state, described, listed)
    after = schemas.problems(state.model_copy(update={"mapping": mapping}), described, listed)
    return [each for each in after if each not in before or each.lacking]


def _feeds_a_required_field(pair: FieldPair, described: Schemas) -> bool:
    return any(pair.writes(side) and pair.on(side) in required(described[side]) for side in Side)


def mappable(world: World, opened: Opened, name: str) -> Stream:
    """Return the stream; UsageError where its fields are not for an admin to map."""
    check_stream(opened.flow, name)
    stream = opened.flow.stream(name)
    if len(opened.state.sides) < len(Side):
        raise UsageError.because("mapped_one_side", stream=name)
    if why := world.modes.of(stream).rules_are_fixed:
        raise UsageError.because(why, field=name)
    if all(rule.policy is Policy.OFF for rule in stream.rules.fields):
        raise UsageError.because("only_matched", field=name)
    return stream


def side_called(stream: Stream, master: str) -> Side:
    """Return the side of the system that a person names; UsageError where neither is called so."""
    systems = stream.rules.systems
    for side, name in systems.items():
        if name.casefold() == master.casefold():
            return side
    raise UsageError.because("no_such_master", master=master, systems=", ".join(systems.values()))


def _view(flow: Flow, state: FlowState, only: str | None, noted: Sequence[Problem] = ()) -> MappingView:
    mapped = [
        PairView(
            stream=stream.name,
            left=pair.left,
            right=pair.right,
            policy=pair.policy,
            master=stream.rules.systems.get(pair.master, pair.master),
            on_conflict=pair.on_conflict,
            lookup=pair.lookup,
        )
        for stream in flow.streams
        if only in {None, stream.name}
        for pair in state.mapping.get(stream.name, ())
    ]
    return MappingView(mapping=tuple(mapped), notes=tuple(map(Note.of, noted)))


def _journal(world: World, saved: FlowState, stream: str, reason: Reason, fields: tuple[str, ...]) -> None:
    entry = JournalEntry(
        at=world.clock.now(),
        stream=stream,
        link="",
        result=Result.APPLIED,
        reason=reason,
        trigger="manual",
        fields=fields,
    )
    world.journal.append(saved.key, f"mapping/{saved.revision}", [entry])
