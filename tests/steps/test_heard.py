"""When webhooks came last, and how long they usually do not: learnt in one small document."""

from __future__ import annotations

from datetime import timedelta

from samspill.state import Heard
from samspill.work.heard import heard
from tests.support.clock import START as NOW

HOUR = timedelta(hours=1)


def test_the_first_webhook_tells_no_habit() -> None:
    assert heard(None, NOW) == Heard(at=NOW, usual_s=0)


def test_within_an_hour_nothing_changes_so_that_a_busy_connection_is_not_saved_for_each() -> None:
    before = Heard(at=NOW, usual_s=7200)
    assert heard(before, NOW + timedelta(minutes=59)) is before
    assert heard(before, NOW + HOUR).at == NOW + HOUR


def test_a_longer_silence_is_the_habit_at_once_and_shorter_ones_make_it_fade() -> None:
    habit = heard(Heard(at=NOW, usual_s=7200), NOW + 60 * HOUR)
    assert habit.usual_s == 60 * 3600
    for _ in range(25):
        habit = heard(habit, habit.at + 2 * HOUR)
    assert 2 * 3600 <= habit.usual_s < 6 * 3600
