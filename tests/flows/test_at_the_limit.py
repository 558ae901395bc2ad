"""At a vendor's limit work waits in line: it is not polled for, keeps its order, and costs nobody else anything."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import pairwise

import pytest

from samspill.engine.model import LinkState, Side
from samspill.errors import RateLimitedError, SamspillError
from samspill.messages import FetchLine, FetchRecords, Message, UpsertRecords, decode
from samspill.pipeline.dispatch import handle
from samspill.state import StreamKey
from samspill.store.budget import BudgetRule
from samspill.store.memory import MemoryBudgets
from samspill.usecases import limits
from samspill.work.turns import turn_of
from tests.flows.hub import STEPS, Hub
from tests.support.actors import admin

LIMIT = 20
"""Calls a minute of the vendor that is at its limit."""
MANY = 90


class AtLimit:
    """A hub of which one vendor allows few calls, with a count of what its functions do."""

    def __init__(self, flow: str, vendor: str, size: int = MANY) -> None:
        self.hub = Hub(size=size + 30, flow=flow)
        self.hub.first_sync()
        limits.change(self.hub.world, admin("test"), self.hub.flow, at_least=limits.MOST)
        self.hub.deliver_webhooks()
        self.hub.drain()
        self.vendor, self.sandbox = vendor, self.hub.sandboxes[vendor]
        self.side = next(side for side, name in self.hub.vendors.items() if name == vendor)
        other = next(name for name in self.hub.vendors.values() if name != vendor)
        self.hub.sandboxes[other].set_faults({"webhook_drop": True})  # of our own writes nobody is told
        self.hub.clock.advance(3600)
        self.hub.budgets = MemoryBudgets(self.hub.clock, self._rule)
        for sandbox in self.hub.sandboxes.values():
            sandbox.calls.clear()
        self.handled: list[tuple[float, Message]] = []
        self.kind = "customer" if vendor == "tripletex" else "customers"

    def _rule(self, key: str) -> BudgetRule:
        return BudgetRule(LIMIT, 60) if key.startswith(self.vendor) else BudgetRule(10**6, 10)

    def linked(self) -> list[str]:
        """Records whose edits go over: linked, active, and nothing about them is open."""
        pairs = (link for link in self.hub.links("customers") if link.state is LinkState.LINKED and not link.conflicts)
        ids = [link.ids[self.side] for link in pairs]
        active = {str(row["id"]) for row in self.sandbox.rows(self.kind) if not row.get("isInactive")}
        return [name for name in ids if name in active]

    def edit(self, name: str, value: str) -> None:
        self.sandbox.edit(self.kind, name, {"name": value})

    def work(self, *, limit_s: int = 3600, after: Callable[[Message], None] = lambda _message: None) -> None:
        """Work until nothing is left."""
        start = self.hub.clock.now()
        while self.hub.world.queues.depth():
            worked = False
            for step in STEPS:
                for delivery in self.hub.world.queues.receive(step):
                    worked = True
                    message = decode(delivery.body)
                    self.handled.append(((self.hub.clock.now() - start).total_seconds(), message))
                    handle(self.hub.world, message)
                    self.hub.world.queues.done(delivery.handle)
                    after(message)
            if not worked:
                self.hub.clock.advance(1)
            assert (self.hub.clock.now() - start).total_seconds() < limit_s, "this never comes to rest"

    def fetches(self) -> int:
        return sum(message.step == "fetch" for _, message in self.handled)

    def names_on(self, vendor: str) -> Counter[str]:
        rows = self.hub.sandboxes[vendor].rows("customer" if vendor == "tripletex" else "customers")
        return Counter(row["name"] for row in rows)

    @property
    def key(self) -> StreamKey:
        return StreamKey(*self.hub.flow, "customers")

    def is_quiet(self) -> bool:
        """Nobody waits, nobody reads a line, nothing was given up."""
        world = self.hub.world
        nobody = not world.line.first(self.key, 1) and world.line.reader(self.key) is None
        return nobody and not world.queues.depth() and not any(world.queues.dead.values())


@pytest.fixture(scope="module")
def svenn() -> AtLimit:
    """Svenn reads record by record: a call each."""
    return AtLimit("svenn-tripletex", "svenn")


def tell_many(site: AtLimit, what: str, count: int = MANY) -> list[str]:
    """Edit many linked records, each told by a webhook of its own; return the new names in that order."""
    ids = site.linked()[:count]
    names = [f"{what} {number:04} AS" for number in range(len(ids))]
    for external_id, name in zip(ids, names, strict=True):
        site.edit(external_id, name)
    site.handled.clear()
    site.sandbox.calls.clear()
    return names


def are_over(site: AtLimit, names: list[str]) -> bool:
    """Every name is on the other side, once."""
    vendor = next(name for name in site.hub.vendors.values() if name != site.vendor)
    there = site.names_on(vendor)
    return [there[name] for name in names] == [1] * len(names)


def test_many_webhooks_of_a_vendor_at_its_limit_cost_hardly_more_than_a_fetch_each(svenn: AtLimit) -> None:
    names = tell_many(svenn, "Mange")
    assert len(names) > 60

    svenn.work()

    assert svenn.fetches() <= 1.2 * len(names)
    assert {call.status for call in svenn.sandbox.calls} == {200}, "it never had to say that it is too much"
    assert are_over(svenn, names)
    assert svenn.is_quiet()


def test_they_are_read_in_the_order_in_which_they_were_told(svenn: AtLimit) -> None:
    ids = svenn.linked()[:MANY]
    tell_many(svenn, "Rekke")
    svenn.work()

    read = [call.path.rsplit("/", 1)[1] for call in svenn.sandbox.calls if call.method == "GET"]
    assert [each for each in dict.fromkeys(read) if each in ids] == ids


def test_a_webhook_that_comes_while_others_wait_overtakes_nobody(svenn: AtLimit) -> None:
    ids = svenn.linked()
    tell_many(svenn, "Foran", 40)
    late = ids[40]

    def somebody_else(message: Message) -> None:
        if isinstance(message, FetchLine) and message.waits == 0 and not late_told:
            late_told.append(late)
            svenn.edit(late, "Bakerst AS")

    late_told: list[str] = []
    svenn.work(after=somebody_else)

    read = [call.path.rsplit("/", 1)[1] for call in svenn.sandbox.calls if call.method == "GET"]
    assert late_told
    assert list(dict.fromkeys(read)).index(late) == 40
    assert svenn.is_quiet()


@pytest.mark.parametrize("flow", ["svenn-tripletex", "tripletex-timerabbit"])
def test_a_hundred_webhooks_of_one_record_cause_three_reads_at_most(svenn: AtLimit, flow: str) -> None:
    site = svenn if flow == "svenn-tripletex" else AtLimit(flow, "tripletex", size=5)
    (name, *_) = site.linked()
    site.sandbox.calls.clear()
    site.handled.clear()
    for number in range(100):
        site.edit(name, f"Hundre {number} AS")

    site.work()

    assert sum(call.method == "GET" for call in site.sandbox.calls) <= 3
    assert are_over(site, ["Hundre 99 AS"])
    assert site.is_quiet()


def test_an_edit_that_is_told_while_its_record_is_read_is_read_again(svenn: AtLimit) -> None:
    name = svenn.linked()[3]
    svenn.edit(name, "Lest AS")
    edited: list[int] = []

    def meanwhile(message: Message) -> None:
        if isinstance(message, FetchRecords) and len(edited) < 3:
            edited.append(1)
            svenn.edit(name, f"Under lesing {len(edited)} AS")

    svenn.work(after=meanwhile)

    assert are_over(svenn, ["Under lesing 3 AS"])
    assert svenn.is_quiet()


def test_a_customer_who_waits_delays_no_other(svenn: AtLimit) -> None:
    """Another tenant's webhooks are read at once while this one's wait."""
    hub = svenn.hub
    tell_many(svenn, "Venter")
    quiet = FetchRecords(tenant="acme", flow=hub.flow.flow, trigger="webhook", stream="projects", records=())
    done: list[float] = []
    start = hub.clock.now()

    def other(message: Message) -> None:
        if isinstance(message, FetchLine) and not done:
            hub.world.queues.send([quiet])
        if message == quiet:
            done.append((hub.clock.now() - start).total_seconds())

    svenn.work(after=other)

    assert svenn.is_quiet()
    reader = [at for at, message in svenn.handled if isinstance(message, FetchLine)]
    assert done[0] - reader[0] <= 1


def test_turns_are_apart_and_chance_moves_them_a_little(svenn: AtLimit) -> None:
    hub = svenn.hub
    hub.clock.advance(60)
    budget = f"svenn/acme/{hub.vendors[svenn.side]}"
    for _ in range(LIMIT):
        hub.budgets.lease(budget, 1)
    told: list[float] = []
    for _ in range(12):
        with pytest.raises(RateLimitedError) as refused:
            hub.budgets.lease(budget, 1)
        told.append(refused.value.retry_after_s)

    apart = 60 / LIMIT
    assert [b - a for a, b in pairwise(told)] == pytest.approx([apart] * 11)
    same = RateLimitedError("", retry_after_s=60)
    turns = {turn_of(hub.world, same) - int(hub.clock.now().timestamp()) for _ in range(30)}
    assert 61 == min(turns) < max(turns) <= 67
    hub.clock.advance(3600)


@pytest.mark.parametrize("flow", ["tripletex-timerabbit"])
def test_writes_that_the_limit_stops_wait_as_they_were_planned_and_nobody_reads_for_them_again(flow: str) -> None:
    site = AtLimit(flow, "timerabbit", size=60)
    tripletex = site.hub.tripletex
    tripletex.set_faults({"webhook_drop": False})
    linked = {link.ids[Side.LEFT] for link in site.hub.links("customers") if link.state is LinkState.LINKED}
    rows = [row for row in tripletex.rows("customer") if str(row["id"]) in linked and not row["isInactive"]][:50]
    assert len(rows) > 2 * LIMIT
    site.sandbox.set_faults({"webhook_drop": True})
    for row in rows:
        tripletex.edit("customer", str(row["id"]), {"name": f"Skrives {row['id']} AS"})
    tripletex.calls.clear()
    site.handled.clear()

    site.work()

    reads = sum(call.path == "/v2/customer" or call.path.startswith("/v2/customer/") for call in tripletex.calls)
    upserts = [message for _, message in site.handled if isinstance(message, UpsertRecords)]
    assert reads == len(rows)
    assert len(upserts) <= 2.5 * len(rows)
    assert max(message.waits for message in upserts) >= 1
    assert {call.status for call in site.sandbox.calls} == {200}
    names = site.names_on("timerabbit")
    assert all(names[f"Skrives {row['id']} AS"] == 1 for row in rows)
    assert site.is_quiet()


def test_what_is_told_is_told_of_a_vendor_that_is_down_too(svenn: AtLimit) -> None:
    """A vendor that fails for a while ends no line: what waits goes on in messages of its own."""
    names = tell_many(svenn, "Nede", 45)
    failed: list[int] = []

    def breaks(message: Message) -> None:
        if isinstance(message, FetchLine) and not failed:
            failed.append(1)
            svenn.sandbox.set_faults({"fail_next": [{"status": 503, "times": 4, "path_prefix": "/v1/customers"}]})

    start = svenn.hub.clock.now()
    while svenn.hub.world.queues.depth():
        for step in STEPS:
            for delivery in svenn.hub.world.queues.receive(step):
                message = decode(delivery.body)
                try:
                    handle(svenn.hub.world, message)
                except SamspillError:
                    svenn.hub.world.queues.back(delivery.handle, 30)
                    continue
                svenn.hub.world.queues.done(delivery.handle)
                breaks(message)
        svenn.hub.clock.advance(1)
        assert (svenn.hub.clock.now() - start).total_seconds() < 3600

    assert failed
    assert are_over(svenn, names)
    assert svenn.is_quiet()
