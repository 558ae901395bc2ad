"""Dead letters: counted without being moved, taken by one at a time, removed only when told to."""

from __future__ import annotations

import pytest

from samspill.ports import TAKEN_S, DeadLetter
from tests.stores.conftest import InMemory, Stores


def bury(stores: Stores, *bodies: str, step: str = "fetch") -> None:
    for body in bodies:
        stores.queues.bury(step, body, f"why {body}")


def bodies(letters: list[DeadLetter]) -> list[str]:
    return sorted(letter.body for letter in letters)


def test_an_empty_queue_has_nothing_to_count_and_nothing_to_take(stores: Stores) -> None:
    assert stores.queues.count_dead("fetch") == 0
    assert stores.queues.take_dead("fetch") == []


def test_counting_moves_nothing(stores: Stores) -> None:
    bury(stores, "a", "b")

    assert stores.queues.count_dead("fetch") == 2
    assert bodies(stores.queues.take_dead("fetch")) == ["a", "b"]
    assert stores.queues.count_dead("fetch") == 2, "what is in somebody's hands still lies there"


def test_a_letter_says_what_it_is_and_why_it_lies_there(stores: Stores) -> None:
    bury(stores, "a")

    (letter,) = stores.queues.take_dead("fetch")

    assert (letter.step, letter.body, letter.why) == ("fetch", "a", "why a")
    assert letter.sent_at.tzinfo is not None


def test_what_one_has_taken_another_does_not_get(stores: Stores) -> None:
    bury(stores, *(f"{n:02}" for n in range(12)))

    first, second, third = (stores.queues.take_dead("fetch") for _ in range(3))

    assert (len(first), len(second), len(third)) == (10, 2, 0)
    assert bodies(first + second) == [f"{n:02}" for n in range(12)]


def test_what_is_removed_is_gone_and_what_is_given_back_is_there_at_once(stores: Stores) -> None:
    bury(stores, *(f"{n:02}" for n in range(12)))
    letters = stores.queues.take_dead("fetch") + stores.queues.take_dead("fetch")
    kept = [letter for letter in letters if letter.body == "07"]

    stores.queues.settle_dead([letter for letter in letters if letter.body != "07"], gone=True)
    stores.queues.settle_dead(kept, gone=False)

    (again,) = stores.queues.take_dead("fetch")
    assert (again.id, again.body) == (kept[0].id, "07")
    assert stores.queues.count_dead("fetch") == 1


def test_each_step_has_letters_of_its_own(stores: Stores) -> None:
    bury(stores, "a")
    bury(stores, "b", step="map")

    letters = [*stores.queues.take_dead("fetch"), *stores.queues.take_dead("map")]
    stores.queues.settle_dead(letters, gone=True)

    assert [letter.body for letter in letters] == ["a", "b"]
    assert [stores.queues.count_dead(step) for step in ("fetch", "map")] == [0, 0]


@pytest.fixture
def memory() -> InMemory:
    return InMemory()


def test_what_nobody_settles_comes_back_by_itself(memory: InMemory) -> None:
    bury(memory, "a")
    (letter,) = memory.queues.take_dead("fetch")

    memory.clock.advance(TAKEN_S - 1)
    assert memory.queues.take_dead("fetch") == []
    memory.clock.advance(1)

    assert [again.id for again in memory.queues.take_dead("fetch")] == [letter.id]
