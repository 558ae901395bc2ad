"""Wrong engines that mix up customers; see `tests.simulation.mutants`."""

from __future__ import annotations

from typing import Any

import pytest

from samspill.state import StreamKey
from samspill.store.memory import MemoryLinks
from samspill.store.memory.registry import MemoryRegistry


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


MIXES = {"25": one_table_place_for_all, "25b": the_first_connection_of_that_name}
"""By their numbers in `docs/simulation.md`. All are caught by INV-TENANT."""
