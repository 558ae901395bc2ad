"""A person parts a pair: what is left of it, and what joins the two again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from samspill.engine.model import LinkState, Outcome, Result, Shadow, Side, link_id
from samspill.engine.unlink import are_apart, can_be_parted, parted
from tests.engine.builders import AGREED, L, R, alone, known, pair, planned, read, rules, why

BY_KARI = {"person": "kari"}


def test_both_records_stand_alone_again_known_as_they_are_and_agreeing_on_nothing() -> None:
    first, second = parted(rules(), pair(attempt="a", echoes={"left.name": (1, 2)}), "kari")

    looks = replace(known({}), fields={})
    assert first == alone(
        shadows={L: looks},
        outcome=Outcome(Result.REVIEW, why("unlinked", **BY_KARI, record="9", system="Svenn")),
        label="Berg AS",
        apart=("9",),
        revision=4,
    )
    assert second == alone(
        R,
        shadows={R: looks},
        outcome=Outcome(Result.REVIEW, why("unlinked", **BY_KARI, record="1", system="Tripletex")),
        label="Berg AS",
        apart=("1",),
        revision=4,
    )


@pytest.mark.parametrize(("began", "asked"), [(L, L), (R, L)])
def test_in_a_one_way_flow_a_person_is_asked_about_the_record_that_is_created_over_there(
    began: Side, asked: Side
) -> None:
    link = replace(pair(), id=link_id(began, pair().ids[began]))

    halves = {side: half for half in parted(rules(creates=frozenset({R})), link, "kari") for side in half.ids}

    results = {side: half.outcome.result for side, half in halves.items() if half.outcome}
    assert results == {asked: Result.REVIEW, asked.other: Result.SKIPPED}
    other = halves[asked.other].outcome
    assert other is not None
    assert other.reason == why("only_in_target", source="Tripletex", target="Svenn")


def test_where_nothing_is_created_a_person_is_asked_about_the_record_the_pair_began_with() -> None:
    first, second = parted(rules(creates=frozenset()), pair(), "kari")

    assert [half.outcome.result for half in (first, second) if half.outcome] == [Result.REVIEW, Result.SKIPPED]


def test_a_parted_record_that_is_edited_stays_with_the_person() -> None:
    first, _ = parted(rules(), pair(), "kari")

    plan = planned(rules(), first, read(L, {**AGREED, "name": "Dal"}, version=9))

    assert (plan.result, plan.write, plan.link.state) == (Result.REVIEW, None, LinkState.UNLINKED)
    assert plan.reason.code == "unlinked"


def test_joined_again_by_a_person_the_two_are_no_longer_kept_apart_and_others_still_are() -> None:
    first = alone(apart=("9", "8"), revision=4)

    plan = planned(rules(), first, read(L), read(R), matched="person")

    assert plan.link.state is LinkState.LINKED
    assert plan.link.apart == ("8",)


def test_parted_a_second_time_it_is_kept_apart_from_both() -> None:
    first, _ = parted(rules(), pair(apart=("8",)), "kari")

    assert first.apart == ("8", "9")


def test_two_records_are_apart_whichever_of_both_remembers_it() -> None:
    assert are_apart(alone(apart=("9",)), "9", None)
    assert are_apart(alone(), "9", alone(R, apart=("1",)))
    assert not are_apart(alone(apart=("8",)), "9", alone(R, apart=("2",)))


def test_only_a_pair_that_somebody_or_a_rule_made_can_be_parted() -> None:
    assert can_be_parted(rules(), pair())
    assert not can_be_parted(rules(), alone())
    assert not can_be_parted(rules(), pair(state=LinkState.CLAIMED))
    assert not can_be_parted(rules(implicit=True), pair())


def test_what_was_never_seen_has_no_looks() -> None:
    first, _ = parted(rules(), pair(shadows={}), "kari")

    assert first.shadows == {L: Shadow({})}


def test_what_a_newer_version_stored_with_the_pair_stays_with_the_record_it_began_with() -> None:
    first, second = parted(rules(), pair(newer={"colour": "red"}), "kari")

    assert (first.newer, second.newer) == ({"colour": "red"}, {})


def test_a_system_without_a_name_is_called_by_its_side() -> None:
    first, second = parted(rules(creates=frozenset({R}), systems={}), pair(), "kari")

    assert [half.outcome.reason.params for half in (first, second) if half.outcome] == [
        {"person": "kari", "record": "9", "system": "right"},
        {"source": "left", "target": "right"},
    ]
