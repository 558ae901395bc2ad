"""What grows a great deal is told again to those who know of it, and is no new notice."""

from __future__ import annotations

from datetime import timedelta

import pytest

from samspill.notices.condition import Condition
from samspill.notices.kinds import Kind
from samspill.notices.notice import END, MORE, START, Notice, after_look, after_telling, begun, with_recipients
from tests.support.clock import START as NOW

EVERYBODY = {"kari", "ola"}


def condition(count: int, level: int = 0) -> Condition:
    return Condition(Kind.FAILED, "f", count=count, level=level)


def told(notice: Notice, edge: str, who: str) -> Notice:
    return after_telling(notice, notice.name_of(edge), edge, who, reached=True)


def looked(notice: Notice, count: int, level: int = 0, wanting: set[str] = EVERYBODY) -> Notice:
    seen = after_look(notice, condition(count, level), now=NOW, proved=True, calm=timedelta(0))
    return with_recipients(seen, wanting, set(), NOW)


@pytest.fixture
def notice() -> Notice:
    """Kari was told of three; Ola could not be reached yet."""
    return told(with_recipients(begun("t", condition(3), NOW, None), EVERYBODY, set(), NOW), START, "kari")


def test_ten_times_as_many_are_told_to_who_knows_of_the_start(notice: Notice) -> None:
    assert looked(notice, 29).pending(MORE) == set()
    grown = looked(notice, 30)
    assert (grown.pending(MORE), grown.pending(START), grown.number) == ({"kari"}, {"ola"}, 1)
    assert grown.name_of(MORE) == "t/failed/f//1/more-1"
    assert grown.name_of(START) == notice.name_of(START)


def test_it_is_told_once_for_each_step_whether_or_not_it_shrinks_in_between(notice: Notice) -> None:
    grown = told(looked(notice, 30), MORE, "kari")
    for count in (5, 31, 299):
        grown = looked(grown, count)
        assert grown.pending(MORE) == set()
    assert looked(grown, 300).name_of(MORE).endswith("more-2")


def test_what_grew_once_more_while_it_was_told_is_told_again(notice: Notice) -> None:
    once = looked(notice, 30)
    twice = looked(once, 300)
    assert after_telling(twice, once.name_of(MORE), MORE, "kari", reached=True).pending(MORE) == {"kari"}


def test_a_more_pressing_step_is_told_again(notice: Notice) -> None:
    pressing = told(looked(notice, 3, level=1), MORE, "kari")
    assert looked(pressing, 3, level=1).pending(MORE) == set()
    assert looked(pressing, 3, level=2).pending(MORE) == {"kari"}


def test_who_wants_to_hear_of_the_kind_no_more_hears_nothing_of_its_growth(notice: Notice) -> None:
    assert looked(notice, 30, wanting={"ola"}).pending(MORE) == set()


def test_when_it_is_over_nobody_hears_any_more_that_it_grew(notice: Notice) -> None:
    over = after_look(looked(notice, 30), None, now=NOW, proved=True, calm=timedelta(0))
    over = with_recipients(over, EVERYBODY, set(), NOW)
    assert (over.pending(MORE), over.pending(END)) == (set(), EVERYBODY)


def test_of_a_notice_that_an_older_version_stored_nothing_is_said_to_have_grown(notice: Notice) -> None:
    old = notice.model_copy(update={"told_count": 0, "count": 400})
    assert looked(old, 500).pending(MORE) == set()
