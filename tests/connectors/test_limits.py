"""Keeping to a limit that is shared."""

from __future__ import annotations

import pytest

from samspill.connectors.http.limits import Limiter, RateHeaders
from samspill.errors import RateLimitedError
from tests.connectors.twins import WindowBudgets
from tests.support.clock import FixedClock

HEADERS = RateHeaders("x-limit", "x-left", "x-reset", window_s=10.0, aligned=True)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def budgets(clock: FixedClock) -> WindowBudgets:
    return WindowBudgets(clock, limit=12)


def limiter(budgets: WindowBudgets, clock: FixedClock) -> Limiter:
    return Limiter(budgets, "t/c", HEADERS, system="Vendor", now=lambda: clock.now().timestamp())


def test_the_first_call_is_leased_alone_and_those_right_after_it_in_growing_handfuls(
    budgets: WindowBudgets, clock: FixedClock
) -> None:
    spending = limiter(budgets, clock)
    for _ in range(12):
        spending.spend()
    assert budgets.leases == [1, 2, 4, 5]
    with pytest.raises(RateLimitedError) as caught:
        spending.spend()
    assert caught.value.reason.params == {"system": "Vendor"}


def test_functions_that_call_now_and_then_use_up_no_more_than_they_call(
    budgets: WindowBudgets, clock: FixedClock
) -> None:
    functions = [limiter(budgets, clock) for _ in range(4)]
    for _ in range(3):
        for function in functions:
            function.spend()
        clock.advance(6)
    assert budgets.leases == [1] * 12


def test_a_leftover_is_given_up_when_its_window_is_over(budgets: WindowBudgets, clock: FixedClock) -> None:
    spending = limiter(budgets, clock)
    spending.spend()
    spending.spend()
    clock.advance(60)
    spending.spend()
    assert budgets.leases == [1, 2, 1]


def test_what_an_answer_tells_is_passed_on_once_per_handful(budgets: WindowBudgets, clock: FixedClock) -> None:
    spending = limiter(budgets, clock)
    for call in range(4):
        spending.spend()
        spending.told({"x-limit": "100", "x-left": str(50 - call), "x-reset": "4"})
    assert budgets.corrections == [(100, 50, 4.0), (100, 48, 4.0)]


def test_less_left_than_leased_is_passed_on_at_once_and_kept_to(budgets: WindowBudgets, clock: FixedClock) -> None:
    spending = limiter(budgets, clock)
    for _ in range(4):
        spending.spend()
    spending.told({"x-limit": "100", "x-left": "1", "x-reset": "4"})
    assert budgets.corrections == [(100, 1, 4.0)]
    spending.spend()
    spending.spend()
    assert budgets.leases == [1, 2, 4, 5]


@pytest.mark.parametrize("headers", [{}, {"x-limit": "many", "x-left": "1", "x-reset": "1"}, {"x-limit": "nan"}])
def test_headers_that_say_nothing_are_passed_over(
    budgets: WindowBudgets, clock: FixedClock, headers: dict[str, str]
) -> None:
    limiter(budgets, clock).told(headers)
    assert budgets.corrections == []


@pytest.mark.parametrize(
    ("headers", "wait_s"),
    [
        ({"x-reset": "3", "retry-after": "9"}, 3.0),
        ({"retry-after": "9"}, 9.0),
        ({}, 7.0),
        ({"retry-after": "Mon, 02 Mar 2026 08:00:09 GMT"}, 6.0),
        ({"retry-after": "Monday, 02-Mar-26 08:02:03 GMT"}, 120.0),
        ({"retry-after": "Mon Mar  2 08:00:09 2026"}, 6.0),
        ({"retry-after": "Mon, 02 Mar 2026 09:00:09 +0100"}, 6.0),
        ({"retry-after": "Mon, 02 Mar 2026 07:00:00 GMT"}, 7.0),
        ({"retry-after": "Mon, 02 Mar 2099 08:00:09 GMT"}, 7.0),
        ({"retry-after": "Mon, 99 Mar 2026 08:00:09 GMT"}, 7.0),
        ({"retry-after": "soon"}, 7.0),
    ],
)
def test_a_refusal_pauses_everybody_until_reset_retry_after_or_the_end_of_the_window(
    budgets: WindowBudgets, clock: FixedClock, headers: dict[str, str], wait_s: float
) -> None:
    clock.advance(3)
    error = limiter(budgets, clock).refused(headers)
    assert error.retry_after_s == wait_s
    assert budgets.pauses == [wait_s]
    assert error.reason.code == "rate_limited"
