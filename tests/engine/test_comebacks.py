"""A record that lives again after its pair ended, and the half that stayed: what is believed, stored, written and told."""

# ruff: noqa: E501 - tables of cases

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from samspill.canon.values import Fields
from samspill.engine.case import Plan
from samspill.engine.disputes import disputed
from samspill.engine.model import DetailKind, Link, LinkState, Outcome, Result, Shadow, Side
from samspill.engine.revision import Revision
from samspill.engine.rules import FieldRule, Policy
from samspill.reasons import Reason
from tests.engine.builders import (
    AGREED,
    BOTH,
    L,
    R,
    archived,
    case,
    decided,
    ended,
    gone,
    known,
    looks,
    pair,
    planned,
    read,
    rules,
    update,
    waits,
    why,
)

RULES = rules()
OPEN: Fields = {**AGREED, "is_active": True}
CLOSED: Fields = {**AGREED, "is_active": False}
STREAM = rules(*RULES.fields, FieldRule("is_active", Policy.TWO_WAY, R))
EDITED: Fields = {**AGREED, "phone": "1"}
NAMES = {"source": "Svenn", "system": "Tripletex"}
"""Of a pair whose right record was deleted."""


def over(code: str, result: Result = Result.APPLIED, **more: Any) -> Link:
    """A pair that ended when its right record was told as deleted, at the fifth second."""
    given: dict[str, Any] = {"gone": (R,), "shadows": {L: known(AGREED), R: Shadow(AGREED, Revision(3), 5_000)}, **more}
    return pair(**{"state": LinkState.TOMBSTONE, "outcome": told(code, result), **given})


def told(code: str, result: Result) -> Outcome:
    """How a pair ended that ended so."""
    kinds = {"deleted_and_kept": DetailKind.KEPT, "used_again": DetailKind.USED_AGAIN}
    return ended(result, code, kinds.get(code), **NAMES)


KEPT = over("deleted_and_kept", Result.SKIPPED)
ARCHIVED = over("archived", base=OPEN, shadows={L: known(CLOSED), R: Shadow(OPEN, Revision(3), 5_000)})


def settled(link: Link, *, store: bool = False) -> Plan:
    return Plan(link, Result.UNCHANGED, why("settled"), store=store)


# --- what is believed ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seen", "sure", "taken"),
    [
        ((read(R),), False, False),
        ((read(R),), True, False),
        ((read(R),), False, True),
        ((read(L), read(R)), False, False),
        ((gone(L), read(R)), False, False),
    ],
)
def test_a_deleted_record_that_shows_is_believed_once_both_were_asked_for(
    seen: Any, *, sure: bool, taken: bool
) -> None:
    assert looks(planned(RULES, KEPT, *seen, sure=sure, taken=taken), KEPT)


@pytest.mark.parametrize(("seen_at", "late"), [(4_999, True), (5_000, False)])
def test_what_was_read_before_the_delete_was_told_is_late(seen_at: int, *, late: bool) -> None:
    made = planned(RULES, KEPT, read(L), read(R, seen_at=seen_at), sure=True)
    assert (made == settled(KEPT)) is late
    unknown = replace(KEPT, shadows={})
    assert planned(RULES, unknown, read(L), read(R, seen_at=0), sure=True).reason.code == "linked_again"


def test_the_half_that_stayed_and_the_end_told_again_change_nothing() -> None:
    for seen in ([read(L, EDITED)], [gone(R)], [read(L), gone(R)]):
        assert planned(RULES, KEPT, *seen, sure=True) == settled(KEPT)


def test_the_end_of_the_half_that_stayed_is_noted_once() -> None:
    after = replace(KEPT, gone=BOTH, shadows={**KEPT.shadows, L: Shadow(AGREED, Revision(3), 9_000)})
    assert planned(RULES, KEPT, gone(L)) == settled(after, store=True)
    assert planned(RULES, after, gone(L), gone(R)) == settled(after)


# --- linked again ----------------------------------------------------------------------------------------------------


def test_a_pair_whose_half_was_kept_unchanged_is_linked_again_with_fresh_versions() -> None:
    told = Outcome(Result.APPLIED, why("linked_again"))
    shadows = {side: Shadow(AGREED, Revision(4), 9_000, "new") for side in BOTH}
    again = pair(shadows=shadows, outcome=told)
    assert planned(RULES, replace(KEPT, absent={L: 1}), read(L), read(R), sure=True) == Plan(
        again, Result.APPLIED, told.reason
    )
    made = planned(RULES, KEPT, read(L), read(R, EDITED), sure=True)
    changed = replace(again, base=EDITED, shadows={**shadows, R: Shadow(EDITED, Revision(4), 9_000, "new")})
    was = {"phone": AGREED["phone"]}
    assert made == Plan(changed, Result.APPLIED, told.reason, update(L, {"phone": "1"}), replaced=was)


