"""Three-way merge, field by field: base, each side's shadow, each side now.

A side has *changed* a field when what it holds now differs from its own shadow. Sides are never compared with each
other to find changes, so a vendor that normalises what is written to it stays quiet. Groups are single values.

Values are compared in the normal form of their field (`FieldRule.same`) and written as they were typed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from samspill.canon.values import Fields, Value
from samspill.engine.model import Side
from samspill.engine.rules import FieldRule, OnConflict, Policy

SKEW_S = 120
"""Two vendors' stamps closer than this do not tell which edit was later."""


@dataclass(frozen=True, slots=True)
class View:
    """One side of a pair: its fields as last confirmed (none before the first link), and as they are now.

    A side that was not read now is as it was confirmed. A field that a read did not tell is unknown, whatever was
    confirmed before.
    """

    shadow: Fields
    now: Fields
    changed_at: int | None = None


@dataclass(frozen=True, slots=True)
class Merged:
    """What the merge decided."""

    base: Fields
    shadows: Mapping[Side, Fields]
    """What each side has confirmed, before any write. A field in conflict keeps its old shadow, so it is seen again."""
    writes: Mapping[Side, Fields]
    overwritten: Mapping[Side, Fields]
    """Values that lose although somebody put them there: told in the journal, never lost silently."""
    conflicts: Mapping[str, Mapping[str, Value]]
    drifted: tuple[str, ...]
    """Fields a side changed although the other owns them and the rule is to report only."""
    pending: tuple[str, ...] = ()
    """Fields changed on one side that the other does not tell: left alone until it does, so that nothing is buried."""


@dataclass(slots=True)
class _Draft:
    base: dict[str, Value]
    writes: dict[Side, dict[str, Value]] = field(default_factory=lambda: {Side.LEFT: {}, Side.RIGHT: {}})
    overwritten: dict[Side, dict[str, Value]] = field(default_factory=lambda: {Side.LEFT: {}, Side.RIGHT: {}})
    conflicts: dict[str, dict[str, Value]] = field(default_factory=dict)
    drifted: list[str] = field(default_factory=list)
    pending: list[str] = field(default_factory=list)

    def take(self, rule: FieldRule, winner: Side, value: Mapping[Side, Value], *, loses: bool = False) -> None:
        """Let `winner`'s value be the agreed one, and write it to the other side where that holds something else."""
        loser = winner.other
        self.base[rule.name] = value[winner]
        if loser in value and rule.same(value[loser], value[winner]):
            return
        self.writes[loser][rule.name] = value[winner]
        if loses:
            self.overwritten[loser][rule.name] = value[loser]


def merge(
    rules: tuple[FieldRule, ...],
    base: Fields,
    views: Mapping[Side, View],
    decided: Mapping[str, Side] | None = None,
    *,
    contested: Collection[str] = (),
    disputed: Collection[str] = (),
) -> Merged:
    """Return what both sides should hold. Pure and total.

    Args:
        rules: one per field; fields without a rule are left alone.
        base: what the sides last agreed on; empty when they are being linked now.
        views: both sides.
        decided: fields whose conflict a person decided, and for which side.
        contested: fields in conflict by now; an empty value is then a person's, and no lack of one.
        disputed: fields that a person decides, whatever the rule says.
    """
    draft = _Draft(dict(base))
    for rule in rules:
        held = {side: view.now[rule.name] for side, view in views.items() if rule.name in view.now}
        if rule.name in disputed and len(held) == len(Side):
            _settle_dispute(rule, views, held, draft, (decided or {}).get(rule.name))
        elif rule.policy is not Policy.OFF:
            _merge_field(rule, views, draft, (decided or {}).get(rule.name), contested=rule.name in contested)
    ruled = [rule.name for rule in rules if rule.policy is not Policy.OFF]
    unsettled = {*draft.conflicts, *draft.pending}
    shadows = {side: _shadow(view, ruled, unsettled) for side, view in views.items()}
    drifted, pending = tuple(draft.drifted), tuple(draft.pending)
    return Merged(draft.base, shadows, draft.writes, draft.overwritten, draft.conflicts, drifted, pending)


def _settle_dispute(
    rule: FieldRule, views: Mapping[Side, View], held: Mapping[Side, Value], draft: _Draft, decided: Side | None
) -> None:
    """Leave a field to a person, unless both sides hold the same or the person chose."""
    if rule.same(held[Side.LEFT], held[Side.RIGHT]):
        draft.base[rule.name] = held[Side.LEFT]
    elif decided is None:
        draft.conflicts[rule.name] = {side.value: value for side, value in held.items()}
    elif rule.policy is Policy.TWO_WAY:
        draft.take(rule, decided, held, loses=True)
    else:
        _merge_field(rule, views, draft, decided, contested=True)


def _shadow(view: View, ruled: list[str], unsettled: set[str]) -> Fields:
    """What the side has confirmed: what it tells, and of what is unsettled what it told before."""
    told = ((name, view.shadow if name in unsettled else view.now) for name in ruled if name in view.now)
    return {name: source[name] for name, source in told if name in source}


