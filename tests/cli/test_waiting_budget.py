"""What a command does when a vendor's limit is spent."""

from __future__ import annotations

from functools import partial

import pytest

from samspill.cli.errors import exit_code, sentence
from samspill.cli.waiting_budget import PATIENCE_S, PatientBudgets, tell_wait
from samspill.connectors.http.limits import Limiter, RateHeaders
from samspill.errors import RateLimitedError
from tests.connectors.twins import WindowBudgets
from tests.support.clock import FixedClock


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def budgets(clock: FixedClock) -> WindowBudgets:
    return WindowBudgets(clock)


def test_a_command_says_that_it_waits_and_goes_on_in_the_next_window(
    budgets: WindowBudgets, clock: FixedClock, capsys: pytest.CaptureFixture[str]
) -> None:
    patient = PatientBudgets(budgets, partial(tell_wait, "en"), clock.advance)
    budgets.pause("svenn/t/c", 41.2)

    assert patient.lease("svenn/t/c", 3) == 3

    told = capsys.readouterr()
    assert told.err == "Svenn takes no more calls right now. Waiting 42 seconds …\n"
    assert told.out == ""


def test_a_command_does_not_wait_for_hours_and_says_when_to_try_again(
    budgets: WindowBudgets, clock: FixedClock
) -> None:
    waits: list[float] = []
    patient = PatientBudgets(budgets, lambda _vendor, _seconds: None, waits.append)
    limiter = Limiter(patient, "svenn/t/c", RateHeaders(), system="Svenn", now=lambda: clock.now().timestamp())
    patient.pause("svenn/t/c", 3600)

    with pytest.raises(RateLimitedError) as caught:
        limiter.spend()

    assert waits == []
    assert sentence(caught.value, "nb") == "Svenn tar ikke flere kall akkurat nå. Prøv igjen om 3600 sekunder."
    assert exit_code(caught.value) == 3


def test_all_waits_for_one_call_together_stay_within_a_persons_patience(budgets: WindowBudgets) -> None:
    waits: list[float] = []
    patient = PatientBudgets(budgets, lambda _vendor, _seconds: None, waits.append)
    budgets.pause("svenn/t/c", 60)  # and the clock stands still: others take every window

    with pytest.raises(RateLimitedError):
        patient.lease("svenn/t/c", 1)

    assert sum(waits) <= PATIENCE_S
    assert waits


def test_what_a_vendor_told_is_passed_on(budgets: WindowBudgets) -> None:
    PatientBudgets(budgets, tell=lambda _vendor, _seconds: None).correct("k", limit=9, remaining=4, reset_s=2)
    assert budgets.corrections == [(9, 4, 2)]
