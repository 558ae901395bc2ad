"""Documents, runs, cursors, leases, budgets, deliveries and the journal: the same in memory and on DynamoDB."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from samspill.engine.model import Result, Side
from samspill.errors import ConflictError, RateLimitedError, UsageError
from samspill.reasons import Reason
from samspill.state import Connection, FlowKey, FlowState, JournalEntry, Run, RunStatus, StreamKey

if TYPE_CHECKING:
    from tests.stores.conftest import Stores

FLOW = FlowKey("t", "tripletex-timerabbit")


def run(stores: Stores, name: str = "r1") -> Run:
    return Run(
        tenant=FLOW.tenant, flow=FLOW.flow, id=name, purpose="sync", trigger="manual", started_at=stores.clock.now()
    )


def test_a_connection_saved_on_an_old_revision_is_refused(stores: Stores) -> None:
    first = Connection(
        tenant="t", id="tx", vendor="tripletex", base_url="https://a.example", created_at=stores.clock.now()
    )
    saved = stores.registry.save_connection(first)
    assert stores.registry.connection("t", "tx") == saved
    assert stores.registry.connections("t") == [saved]
    stores.registry.save_connection(saved)
    with pytest.raises(ConflictError):
        stores.registry.save_connection(saved)


def test_a_flow_that_is_not_set_up_is_told_so(stores: Stores) -> None:
    with pytest.raises(UsageError):
        stores.registry.flow(FLOW)
    state = FlowState(tenant="t", flow=FLOW.flow, left="a", right="b", every_min=5, created_at=stores.clock.now())
    saved = stores.registry.save_flow(state)
    assert stores.registry.flow(FLOW) == saved
    assert stores.registry.flows("t") == [saved]
    assert stores.registry.flows("other") == []


def test_counters_are_added_once_per_name(stores: Stores) -> None:
    stores.runs.start(run(stores))
    stores.runs.add(FLOW, "r1", {"customers.done": 3}, "batch-1")
    again = stores.runs.add(FLOW, "r1", {"customers.done": 3}, "batch-1")
    more = stores.runs.add(FLOW, "r1", {"customers.done": 2, "customers.applied": 1}, "batch-2")
    assert again is not None
    assert again.counters == {"customers.done": 3}
    assert more is not None
    assert more.counters == {"customers.done": 5, "customers.applied": 1}


def test_counters_of_a_run_that_is_not_there_go_nowhere(stores: Stores) -> None:
    assert stores.runs.add(FLOW, "nobody", {"x.done": 1}, "b") is None
    assert stores.runs.get(FLOW, "nobody") is None


def test_one_caller_moves_a_run(stores: Stores) -> None:
    first = run(stores)
    stores.runs.start(first)
    assert stores.runs.move(first, status=RunStatus.READING, stage=1)
    assert not stores.runs.move(first, status=RunStatus.READING, stage=1)
    moved = stores.runs.get(FLOW, "r1")
    assert moved is not None
    assert stores.runs.move(moved, status=RunStatus.DONE, stage=1, ended_at=stores.clock.now())
    ended = stores.runs.get(FLOW, "r1")
    assert ended is not None
    assert (ended.status, ended.stage, ended.ended_at) == (RunStatus.DONE, 1, stores.clock.now())


def test_the_newest_runs_come_first(stores: Stores) -> None:
    for name in ("r1", "r3", "r2"):
        stores.runs.start(run(stores, name))
    assert [found.id for found in stores.runs.latest(FLOW, 2)] == ["r3", "r2"]


def test_a_cursor_is_kept_per_side(stores: Stores) -> None:
    stream = StreamKey("t", "f", "customers")
    assert stores.cursors.get(stream, Side.LEFT) is None
    stores.cursors.put(stream, Side.LEFT, "a")
    stores.cursors.put(stream, Side.LEFT, "b")
    assert stores.cursors.get(stream, Side.LEFT) == "b"
    assert stores.cursors.get(stream, Side.RIGHT) is None


def test_a_lease_is_held_until_its_end_or_its_release(stores: Stores) -> None:
    until = stores.clock.now() + timedelta(seconds=60)
    assert stores.leases.take("x", "me", until)
    assert stores.leases.take("x", "me", until)
    assert not stores.leases.take("x", "you", until)
    stores.leases.release("x", "you")
    assert not stores.leases.take("x", "you", until)
    stores.clock.advance(61)
    assert stores.leases.take("x", "you", stores.clock.now() + timedelta(seconds=60))
    stores.leases.release("x", "you")
    assert stores.leases.take("x", "me", stores.clock.now() + timedelta(seconds=60))


def test_a_window_gives_no_more_calls_than_the_limit(stores: Stores) -> None:
    taken = [stores.budgets.lease("k", 4) for _ in range(3)]
    assert taken == [4, 4, 2]
    with pytest.raises(RateLimitedError) as spent:
        stores.budgets.lease("k", 1)
    assert 0 < spent.value.retry_after_s <= 10
    stores.clock.advance(spent.value.retry_after_s)
    assert stores.budgets.lease("k", 1) == 1


def test_after_a_refusal_nobody_calls_for_a_while(stores: Stores) -> None:
    stores.budgets.lease("k", 1)
    stores.budgets.pause("k", 30)
    stores.clock.advance(29)
    with pytest.raises(RateLimitedError):
        stores.budgets.lease("k", 1)
    stores.clock.advance(1)
    assert stores.budgets.lease("k", 1) == 1


def test_the_vendors_word_lowers_what_is_left(stores: Stores) -> None:
    stores.budgets.lease("k", 1)
    stores.budgets.correct("k", limit=10, remaining=0, reset_s=5)
    with pytest.raises(RateLimitedError):
        stores.budgets.lease("k", 1)


def test_a_delivery_is_first_once_a_week_unless_it_is_taken_back(stores: Stores) -> None:
    assert stores.deliveries.first("d")
    assert not stores.deliveries.first("d")
    stores.deliveries.forget("d")
    assert stores.deliveries.first("d")
    stores.clock.advance(8 * 86400)
    assert stores.deliveries.first("d")


def test_a_journal_batch_is_kept_once_and_read_newest_first(stores: Stores) -> None:
    def entry(label: str) -> JournalEntry:
        reason = Reason("created", {"system": "X"})
        return JournalEntry(
            at=stores.clock.now(), stream="customers", link="left-1", label=label, result=Result.APPLIED, reason=reason
        )

    stores.journal.append(FLOW, "b1", [entry("one")])
    stores.journal.append(FLOW, "b1", [entry("one")])
    stores.clock.advance(86400)
    stores.journal.append(FLOW, "b2", [entry("two")])
    now = stores.clock.now()
    assert [e.label for e in stores.journal.read(FLOW, now - timedelta(days=3), now)] == ["two", "one"]
    assert [e.label for e in stores.journal.read(FLOW, now - timedelta(hours=1), now)] == ["two"]
