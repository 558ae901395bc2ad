"""What webhooks cost of a vendor that is at its limit: counted, so it gives the same every time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from samspill.engine.model import LinkState, Side
from samspill.messages import decode
from samspill.pipeline.dispatch import handle
from samspill.store.budget import BudgetRule
from samspill.store.memory import MemoryBudgets
from samspill.usecases import limits
from tests.flows.hub import STEPS, Hub
from tests.support.actors import admin
from tools.bench.figures import Figure

WEBHOOKS = 300
CALLS_A_MINUTE = 20
SAME = 100


def at_limit() -> Iterator[Figure]:
    """Yield what a webhook costs where a vendor allows few calls and reads one record a call, and where all are one."""
    hub = Hub(size=WEBHOOKS + 100, flow="svenn-tripletex")
    hub.first_sync()
    limits.change(hub.world, admin("bench"), hub.flow, at_least=limits.MOST)
    hub.deliver_webhooks()
    hub.drain()
    hub.clock.advance(3600)
    hub.tripletex.set_faults({"webhook_drop": True})
    links = (li for li in hub.links("customers") if li.state is LinkState.LINKED and not li.conflicts)
    ids = [link.ids[Side.LEFT] for link in links][:WEBHOOKS]
    few = BudgetRule(CALLS_A_MINUTE, 60)
    hub.budgets = MemoryBudgets(hub.clock, lambda key: few if key.startswith("svenn") else BudgetRule(10**6, 10))
    handled = _told(hub, ids)
    what = f"fetch invocations a webhook, {len(ids)} at once of a vendor that allows {CALLS_A_MINUTE} calls a minute"
    yield Figure(what, handled["fetch"] / len(ids), "", most=1.2)
    hub.budgets = MemoryBudgets(hub.clock, lambda _key: BudgetRule(10**6, 10))
    _told(hub, ids[:1] * SAME)
    reads = sum(call.method == "GET" for call in hub.svenn.calls)
    yield Figure(f"reads of one record that {SAME} webhooks tell of at once", reads, "calls", most=3)


def _told(hub: Hub, ids: list[str]) -> Counter[str]:
    """Edit records, each told by a webhook, and work until nothing is left; return how many messages each step had."""
    hub.svenn.calls.clear()
    for number, name in enumerate(ids):
        hub.svenn.edit("customers", name, {"name": f"Benk {hub.clock.now():%H%M%S} {number} AS"})
    handled = Counter[str]()
    while hub.world.queues.depth():
        worked = False
        for step in STEPS:
            for delivery in hub.world.queues.receive(step):
                worked = True
                handled[step] += 1
                handle(hub.world, decode(delivery.body))
                hub.world.queues.done(delivery.handle)
        hub.clock.advance(0 if worked else 1)
    return handled
