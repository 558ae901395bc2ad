"""What an admin makes of a flow's field rules. A change overwrites nothing: both sides are looked at again."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from samspill.engine.model import Result, Side
from samspill.engine.rules import FieldRule, OnConflict, Policy
from samspill.errors import UsageError
from samspill.flows.catalogue import declared
from samspill.flows.flow import RuleChange
from samspill.ports import World
from samspill.reasons import Reason
from samspill.state import FlowKey, FlowState, JournalEntry
from samspill.usecases.actor import Actor, Role, needs
from samspill.work.flow_state import change_flow


@needs(Role.VIEWER)
def in_force(world: World, _actor: Actor, key: FlowKey) -> dict[str, tuple[FieldRule, bool]]:
    """Return every field's rule by `stream.field`, and whether an admin changed it."""
    return _rules(world.registry.flow(key))


def _rules(state: FlowState) -> dict[str, tuple[FieldRule, bool]]:
    return {
        f"{stream.name}.{rule.name}": (rule, f"{stream.name}.{rule.name}" in state.rules)
        for stream in declared(state.declaration).changed(state.rules).streams
        for rule in stream.rules.fields
    }


@needs(Role.ADMIN)
def change(
    world: World,
    actor: Actor,
    key: FlowKey,
    field: str,
    *,
    policy: Policy,
    master: Side | None = None,
    on_conflict: OnConflict | None = None,
) -> FlowState:
    """Change the rule of one field (`stream.field`); what is not given stays as it is. The journal keeps who did.

    Raises:
        UsageError: there is no such field, its owner works it out by itself, or its rule is not for an admin to change.
    """

    def changed(state: FlowState) -> dict[str, RuleChange]:
        rule = _changeable(world, state, field)
        return {**state.rules, field: RuleChange(policy, master or rule.master, on_conflict or rule.on_conflict)}

    return _save(
        world, key, field, changed, Reason("rule_changed", {"field": field, "policy": policy, "person": actor.name})
    )


def _changeable(world: World, state: FlowState, field: str) -> FieldRule:
    """Return the field's rule; UsageError where there is none, or none that an admin may change."""
    known = _rules(state)
    if field not in known:
        raise UsageError(
            f"no field {field}", reason=Reason("no_such_field", {"field": field, "fields": ", ".join(known)})
        )
    rule, _ = known[field]
    if rule.computed:
        raise UsageError(f"{field} is computed", reason=Reason("field_is_computed", {"field": field}))
    _let_change(world, state.declaration, field)
    return rule


def _let_change(world: World, declaration: str, field: str) -> None:
    """Refuse to touch a stream whose rules promise what no field's rule may take back."""
    stream = declared(declaration).stream(field.partition(".")[0])
    if why := world.modes.of(stream).rules_are_fixed:
        raise UsageError.because(why, field=field)
    if all(rule.policy is Policy.OFF for rule in stream.rules.fields):
        raise UsageError.because("only_matched", field=field)


@needs(Role.ADMIN)
def reset(world: World, actor: Actor, key: FlowKey, field: str) -> FlowState:
    """Give a field its declared rule back."""

    def without(state: FlowState) -> dict[str, RuleChange]:
        if field not in state.rules:
            raise UsageError.because("field_as_declared", field=field)
        return {name: rule for name, rule in state.rules.items() if name != field}

    return _save(world, key, field, without, Reason("rule_reset", {"field": field, "person": actor.name}))


def _save(
    world: World, key: FlowKey, name: str, rules: Callable[[FlowState], Mapping[str, RuleChange]], reason: Reason
) -> FlowState:
    """Store what `rules` makes of those in force at that moment: another admin's change is not taken back by it."""
    saved = change_flow(world, key, lambda state: {"rules": rules(state), "last_full_at": None})
    stream, _, field = name.partition(".")
    entry = JournalEntry(
        at=world.clock.now(),
        stream=stream,
        link="",
        result=Result.APPLIED,
        reason=reason,
        trigger="manual",
        fields=(field,),
    )
    world.journal.append(key, f"rules/{saved.revision}", [entry])
    return saved
