"""A write that was cut off: what of it counts as ours once it is read back, and what is finished."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from samspill.canon.values import Fields, Value
from samspill.engine.case import Plan
from samspill.engine.interrupted import confirmed
from samspill.engine.kept import is_kept, kept_otherwise, written
from samspill.engine.model import Intent, Link, LinkState, Result, Shadow
from samspill.engine.revision import Revision
from samspill.engine.rules import FieldRule
from tests.engine.builders import AGREED, BOTH, IDS, L, R, alone, create, ended, known, pair, planned, read, rules, why

RULES = rules()
NEW: Fields = {**AGREED, "name": "Dal AS"}


def intent(fields: Fields, source: Fields = NEW, until: int = 9) -> Intent:
    """A write of the right record that nobody touches before the ninth second."""
    return Intent("left-1@3.a", R, until, fields, Shadow(source, Revision(7)), source)


def cut(fields: Fields, source: Fields = NEW, **more: Any) -> Link:
    return pair(intent=intent(fields, source), **more)


@pytest.mark.parametrize(
    ("sent", "held", "ours"),
    [
        ({"name": "Dal AS"}, NEW, {"name": "Dal AS"}),
        ({"name": "Dal AS"}, {"name": "Dal"}, {"name": "Dal"}),
        ({"name": "Dal AS"}, {"name": " Dal  AS"}, {"name": " Dal  AS"}),
        ({"name": "Dal AS"}, {"phone": "1"}, {}),
        ({"name": "Dal AS"}, {"name": "Li AS"}, {}),
        ({"name": "Dal AS", "note": "x"}, {"name": "Li AS", "note": "x"}, {"note": "x"}),
        ({"name": None}, {"name": None}, {"name": None}),
    ],
)
def test_what_comes_from_what_was_sent_is_ours_as_it_is_held(sent: Fields, held: Fields, ours: Fields) -> None:
    assert written(RULES, sent, held) == ours


def test_a_write_that_is_seen_is_known_on_both_sides_as_it_was_planned() -> None:
    source: Fields = {"name": "Dal AS", "phone": "1"}
    before = cut({"name": "Dal AS"}, source, shadows={side: known(AGREED, 3, 2, "then") for side in BOTH})
    after = pair(
        {**AGREED, "name": "Dal AS"},
        shadows={L: known(NEW, 3, 2, "then"), R: known({**AGREED, "name": "Dal"}, 3, 2, "")},
    )
    assert confirmed(RULES, before, {R: read(R, {**AGREED, "name": "Dal"})}) == after


def test_of_a_side_that_was_not_known_nothing_is_made_up() -> None:
    before = cut({"name": "Dal AS"}, shadows={})
    assert confirmed(RULES, before, {R: read(R, NEW)}) == pair(NEW, shadows={R: Shadow({"name": "Dal AS"})})


@pytest.mark.parametrize("state", [LinkState.UNLINKED, LinkState.CLAIMED, LinkState.TOMBSTONE])
def test_only_of_a_pair_is_a_write_taken_over(state: LinkState) -> None:
    before = cut({"name": "Dal AS"}, state=state)
    assert confirmed(RULES, before, {R: read(R, NEW)}) == replace(before, intent=None)


@pytest.mark.parametrize(
    ("seen", "busy", "unknown"),
    [
        ({"until": 11}, True, False),
        ({"until": 10}, False, True),
        ({"until": 9}, False, False),
    ],
)
def test_a_record_is_left_alone_until_its_intent_ends_and_was_read_after_that(
    seen: dict[str, Any], *, busy: bool, unknown: bool
) -> None:
    """The plan is made at the tenth second, of reads at the ninth."""
    link = pair(intent=intent({"name": "Dal AS"}, **seen))
    made = planned(RULES, link, read(L, NEW), read(R, NEW))
    waits = Plan(link, Result.WAITING, why("record_busy" if busy else "outcome_unknown"), look=BOTH, store=False)
    assert (made == waits) is (busy or unknown)
    one = planned(RULES, link, read(R, NEW))
    assert one == replace(waits, look=(R,) if busy else BOTH, reason=why("record_busy" if busy else "outcome_unknown"))


def test_a_claim_is_finished_from_its_snapshot_and_keeps_what_else_is_known() -> None:
    claim = replace(intent({"name": "Dal AS"}), fields={"name": "Dal AS"}, base=NEW)
    link = alone(state=LinkState.CLAIMED, intent=claim, echoes={"right.name": (1, 2)})
    told = ended(Result.APPLIED, "recovered", system="Svenn")
    after = replace(
        link, state=LinkState.LINKED, base=NEW, shadows={L: Shadow(NEW, Revision(7)), R: Shadow(NEW)}, outcome=told
    )
    made = planned(RULES, link, read(L))
    assert made == Plan(after, Result.APPLIED, told.reason, create(R, {"name": "Dal AS"}), recover=True)
    assert set(IDS) == set(after.shadows)


# --- what a system kept ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "held", "otherwise", "in_create"),
    [
        ("Berg AS", "Berg AS", False, False),
        ("Berg AS", "BERG  as", False, False),
        ("Berg AS", "Berg", True, True),
        ("Berg AS", None, True, True),
        (None, "Berg AS", True, True),
        ({"city": "Oslo"}, {"city": "OSLO"}, False, False),
        ({"city": "Oslo"}, {"city": "Oslo", "country": "NO"}, True, False),
        ({"city": "Oslo", "country": None}, {"city": "Oslo", "country": "NO"}, True, False),
        ({"city": "Oslo", "country": "SE"}, {"city": "Oslo", "country": "NO"}, True, True),
        ({"city": "Oslo"}, "Oslo", True, True),
        ("Oslo", {"city": "Oslo"}, True, True),
        (None, {"city": "Oslo"}, True, True),
    ],
    ids=str,
)
def test_what_is_told_back_otherwise_is_noticed_spelling_aside(
    sent: Value, held: Value, *, otherwise: bool, in_create: bool
) -> None:
    assert kept_otherwise(RULES, {"name": sent}, {"name": held}) == (["name"] if otherwise else [])
    assert kept_otherwise(RULES, {"name": sent}, {"name": held}, is_create=True) == (["name"] if in_create else [])
    assert is_kept(FieldRule("name"), sent, held) is not otherwise


def test_what_is_not_told_back_is_no_difference_and_the_names_are_in_order() -> None:
    sent: Fields = {"phone": "1", "name": "A", "email": "x"}
    assert kept_otherwise(RULES, sent, {"name": "B", "phone": "2", "note": "y"}) == ["name", "phone"]
