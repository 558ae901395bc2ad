"""A flow's stored state, changed by several at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from samspill.errors import ConflictError
from samspill.ports import World
from samspill.state import FlowKey, FlowState

TRIES = 5


def change_flow(world: World, key: FlowKey, update: Callable[[FlowState], Mapping[str, Any] | None]) -> FlowState:
    """Change a flow's state as it is now, again while others change it too. `update` returns None for no change.

    Raises:
        ConflictError: others were always faster.
    """
    for tried in range(TRIES):
        state = world.registry.flow(key)
        changed = update(state)
        if not changed:
            return state
        try:
            return world.registry.save_flow(state.model_copy(update=dict(changed)))
        except ConflictError:
            if tried == TRIES - 1:
                raise
    raise AssertionError("unreachable: the last try returns or raises")
