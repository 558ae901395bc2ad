"""Wrong engines that forget a mapping, or make up what a lookup does not say (55 to 55c)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from samspill.engine.model import Observation, Side
from samspill.engine.rules import OwnForm, StreamRules
from samspill.modes.pairs import mode
from samspill.ports import Connector
from samspill.work.mapped import _Translation, as_mapped


def mapped_on_one_side(patch: pytest.MonkeyPatch) -> None:
    """55: the right side is read and written by its own names."""

    def left_only(flow: str, rules: StreamRules, side: Side, connector: Connector) -> Connector:
        return as_mapped(flow, rules, side, connector) if side is Side.LEFT else connector

    patch.setattr(mode, "as_mapped", left_only)


def lookups_are_bypassed(patch: pytest.MonkeyPatch) -> None:
    """55b: fields go over, and their values as they are."""

    def as_it_is(_self: OwnForm, _side: Side) -> Mapping[str, str] | None:
        return None

    def shared(self: _Translation, told: Observation) -> Observation:
        own = {each.paths[self._side]: rule.name for rule, each in self.mapped}
        fields = {own.get(name, name): value for name, value in told.fields.items()}
        return Observation(**{**_parts(told), "fields": fields})

    patch.setattr(OwnForm, "own", as_it_is)
    patch.setattr(_Translation, "shared", shared)


def what_has_no_row_is_empty(patch: pytest.MonkeyPatch) -> None:
    """55c: a value without a row passes for none, and empties the other side."""
    shared = _Translation.shared

    def emptied(self: _Translation, told: Observation) -> Observation:
        seen = shared(self, told)
        marks = {rule.name for rule, _ in self.mapped}
        fields = {
            name: None if name in marks and str(value).startswith(f"{self._side}:") else value
            for name, value in seen.fields.items()
        }
        return Observation(**{**_parts(seen), "fields": fields, "waits": told.waits})

    patch.setattr(_Translation, "shared", emptied)


def _parts(told: Observation) -> dict[str, Any]:
    return {name: getattr(told, name) for name in Observation.__slots__}
