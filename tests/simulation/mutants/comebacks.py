"""Wrong engines that take versions, deletes and scopes for final (44 to 46)."""

from __future__ import annotations

from typing import Any

import pytest

from samspill.engine import plan as planning
from samspill.engine import versions
from samspill.engine.case import Case, Plan
from samspill.engine.model import LinkState, Result, Shadow
from samspill.engine.versions import in_order
from samspill.reasons import Reason


def lower_is_late(patch: pytest.MonkeyPatch) -> None:
    """44: a version decides alone, whenever it was read."""

    def ordered(case: Case, *, sure: bool) -> Case | Plan:
        for side, view in case.seen.items():
            if versions._is_lower(case.link.shadows.get(side, Shadow({})), view.observation):
                return Plan(case.link, Result.UNCHANGED, Reason("older_than_known"), store=False)
        return in_order(case, sure=sure)

    patch.setattr(planning, "in_order", ordered)


def yesterday_is_an_edit(patch: pytest.MonkeyPatch) -> None:
    """44b: what a restore brought back goes over like anything that somebody typed."""
    patch.setattr(versions, "_asking", lambda case, *_: case)


def delete_is_final(patch: pytest.MonkeyPatch) -> None:
    """45: what was deleted is done with, whatever is read of it later."""

    def settled(case: Case, **_: Any) -> Case | Plan:
        if case.link.state is not LinkState.TOMBSTONE:
            return case
        return Plan(case.link, Result.UNCHANGED, Reason("settled"), store=False)

    patch.setattr(planning, "revived", settled)


def scope_of_the_side_read(patch: pytest.MonkeyPatch) -> None:
    """46: whether a pair is out of scope is asked of the side that was just read only."""
    patch.setattr(planning, "_was_left_out", lambda _case: False)
