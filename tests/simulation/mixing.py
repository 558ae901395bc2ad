"""Wrong engines that mix up customers, or the companies of one; see `tests.simulation.mutants`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from samspill.state import FlowKey, StreamKey
from samspill.store.memory import MemoryLinks
from samspill.store.memory.registry import MemoryRegistry
from tests.simulation.neighbour import COMPANY, CUSTOMER
from tests.simulation.played import FLOW


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


def one_place_for_a_declaration(patch: pytest.MonkeyPatch) -> None:
    """Links are kept by the declaration's name instead of the flow's id."""

    class Anyflows(dict[StreamKey, Any]):
        def __missing__(self, key: StreamKey) -> Any:
            declared = key._replace(flow=FLOW.flow)
            return self.setdefault(key, {}) if key == declared else self[declared]

    init = MemoryLinks.__init__

    def mixed(self: MemoryLinks) -> None:
        init(self)
        self._places = Anyflows()

    patch.setattr(MemoryLinks, "__init__", mixed)


def the_flow_called_as_the_declaration(patch: pytest.MonkeyPatch) -> None:
    """A flow is looked up by its declaration's name instead of its id."""
    flow = MemoryRegistry.flow
    patch.setattr(MemoryRegistry, "flow", lambda self, key: flow(self, key._replace(flow=FLOW.flow)))


MIXES: dict[str, tuple[Callable[[pytest.MonkeyPatch], None], FlowKey]] = {
    "25": (one_table_place_for_all, CUSTOMER),
    "25b": (the_first_connection_of_that_name, CUSTOMER),
    "25c": (one_place_for_a_declaration, COMPANY),
    "25d": (the_flow_called_as_the_declaration, COMPANY),
}
"""By their numbers in `docs/simulation.md`, with whom they mix up. All are caught by INV-TENANT."""
