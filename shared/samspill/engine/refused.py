"""Refused fields: a value that a side does not take holds up itself alone, and is not sent again until it changes.

The link keeps which value was refused, and why. What both sides agreed on before stays as it was, so that the value
counts as changed for as long as it is there; the other fields go over without it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from samspill.canon.values import Fields, Value, fingerprint
from samspill.engine.merge import Merged, View
from samspill.engine.model import Link, Outcome, RefusedValue, Result, Side
from samspill.engine.rules import StreamRules
from samspill.reasons import Reason

type Refused = Mapping[str, RefusedValue]
"""`side.field` → what that side refused."""


def refused_value(value: Value, reason: Reason) -> RefusedValue:
    """Return the note that a value was refused."""
    return RefusedValue(mark(value), reason)


def refused_key(side: Side, name: str) -> str:
    """Return under what name a link keeps that `side` refused a value of the field."""
    return f"{side}.{name}"


def is_refused(link: Link, side: Side, name: str, value: Value) -> bool:
    """Tell whether the side refused exactly this value of the field."""
    refusal = link.refused.get(refused_key(side, name))
    return refusal is not None and refusal.value == mark(value)


def is_withheld(link: Link, side: Side, name: str, value: Value) -> bool:
    """Tell whether a person took exactly this value of the field back there."""
    return link.withheld.get(refused_key(side, name)) == mark(value)


def hold_back(
    rules: StreamRules, link: Link, merged: Merged, views: Mapping[Side, View]
) -> tuple[Merged, Refused, Mapping[str, str]]:
    """Return the merge without the values that a side refused or that a person took back there.

    Also the refusals, and the values taken back, that are still about what is there.
    """
    still = {key: each for key, each in link.refused.items() if _is_there(rules, key, each.value, views)}
    withheld = {key: value for key, value in link.withheld.items() if _is_there(rules, key, value, views)}
    names = {
        side: [
            n
            for n, value in merged.writes[side].items()
            if is_refused(link, side, n, value) or is_withheld(link, side, n, value)
        ]
        for side in Side
    }
    held = [*dict.fromkeys(name for each in names.values() for name in each)]
    if not held:
        return merged, still, withheld
    return (
        replace(
            merged,
            base=with_old(merged.base, link.base, held),
            shadows={
                side: with_old(fields, link.shadows[side].fields if side in link.shadows else {}, held)
                for side, fields in merged.shadows.items()
            },
            writes={side: _without(merged.writes[side], names[side]) for side in Side},
            overwritten={side: _without(merged.overwritten[side], names[side]) for side in Side},
        ),
        still,
        withheld,
    )


def _is_there(rules: StreamRules, key: str, refused: str, views: Mapping[Side, View]) -> bool:
    """Tell whether one side still holds the value, and the one that refused it something else."""
    side, _, name = key.partition(".")
    held = {each: {**view.shadow, **view.now}.get(name) for each, view in views.items()}
    wanted = held[Side(side).other]
    return mark(wanted) == refused and not rules.of(name).same(held[Side(side)], wanted)


def may_leave_out(rules: StreamRules, side: Side, fields: Fields, name: str) -> bool:
    """Tell whether a record can be created on `side` without the field.

    Not where the rules require it, where it is the last key to find the record by, or where it says what the record
    belongs to.
    """
    rest = _without(fields, (name,))
    needed = rules.needed.get(side)
    if rules.by_name[name].references is not None or (needed is not None and needed(rest) is not None):
        return False
    return name not in rules.look_first or any(isinstance(rest.get(key), str) for key in rules.look_first)


def outcome_with(outcome: Outcome, refused: Refused) -> Outcome:
    """Return how a record stands of which these fields were refused, whatever became of the others."""
    why = in_a_row([refusal.reason for _, refusal in sorted(refused.items())])
    if why is None:
        return outcome
    if outcome.result is Result.CONFLICT:
        return replace(outcome, reason=replace(outcome.reason, because=why))
    return Outcome(Result.FAILED, why)


def in_a_row(reasons: Collection[Reason]) -> Reason | None:
    """Return the reasons as one, told one after the other."""
    told: Reason | None = None
    for reason in reversed([*reasons]):
        told = replace(reason, because=told)
    return told


def with_old(new: Fields, old: Fields, names: Collection[str]) -> Fields:
    """Return `new` with the fields in `names` as they are in `old`."""
    return _without(new, names) | {name: old[name] for name in names if name in old}


def _without(fields: Fields, names: Collection[str]) -> dict[str, Value]:
    return {name: value for name, value in fields.items() if name not in names}


def mark(value: Value) -> str:
    """Return a hash by which the value is known again."""
    return fingerprint({"": value})[:12]
