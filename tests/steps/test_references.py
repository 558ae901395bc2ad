"""What a record waits for: the end of the chain, why that is not there, and a chain that bites its tail."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

import pytest

from samspill.engine.model import Detail, Link, LinkState, Observation, Outcome, Result, Side
from samspill.engine.rules import FieldRule, StreamRules
from samspill.ports import LinkCommit, World
from samspill.reasons import LANGUAGES, Reason
from samspill.state import StreamKey
from samspill.store.memory import memory_world
from samspill.texts.reasons import reason_text
from samspill.work.references import CHAIN, References
from tests.support.clock import FixedClock
from tests.support.ids import CountingIds

PROJECTS = StreamKey("t", "tripletex-timerabbit", "projects")
CUSTOMERS = PROJECTS._replace(stream="customers")
RULES = StreamRules(
    "projects", (FieldRule("customer", references="customers"), FieldRule("parent", references="projects"))
)


@pytest.fixture
def world() -> World:
    return memory_world(FixedClock(), CountingIds(), cast("Any", None), cast("Any", None))


def keep(
    world: World, stream: StreamKey, external_id: str, why: Reason | Outcome, result: Result | None = None
) -> None:
    known = world.links.of_records(stream, Side.LEFT, [external_id]).get(external_id)
    outcome = why if isinstance(why, Outcome) else Outcome(result or Result.WAITING, why)
    link = Link(f"left-{external_id}", {Side.LEFT: external_id}, label=external_id.upper(), outcome=outcome)
    revision = known.revision if known else 0
    state = LinkState.LINKED if outcome.result is Result.APPLIED else LinkState.UNLINKED
    from dataclasses import replace

    assert world.links.commit(stream, [LinkCommit(replace(link, revision=revision, state=state))]) == [True]


def waits(world: World, external_id: str, **fields: str) -> list[Outcome]:
    observation = Observation(external_id, fields)
    references = References(world, PROJECTS, RULES)
    references.load(Side.LEFT, [observation])
    return references.to_links(Side.LEFT, observation)[1]


def wait(world: World, external_id: str, **fields: str) -> Reason:
    """Look at a project, and keep what it waits for as the map step does."""
    (outcome,) = waits(world, external_id, **fields)
    keep(world, PROJECTS, external_id, outcome)
    return outcome.reason


def waiting(stream: str, record: str, external_id: str) -> Outcome:
    reason = Reason("waiting_for", {"stream": stream, "record": record})
    return Outcome(Result.WAITING, reason, Detail(waits_for=(stream, Side.LEFT, external_id)))


def test_what_was_never_seen_is_named_by_its_id(world: World) -> None:
    assert waits(world, "p", customer="c") == [waiting("customers", "c", "c")]


def test_what_is_linked_is_not_waited_for(world: World) -> None:
    keep(world, CUSTOMERS, "c", Reason("created", {"system": "Timerabbit"}), Result.APPLIED)

    assert waits(world, "p", customer="c") == []


def test_why_the_other_is_not_there_is_said_in_every_language_without_its_vendors_words(world: World) -> None:
    params = {"system": "Timerabbit", "source": "Tripletex", "message": "name"}
    refused = Reason("rejected", params, "request 4711")
    keep(world, CUSTOMERS, "c", refused, Result.FAILED)

    reason = waits(world, "p", customer="c")[0].reason

    assert reason.because == Reason("rejected", params)
    for language in LANGUAGES:
        assert reason_text(Reason("rejected", params), language) in reason_text(reason, language)
    assert Reason.from_json(reason.to_json()) == reason


def test_a_chain_is_followed_to_its_end_and_woken_link_by_link(world: World) -> None:
    params = {"fields": "name"}
    keep(world, CUSTOMERS, "c", Reason("conflict", params), Result.CONFLICT)
    wait(world, "main", customer="c")
    wait(world, "sub", parent="main")

    (leaf,) = waits(world, "leaf", parent="sub")

    reason = leaf.reason
    assert (reason.params["stream"], reason.params["record"]) == ("customers", "C")
    assert leaf.detail == Detail(waits_for=("projects", Side.LEFT, "sub"))
    assert reason.because == Reason("conflict", params)


def test_projects_that_wait_for_each_other_say_so_and_keep_saying_the_same(world: World) -> None:
    parents = {"a": "b", "b": "c", "c": "a"}
    looks = [{name: wait(world, name, parent=parent) for name, parent in parents.items()} for _ in range(4)]

    assert {reason.code for reason in looks[-1].values()} == {"waits_in_circle"}
    assert {name: reason.params["record"] for name, reason in looks[-1].items()} == {"a": "B", "b": "C", "c": "A"}
    assert looks[1] == looks[2] == looks[3], "nothing new to store, so nothing to look at again"


def test_one_that_hangs_on_a_circle_names_it_and_keeps_saying_the_same(world: World) -> None:
    for _ in range(2):
        for name, parent in {"a": "b", "b": "a"}.items():
            wait(world, name, parent=parent)

    looks = [wait(world, "leaf", parent="a") for _ in range(3)]

    assert looks[0] == looks[1] == looks[2]
    assert looks[0].because is not None
    assert (looks[0].code, looks[0].because.code) == ("waiting_for", "waits_in_circle")


def test_one_that_names_itself_waits_in_a_circle(world: World) -> None:
    assert wait(world, "a", parent="a").code == "waits_in_circle"
    assert wait(world, "a", parent="a").code == "waits_in_circle"


def test_a_chain_that_is_not_waited_for_is_not_read(world: World) -> None:
    for name in ("p", "q"):
        keep(world, PROJECTS, name, Reason("created", {"system": "Timerabbit"}), Result.APPLIED)
    reads: list[list[str]] = []
    real = world.links.of_records

    class Counting:
        def of_records(self, stream: StreamKey, side: Side, ids: Sequence[str]) -> dict[str, Link]:
            reads.append(list(ids))
            return real(stream, side, ids)

    counting = replace(world, links=cast("Any", Counting()))
    assert waits(counting, "new", customer="c", parent="p") == [waiting("customers", "c", "c")]
    assert reads == [["c"], ["p"]], "one read per stream referred to"


def test_a_chain_without_end_is_followed_so_far_and_no_farther(world: World) -> None:
    names = [f"p{n}" for n in range(12)]
    for name, parent in itertools.pairwise(names):
        keep(world, PROJECTS, name, waiting("projects", parent, parent))

    (outcome,) = waits(world, "new", parent="p0")

    assert outcome.reason.params["record"] == f"p{CHAIN + 1}"
