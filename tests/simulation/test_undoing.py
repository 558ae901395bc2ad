"""What a person takes back comes back, an edit stays, and nothing writes it again by itself, whoever dies."""

from __future__ import annotations

import pytest

from samspill.engine.model import LinkState, Side
from tests.simulation.undoing import STORIES, Undoing, play, row

BY_NAME = {story.name: story for story in STORIES}


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_what_is_taken_back_stays_so_and_no_edit_is_lost(story: Undoing) -> None:
    play(story)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_a_function_may_die_anywhere_while_something_is_taken_back(story: Undoing) -> None:
    for step in play(story).story_turns:
        play(story, {step})


def test_a_value_is_back_and_its_source_keeps_what_was_typed() -> None:
    hub = play(BY_NAME["a value"])
    (taken,) = hub.history.taken_back
    assert row(hub, Side.RIGHT).fields["phone"] == taken.back["phone"]
    assert row(hub, Side.LEFT).fields["phone"] == taken.values["phone"]


def test_a_create_is_archived_its_pair_ends_and_its_source_lives() -> None:
    hub = play(BY_NAME["a create"])
    assert (row(hub, Side.RIGHT).archived, row(hub, Side.LEFT).archived) == (True, False)
    assert [link.state for link in hub.links("customers")] == [LinkState.TOMBSTONE]


def test_a_create_that_somebody_edited_is_in_use_and_still_one_of_a_pair() -> None:
    hub = play(BY_NAME["a create that was edited"])
    assert not row(hub, Side.RIGHT).archived
    assert row(hub, Side.LEFT).fields["phone"] == row(hub, Side.RIGHT).fields["phone"]


def test_both_sides_of_a_record_get_back_what_was_there() -> None:
    hub = play(BY_NAME["values of both sides"])
    assert {taken.record[1] for taken in hub.history.taken_back} == set(Side)
    for taken in hub.history.taken_back:
        ((name, value),) = taken.back.items()
        assert row(hub, taken.record[1]).fields[name] == value


def test_a_create_is_taken_back_after_the_number_that_it_gave_its_source() -> None:
    hub = play(BY_NAME["a create and the number it was given"])
    assert (row(hub, Side.RIGHT).archived, row(hub, Side.LEFT).fields["number"]) == (True, None)