def _merge_field(
    rule: FieldRule, views: Mapping[Side, View], draft: _Draft, decided: Side | None, *, contested: bool
) -> None:
    name = rule.name
    value: dict[Side, Value] = {}
    changed: dict[Side, bool] = {}
    for side, view in views.items():
        if name in view.now:
            value[side] = view.now[name]
        confirmed = view.shadow if name in view.shadow else draft.base
        changed[side] = name in view.now and not (name in confirmed and rule.same(view.now[name], confirmed[name]))
    if rule.policy is Policy.TWO_WAY:
        if name not in draft.base and len(value) == len(Side):
            changed = _speaking(value, contested=contested)
        _two_way(rule, views, value, changed, draft, decided=decided)
    else:
        _owned(rule, value, changed, draft, decided)


def _speaking(value: Mapping[Side, Value], *, contested: bool) -> dict[Side, bool]:
    """While two records are being linked, the side that has something speaks for the one that has nothing."""
    one_is_empty = None in value.values() and not contested
    return {side: not one_is_empty or value[side] is not None for side in Side}


def _owned(
    rule: FieldRule,
    value: Mapping[Side, Value],
    changed: Mapping[Side, bool],
    draft: _Draft,
    decided: Side | None,
) -> None:
    """Merge a field that one side decides."""
    name, master = rule.name, rule.master
    if master not in value:
        draft.pending += [name] if changed[master.other] and rule.policy is Policy.MASTER else []
        return
    mine, other = value[master], master.other
    theirs, told = value.get(other), other in value
    if rule.where_told and not told:
        draft.pending += [name] if changed[master] and mine is not None else []  # nothing needs no note
    elif rule.policy is Policy.FILL_IF_BLANK:
        _fill(rule, value, draft, changed=changed[master] or changed[other])
    elif name not in draft.base and mine is None:
        # Never agreed on, and the owner has nothing: that is no reason to empty what the other side holds.
        draft.drifted += [name] if theirs is not None else []
    elif decided is other:
        draft.base[name] = mine
        draft.drifted.append(name)  # a person let it stand, until the owner changes it again
    elif decided is None and told and _is_asked(rule, theirs, mine, draft.base, changed=changed[other]):
        draft.conflicts[name] = {side.value: value[side] for side in Side}
    elif decided is master or changed[master] or (changed[other] and rule.policy is Policy.MASTER):
        was_free = name not in draft.base and theirs is None
        draft.take(rule, master, value, loses=changed[other] and not was_free)
    elif changed[other] and not rule.same(theirs, mine):
        draft.drifted.append(name)


def _fill(rule: FieldRule, value: Mapping[Side, Value], draft: _Draft, *, changed: bool) -> None:
    """Let the owner's value go over where the other side is empty.

    While only one side holds, or tells, a value, nothing is agreed on: what was agreed on before stays.
    """
    mine, theirs, told = value[rule.master], value.get(rule.master.other), len(value) == len(Side)
    if told and theirs is None and mine is not None and changed:
        draft.take(rule, rule.master, value)
    elif (told and (mine is None) == (theirs is None)) or (mine is not None and rule.name in draft.base):
        draft.base[rule.name] = mine


def _is_asked(rule: FieldRule, theirs: Value, mine: Value, base: Fields, *, changed: bool) -> bool:
    """Tell whether a person is asked before what the other side holds is written over.

    They are when that side changed it, or holds something that was never agreed on. Empty from the start is free.
    """
    asks = rule.policy is Policy.MASTER and rule.on_conflict is OnConflict.REVIEW
    is_theirs = changed if rule.name in base else theirs is not None
    return asks and is_theirs and not rule.same(theirs, mine)


def _two_way(
    rule: FieldRule,
    views: Mapping[Side, View],
    value: Mapping[Side, Value],
    changed: Mapping[Side, bool],
    draft: _Draft,
    *,
    decided: Side | None,
) -> None:
    name = rule.name
    if len(value) < len(Side):
        draft.pending += [name] if any(changed.values()) else []
        return
    if rule.same(value[Side.LEFT], value[Side.RIGHT]):
        draft.base[name] = value[Side.LEFT]
        return
    if changed[Side.LEFT] != changed[Side.RIGHT]:
        winner = Side.LEFT if changed[Side.LEFT] else Side.RIGHT
        draft.take(rule, winner, value)
        return
    if not changed[Side.LEFT]:
        return
    resolved = decided or _winner(rule, views)
    if resolved is None:
        draft.conflicts[name] = {side.value: value[side] for side in Side}
    else:
        draft.take(rule, resolved, value, loses=True)


def _winner(rule: FieldRule, views: Mapping[Side, View]) -> Side | None:
    """Decide a true conflict by the rule; None leaves it to a person."""
    if rule.on_conflict is OnConflict.REVIEW:
        return None
    if rule.on_conflict is OnConflict.NEWEST_WINS:
        left, right = views[Side.LEFT].changed_at, views[Side.RIGHT].changed_at
        if left is not None and right is not None and abs(left - right) >= SKEW_S:
            return Side.LEFT if left > right else Side.RIGHT
    return rule.master
