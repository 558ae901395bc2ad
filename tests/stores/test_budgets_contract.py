"""Rate budgets: whoever calls, and however clocks differ, a window gives no more than its limit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from samspill.errors import BusyError, RateLimitedError
from samspill.ports import Budgets
from samspill.store.budget import BudgetRule
from samspill.store.dynamo import Table
from samspill.store.dynamo_budgets import DynamoBudgets
from samspill.store.memory import MemoryBudgets
from tests.stores.conftest import OnAws, Stores
from tests.support.aws import Disturbed, counted
from tests.support.clock import START, FixedClock

ALL = 10
"""What the rule of the fixture leaves of its 12 calls in ten seconds, 2 being reserved."""


def all_of(budgets: Budgets, key: str = "k") -> int:
    """Take what is left of the window."""
    taken = 0
    while True:
        try:
            taken += budgets.lease(key, 3)
        except RateLimitedError:
            return taken


class TestBudgets:
    def test_a_window_gives_its_limit_less_the_reserve_and_tells_when_the_next_one_begins(self, stores: Stores) -> None:
        stores.clock.advance(4)
        assert [stores.budgets.lease("k", 4) for _ in range(3)] == [4, 4, 2]
        with pytest.raises(RateLimitedError) as spent:
            stores.budgets.lease("k", 1)
        assert spent.value.retry_after_s == 6
        stores.clock.advance(spent.value.retry_after_s)
        assert stores.budgets.lease("k", 1) == 1

    def test_keys_do_not_share(self, stores: Stores) -> None:
        assert all_of(stores.budgets) == ALL
        assert stores.budgets.lease("other", 1) == 1

    def test_after_a_refusal_nobody_calls_for_a_while_and_a_shorter_pause_does_not_end_it(self, stores: Stores) -> None:
        stores.budgets.pause("k", 30)
        stores.budgets.pause("k", 5)
        stores.clock.advance(29)
        with pytest.raises(RateLimitedError) as paused:
            stores.budgets.lease("k", 1)
        assert paused.value.retry_after_s == 1
        stores.clock.advance(1)
        assert all_of(stores.budgets) == ALL

    def test_a_pause_holds_in_a_window_that_has_calls_left(self, stores: Stores) -> None:
        stores.budgets.lease("k", 1)
        stores.budgets.pause("k", 5)
        stores.clock.advance(4)
        with pytest.raises(RateLimitedError):
            stores.budgets.lease("k", 1)
        stores.clock.advance(1)
        assert all_of(stores.budgets) == ALL - 1

    def test_the_vendors_word_lowers_what_is_left_but_never_raises_it_within_the_window(self, stores: Stores) -> None:
        stores.budgets.lease("k", 1)
        stores.budgets.correct("k", limit=12, remaining=5, reset_s=10)
        stores.budgets.correct("k", limit=12, remaining=11, reset_s=10)
        assert all_of(stores.budgets) == 5 - 2

    def test_the_vendors_limit_rules_the_next_windows(self, stores: Stores) -> None:
        stores.budgets.lease("k", 1)
        stores.budgets.correct("k", limit=32, remaining=31, reset_s=10)
        assert all_of(stores.budgets) == ALL - 1
        stores.clock.advance(10)
        assert all_of(stores.budgets) == 30

    def test_a_window_lasts_until_the_vendor_says_and_an_answer_that_comes_late_does_not_shorten_it(
        self, stores: Stores
    ) -> None:
        stores.budgets.lease("k", 1)
        stores.budgets.correct("k", limit=12, remaining=2, reset_s=25)
        stores.budgets.correct("k", limit=12, remaining=4, reset_s=1)
        stores.clock.advance(24)
        assert all_of(stores.budgets) == 0
        stores.clock.advance(1)
        assert all_of(stores.budgets) == ALL

    def test_a_first_answer_before_any_lease_counts(self, stores: Stores) -> None:
        stores.budgets.correct("k", limit=12, remaining=5, reset_s=8)
        assert all_of(stores.budgets) == 5 - 2
        stores.clock.advance(8)
        assert all_of(stores.budgets) == ALL

    def test_even_a_limit_below_the_reserve_gives_one_call_a_window(self, stores: Stores) -> None:
        stores.budgets.correct("k", limit=1, remaining=0, reset_s=1)
        stores.clock.advance(1)
        assert all_of(stores.budgets) == 1

    def test_who_wants_nothing_gets_one_call(self, stores: Stores) -> None:
        assert stores.budgets.lease("k", 0) == 1


HOURLY = BudgetRule(limit=5, window_s=10, further=(BudgetRule(limit=12, window_s=60, reserve=2),))


@pytest.fixture(params=["memory", "dynamodb"])
def two_limits(request: pytest.FixtureRequest, aws: OnAws) -> Budgets:
    """Five calls in ten seconds and ten in a minute."""
    if request.param == "memory":
        return MemoryBudgets(aws.clock, lambda _key: HOURLY)
    return DynamoBudgets(aws.state, aws.clock, lambda _key: HOURLY)


class TestSeveralWindows:
    def test_every_call_counts_in_all_of_them(self, two_limits: Budgets, aws: OnAws) -> None:
        given = []
        for _ in range(7):
            given.append(all_of(two_limits))
            aws.clock.advance(10)
        assert given == [5, 5, 0, 0, 0, 0, 5]

    def test_who_is_refused_is_told_when_the_window_that_is_spent_ends(self, two_limits: Budgets, aws: OnAws) -> None:
        assert two_limits.lease("k", 9) == 5
        with pytest.raises(RateLimitedError) as short:
            two_limits.lease("k", 1)
        assert short.value.retry_after_s == 10
        aws.clock.advance(10)
        assert two_limits.lease("k", 9) == 5
        with pytest.raises(RateLimitedError) as long:
            two_limits.lease("k", 1)
        assert long.value.retry_after_s == 50

    def test_turns_are_as_far_apart_as_the_window_that_is_spent_allows(self, two_limits: Budgets, aws: OnAws) -> None:
        def turns() -> list[float]:
            return [_refused(two_limits) for _ in range(3)]

        two_limits.lease("k", 5)
        assert turns() == [10, 12, 14]
        aws.clock.advance(20)
        two_limits.lease("k", 5)
        assert turns() == [40, 46, 52]

    def test_the_vendors_word_is_about_the_first(self, two_limits: Budgets, aws: OnAws) -> None:
        two_limits.lease("k", 1)
        two_limits.correct("k", limit=50, remaining=49, reset_s=10)
        aws.clock.advance(10)
        assert all_of(two_limits) == 9

    def test_taking_calls_out_of_open_windows_is_one_update(self, aws: OnAws) -> None:
        budgets = DynamoBudgets(aws.state, aws.clock, lambda _key: HOURLY)
        budgets.lease("k", 1)
        with counted("dynamodb") as calls:
            assert budgets.lease("k", 2) == 2
        assert calls == {"UpdateItem": 1}

    def test_a_limit_that_the_version_before_did_not_know_begins_whole_and_that_version_reads_on(
        self, aws: OnAws
    ) -> None:
        before = DynamoBudgets(aws.state, aws.clock, lambda _key: BudgetRule(limit=5, window_s=10))
        after = DynamoBudgets(aws.state, aws.clock, lambda _key: HOURLY)
        assert before.lease("k", 2) == 2
        assert all_of(after) == 3
        aws.clock.advance(10)
        assert before.lease("k", 2) == 2
        assert all_of(after) == 3


def _refused(budgets: Budgets) -> float:
    with pytest.raises(RateLimitedError) as refused:
        budgets.lease("k", 1)
    return refused.value.retry_after_s


# --- several workers -------------------------------------------------------------------------------------------------

WINDOW_S = 10
RULE = BudgetRule(limit=7, window_s=WINDOW_S)
type Lease = tuple[int, float, int]
"""Which worker, how long after the one before, how many calls."""
SKEWS_S = (0.0, -4.0, 7.5)
leases = st.lists(
    st.tuples(st.integers(0, len(SKEWS_S) - 1), st.sampled_from([0.0, 0.1, 2.5, 9.9, 10.0, 31.0]), st.integers(1, 9)),
    max_size=30,
)


def given_per_window(workers: list[tuple[FixedClock, Budgets]], wanted: list[Lease], key: str) -> Counter[int]:
    """Return how many calls each window gave. The window is that of the clock that is most ahead."""
    true_time, newest = START, 0.0
    counts: Counter[int] = Counter()
    for worker, pause_s, want in wanted:
        true_time += timedelta(seconds=pause_s)
        clock, budgets = workers[worker]
        clock.at = true_time + timedelta(seconds=SKEWS_S[worker])
        newest = max(newest, clock.at.timestamp())
        try:
            taken = budgets.lease(key, want)
        except RateLimitedError:
            continue
        assert 1 <= taken <= want
        counts[int(newest // WINDOW_S)] += taken
    return counts


@given(leases)
@example([(2, 0.0, 9), (1, 0.0, 9), (0, 0.1, 9)])
def test_workers_with_skewed_clocks_never_exceed_the_limit_in_memory(wanted: list[Lease]) -> None:
    clock = FixedClock()
    shared = MemoryBudgets(clock, lambda _key: RULE)
    counts = given_per_window([(clock, shared)] * len(SKEWS_S), wanted, "k")
    assert not counts or max(counts.values()) <= RULE.limit


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(leases)
@example([(2, 0.0, 9), (1, 0.0, 9), (0, 0.1, 9)])
def test_workers_with_skewed_clocks_never_exceed_the_limit_in_dynamodb(aws: OnAws, wanted: list[Lease]) -> None:
    clocks = [FixedClock() for _ in SKEWS_S]
    workers: list[tuple[FixedClock, Budgets]] = [
        (clock, DynamoBudgets(aws.state, clock, lambda _key: RULE)) for clock in clocks
    ]
    counts = given_per_window(workers, wanted, f"k{wanted}")
    assert not counts or max(counts.values()) <= RULE.limit


class TestRaces:
    def worker(self, aws: OnAws, **before: list[Callable[[], None] | Exception]) -> DynamoBudgets:
        client: Any = Disturbed(aws.dynamodb, **before)
        return DynamoBudgets(Table("state", lambda: client), aws.clock, lambda _key: RULE)

    def test_two_who_open_the_same_window_at_once_share_it(self, aws: OnAws) -> None:
        first = self.worker(aws)
        second = self.worker(aws, put_item=[lambda: _take(first, 5)])
        assert second.lease("k", 5) == 2

    def test_two_who_take_the_last_calls_at_once_do_not_both_get_them(self, aws: OnAws) -> None:
        first = self.worker(aws)
        first.lease("k", 3)
        second = self.worker(aws, update_item=[lambda: _take(first, 4)])
        with pytest.raises(RateLimitedError):
            second.lease("k", 4)

    def test_a_correction_does_not_undo_a_lease_made_meanwhile(self, aws: OnAws) -> None:
        first = self.worker(aws)
        first.lease("k", 1)
        second = self.worker(aws, put_item=[lambda: None, lambda: _take(first, 3)])
        second.correct("k", limit=7, remaining=5, reset_s=1)
        assert all_of(first) == 7 - 1 - 3

    def test_who_never_gets_a_turn_is_told_to_come_again(self, aws: OnAws) -> None:
        first = self.worker(aws)
        first.lease("k", 1)

        def quicker() -> None:
            aws.clock.advance(WINDOW_S)
            _take(first, 1)

        second = self.worker(aws, put_item=[quicker] * 20)
        with pytest.raises(BusyError):
            second.correct("k", limit=7, remaining=0, reset_s=1)


def _take(budgets: DynamoBudgets, want: int) -> None:
    assert budgets.lease("k", want) == want


def test_taking_calls_out_of_an_open_window_is_one_update(aws: OnAws) -> None:
    aws.budgets.lease("k", 1)
    with counted("dynamodb") as calls:
        assert aws.budgets.lease("k", 5) == 5
    assert calls == {"UpdateItem": 1}


def test_opening_a_window_is_two_calls_and_no_read(aws: OnAws) -> None:
    with counted("dynamodb") as calls:
        aws.budgets.lease("k", 1)
        aws.clock.advance(10)
        aws.budgets.lease("k", 1)
    assert calls == {"UpdateItem": 2, "PutItem": 2}


def test_an_answer_that_tells_nothing_new_costs_nothing(aws: OnAws) -> None:
    aws.budgets.lease("k", 3)
    aws.clock.advance(0.4)
    aws.budgets.correct("k", limit=12, remaining=9, reset_s=15)
    with counted("dynamodb") as calls:
        aws.clock.advance(0.4)
        aws.budgets.correct("k", limit=12, remaining=9, reset_s=15)
        aws.clock.advance(0.5)
        aws.budgets.correct("k", limit=12, remaining=10, reset_s=14)
    assert calls == {}
