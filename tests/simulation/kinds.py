"""Every kind of random life, by the name that repeats it."""

from __future__ import annotations

from collections.abc import Callable

from tests.simulation.accounts import live_accounts
from tests.simulation.hard import live_hard
from tests.simulation.histories import live, live_beside, live_companies, live_guarded
from tests.simulation.hours.stories import live_hours
from tests.simulation.hub import SimulatedHub
from tests.simulation.managed import live_managed
from tests.simulation.mapped import live_mapped
from tests.simulation.odd_histories import live_odd
from tests.simulation.spoiled import live_spoiled
from tests.simulation.twins import live_twins
from tests.simulation.typed import live_typed


def live_calm(seed: int) -> SimulatedHub:
    """Live a life in which calls do what they are told, so that bounds on writes are exact."""
    return live(seed, calm=True)


def live_deltas(seed: int) -> SimulatedHub:
    """Live a life without webhooks and whole reads: the reads of changes have to find everything."""
    return live(seed, calm=True, deltas_only=True)


KINDS: dict[str, Callable[[int], SimulatedHub]] = {
    life.__name__: life
    for life in (
        live,
        live_calm,
        live_deltas,
        live_guarded,
        live_managed,
        live_spoiled,
        live_beside,
        live_companies,
        live_hours,
        live_hard,
        live_typed,
        live_accounts,
        live_odd,
        live_twins,
        live_mapped,
    )
}
