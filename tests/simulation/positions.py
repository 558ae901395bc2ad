"""The proof that a function leaves the same behind wherever it dies between two changes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import fields

import pytest

from samspill.ports import World
from tests.simulation.hub import SimulatedHub

OUTSIDE = {"clock", "ids", "connectors", "hooks", "hook_url", "calm", "preflight", "contact", "remarks"}
"""What holds nothing: time only moves on, ids only differ, vendors are looked at themselves."""

NOTES = {"lineage", "_at_work", "_shown"}
"""What the tests' queue notes of messages, and no queue has."""


def left_behind(hub: SimulatedHub) -> str:
    """Return everything that outlives a function: what would be left if it died now."""
    stores = [_held(getattr(hub.inner, port.name)) for port in fields(World) if port.name not in OUTSIDE]
    vendors = [(each.rows, each.events, each.late, each.key_works, each.hidden) for each in hub.vendors.values()]
    return repr((stores, vendors, len(hub.history.writes), hash(hub.chance.getstate())))


def _held(store: object) -> list[object]:
    """Return what a store holds; a place that was looked at and is empty is nothing."""
    held = (it for name, it in vars(store).items() if name not in NOTES)
    return [{k: v for k, v in it.items() if v} if isinstance(it, Mapping) else it for it in held]


def positions(patch: pytest.MonkeyPatch, story: Callable[[], object]) -> tuple[int, list[set[str]]]:
    """Play a story in which nobody dies; return how many steps it has, and between each two changes what was there."""
    left: dict[tuple[int, int], set[str]] = defaultdict(set)
    io, steps = SimulatedHub.io, 0

    def noting(hub: SimulatedHub, label: str) -> None:
        nonlocal steps
        if hub._deadlines and not hub.story_turns:  # what comes after the story is for the checks only
            steps += 1
            left[hub._functions, hub._changes].add(left_behind(hub))
        io(hub, label)

    patch.setattr(SimulatedHub, "io", noting)
    story()
    return steps, list(left.values())
