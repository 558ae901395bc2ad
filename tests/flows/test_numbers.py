"""Numbers between Svenn and Tripletex: nobody is renumbered unasked once both sides hold one; filling in is free."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from samspill.engine.model import Link, LinkState, Result, Side
from samspill.state import StreamKey
from samspill.usecases import review
from tests.flows.hub import Hub
from tests.support.actors import admin


@dataclass(frozen=True)
class Kind:
    """How a stream is called on both sides, and where its number stands in Tripletex."""

    stream: str
    theirs: str
    number: str
    free: str
    """A number that nobody has."""

    def wire(self, value: str | None) -> Any:
        return int(value) if value and self.number == "customerNumber" else value


CUSTOMERS = Kind("customers", "customer", "customerNumber", "77001")
PROJECTS = Kind("projects", "project", "number", "P.77")
EMPLOYEES = Kind("employees", "employee", "employeeNumber", "7701")
KINDS = pytest.mark.parametrize("kind", [CUSTOMERS, PROJECTS, EMPLOYEES], ids=lambda kind: kind.stream)
SIDES = pytest.mark.parametrize("side", list(Side))


class Pair:
    """A record that both sides have, with the same number."""

    def __init__(self, hub: Hub, kind: Kind) -> None:
        self.hub, self.kind = hub, kind
        numbers = {str(row[kind.number]) for row in hub.tripletex.rows(kind.theirs)}
        left = next(
            link.ids[Side.LEFT]
            for link in hub.links(kind.stream)
            if link.state is LinkState.LINKED and link.base.get("number") in numbers and not link.conflicts
        )
        self.link_id = next(link.id for link in hub.links(kind.stream) if link.ids.get(Side.LEFT) == left)
        self.ids = self.link.ids
        self.before = self.numbers[0]
        assert self.numbers == (self.before, self.before)
        for sandbox in hub.sandboxes.values():
            sandbox.calls.clear()

    @property
    def link(self) -> Link:
        (found,) = (link for link in self.hub.links(self.kind.stream) if link.id == self.link_id)
        return found

    @property
    def numbers(self) -> tuple[str, str]:
        """What both sides hold."""
        (ours,) = (r["number"] for r in self.hub.svenn.rows(self.kind.stream) if r["id"] == self.ids[Side.LEFT])
        rows = self.hub.tripletex.rows(self.kind.theirs)
        (theirs,) = (r[self.kind.number] for r in rows if str(r["id"]) == self.ids[Side.RIGHT])
        return str(ours or ""), str(theirs or "")

    def edit(self, side: Side, number: str | None, **more: Any) -> None:
        """Somebody changes the number on one side."""
        if side is Side.LEFT:
            self.hub.svenn.edit(self.kind.stream, self.ids[side], {"number": number, **more})
        else:
            value = {self.kind.number: self.kind.wire(number), **more}
            self.hub.tripletex.edit(self.kind.theirs, self.ids[side], value)

    def decide(self, action: str) -> None:
        """A person decides."""
        key = StreamKey(*self.hub.flow, self.kind.stream)
        review.decide(self.hub.world, admin("kari"), key, [self.link_id], action)

    def settle(self) -> None:
        """Let the webhooks arrive until nobody has anything to say, and compare everything once."""
        for _ in range(4):
            self.hub.deliver_webhooks()
            self.hub.drain()
        self.hub.sync()

    @property
    def written(self) -> tuple[int, int]:
        """How many writes both sides got."""
        return self.hub.writes("svenn"), self.hub.writes("tripletex")


@pytest.fixture
def hub() -> Hub:
    hub = Hub(size=6, flow="svenn-tripletex")
    hub.first_sync()
    return hub


@KINDS
@SIDES
def test_a_number_that_changes_on_one_side_is_asked_about_and_written_nowhere(hub: Hub, kind: Kind, side: Side) -> None:
    pair = Pair(hub, kind)
    pair.edit(side, kind.free)

    pair.settle()

    held = (kind.free, pair.before) if side is Side.LEFT else (pair.before, kind.free)
    assert (pair.numbers, pair.written) == (held, (0, 0))
    assert pair.link.conflicts == {"number": {"left": held[0], "right": held[1]}}
    assert pair.link.outcome is not None
    assert (pair.link.outcome.result, pair.link.outcome.reason.code) == (Result.CONFLICT, "conflict")
    assert pair.link_id in {link.id for _, link in hub.reviews()}


@KINDS
@SIDES
@pytest.mark.parametrize("takes", [True, False], ids=["taken", "put back"])
def test_what_the_person_chooses_is_the_number_on_both_sides(hub: Hub, kind: Kind, side: Side, *, takes: bool) -> None:
    pair = Pair(hub, kind)
    pair.edit(side, kind.free)
    pair.settle()
    chosen = side if takes else side.other

    pair.decide(f"take-{chosen}")
    pair.settle()

    number = kind.free if takes else pair.before
    assert pair.numbers == (number, number)
    assert pair.written == ((1, 0) if chosen is Side.RIGHT else (0, 1))
    assert (pair.link.conflicts, pair.link.base["number"]) == ({}, number)
    [told] = hub.journal("decided")
    assert (told.reason.params["person"], told.reason.params["fields"]) == ("kari", "number")


@KINDS
def test_a_number_that_is_put_back_ends_the_question(hub: Hub, kind: Kind) -> None:
    pair = Pair(hub, kind)
    pair.edit(Side.LEFT, kind.free)
    pair.settle()
    pair.edit(Side.LEFT, pair.before)

    pair.settle()

    assert (pair.link.conflicts, pair.numbers, pair.written) == ({}, (pair.before, pair.before), (0, 0))
    assert pair.link_id not in {link.id for _, link in hub.reviews()}


def test_a_number_that_is_taken_away_is_asked_about_too(hub: Hub) -> None:
    pair = Pair(hub, PROJECTS)
    pair.edit(Side.RIGHT, "")

    pair.settle()

    assert (pair.numbers, pair.written) == ((pair.before, ""), (0, 0))
    assert pair.link.conflicts == {"number": {"left": pair.before, "right": None}}


def test_while_a_number_is_asked_about_everything_else_goes_on_both_ways(hub: Hub) -> None:
    pair = Pair(hub, CUSTOMERS)
    pair.edit(Side.LEFT, "A12", email="svenn@ny.example")
    pair.settle()
    hub.tripletex.edit("customer", pair.ids[Side.RIGHT], {"phoneNumberMobile": "90112233"})

    pair.settle()

    (ours,) = (row for row in hub.svenn.rows("customers") if row["id"] == pair.ids[Side.LEFT])
    (theirs,) = (row for row in hub.tripletex.rows("customer") if str(row["id"]) == pair.ids[Side.RIGHT])
    assert (theirs["email"], str(ours["mobile"]).replace(" ", "")[-8:]) == ("svenn@ny.example", "90112233")
    assert pair.numbers == ("A12", pair.before)
    assert pair.link.conflicts == {"number": {"left": "A12", "right": pair.before}}


def test_a_number_tripletex_cannot_hold_is_told_when_a_person_chooses_it(hub: Hub) -> None:
    pair = Pair(hub, CUSTOMERS)
    pair.edit(Side.LEFT, "A12")
    pair.settle()

    pair.decide("take-left")
    pair.settle()

    assert (pair.numbers, pair.written) == (("A12", pair.before), (0, 0))
    assert pair.link.outcome is not None
    assert (pair.link.outcome.result, pair.link.outcome.reason.code) == (Result.FAILED, "cannot_map")
    assert pair.link.outcome.reason.params["field"] == "number"
    pair.decide("take-right")
    pair.settle()
    assert (pair.numbers, pair.link.conflicts) == ((pair.before, pair.before), {})


def test_two_that_have_another_key_in_common_are_not_joined_before_a_person_says_so_and_keep_their_numbers(
    hub: Hub,
) -> None:
    company = {"name": "Fjordlys Elektro AS", "organizationNumber": "974760673"}
    hub.tripletex.set_faults({"webhook_drop": True})
    theirs = hub.tripletex.add("customer", company)
    ours = hub.svenn.add("customers", {**company, "number": "77002"})

    for _ in range(4):
        hub.deliver_webhooks()
        hub.drain()
    hub.sync()

    (link,) = (each for each in hub.links("customers") if each.ids.get(Side.LEFT) == ours["id"])
    assert link.outcome is not None
    assert (link.outcome.reason.code, link.candidates[0].external_id) == ("same_key_but_other", str(theirs["id"]))
    review.decide(hub.world, admin("kari"), StreamKey(*hub.flow, "customers"), [link.id], "link")
    hub.drain()

    (link,) = (each for each in hub.links("customers") if each.ids.get(Side.LEFT) == ours["id"])
    number = str(theirs["customerNumber"])
    assert (link.ids[Side.RIGHT], link.conflicts) == (
        str(theirs["id"]),
        {"number": {"left": "77002", "right": number}},
    )
    assert [row["number"] for row in hub.svenn.rows("customers") if row["id"] == ours["id"]] == ["77002"]
    assert [str(r["customerNumber"]) for r in hub.tripletex.rows("customer") if r["id"] == theirs["id"]] == [number]
