"""What an admin makes of a flow's field rules. A change overwrites nothing: both sides are looked at again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from samspill.engine.model import Link, LinkState, Result, Side
from samspill.engine.rules import FieldRule, OnConflict, Policy
from samspill.errors import UsageError
from samspill.flows.catalogue import declared
from samspill.flows.flow import Flow, RuleChange
from samspill.ports import World
from samspill.reasons import Reason
from samspill.state import FlowKey, FlowState, JournalEntry, StreamKey
from samspill.usecases.actor import Actor, Role, needs
from samspill.usecases.views.rules import Rules, RuleView
from samspill.usecases.views.whatif_file import AskedRule
from samspill.work.context import open_flow
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


@needs(Role.ADMIN, decides=False)
def becomes_two_way(world: World, _actor: Actor, key: FlowKey, field: str, policy: str) -> int | None:
    """Return of how many pairs the two sides differ in a field that would become two-way; None where it would not.

    Raises:
        UsageError: see `change`.
    """
    state = world.registry.flow(key)
    rule = _changeable(world, state, field)
    if Policy(policy) is not Policy.TWO_WAY or rule.policy is Policy.TWO_WAY:
        return None
    links = world.links.all(StreamKey(*key, field.partition(".")[0]))
    return sum(1 for link in links if _differs(rule, link))


def _differs(rule: FieldRule, link: Link) -> bool:
    held = [shadow.fields[rule.name] for shadow in link.shadows.values() if rule.name in shadow.fields]
    return link.state is LinkState.LINKED and len(held) == len(Side) and not rule.same(*held)


def _changeable(world: World, state: FlowState, field: str) -> FieldRule:
    """Return the field's rule; UsageError where there is none, or none that an admin may change."""
    known = _rules(state)
    if field not in known:
        raise _no_such_field(field, known)
    rule, _ = known[field]
    if rule.computed:
        raise UsageError(f"{field} is computed", reason=Reason("field_is_computed", {"field": field}))
    _let_change(world, state.declaration, field)
    return rule


def _no_such_field(field: str, known: Iterable[str]) -> UsageError:
    return UsageError(f"no field {field}", reason=Reason("no_such_field", {"field": field, "fields": ", ".join(known)}))


def _let_change(world: World, declaration: str, field: str) -> None:
    """Refuse to touch a stream whose rules promise what no field's rule may take back."""
    stream = declared(declaration).stream(field.partition(".")[0])
    if why := world.modes.of(stream).rules_are_fixed:
        raise UsageError.because(why, field=field)
    if all(rule.policy is Policy.OFF for rule in stream.rules.fields):
        raise UsageError.because("only_matched", field=field)


def as_if_changed(world: World, state: FlowState, asked: Iterable[AskedRule]) -> dict[str, RuleChange]:
    """Return the rules that `set_rule` of each would leave in force; one that says what holds already asks for nothing.

    Raises:
        UsageError: as `change`.
    """
    made, known = dict(state.rules), _rules(state)
    flow = declared(state.declaration)
    for each in asked:
        if each.field not in known:
            raise _no_such_field(each.field, known)
        rule, _ = known[each.field]
        master = _side(flow, each.field, each.master) if each.master else rule.master
        wanted = RuleChange(Policy(each.policy), master, OnConflict(each.on_conflict or rule.on_conflict))
        if wanted != RuleChange(rule.policy, rule.master, rule.on_conflict):
            _changeable(world, state, each.field)
            made[each.field] = wanted
    return made


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


@needs(Role.VIEWER)
def show(world: World, actor: Actor, key: FlowKey, field: str | None = None) -> Rules:
    """Return how fields are kept in step, all or one."""
    flow = open_flow(world, key).flow
    known = in_force(world, actor, key)
    if field is not None and field not in known:
        raise _no_such_field(field, known)
    return Rules(
        rules=tuple(
            RuleView(
                field=name,
                policy=rule.policy,
                master=_systems(flow, name).get(rule.master, rule.master),
                on_conflict=rule.on_conflict,
                asks=rule.asks,
                changed=changed,
            )
            for name, (rule, changed) in known.items()
            if field in {None, name}
        )
    )


@needs(Role.ADMIN)
def set_rule(
    world: World, actor: Actor, key: FlowKey, field: str, policy: str, *, master: str | None, on_conflict: str | None
) -> None:
    """Change a rule by the words that `show` has; see `change`."""
    change(
        world,
        actor,
        key,
        field,
        policy=Policy(policy),
        master=_side(open_flow(world, key).flow, field, master) if master else None,
        on_conflict=OnConflict(on_conflict) if on_conflict else None,
    )


def _systems(flow: Flow, field: str) -> dict[Side, str]:
    stream = next((each for each in flow.streams if each.name == field.partition(".")[0]), None)
    return dict(stream.rules.systems) if stream else {}


def _side(flow: Flow, field: str, master: str) -> Side:
    systems = _systems(flow, field)
    for side, name in systems.items():
        if name.casefold() == master.casefold():
            return side
    raise UsageError.because("no_such_master", master=master, systems=", ".join(systems.values()))
