"""The value maps of a flow: which value of one system means which of the other one."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from samspill.engine.model import Result
from samspill.errors import UsageError
from samspill.flows.lookups import Lookup
from samspill.ports import World
from samspill.reasons import Reason
from samspill.state import FlowKey, FlowState, JournalEntry
from samspill.work import schemas
from samspill.work.context import open_flow
from samspill.work.flow_state import change_flow


def get(world: World, key: FlowKey) -> Mapping[str, Lookup]:
    """Return the lookups by name."""
    return world.registry.flow(key).lookups


def change(world: World, key: FlowKey, name: str, to: Callable[[Lookup], Lookup], *, by: str) -> Lookup:
    """Store what `to` makes of a lookup, or of an empty one. The journal keeps who did.

    Every record is looked at again.

    Raises:
        UsageError: a system does not have a value, or a value would have two translations.
    """
    opened = open_flow(world, key)
    asked = to(opened.state.lookups.get(name, Lookup()))
    described = schemas.describe(world, opened, schemas.mapped_streams(opened.state))
    listed = schemas.list_ids(world, opened, {name: asked})

    def update(state: FlowState) -> Mapping[str, object]:
        lookups = {**state.lookups, name: to(state.lookups.get(name, Lookup()))}
        before = schemas.problems(state, described, listed)
        after = schemas.problems(state.model_copy(update={"lookups": lookups}), described, listed)
        if new := next((each for each in after if each.stops and each not in before), None):
            raise UsageError("the mapping cannot work", reason=new.reason)
        return {"lookups": lookups, "last_full_at": None}

    reason = Reason("lookup_changed", {"person": by, "lookup": name})
    return _save(world, key, update, reason).lookups[name]


def remove(world: World, key: FlowKey, name: str, *, by: str) -> None:
    """Forget a lookup.

    Raises:
        UsageError: there is none, or mapped fields use it.
    """

    def update(state: FlowState) -> Mapping[str, object]:
        if name not in state.lookups:
            raise UsageError.because("no_such_lookup", lookup=name, lookups=", ".join(sorted(state.lookups)) or "-")
        used = [f"{stream}.{p.left}" for stream, pairs in state.mapping.items() for p in pairs if p.lookup == name]
        if used:
            raise UsageError.because("lookup_in_use", lookup=name, fields=", ".join(used))
        return {"lookups": {each: lookup for each, lookup in state.lookups.items() if each != name}}

    _save(world, key, update, Reason("lookup_removed", {"person": by, "lookup": name}))


def _save(world: World, key: FlowKey, update: Callable[[FlowState], Mapping[str, object]], reason: Reason) -> FlowState:
    saved = change_flow(world, key, update)
    entry = JournalEntry(
        at=world.clock.now(), stream="", link="", result=Result.APPLIED, reason=reason, trigger="manual"
    )
    world.journal.append(key, f"lookups/{saved.revision}", [entry])
    return saved
