"""Another customer of the same hub, or another company of the same customer.

The same declaration, vendors that count alike, one table, one queue, one clock.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from samspill.messages import Message
from samspill.state import FlowKey
from samspill.store.budget import BudgetRule
from samspill.store.memory import MemoryBudgets
from tests.simulation.hub import SimulatedHub
from tests.simulation.options import VendorOptions
from tests.simulation.played import FLOW

CUSTOMER = FlowKey("beside", FLOW.flow)
"""Another customer, whose flow and connections are called as the first one's."""
COMPANY = FlowKey(FLOW.tenant, "beside")
"""Another company of the first customer: a second flow of the declaration, over connections of its own."""


class Neighbour(SimulatedHub):
    """Has its own vendors, people and history; everything else is the first one's.

    Its records have the same ids and numbers as the first one's; only the words in them differ.
    """

    def __init__(self, first: SimulatedHub, flow: FlowKey, *, left: VendorOptions, right: VendorOptions) -> None:
        super().__init__(left=left, right=right, rules=first.rules, weather=first.weather)
        self._first = first
        self.flow_key = flow
        first.tag, self.tag = " acme", " beside"
        self.clock, self.chance, self.inner, self.world = first.clock, first.chance, first.inner, first.world
        self.seen, self.hubs = first.seen, first.hubs
        self._at_work, self._shown = first._at_work, first._shown
        limits = {str(side): vendor.options.calls_per_window or 10**6 for side, vendor in self.vendors.items()}
        self.budgets = MemoryBudgets(self.clock, lambda key: BudgetRule(limits[key[7:]], 60))
        self.hubs.append(self)
        self._set_up()

    def io(self, label: str) -> None:
        """See `SimulatedHub.io`."""
        self._first.io(label)

    def happens(self, likelihood: float, fault: str) -> bool:
        """See `SimulatedHub.happens`."""
        return self._first.happens(likelihood, fault)

    def call(
        self, function: Callable[[], object], seconds: float, message: Message | None = None
    ) -> Literal["done", "failed", "died"]:
        """See `SimulatedHub.call`."""
        return self._first.call(function, seconds, message)

    def deliver(self, step: str, *, repeat: bool = False) -> bool:
        """See `SimulatedHub.deliver`."""
        return self._first.deliver(step, repeat=repeat)
