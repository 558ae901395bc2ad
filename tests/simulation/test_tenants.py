"""Two customers in one table and one queue: same flow, same ids, same numbers; each sees its own alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from samspill.state import StreamKey
from samspill.store.memory import MemoryLinks
from samspill.store.memory.registry import MemoryRegistry
from tests.simulation.histories import live_beside
from tests.simulation.hub import Broken

SEEDS = range(14)


def test_nothing_of_one_customer_is_read_written_or_told_to_another() -> None:
    for seed in SEEDS:
        first, second = live_beside(seed).hubs
        assert set(first.history.entity_of) & set(second.history.entity_of), "the two have records of the same id"
        assert first.history.writes
        assert second.history.writes


def one_table_place_for_all(patch: pytest.MonkeyPatch) -> None:
    """Links are kept without the tenant."""

    class Anybodys(dict[StreamKey, Any]):
        def __missing__(self, key: StreamKey) -> Any:
            return self.setdefault(key, {}) if key.tenant == "acme" else self[key._replace(tenant="acme")]

    init = MemoryLinks.__init__

    def mixed(self: MemoryLinks) -> None:
        init(self)
        self._places = Anybodys()

    patch.setattr(MemoryLinks, "__init__", mixed)


def the_first_connection_of_that_name(patch: pytest.MonkeyPatch) -> None:
    """A connection is found by its name, whosever it is."""
    connection = MemoryRegistry.connection
    patch.setattr(MemoryRegistry, "connection", lambda self, _tenant, name: connection(self, "acme", name))


@pytest.mark.parametrize("mix", [one_table_place_for_all, the_first_connection_of_that_name])
def test_an_engine_that_mixes_customers_is_caught(
    mix: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    mix(monkeypatch)
    found: frozenset[str] = frozenset()
    for seed in SEEDS:
        try:
            live_beside(seed)
        except Broken as broken:
            found |= broken.names
    assert "INV-TENANT" in found