@pytest.mark.parametrize(
    ("link", "left"),
    [
        (KEPT, {**AGREED, "name": "Dal AS"}),
        (over("archived"), AGREED),
        (over("used_again", Result.REVIEW), AGREED),
        (over("", outcome=None), AGREED),
        (over("deleted_and_kept", Result.SKIPPED, gone=()), AGREED),
        (over("deleted_and_kept", Result.SKIPPED, gone=BOTH), AGREED),
    ],
    ids=["edited", "archived", "in use again", "nothing told", "not noted whose end", "both were gone"],
)
def test_otherwise_a_person_decides_all_that_differs(link: Link, left: Fields) -> None:
    made = planned(RULES, link, read(L, left), read(R, EDITED), sure=True)
    differing = {name for name in AGREED if left[name] != EDITED[name]}
    assert (made.write, made.result, set(made.link.conflicts)) == (None, Result.CONFLICT, differing)
    assert made.link.disputed == tuple(name for name in AGREED if name in differing)
    conflict = Reason("conflict", {"fields": ", ".join(sorted(differing))}, because=why("back_after_delete"))
    assert (made.reason, made.link.outcome, made.store) == (conflict, Outcome(Result.CONFLICT, conflict), True)


def test_a_write_beside_such_a_conflict_is_told_as_the_link() -> None:
    stream = rules(RULES.fields[0], FieldRule("phone", Policy.FILL_IF_BLANK, R))
    left: Fields = {"name": "Dal AS", "phone": None}
    made = planned(stream, over("archived"), read(L, left), read(R), sure=True)
    assert (made.write, made.result) == (update(L, {"phone": "22334455"}), Result.APPLIED)
    assert made.reason == Reason("linked_again", because=why("archived", **NAMES))
    assert made.link.outcome == Outcome(
        Result.CONFLICT, Reason("conflict", {"fields": "name"}, because=why("back_after_delete"))
    )


def test_that_we_had_archived_its_half_is_told_with_the_link() -> None:
    made = planned(RULES, over("archived"), read(L), read(R), sure=True)
    told = Outcome(Result.APPLIED, Reason("linked_again", because=why("archived", **NAMES)))
    assert (made.link.outcome, made.reason, made.result, made.store) == (told, told.reason, Result.APPLIED, True)


def test_a_field_of_which_a_side_tells_nothing_is_no_difference() -> None:
    made = planned(RULES, over("archived"), read(L, {"name": "Berg AS"}), read(R, EDITED), sure=True)
    assert (made.link.disputed, made.result) == ((), Result.APPLIED)
    off = rules(FieldRule("name", Policy.OFF), FieldRule("phone", Policy.FILL_IF_BLANK))
    assert (
        planned(off, over("archived"), read(L), read(R, {"name": "Dal", "phone": "1"}), sure=True).link.disputed == ()
    )


def test_a_pair_that_cannot_be_settled_yet_is_not_told_as_linked_again() -> None:
    made = planned(RULES, KEPT, read(L), read(R), sure=True, waits=[waits("waiting_for", record="x")])
    assert (made.result, made.reason, made.store) == (Result.WAITING, why("waiting_for", record="x"), True)
    assert made.link.state is LinkState.LINKED


def test_what_differs_is_what_both_tell_and_is_not_only_spelled_otherwise() -> None:
    fields = (
        *RULES.fields,
        FieldRule("owned"),
        FieldRule("told", Policy.REPORT),
        FieldRule("blank", Policy.FILL_IF_BLANK),
    )
    left = {"name": "Berg  AS", "phone": None, "owned": "1", "told": None, "blank": "1", "note": "1"}
    right = {"name": "Berg AS", "phone": None, "owned": "2", "told": "2", "blank": "2", "note": "2"}
    assert disputed(case(rules(*fields), KEPT, read(L, left), read(R, right))) == ("owned", "told")
    assert disputed(case(rules(*fields), KEPT, read(L, {}), read(R, right))) == ()
    assert disputed(case(rules(*fields), KEPT, read(L, left), read(R, {}))) == ()


# --- alone -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("link", "seen", "taken"),
    [
        (KEPT, (read(R), gone(L)), False),
        (KEPT, (read(R),), True),
        (over("archived", gone=BOTH), (gone(L), read(R)), False),
    ],
    ids=["its half is gone", "its half is another's", "both were gone"],
)
def test_a_record_that_is_back_without_the_half_that_holds_the_link_is_asked_about_there(
    link: Link, seen: Any, *, taken: bool
) -> None:
    asked = ended(Result.REVIEW, "back_alone", source="Svenn", system="Tripletex")
    made = planned(RULES, link, *seen, sure=True, taken=taken)
    assert made == Plan(replace(link, gone=(L,), outcome=asked), Result.REVIEW, asked.reason)


