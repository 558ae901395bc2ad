"""How many changes of one kind may go out in a day, and what a write is counted as."""

from __future__ import annotations

from dataclasses import replace

import pytest

from samspill.engine.guard import ARCHIVE, AT_MOST, CREATE, Guard, kinds
from samspill.engine.model import Link, LinkState, Shadow, Side, Write

PAIR = Link("left-1", {Side.LEFT: "1", Side.RIGHT: "9"}, LinkState.LINKED)
HOLDS = replace(PAIR, shadows={Side.RIGHT: Shadow({"phone": "22334455", "email": None, "name": ""})})


@pytest.mark.parametrize(
    ("linked", "limit"),
    [(0, 20), (400, 20), (419, 20), (420, 21), (1_000, 50), (9_980, 499), (10_000, AT_MOST), (100_000, AT_MOST)],
)
def test_the_limit_is_a_share_of_the_pairs_between_the_least_and_the_most(linked: int, limit: int) -> None:
    guard = Guard()
    assert guard.limit(linked) == limit
    assert not guard.trips(limit, linked)
    assert guard.trips(limit + 1, linked)


@pytest.mark.parametrize(
    ("before", "now", "doubted"),
    [(19, 0, False), (20, 18, False), (20, 17, True), (1_000, 900, False), (1_000, 899, True), (10, 10, False)],
)
def test_a_register_that_lost_more_than_a_tenth_is_doubted_unless_it_is_small(
    before: int, now: int, *, doubted: bool
) -> None:
    assert Guard().shrank(before, now) is doubted


@pytest.mark.parametrize(
    ("write", "counted"),
    [
        (Write(Side.RIGHT, {}, "9", archive=True), {ARCHIVE}),
        (Write(Side.RIGHT, {"name": "Berg AS"}), {CREATE}),
        (Write(Side.RIGHT, {"phone": "99887766"}, "9"), {"field:phone"}),
        (Write(Side.RIGHT, {"phone": None}, "9"), {"field:phone"}),
        (Write(Side.RIGHT, {"email": "a@b.no"}, "9"), set()),
        (Write(Side.RIGHT, {"name": "Berg AS"}, "9"), set()),
        (Write(Side.RIGHT, {"mobile": "99887766"}, "9"), set()),
        (Write(Side.LEFT, {"phone": "99887766"}, "1"), set()),
    ],
)
def test_what_replaces_a_value_is_counted_by_its_field_and_what_fills_an_empty_one_is_not(
    write: Write, counted: set[str]
) -> None:
    assert kinds(write, (), HOLDS) == counted


def test_what_a_person_put_there_counts_although_it_was_never_agreed_on() -> None:
    assert kinds(Write(Side.RIGHT, {"email": "a@b.no"}, "9"), ["email"], HOLDS) == {"field:email"}
    assert kinds(Write(Side.RIGHT, {"phone": "1"}, "9"), ["email"], None) == set()
