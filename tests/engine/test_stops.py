"""Plans that write nothing: what they remember, and when there is anything to store."""

from __future__ import annotations

from dataclasses import replace

import pytest

from samspill.engine.model import Link, Outcome, Result, Side
from samspill.engine.stops import differs, labelled, not_seen, stop
from tests.engine.builders import IDS, L, R, alone, case, known, pair, read, rules, why

DAL = {L: read(L, label="Dal"), R: read(R, label="Moe")}


def test_a_stop_remembers_what_was_seen_and_that_it_is_not_absent() -> None:
    link = pair(absent={L: 1, R: 2})

    made = stop(case(rules(), link, DAL[L]), Result.SKIPPED, why("ignored"))

    assert made.link.absent == {R: 2}
    assert made.link.outcome == Outcome(Result.SKIPPED, why("ignored"))
    assert made.link.shadows[L] == DAL[L].shadow(link.shadows[L].fields)
    assert made.link.label == "Dal"


def test_only_sides_that_were_not_read_stay_absent() -> None:
    assert not_seen(case(rules(), pair(absent={L: 1, R: 2}), *DAL.values())) == {}


@pytest.mark.parametrize(
    ("link", "sides", "label"),
    [
        (pair(), (L, R), "Dal"),
        (pair(), (R,), "Berg AS"),
        (pair(label=""), (R,), "Moe"),
        (alone(R), (R,), "Moe"),
        (alone(L), (R,), "Berg AS"),
        (replace(pair(), ids={R: IDS[R]}), (L, R), "Dal"),
    ],
)
def test_the_label_is_that_of_the_left_side_and_the_others_only_while_there_is_none(
    link: Link, sides: tuple[Side, ...], label: str
) -> None:
    assert labelled(link, {side: DAL[side] for side in sides}).label == label


@pytest.mark.parametrize("side", [L, R])
def test_a_side_that_tells_no_label_leaves_the_one_there_is(side: Side) -> None:
    assert labelled(pair(), {side: read(side, label="")}).label == "Berg AS"


def test_when_it_was_seen_is_nothing_to_store_and_all_else_is() -> None:
    link = pair()
    later = replace(link, shadows={side: replace(shadow, seen_at=9_000) for side, shadow in link.shadows.items()})
    newer = replace(link, shadows={**link.shadows, R: known({}, 4)})

    assert not differs(link, later)
    assert differs(link, newer)
    assert differs(replace(link, revision=0), replace(link, revision=0))
