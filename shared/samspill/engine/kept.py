"""What a system kept of what was sent to it: the same, the same in another spelling, only a part, or something else."""

from __future__ import annotations

from collections.abc import Mapping

from samspill.canon.compare import is_cut
from samspill.canon.values import Fields, Value, spelled_alike
from samspill.engine.rules import FieldRule, StreamRules


def is_kept(rule: FieldRule, sent: Value, held: Value) -> bool:
    """Tell whether the value is what was sent, spelling aside."""
    return rule.same(sent, held) or spelled_alike(sent, held)


def written(rules: StreamRules, sent: Fields, held: Fields) -> Fields:
    """Return the fields of `held` that come from what was sent: with the value, or with the beginning of it."""
    told = [(rules.of(name), value, held[name]) for name, value in sent.items() if name in held]
    return {rule.name: kept for rule, value, kept in told if rule.same(value, kept) or is_cut(value, kept, rule.form)}


def kept_otherwise(rules: StreamRules, sent: Fields, held: Fields, *, is_create: bool = False) -> list[str]:
    """Return the names of the fields that the system tells with another value than was sent, such as a shortened one.

    In a part of a group that a create left empty, the system may put what is usual there.
    """
    told = {name: held[name] for name in sent if name in held}
    if is_create:
        told = {name: _as_filled(sent[name], value) for name, value in told.items()}
    return sorted(name for name, value in told.items() if not is_kept(rules.of(name), sent[name], value))


def _as_filled(sent: Value, held: Value) -> Value:
    """Return a group without the parts that were not sent."""
    if not isinstance(sent, Mapping) or not isinstance(held, Mapping):
        return held
    return {name: part for name, part in held.items() if sent.get(name)}
