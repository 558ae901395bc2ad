"""What led to each message: no chain without a bound, no message that two chains come of, none lost.

AWS counts how often a chain of messages comes to one function, and would end it after sixteen times; the emulator does
not count over queues. Here every message remembers what led to it, as AWS's traces do.
"""

from __future__ import annotations

from collections import Counter
from math import ceil

import pytest

from samspill.engine.model import LinkState
from samspill.messages import FetchLine, FetchPage, FetchRecords, decode
from samspill.pipeline.dispatch import handle
from samspill.state import RunStatus
from samspill.store.budget import BudgetRule
from samspill.store.memory import MemoryBudgets, Sent
from samspill.usecases import limits, setup
from samspill.work import subscriptions, turns
from samspill.work.tries import TRIES
from tests.flows.hub import STEPS, Hub
from tests.support.actors import admin

AWS_ENDS_AT = 16
ROWS = {"tripletex": 1000, "timerabbit": 200, "svenn": 200}
"""Records a page."""
STAGES = 4
"""More streams than a flow has, one stage after the other."""


class Traced:
    """A hub every message of which is traced."""

    def __init__(self, flow: str, size: int) -> None:
        self.hub = Hub(size=size, flow=flow)
        self.size = size
        self.sent: dict[int, Sent] = {}
        self.handled: Counter[int] = Counter()

    def begin(self) -> None:
        self.sent, self.handled = {}, Counter()
        self.hub.world.queues.lineage = self.sent

    def work(self) -> None:
        queues = self.hub.world.queues
        for _ in range(100_000):
            worked = False
            for step in STEPS:
                for delivery in queues.receive(step):
                    worked = True
                    self.handled[delivery.handle] += 1
                    with queues.handling(delivery):
                        handle(self.hub.world, decode(delivery.body))
                    queues.done(delivery.handle)
            if worked:
                continue
            if not queues.depth():
                return
            self.hub.clock.advance(1)
        raise AssertionError("this never comes to rest")

    def deepest(self, step: str) -> int:
        return max((each.hops.get(step, 0) for each in self.sent.values()), default=0)

    def check(self) -> None:
        """Nothing was lost, nothing came twice, and no message begat two of its kind."""
        assert set(self.handled) == set(self.sent), "every message was handled"
        assert set(self.handled.values()) <= {1}
        assert not any(self.hub.world.queues.dead.values())
        following, asked = Counter[tuple[int, str, str]](), Counter[tuple[str, str, str, int]]()
        for each in self.sent.values():
            if isinstance(page := each.message, FetchPage):
                following[each.parent, page.stream, page.side] += 1
                asked[page.run, page.stream, page.side, page.page] += not page.waits
        assert set(following.values()) <= {1}, "no message asks for two pages of one list"
        assert set(asked.values()) <= {1}, "each page is asked for once"
        for each in self.sent.values():
            assert each.message.waits <= turns.MOST_WAITS
            assert getattr(each.message, "attempt", 0) <= TRIES
            assert getattr(each.message, "page", 0) < turns.MOST_PAGES

    def bound(self) -> int:
        """A list's pages, those of the streams before it, and each stage's own steps."""
        pages = max(ceil(1.2 * self.size / ROWS[vendor]) + 1 for vendor in self.hub.vendors.values())
        return STAGES * (pages + 2)


@pytest.fixture(
    params=[pytest.param(60, id="small"), pytest.param(5000, id="5000 a side", marks=pytest.mark.proofs)],
    scope="module",
)
def size(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture(params=["svenn-tripletex", "tripletex-timerabbit"], scope="module")
def traced(request: pytest.FixtureRequest, size: int) -> Traced:
    """After a first sync whose every message was traced."""
    traced = Traced(request.param, size)
    hub = traced.hub
    hub.connect()
    traced.begin()
    setup.run(hub.world, admin(), hub.flow)
    traced.work()
    plan = hub.present_plan()
    traced.check()
    assert traced.deepest("fetch") <= traced.bound()
    traced.begin()
    run = setup.approve_plan(hub.world, admin(), hub.flow, plan.hash)
    traced.work()
    traced.check()
    assert traced.deepest("fetch") <= traced.bound()
    found = hub.world.runs.get(hub.flow, run.id)
    assert found is not None
    assert found.status.is_over
    assert found.status is not RunStatus.STOPPED
    for vendor in hub.vendors.values():
        connection = hub.world.registry.connection("acme", vendor)
        subscriptions.subscribe(hub.reachable(), connection, hub.world.connectors.open(connection))
    limits.change(hub.world, admin("test"), hub.flow, at_least=limits.MOST)
    return traced


def test_a_nightly_read_is_one_chain_a_list_and_comes_to_its_end(traced: Traced, size: int) -> None:
    hub = traced.hub
    traced.begin()
    run = setup.run(hub.world, admin(), hub.flow, full=True)

    traced.work()

    traced.check()
    found = hub.world.runs.get(hub.flow, run.id)
    assert found is not None
    assert found.status.is_over
    assert found.status is not RunStatus.STOPPED
    assert traced.deepest("fetch") <= traced.bound()
    if size >= 5000:
        assert traced.deepest("fetch") > AWS_ENDS_AT, "AWS would have ended it"


def test_a_burst_of_webhooks_at_a_vendors_limit_has_short_chains_and_loses_none(traced: Traced, size: int) -> None:
    hub = traced.hub
    left = next(iter(hub.vendors.values()))
    sandbox, kind = hub.sandboxes[left], "customer" if left == "tripletex" else "customers"
    side = next(side for side, vendor in hub.vendors.items() if vendor == left)
    other = hub.vendors[side.other]
    hub.deliver_webhooks()
    traced.work()
    hub.clock.advance(3600)
    hub.sandboxes[other].set_faults({"webhook_drop": True})
    few = 60 if size >= 5000 else 10
    hub.budgets = MemoryBudgets(
        hub.clock, lambda key: BudgetRule(few, 60) if key.startswith(left) else BudgetRule(10**6, 10)
    )
    links = [li for li in hub.links("customers") if li.state is LinkState.LINKED and not li.conflicts]
    active = {str(row["id"]) for row in sandbox.rows(kind) if not row.get("isInactive")}
    ids = [link.ids[side] for link in links if link.ids[side] in active][: 1500 if size >= 5000 else 40]
    assert len(ids) == (1500 if size >= 5000 else 40)
    traced.begin()
    for number, name in enumerate(ids):
        sandbox.edit(kind, name, {"name": f"Flom {size} {number:04} AS"})

    traced.work()

    traced.check()
    names = Counter(
        row["name"] for row in hub.sandboxes[other].rows("customer" if other == "tripletex" else "customers")
    )
    assert [number for number in range(len(ids)) if names[f"Flom {size} {number:04} AS"] != 1] == []
    windows = ceil(len(ids) / few)
    assert traced.deepest("fetch") <= windows + AWS_ENDS_AT
    fetches = sum(each.message.step == "fetch" for each in traced.sent.values())
    assert fetches <= 1.2 * len(ids)
    lines = [each.message for each in traced.sent.values() if isinstance(each.message, FetchLine)]
    assert 1 <= len(lines) <= 2 * windows
    assert sum(isinstance(each.message, FetchRecords) for each in traced.sent.values()) >= len(ids)
    hub.sandboxes[other].set_faults({"webhook_drop": False})
    hub.budgets = MemoryBudgets(hub.clock, lambda _key: BudgetRule(1_000_000, 10))
