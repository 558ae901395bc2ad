"""What would take a write back: what it did, as the journal keeps it, and what is decided about its record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from samspill.canon.values import Fields, Value
from samspill.engine.model import (
    Act,
    Decision,
    Detail,
    DetailKind,
    Effect,
    Intent,
    Link,
    LinkState,
    Outcome,
    Result,
    Shadow,
    Side,
    Write,
)
from samspill.engine.refused import mark
from samspill.engine.rules import FieldRule, Policy, StreamRules
from samspill.engine.undo import Undoing, effect_of, folded, undoing
from tests.engine.builders import AGREED, IDS, TWO_WAY, L, R, archived, create, decided, known, pair, rules, update, why

OLD, NEW, EDITED = "21000001", "21000002", "21000003"
HAS_NEW: Fields = {**AGREED, "phone": NEW}
CHANGED = Effect(R, Act.CHANGE, {"phone": OLD}, {"phone": mark(NEW)})
CREATED = Effect(R, Act.CREATE, {}, {name: mark(value) for name, value in AGREED.items()})
PUT_AWAY: Fields = {"name": "Berg AS", "is_active": False}
ARCHIVED = Effect(R, Act.ARCHIVE, {"is_active": True}, {"is_active": mark(False)})
ENDED = Undoing(None, (why("undo_ended"),))


def taken(link: Link | None, effect: Effect, stream: StreamRules | None = None) -> Undoing:
    return undoing(stream or rules(), link, (effect,), "kari", 7)


def undo(act: str, seen: Mapping[str, Mapping[str, Value]], restores: Fields) -> Undoing:
    """What is decided where nothing of it is left alone."""
    return Undoing(Decision(f"undo-{act}", "kari", 7, "right", seen, restores))


def left(code: str, fields: str) -> Undoing:
    return Undoing(None, (why(code, fields=fields),))


def ended(**more: Any) -> Link:
    """A pair that ended: its right half was archived, its left half is gone."""
    shadows = {L: Shadow({}), R: known(PUT_AWAY)}
    return pair(**{"state": LinkState.TOMBSTONE, "shadows": shadows, "gone": (L,), **more})


def test_a_change_remembers_what_it_replaced_of_the_fields_it_sent_and_what_it_left() -> None:
    replaced = {"phone": OLD, "name": "Dal"}

    effect = effect_of(update(R, {"phone": NEW, "email": "a@b.no"}), replaced, known(AGREED), known(HAS_NEW))

    assert effect == CHANGED  # the name was not sent; the e-mail is not told by the answer


def test_a_create_replaced_nothing_and_remembers_all_that_the_record_holds() -> None:
    effect = effect_of(create(R, {"name": "Berg AS"}), {"name": "x"}, None, known(AGREED))

    assert effect == CREATED


def test_an_archive_remembers_what_it_changed_of_the_record_as_it_was_known() -> None:
    before = known({"name": "Berg AS", "is_active": True, "phone": OLD})

    assert effect_of(archived(R), {"name": "x"}, before, known(PUT_AWAY)) == ARCHIVED
    assert effect_of(archived(R), {"name": "x"}, None, known(PUT_AWAY)) == Effect(R, Act.ARCHIVE)


def test_of_two_changes_the_value_before_the_first_comes_back_and_what_the_second_left_is_looked_for() -> None:
    second = Effect(R, Act.CHANGE, {"phone": NEW, "name": "Berg AS"}, {"phone": mark(EDITED), "name": mark("Dal")})

    assert folded([CHANGED]) == CHANGED
    assert folded([CHANGED, second]) == Effect(
        R, Act.CHANGE, {"phone": OLD, "name": "Berg AS"}, {"phone": mark(EDITED), "name": mark("Dal")}
    )


def test_where_somebody_edited_between_two_changes_only_the_later_one_is_taken_back() -> None:
    second = Effect(R, Act.CHANGE, {"phone": EDITED}, {"phone": mark("21000004")})

    assert folded([CHANGED, second]) == second


def test_what_the_first_of_two_changes_replaced_alone_still_comes_back() -> None:
    second = Effect(R, Act.CHANGE, {"name": "Berg AS"}, {"name": mark("Dal")})

    assert folded([CHANGED, second]).replaced == {"phone": OLD, "name": "Berg AS"}


def test_a_record_that_was_created_and_then_changed_is_a_created_one_with_what_the_change_left() -> None:
    assert folded([CREATED, CHANGED]) == replace(CREATED, left={**CREATED.left, "phone": mark(NEW)})


@pytest.mark.parametrize(
    "effects",
    [(CREATED, ARCHIVED), (CHANGED, ARCHIVED), (ARCHIVED, CHANGED), (CHANGED, CREATED)],
    ids=lambda each: "-".join(effect.act for effect in each),
)
def test_an_act_of_another_kind_is_what_can_be_taken_back_and_nothing_before_it(
    effects: tuple[Effect, Effect],
) -> None:
    assert folded(effects) == effects[-1]


def test_after_an_act_of_another_kind_later_ones_still_count() -> None:
    second = Effect(R, Act.CHANGE, {"name": "Berg AS"}, {"name": mark("Dal")})

    assert folded([ARCHIVED, CHANGED, second]).replaced == {"phone": OLD, "name": "Berg AS"}


def test_two_creates_of_one_record_leave_what_the_second_left() -> None:
    second = Effect(R, Act.CREATE, {}, {"name": mark("Dal")})

    assert folded([CREATED, second]).left == {**CREATED.left, "name": mark("Dal")}


def test_a_value_that_is_as_it_was_written_gets_back_what_it_replaced() -> None:
    link = pair(shadows={L: known(HAS_NEW), R: known(HAS_NEW)})

    assert taken(link, CHANGED) == undo("change", {"phone": {"left": NEW, "right": NEW}}, {"phone": OLD})


def test_a_side_that_does_not_hold_the_field_is_not_among_what_the_person_saw() -> None:
    link = pair(shadows={L: known({"name": "Berg AS"}), R: known(HAS_NEW)})
    unseen = pair(shadows={R: known(HAS_NEW)})

    for each in (link, unseen):
        assert taken(each, CHANGED) == undo("change", {"phone": {"right": NEW}}, {"phone": OLD})


@pytest.mark.parametrize("effect", [CHANGED, CREATED, ARCHIVED], ids=lambda each: each.act)
def test_what_is_known_no_more_cannot_be_taken_back(effect: Effect) -> None:
    unlinked = pair(state=LinkState.UNLINKED, shadows={R: known({**HAS_NEW, "is_active": False})})

    assert taken(None, effect) == ENDED
    assert taken(unlinked, effect) == ENDED
    assert taken(pair(ids={L: IDS[L]}), effect) == ENDED


def test_an_act_that_a_newer_version_made_is_not_taken_back() -> None:
    assert taken(pair(), replace(CREATED, act=Act("merge"))) == ENDED


@pytest.mark.parametrize("effect", [CHANGED, CREATED], ids=lambda each: each.act)
def test_neither_a_change_nor_a_create_is_taken_back_of_a_pair_that_ended(effect: Effect) -> None:
    assert taken(pair(HAS_NEW, state=LinkState.TOMBSTONE), effect) == ENDED


def test_an_archive_is_not_taken_back_of_a_pair_that_goes_on() -> None:
    assert taken(ended(state=LinkState.LINKED), ARCHIVED) == ENDED


def test_a_record_that_is_being_written_or_waits_for_a_decision_is_left_alone() -> None:
    busy = Undoing(None, (why("undo_busy"),))
    intent = Intent("a", R, 5, {}, Shadow({}), {})

    assert taken(pair(HAS_NEW, intent=intent), CHANGED) == busy
    assert taken(pair(HAS_NEW, decision=decided("keep")), CHANGED) == busy


@pytest.mark.parametrize(
    ("link", "effect", "stream", "code"),
    [
        (pair(HAS_NEW), replace(CHANGED, replaced={}), rules(), "undo_not_kept"),
        (pair(HAS_NEW), CHANGED, rules(FieldRule("phone", Policy.OFF)), "undo_not_ours"),
        (pair(HAS_NEW), CHANGED, rules(FieldRule("name")), "undo_not_ours"),
        (pair(HAS_NEW), CHANGED, rules(FieldRule("phone", computed=True)), "undo_not_ours"),
        (pair({**AGREED, "phone": EDITED}), CHANGED, rules(), "undo_edited"),
        (pair({"name": "Berg AS"}), CHANGED, rules(), "undo_edited"),
        (pair(HAS_NEW, shadows={L: known(HAS_NEW)}), CHANGED, rules(), "undo_edited"),
        (pair(HAS_NEW, conflicts={"phone": {"left": NEW}}), CHANGED, rules(), "undo_edited"),
        (pair(HAS_NEW), replace(CHANGED, replaced={"phone": "+47 21 00 00 02"}), rules(), "undo_same"),
    ],
    ids=["not kept", "off", "no rule", "computed", "edited", "not there", "never seen", "in conflict", "same"],
)
def test_a_value_is_left_alone_and_why_is_told(link: Link, effect: Effect, stream: StreamRules, code: str) -> None:
    assert taken(link, effect, stream) == left(code, "phone")


@pytest.mark.parametrize(
    ("was", "is_ours"),
    [
        ("left:7", False),
        ("left:7:8", False),
        ("right:7", False),
        ("left-7", True),
        ("top:7", True),
        (7, True),
        (None, True),
    ],
)
def test_a_reference_to_what_was_no_counterpart_of_anything_is_not_set_back(
    was: str | int | None, is_ours: bool
) -> None:
    stream = rules(FieldRule("customer", references="customers"))
    link, effect = pair({"customer": "left-8"}), Effect(R, Act.CHANGE, {"customer": was}, {"customer": mark("left-8")})

    told = taken(link, effect, stream)

    seen = {"customer": {"left": "left-8", "right": "left-8"}}
    assert told == (undo("change", seen, {"customer": was}) if is_ours else left("undo_not_ours", "customer"))


def test_a_text_of_a_field_that_is_no_reference_may_begin_with_the_name_of_a_side() -> None:
    effect = Effect(R, Act.CHANGE, {"name": "left: Berg"}, {"name": mark("Berg AS")})

    assert taken(pair(), effect).left == ()


def test_of_several_values_each_is_judged_and_those_left_alone_are_told_together() -> None:
    fields: Fields = {"name": "Berg AS", "phone": EDITED, "email": "x@y.no"}
    stream = rules(*TWO_WAY, FieldRule("email"))
    effect = Effect(
        R,
        Act.CHANGE,
        {"name": "Dal", "phone": OLD, "email": "a@b.no"},
        {"name": mark("Berg AS"), "phone": mark(NEW), "email": mark("c@d.no")},
    )

    told = taken(pair(fields), effect, stream)

    assert told == replace(
        undo("change", {"name": {"left": "Berg AS", "right": "Berg AS"}}, {"name": "Dal"}),
        left=(why("undo_edited", fields="phone, email"),),
    )


def test_a_record_that_is_as_it_was_created_is_archived_and_all_that_it_holds_was_seen() -> None:
    assert taken(pair(), CREATED) == undo(
        "create",
        {name: {"left": value, "right": value} for name, value in AGREED.items()},
        {},
    )


def test_a_created_record_that_was_edited_is_left_alone_and_the_fields_are_told_in_order() -> None:
    edited = pair({**AGREED, "phone": EDITED})
    filled = pair({**AGREED, "email": "a@b.no"})
    emptied = pair({"name": "Berg AS"})
    disputed = pair(conflicts={"name": {}, "phone": {}})

    assert taken(edited, CREATED) == left("undo_edited", "phone")
    assert taken(filled, CREATED) == left("undo_edited", "email")
    assert taken(emptied, CREATED) == left("undo_edited", "phone")
    assert taken(disputed, CREATED) == left("undo_edited", "name, phone")
    assert taken(replace(filled, conflicts={"name": {}}), CREATED) == left("undo_edited", "email, name")
    assert taken(pair(shadows={}), CREATED) == left("undo_edited", "name, phone")


def test_what_does_not_count_as_an_edit_of_a_created_record() -> None:
    empty = pair({**AGREED, "email": None})
    off = rules(TWO_WAY[0], FieldRule("phone", Policy.OFF))

    assert taken(empty, CREATED).decision is not None
    assert taken(pair({**AGREED, "phone": EDITED}), CREATED, off).decision is not None


def test_an_archived_record_that_is_as_it_was_left_gets_back_what_the_archive_changed() -> None:
    in_use = ended(shadows={L: known({"is_active": True}), R: known(PUT_AWAY)})

    for link in (ended(), in_use):  # of the half that is gone nobody saw anything
        assert taken(link, ARCHIVED) == undo("archive", {"is_active": {"right": False}}, {"is_active": True})


def test_where_a_create_was_taken_back_both_sides_are_what_the_person_saw() -> None:
    outcome = Outcome(Result.APPLIED, why("create_taken_back"), Detail(DetailKind.TAKEN_BACK))
    link = ended(shadows={L: known({"is_active": True}), R: known(PUT_AWAY)}, gone=(), outcome=outcome)

    assert taken(link, ARCHIVED) == undo("archive", {"is_active": {"left": True, "right": False}}, {"is_active": True})


def test_an_archived_record_that_was_edited_or_deleted_since_is_left_alone() -> None:
    effect = replace(ARCHIVED, left={"name": mark("Dal"), "is_active": mark(False), "email": mark("a@b.no")})

    assert taken(ended(), effect) == left("undo_edited", "email, name")
    assert taken(ended(gone=(R,)), ARCHIVED) == left("undo_edited", "")
    assert taken(ended(shadows={}), ARCHIVED) == left("undo_edited", "is_active")


def test_a_record_that_the_archive_did_not_change_cannot_be_opened_again() -> None:
    assert taken(ended(), Effect(R, Act.ARCHIVE, {}, {"name": mark("Berg AS")})) == Undoing(
        None, (why("undo_not_reopened"),)
    )


def test_what_the_left_side_got_is_taken_back_there() -> None:
    link = pair(HAS_NEW)

    decision = taken(link, replace(CHANGED, side=L)).decision

    assert decision is not None
    assert decision.target == Side.LEFT


def test_the_effect_names_the_side_that_was_written() -> None:
    writes = (Write(L, {"phone": NEW}, "1"), Write(L, {}), Write(L, {}, "1", archive=True))

    assert [effect_of(each, {}, None, known(AGREED)).side for each in writes] == [L, L, L]
