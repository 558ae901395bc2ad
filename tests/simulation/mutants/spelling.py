"""Wrong engines that take a spelling for a value, or a value for its spelling (4b, 7c, 16b, 16c)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from samspill.canon import compare, keys
from samspill.canon.values import Fields, Value
from samspill.engine.model import Observation
from samspill.pipeline.map import interruption
from samspill.pipeline.upsert import upsert
from tests.simulation.connector import SimulatedConnector
from tests.simulation.flows import spelling_aside


def compared_as_typed(patch: pytest.MonkeyPatch) -> None:
    """4b: two spellings of one value are two values."""
    patch.setattr(compare, "same", lambda one, other, _form: one == other)


def keys_compared_as_typed(patch: pytest.MonkeyPatch) -> None:
    """7c: a key in another spelling is another key."""

    def as_typed(_name: str, value: Value) -> str | None:
        return value if isinstance(value, str) and value else None

    patch.setattr(keys, "key", as_typed)


def normal_form_is_written(patch: pytest.MonkeyPatch) -> None:
    """16b: what is read is folded for comparing at once, and so the folded value is what is written."""
    observe = SimulatedConnector._observe

    def folded(self: SimulatedConnector, kind: str, *told: Any, **more: Any) -> Observation:
        seen = observe(self, kind, *told, **more)
        fields: Fields = {name: spelling_aside(name, value) for name, value in seen.fields.items()}
        return replace(seen, fields=fields)

    patch.setattr(SimulatedConnector, "_observe", folded)


def cut_is_not_told(patch: pytest.MonkeyPatch) -> None:
    """16c: nobody looks whether a vendor kept what it was sent."""
    for step in (interruption, upsert):
        patch.setattr(step, "kept_otherwise", lambda *_, **__: [])
