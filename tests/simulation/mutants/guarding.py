"""Wrong engines that guard wrongly: what is counted, and when (11)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from samspill.engine.guard import ARCHIVE, Guard, kinds
from samspill.engine.model import Side
from samspill.guard import approved, change_guard
from samspill.modes.pairs import mode
from samspill.runs import sweep
from samspill.state import FlowState


def counts_while_executing(patch: pytest.MonkeyPatch) -> None:
    """11: what a whole read lacks is deleted one by one until the day's limit is met."""
    let_through = change_guard.Gate.let_through

    def one_by_one(self: change_guard.Gate, side: Side, writes: Sequence[Any], before: Any) -> list[Any]:
        return [out for write in writes for out in let_through(self, side, [write], before)]

    patch.setattr(change_guard.Gate, "let_through", one_by_one)
    patch.setattr(sweep, "in_force", lambda *_: Guard(at_least=10**6, share=1.0, shrink=1.0))


def nothing_is_counted(patch: pytest.MonkeyPatch) -> None:
    """11b: deletes told one by one go out however many they are."""
    patch.setattr(mode, "kinds", lambda *known, **named: kinds(*known, **named) - {ARCHIVE})


def only_deletes_are_counted(patch: pytest.MonkeyPatch) -> None:
    """11d: creates and replaced values go out however many they are."""
    patch.setattr(mode, "kinds", lambda *known, **named: kinds(*known, **named) & {ARCHIVE})


def raised_for_good(patch: pytest.MonkeyPatch) -> None:
    """11c: a limit that was raised stays raised."""

    def in_force(state: FlowState, _now: Any) -> Guard:
        limits = state.raised or state.limits
        return Guard(limits.at_least, limits.share, limits.shrink) if limits else Guard()

    patch.setattr(change_guard, "in_force", in_force)


def refused_absence_is_forgotten(patch: pytest.MonkeyPatch) -> None:
    """11e: what a person refused of a list is carried out once the list is short enough."""
    patch.setattr(sweep, "_without_refused", lambda _world, _state, _message, lacking: list(lacking))
    patch.setattr(approved, "refused", lambda *_: {})
