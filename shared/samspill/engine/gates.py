"""Gated fields: what records are told apart by is never changed on one side because it was on the other.

Such a field is merged as if the records were being linked now: what is equal stays, an empty side is filled, and two
different values are a conflict, whoever changed theirs. A person decides it like any other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from samspill.canon.values import Fields
from samspill.engine.merge import View
from samspill.engine.model import Side
from samspill.engine.rules import FieldRule


def asked_about(rules: Iterable[FieldRule], views: Mapping[Side, View]) -> frozenset[str]:
    """Return the gated fields that both sides tell."""
    return frozenset(rule.name for rule in rules if rule.asks and all(rule.name in view.now for view in views.values()))


def without(fields: Fields, names: frozenset[str]) -> Fields:
    """Return `fields` as if nothing had been agreed on about `names`."""
    return {name: value for name, value in fields.items() if name not in names}