def test_a_record_that_is_back_and_held_the_link_stands_alone_with_nothing_agreed() -> None:
    link = over("archived", gone=(L,), shadows={L: Shadow(AGREED, Revision(3), 5_000)}, decision=decided("keep"))
    asked = ended(Result.REVIEW, "back_alone", source="Tripletex", system="Svenn")
    begun = Link(
        "left-1",
        {L: "1"},
        shadows={L: Shadow({}, Revision(4), 9_000, "new")},
        outcome=asked,
        label="Berg AS",
        revision=4,
    )
    assert planned(RULES, link, read(L), gone(R), sure=True) == Plan(begun, Result.REVIEW, asked.reason)


def test_a_record_that_never_had_a_partner_begins_anew() -> None:
    link = Link(
        "left-1", {L: "1"}, LinkState.TOMBSTONE, shadows={L: Shadow(AGREED, Revision(9), 5_000)}, gone=(L,), revision=4
    )
    stream = rules(creates=frozenset())
    skipped = ended(Result.SKIPPED, "only_in_target", source="Svenn", target="Tripletex")
    begun = Link(
        "left-1",
        {L: "1"},
        shadows={L: Shadow({}, Revision(4), 9_000, "new")},
        outcome=skipped,
        label="Berg AS",
        revision=4,
    )
    old = replace(link, outcome=ended(Result.REVIEW, "similar"))
    for before in (link, old):
        assert planned(stream, before, read(L), sure=True) == Plan(begun, Result.SKIPPED, skipped.reason)


# --- the half that was archived --------------------------------------------------------------------------------------


def test_an_archived_half_in_use_again_is_asked_about() -> None:
    asked = told("used_again", Result.REVIEW)
    assert planned(STREAM, ARCHIVED, read(L, OPEN)) == Plan(
        replace(ARCHIVED, outcome=asked), Result.REVIEW, asked.reason
    )
    again = replace(ARCHIVED, outcome=asked)
    assert planned(STREAM, again, read(L, OPEN)) == settled(again)
    assert planned(STREAM, again, read(L, CLOSED)) == settled(ARCHIVED, store=True)


@pytest.mark.parametrize(
    ("link", "fields"),
    [
        (ARCHIVED, CLOSED),
        (ARCHIVED, AGREED),
        (ARCHIVED, {**CLOSED, "name": "Dal AS"}),
        (replace(ARCHIVED, shadows={}), OPEN),
        (replace(ARCHIVED, shadows={L: known(OPEN)}), OPEN),
        (replace(ARCHIVED, outcome=told("deleted_and_kept", Result.SKIPPED)), OPEN),
        (replace(ARCHIVED, outcome=None), OPEN),
    ],
    ids=[
        "still away",
        "not told",
        "edited",
        "not known how it was",
        "the archive changed nothing",
        "it was kept",
        "nothing told",
    ],
)
def test_what_is_not_in_use_again_is_not_asked_about(link: Link, fields: Fields) -> None:
    assert planned(STREAM, link, read(L, fields)) == settled(link)


@pytest.mark.parametrize("action", ["keep", "ignore"])
@pytest.mark.parametrize("code", ["archived", "used_again"])
def test_who_keeps_it_settles_it(action: str, code: str) -> None:
    link = replace(ARCHIVED, outcome=told(code, Result.APPLIED))
    kept = told("deleted_and_kept", Result.SKIPPED)
    made = planned(STREAM, replace(link, decision=decided(action)), read(L, OPEN))
    assert made == Plan(replace(link, outcome=kept), Result.SKIPPED, kept.reason)
    again = replace(link, outcome=kept, decision=decided(action))
    assert planned(STREAM, again, read(L, OPEN)) == settled(replace(again, decision=None), store=True)


def test_who_archives_it_again_has_it_done() -> None:
    link = replace(ARCHIVED, outcome=told("used_again", Result.REVIEW), decision=decided("archive"))
    archived_it = ended(Result.APPLIED, "archived", **NAMES)
    after = replace(link, outcome=archived_it, decision=None, shadows={**link.shadows})
    assert planned(STREAM, link, read(L, OPEN)) == Plan(after, Result.APPLIED, archived_it.reason, archived(L))


@pytest.mark.parametrize("action", ["link", "create", "take-left"])
def test_another_decision_is_dropped(action: str) -> None:
    made = planned(STREAM, replace(ARCHIVED, decision=decided(action)), read(L, CLOSED))
    assert made == settled(ARCHIVED, store=True)


@pytest.mark.parametrize("side", [L, R])
def test_an_end_of_which_it_was_not_noted_whose_it_was_is_noted(side: Side) -> None:
    old = over("archived", gone=())
    assert looks(planned(RULES, old, read(side)), old)
    after = replace(old, gone=(side.other,), shadows={**old.shadows, side.other: Shadow(AGREED, Revision(3), 9_000)})
    assert planned(RULES, old, read(side), gone(side.other), sure=True) == settled(after, store=True)
