"""The value maps of a flow: which value of one system means which of the other one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from samspill.engine.model import Result, Side
from samspill.errors import UsageError
from samspill.flows.catalogue import declared
from samspill.flows.lookups import Direction, Lookup, LookupRow
from samspill.flows.problems import Problem
from samspill.ports import World
from samspill.reasons import Reason
from samspill.state import FlowKey, FlowState, JournalEntry
from samspill.usecases.actor import Actor, Role, needs
from samspill.usecases.views.mapping import LookupRowView, Lookups, LookupView, Note
from samspill.work import schemas
from samspill.work.context import open_flow
from samspill.work.flow_state import change_flow

MOST_BYTES = 100_000
"""Of all lookups of a flow: they are kept with its state, which every step reads."""


@needs(Role.VIEWER)
def show(world: World, _actor: Actor, key: FlowKey, name: str | None = None) -> Lookups:
    """Return the lookups, all or one; UsageError where there is none of that name."""
    state = world.registry.flow(key)
    if name is not None and name not in state.lookups:
        raise _no_such_lookup(state, name)
    return _view(state, name)


@needs(Role.ADMIN)
def set_row(
    world: World,
    actor: Actor,
    key: FlowKey,
    name: str,
    left: str,
    right: str,
    *,
    direction: str | None = None,
    kinds: Mapping[str, str] | None = None,
) -> Lookups:
    """Add a row, or change the one that its value is in; see `set_form` for the rest."""

    def to(lookup: Lookup) -> Lookup:
        formed = _formed(lookup, direction, sides)
        # One way to the left, a value of the left may stand in several rows.
        side = Side.RIGHT if formed.direction is Direction.TO_LEFT else Side.LEFT
        row = LookupRow(left=left, right=right)
        return _with_rows(formed, [*(each for each in formed.rows if each.on(side) != row.on(side)), row])

    sides = kinds_by_side(world.registry.flow(key), kinds or {})
    return _change(world, actor, key, name, to)


@needs(Role.ADMIN)
def set_rows(
    world: World,
    actor: Actor,
    key: FlowKey,
    name: str,
    rows: Sequence[tuple[str, str]],
    *,
    direction: str | None = None,
    kinds: Mapping[str, str] | None = None,
) -> Lookups:
    """Replace all rows, each of a left and a right value; see `set_form` for the rest."""
    given = [LookupRow(left=left, right=right) for left, right in rows]
    sides = kinds_by_side(world.registry.flow(key), kinds or {})
    return _change(world, actor, key, name, lambda lookup: _with_rows(_formed(lookup, direction, sides), given))


@needs(Role.ADMIN)
def unset_row(world: World, actor: Actor, key: FlowKey, name: str, left: str) -> Lookups:
    """Remove the rows of a left value; UsageError where there are none."""

    def to(lookup: Lookup) -> Lookup:
        rows = [each for each in lookup.rows if each.left != left]
        if len(rows) == len(lookup.rows):
            raise UsageError.because("no_such_row", lookup=name, value=left, flow=key.flow)
        return _with_rows(lookup, rows)

    return _change(world, actor, key, name, to)


@needs(Role.ADMIN)
def set_form(
    world: World,
    actor: Actor,
    key: FlowKey,
    name: str,
    *,
    direction: str | None = None,
    kinds: Mapping[str, str] | None = None,
) -> Lookups:
    """Change which way a lookup leads, and which records a side's values are ids of, by `left`, `right` or a system.

    Every change of a lookup is checked against both systems, the journal keeps who did it, and every record is looked
    at again.

    Raises:
        UsageError: a system does not have a value, or a value would have two translations.
    """
    sides = kinds_by_side(world.registry.flow(key), kinds or {})
    return _change(world, actor, key, name, lambda lookup: _formed(lookup, direction, sides))


@needs(Role.ADMIN)
def remove(world: World, actor: Actor, key: FlowKey, name: str) -> Lookups:
    """Forget a lookup.

    Raises:
        UsageError: there is none, or mapped fields use it.
    """

    def update(state: FlowState) -> Mapping[str, Any]:
        if name not in state.lookups:
            raise _no_such_lookup(state, name)
        used = [f"{stream}.{p.left}" for stream, pairs in state.mapping.items() for p in pairs if p.lookup == name]
        if used:
            raise UsageError.because("lookup_in_use", lookup=name, fields=", ".join(used))
        return {"lookups": {each: lookup for each, lookup in state.lookups.items() if each != name}}

    saved = change_flow(world, key, update)
    _journal(world, saved, Reason("lookup_removed", {"person": actor.name, "lookup": name}))
    return _view(saved, None)


def _change(world: World, actor: Actor, key: FlowKey, name: str, to: Callable[[Lookup], Lookup]) -> Lookups:
    """Store what `to` makes of a lookup as it is at that moment, or of an empty one."""
    opened = open_flow(world, key)
    asked = to(opened.state.lookups.get(name, Lookup()))
    described = schemas.describe(world, opened, schemas.mapped_streams(opened))
    listed = schemas.list_ids(world, opened, {name: asked})
    found: list[Problem] = []

    def update(state: FlowState) -> Mapping[str, Any]:
        lookups = {**state.lookups, name: to(state.lookups.get(name, Lookup()))}
        check_size(lookups, name)
        before = schemas.problems(state, described, listed)
        after = schemas.problems(state.model_copy(update={"lookups": lookups}), described, listed)
        found[:] = [each for each in after if each not in before]
        if (stopping := next((each for each in found if each.stops), None)) is not None:
            raise UsageError("the mapping cannot work", reason=stopping.reason)
        return {"lookups": lookups, "last_full_at": None}

    saved = change_flow(world, key, update)
    _journal(world, saved, Reason("lookup_changed", {"person": actor.name, "lookup": name}))
    return _view(saved, name, found)


def check_size(lookups: Mapping[str, Lookup], name: str) -> None:
    """Refuse lookups that are too large together; `name` is the one that made them so."""
    if sum(len(each.model_dump_json().encode()) for each in lookups.values()) > MOST_BYTES:
        raise UsageError.because("lookup_too_large", lookup=name, size=str(MOST_BYTES // 1000))


def _with_rows(lookup: Lookup, rows: Sequence[LookupRow]) -> Lookup:
    return lookup.model_copy(update={"rows": tuple(rows)})


def _formed(lookup: Lookup, direction: str | None, kinds: Mapping[Side, str]) -> Lookup:
    way = Direction(direction) if direction else lookup.direction
    return lookup.model_copy(update={"direction": way, "kinds": {**lookup.kinds, **kinds}})


def kinds_by_side(state: FlowState, named: Mapping[str, str]) -> dict[Side, str]:
    """Return the kinds by side, named by `left`, `right` or a system; UsageError where it is none of them."""
    systems = _systems(state)
    names = {str(side): side for side in Side} | {systems[side].casefold(): side for side in Side}
    if unknown := next((name for name in named if name.casefold() not in names), None):
        raise UsageError.because("no_such_side", side=unknown, systems=", ".join(("left", "right", *systems.values())))
    return {names[name.casefold()]: kind for name, kind in named.items()}


def _systems(state: FlowState) -> dict[Side, str]:
    known = declared(state.declaration).streams[0].rules.systems
    return {side: known.get(side, side.value) for side in Side}


def _no_such_lookup(state: FlowState, name: str) -> UsageError:
    return UsageError.because("no_such_lookup", lookup=name, lookups=", ".join(sorted(state.lookups)) or "-")


def _view(state: FlowState, only: str | None, noted: Sequence[Problem] = ()) -> Lookups:
    systems = _systems(state)
    return Lookups(
        left=systems[Side.LEFT],
        right=systems[Side.RIGHT],
        lookups=tuple(
            LookupView(
                name=name,
                direction=lookup.direction,
                kinds={systems[side]: kind for side, kind in lookup.kinds.items()},
                rows=tuple(LookupRowView(left=row.left, right=row.right) for row in lookup.rows),
            )
            for name, lookup in sorted(state.lookups.items())
            if only in {None, name}
        ),
        notes=tuple(map(Note.of, noted)),
    )


def _journal(world: World, saved: FlowState, reason: Reason) -> None:
    entry = JournalEntry(
        at=world.clock.now(), stream="", link="", result=Result.APPLIED, reason=reason, trigger="manual"
    )
    world.journal.append(saved.key, f"lookups/{saved.revision}", [entry])
