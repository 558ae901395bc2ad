"""After a function died while it wrote: nobody touches the record for a while, then what was done is taken over."""

from __future__ import annotations

from dataclasses import replace

import pytest

from samspill.canon.values import Fields
from samspill.engine.case import Plan, Seen
from samspill.engine.interrupted import confirmed, is_over
from samspill.engine.model import Candidate, Decision, Intent, Link, LinkState, Observation, Result, Shadow, Side
from samspill.engine.plan import plan
from samspill.engine.revision import Revision
from samspill.engine.rules import FieldRule, Policy, StreamRules

RULES = StreamRules(
    "customers",
    tuple(FieldRule(name, Policy.TWO_WAY) for name in ("name", "phone")),
    creates=frozenset(Side),
    systems={Side.LEFT: "Tripletex", Side.RIGHT: "Svenn"},
)
OLD: Fields = {"name": "Berg AS", "phone": "22334455"}
NEW: Fields = {**OLD, "name": "Berg og Dal AS"}
UNTIL = 100
"""Epoch seconds at which the intent ends."""
PAIR = Link("left-1", {Side.LEFT: "1", Side.RIGHT: "9"}, LinkState.LINKED, OLD, {side: Shadow(OLD) for side in Side})
INTENT = Intent("left-1@1.a", Side.RIGHT, UNTIL, {"name": NEW["name"]}, Shadow(NEW), NEW)
WRITING = replace(PAIR, intent=INTENT, revision=3)
CLAIMED = Link(
    "left-1",
    {Side.LEFT: "1"},
    LinkState.CLAIMED,
    intent=Intent("left-1@0.a", Side.RIGHT, UNTIL, {"name": "Berg AS"}, Shadow(OLD, version=Revision(4)), OLD),
    candidates=(Candidate("8", "Berg", 80, "name alike"),),
    decision=Decision("create", "kari", 1),
    revision=1,
)


def seen(fields: Fields, at_s: int = UNTIL, external_id: str = "9") -> Seen:
    return Seen(Observation(external_id, fields, seen_at=at_s * 1000), "f")


def both(right: Fields, at_s: int = UNTIL) -> dict[Side, Seen]:
    return {Side.LEFT: seen(NEW, at_s, "1"), Side.RIGHT: seen(right, at_s)}


def untouched(made: Plan, code: str, look: tuple[Side, ...]) -> bool:
    said = (made.result, made.reason.code, made.write, made.look, made.store)
    return said == (Result.WAITING, code, None, look, False)


@pytest.mark.parametrize("link", [WRITING, CLAIMED])
def test_while_the_intent_lasts_nothing_is_planned(link: Link) -> None:
    made = plan(RULES, link, {Side.LEFT: seen(NEW, external_id="1")}, UNTIL - 1)
    assert untouched(made, "record_busy", (Side.LEFT,))
    assert made.link == link


@pytest.mark.parametrize(
    "views",
    [
        {Side.RIGHT: seen(NEW)},
        {Side.LEFT: seen(NEW, external_id="1")},
        both(NEW, UNTIL - 1),
        {Side.LEFT: seen(NEW, UNTIL, "1"), Side.RIGHT: seen(NEW, UNTIL - 1)},
    ],
)
def test_after_it_both_sides_are_read_again_before_anything_is_planned(views: dict[Side, Seen]) -> None:
    """What was read before the write can have come about says nothing about it."""
    assert untouched(plan(RULES, WRITING, views, UNTIL), "outcome_unknown", tuple(Side))


def test_a_write_that_was_done_is_not_sent_again() -> None:
    made = plan(RULES, WRITING, both(NEW), UNTIL)
    assert (made.result, made.write) == (Result.UNCHANGED, None)
    assert (made.link.intent, made.link.base) == (None, NEW)


def test_a_write_that_was_not_done_is_planned_anew() -> None:
    made = plan(RULES, WRITING, both(OLD), UNTIL)
    assert made.write is not None
    assert (made.write.side, made.write.fields) == (Side.RIGHT, {"name": NEW["name"]})


def test_an_edit_made_since_is_not_taken_for_ours() -> None:
    edited = {"name": "Somebody else's", "phone": "22334455"}
    made = plan(RULES, replace(WRITING), {Side.LEFT: seen(OLD, UNTIL, "1"), Side.RIGHT: seen(edited)}, UNTIL)
    assert made.write is not None
    assert (made.write.side, made.write.fields) == (Side.LEFT, {"name": "Somebody else's"})


@pytest.mark.parametrize(
    ("views", "over"),
    [
        ({}, False),
        ({Side.LEFT: seen(NEW)}, False),
        ({Side.RIGHT: seen(NEW, UNTIL - 1)}, False),
        ({Side.RIGHT: seen(NEW, UNTIL)}, True),
    ],
)
def test_only_a_late_read_of_the_written_side_tells_how_it_ended(views: dict[Side, Seen], *, over: bool) -> None:
    assert is_over(INTENT, views) is over


def test_what_the_write_was_to_set_and_the_side_holds_is_ours() -> None:
    intent = replace(INTENT, fields={"name": NEW["name"], "phone": "99887766", "email": None})
    link = replace(WRITING, intent=intent)
    known = confirmed(RULES, link, {Side.RIGHT: seen(NEW)})
    assert known == replace(
        PAIR,
        revision=3,
        base=NEW,
        shadows={Side.LEFT: Shadow(NEW), Side.RIGHT: Shadow(NEW, fingerprint="")},
    )


def test_a_side_without_a_shadow_gets_one_of_what_was_done() -> None:
    link = replace(WRITING, shadows={})
    assert confirmed(RULES, link, {Side.RIGHT: seen(NEW)}).shadows == {Side.RIGHT: Shadow({"name": NEW["name"]})}


@pytest.mark.parametrize("views", [{}, {Side.LEFT: seen(NEW)}, {Side.RIGHT: seen(OLD)}])
def test_nothing_is_taken_over_where_the_side_was_not_read_or_holds_something_else(views: dict[Side, Seen]) -> None:
    assert confirmed(RULES, WRITING, views) == replace(WRITING, intent=None)


def test_of_a_claim_nothing_is_taken_over() -> None:
    assert confirmed(RULES, CLAIMED, {Side.RIGHT: seen(OLD)}) == replace(CLAIMED, intent=None)
    assert confirmed(RULES, PAIR, {Side.RIGHT: seen(NEW)}) == PAIR


def test_an_interrupted_create_is_finished_from_the_snapshot_in_its_claim() -> None:
    """The source may hold an edit by now that nobody has compared: it is looked at once the pair is there."""
    edited = Seen(Observation("1", {**NEW, "phone": "99887766"}, seen_at=UNTIL * 1000), "f")
    made = plan(RULES, CLAIMED, {Side.LEFT: edited}, UNTIL)
    assert made.recover
    assert made.write is not None
    assert (made.write.side, made.write.external_id, made.write.fields) == (Side.RIGHT, None, {"name": "Berg AS"})
    assert (made.result, made.reason.code, made.reason.params) == (Result.APPLIED, "recovered", {"system": "Svenn"})
    link = made.link
    assert (link.state, link.base, link.candidates, link.decision) == (LinkState.LINKED, OLD, (), None)
    assert link.shadows == {Side.LEFT: Shadow(OLD, version=Revision(4)), Side.RIGHT: Shadow(OLD)}
    assert link.outcome is not None
    assert (link.outcome.result, link.outcome.reason) == (Result.APPLIED, made.reason)
