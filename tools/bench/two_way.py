"""Two-way sync: what an edit costs, and a first sync of two large registers that overlap."""

import math
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from unittest import mock

from samspill.engine.model import Side
from samspill.flows.catalogue import FLOWS
from samspill.messages import Message, UpsertRecords
from samspill.state import FlowStatus
from samspill.steps import setup
from tests.flows.hub import Hub
from tests.simulation import vendor
from tests.simulation.hub import FLOW, SimulatedHub
from tests.simulation.options import VendorOptions
from tools.bench.figures import Figure

EDITS = 60
RECORDS, BOTH = 10_000, 8_000
PAGE, BATCH = 1_000, 100


def two_way() -> Iterator[Figure]:
    """Yield the figures."""
    yield _per_edit()
    before = dict(FLOWS)
    try:
        yield from _first_sync()
    finally:
        FLOWS.clear()
        FLOWS.update(before)


def _per_edit() -> Figure:
    """Edit linked customers by turns on either side, with real connectors, webhooks and all."""
    hub = Hub(flow="svenn-tripletex")
    hub.first_sync()
    for _ in range(3):
        hub.deliver_webhooks()
        hub.drain()
    settled = [link for link in hub.links("customers") if len(link.ids) == len(Side) and not link.conflicts]
    before = hub.writes("svenn") + hub.writes("tripletex")
    for turn in range(EDITS):
        link = settled[turn % len(settled)]
        if turn % 2:
            hub.svenn.edit("customers", link.ids[Side.LEFT], {"email": f"post{turn}@svenn.example"})
        else:
            hub.tripletex.edit("customer", link.ids[Side.RIGHT], {"email": f"post{turn}@tripletex.example"})
        for _ in range(3):
            hub.deliver_webhooks()
            hub.drain()
    writes = hub.writes("svenn") + hub.writes("tripletex") - before
    return Figure("engine writes per edit by a person, both ways", writes / EDITS, "calls", most=1.0)


def _first_sync() -> Iterator[Figure]:
    hub = SimulatedHub(1, left=VendorOptions(webhooks="none"), right=VendorOptions(webhooks="none"))
    hub.most_steps = 10**9
    for number in range(2 * RECORDS - BOTH):
        sides = [side for side in Side if (number < RECORDS if side is Side.LEFT else number >= RECORDS - BOTH)]
        for side in sides:
            hub.person_adds(
                side, entity=f"E{number}", number=str(number), name=f"Kunde {number}", phone=None, address=None
            )
    state = hub.inner.registry.flow(FLOW)
    hub.inner.registry.save_flow(state.model_copy(update={"status": FlowStatus.APPROVED}))
    seen: Counter[str] = Counter()
    send = hub.inner.queues.send

    def count(messages: Sequence[Message], *, delay_s: int = 0) -> None:
        seen["write"] += sum(isinstance(message, UpsertRecords) for message in messages)
        send(messages, delay_s=delay_s)

    with mock.patch.object(vendor, "ROWS_A_PAGE", PAGE), mock.patch.object(hub.inner.queues, "send", count):
        began = time.perf_counter()
        setup.run(hub.inner, FLOW, by="bench")
        hub.drain()
        pages = sum(sum(each.calls.values()) for each in hub.vendors.values())
        plan = hub.inner.registry.flow(FLOW).plan or ""
        setup.approve_plan(hub.inner, FLOW, plan, "bench")
        hub.drain()
        seconds = time.perf_counter() - began
    made = sum(write.create for write in hub.history.writes)
    kinds = len(hub.flow.streams)
    least = 2 * (math.ceil(RECORDS / PAGE) + kinds - 1) + 2 * math.ceil((RECORDS - BOTH) / BATCH)
    what = f"first sync of {RECORDS:,} + {RECORDS:,} records, {BOTH:,} the same"
    yield Figure(f"{what}: calls beyond the lower bound of {least}", pages + seen["write"] - least, "calls", most=0)
    yield Figure(f"{what}: records created beyond those missing", made - 2 * (RECORDS - BOTH), "records", most=0)
    yield Figure(f"{what}: plan and apply, ledger in memory, one core", seconds, "s", most=60)
