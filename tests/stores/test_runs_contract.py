"""Runs: counters added once per name, one caller moves a run."""

from __future__ import annotations

from samspill.reasons import Reason
from samspill.state import FlowKey, Run, RunStatus
from tests.stores.conftest import Stores
from tests.support.clock import START

FLOW = FlowKey("t", "tripletex-timerabbit")


def run(name: str = "r1") -> Run:
    return Run(
        tenant="t",
        flow=FLOW.flow,
        id=name,
        purpose="sync",
        trigger="manual",
        by="Kari",
        started_at=START,
        reason=Reason("not_now", {"message": "x"}),
    )


class TestRuns:
    def test_a_run_comes_back_as_it_was_started(self, stores: Stores) -> None:
        counted = run().model_copy(update={"counters": {"customers.sent": 2}, "ended_at": START})
        stores.runs.start(counted)
        assert stores.runs.get(FLOW, "r1") == counted
        assert stores.runs.get(FLOW, "r2") is None
        assert stores.runs.get(FlowKey("t", "other"), "r1") is None

    def test_a_run_that_is_started_again_keeps_what_was_counted(self, stores: Stores) -> None:
        stores.runs.start(run())
        counted = stores.runs.add(FLOW, "r1", {"customers.done": 3}, "a")
        stores.runs.start(run())
        assert stores.runs.get(FLOW, "r1") == counted

    def test_counters_are_added_once_per_name(self, stores: Stores) -> None:
        stores.runs.start(run())
        stores.runs.start(run("r2"))
        stores.runs.add(FLOW, "r1", {"customers.done": 3}, "batch-1")
        again = stores.runs.add(FLOW, "r1", {"customers.done": 3}, "batch-1")
        more = stores.runs.add(FLOW, "r1", {"customers.done": 2, "a.b.c#": 1, "x": 0}, "batch-2")
        other = stores.runs.add(FLOW, "r2", {"customers.done": 9}, "batch-1")
        assert [found and found.counters for found in (again, more, other)] == [
            {"customers.done": 3},
            {"customers.done": 5, "a.b.c#": 1, "x": 0},
            {"customers.done": 9},
        ]
        assert stores.runs.get(FLOW, "r1") == more

    def test_a_run_remembers_when_it_moved_last(self, stores: Stores) -> None:
        stores.runs.start(run())
        assert (found := stores.runs.get(FLOW, "r1"))
        assert found.moved_at is None
        stores.clock.advance(5)
        assert (counted := stores.runs.add(FLOW, "r1", {"customers.read": 1}, "a"))
        assert counted.moved_at == stores.clock.now()
        stores.clock.advance(5)
        assert (again := stores.runs.add(FLOW, "r1", {"customers.read": 1}, "a"))
        assert again.moved_at == counted.moved_at, "what comes twice moves nothing"
        assert stores.runs.move(again, status=again.status, stage=1)
        assert (moved := stores.runs.get(FLOW, "r1"))
        assert moved.moved_at == stores.clock.now()

    def test_notes_are_set_with_the_counters_and_by_nobody_who_comes_second(self, stores: Stores) -> None:
        stores.runs.start(run())
        stores.runs.note(FLOW, "r1", {"customers.read": 1}, "page-1", {"customers/left": "1 a", "x": "y"})
        stores.runs.note(FLOW, "r1", {"customers.read": 1}, "page-1", {"customers/left": "1 b"})
        assert (found := stores.runs.get(FLOW, "r1"))
        assert found.notes == {"customers/left": "1 a", "x": "y"}
        stores.runs.note(FLOW, "r1", {"customers.read": 1}, "page-2", {"customers/left": "2 c"})
        assert (found := stores.runs.get(FLOW, "r1"))
        assert found.notes == {"customers/left": "2 c", "x": "y"}
        assert found.counters == {"customers.read": 2}

    def test_adding_nothing_tells_how_the_run_stands(self, stores: Stores) -> None:
        stores.runs.start(run())
        assert stores.runs.add(FLOW, "r1", {}, "a") == run()

    def test_counters_of_a_run_that_is_not_there_go_nowhere_and_leave_no_mark(self, stores: Stores) -> None:
        assert stores.runs.add(FLOW, "r1", {"x.done": 1}, "a") is None
        assert stores.runs.add(FLOW, "", {"x.done": 1}, "a") is None
        stores.runs.start(run())
        added = stores.runs.add(FLOW, "r1", {"x.done": 1}, "a")
        assert added is not None
        assert added.counters == {"x.done": 1}

    def test_one_caller_moves_a_run_and_its_counters_stay(self, stores: Stores) -> None:
        stores.runs.start(run())
        counted = stores.runs.add(FLOW, "r1", {"x.done": 1}, "a")
        assert counted is not None
        assert stores.runs.move(counted, status=RunStatus.READING, stage=1)
        assert not stores.runs.move(counted, status=RunStatus.DONE, stage=0)
        moved = stores.runs.get(FLOW, "r1")
        assert moved == counted.model_copy(update={"stage": 1})
        assert stores.runs.move(moved, status=RunStatus.DONE, stage=1, ended_at=START)
        assert not stores.runs.move(moved, status=RunStatus.STOPPED, stage=1)
        done = moved.model_copy(update={"status": RunStatus.DONE, "ended_at": START})
        assert stores.runs.get(FLOW, "r1") == done

    def test_a_run_that_is_not_there_cannot_be_moved(self, stores: Stores) -> None:
        assert not stores.runs.move(run(), status=RunStatus.DONE, stage=0)
        assert stores.runs.get(FLOW, "r1") is None

    def test_the_newest_runs_come_first(self, stores: Stores) -> None:
        for name in ("r1", "r3", "r2"):
            stores.runs.start(run(name))
        stores.runs.add(FLOW, "r1", {"x": 1}, "a")
        assert [found.id for found in stores.runs.latest(FLOW, 2)] == ["r3", "r2"]
        assert [found.id for found in stores.runs.latest(FLOW)] == ["r3", "r2", "r1"]
        assert stores.runs.latest(FlowKey("t", "other")) == []
