"""Life after a delete, pure: what is believed, what is linked again, what is asked about."""

from __future__ import annotations

from dataclasses import replace

import pytest

from samspill.canon.values import Fields
from samspill.engine.case import Plan, Seen
from samspill.engine.deletes import kept
from samspill.engine.model import Decision, Link, LinkState, Observation, Outcome, Result, Shadow, Side
from samspill.engine.plan import plan
from samspill.engine.revision import Revision
from samspill.engine.rules import FieldRule, OnDelete, Policy, StreamRules
from samspill.reasons import Reason

L, R = Side.LEFT, Side.RIGHT
THEN: Fields = {"name": "Berg AS", "is_active": True}
AWAY: Fields = {"name": "Berg AS", "is_active": False}
RULES = StreamRules(
    "customers",
    (FieldRule("name", Policy.TWO_WAY, R), FieldRule("is_active", Policy.TWO_WAY, R)),
    creates=frozenset(Side),
    on_delete={L: OnDelete.KEEP, R: OnDelete.ARCHIVE},
)
DELETED_AT = 500
NAMES = {"source": "left", "system": "right"}
KEPT = Link(
    "left-1",
    {L: "1", R: "9"},
    LinkState.TOMBSTONE,
    THEN,
    {L: Shadow(THEN, Revision(5), DELETED_AT), R: Shadow(THEN, Revision(3), 100, "there")},
    kept(NAMES),
    gone=(L,),
    revision=4,
)
ARCHIVED = replace(
    KEPT,
    shadows={L: Shadow(AWAY, Revision(6), 400, "there"), R: Shadow(THEN, Revision(3), DELETED_AT)},
    outcome=Outcome(Result.APPLIED, Reason("archived", {"source": "right", "system": "left"})),
    gone=(R,),
)


def left(fields: Fields = THEN, at: int = 900, *, deleted: bool = False) -> Seen:
    return Seen(Observation("1", {} if deleted else fields, Revision(1), at, deleted=deleted), "left")


def right(fields: Fields = THEN, at: int = 900, *, deleted: bool = False) -> Seen:
    return Seen(Observation("9", {} if deleted else fields, Revision(1), at, deleted=deleted), "right")


def made(link: Link, *seen: Seen, sure: bool = True, taken: bool = False) -> Plan:
    views = {L if view.observation.external_id == "1" else R: view for view in seen}
    return plan(RULES, link, views, 2000, sure=sure, taken=taken)


def test_one_sight_of_a_deleted_record_is_looked_into_and_proves_nothing() -> None:
    for plan_ in (made(KEPT, left(), sure=False), made(KEPT, left()), made(KEPT, left(), right(), sure=False)):
        assert (plan_.look, plan_.store, plan_.write) == ((L, R), False, None)


@pytest.mark.parametrize("sure", [True, False])
def test_what_was_read_before_the_delete_brings_nothing_back(sure: bool) -> None:
    plan_ = made(KEPT, left(at=DELETED_AT - 1), right(at=DELETED_AT - 1), sure=sure)
    assert (plan_.reason.code, plan_.store, plan_.look) == ("settled", False, ())


def test_one_whose_half_was_kept_unchanged_is_linked_again_and_its_edit_goes_over() -> None:
    plan_ = made(KEPT, left({**THEN, "name": "Dal AS"}), right())
    assert plan_.write is not None
    assert (plan_.write.side, dict(plan_.write.fields), plan_.reason.code) == (R, {"name": "Dal AS"}, "linked_again")
    assert (plan_.link.state, plan_.link.gone, plan_.link.disputed) == (LinkState.LINKED, (), ())


def test_one_whose_half_was_edited_is_asked_about_in_all_that_differs() -> None:
    plan_ = made(KEPT, left({**THEN, "is_active": False}), right({**THEN, "name": "Li AS"}))
    assert (plan_.result, plan_.write) == (Result.CONFLICT, None)
    assert set(plan_.link.conflicts) == {"name", "is_active"}
    assert plan_.reason.because == Reason("back_after_delete")


def test_what_was_archived_is_asked_about_and_not_undone() -> None:
    plan_ = made(ARCHIVED, left(AWAY), right())
    assert (plan_.result, plan_.write, set(plan_.link.conflicts)) == (Result.CONFLICT, None, {"is_active"})
    assert plan_.link.state is LinkState.LINKED
    taken = replace(plan_.link, decision=Decision("take-right", "kari", 1, seen=plan_.link.conflicts), revision=5)
    done = made(taken, left(AWAY, 1000), right(THEN, 1000))
    assert done.write is not None
    assert (done.write.side, dict(done.write.fields)) == (L, {"is_active": True})
    assert done.link.disputed == ()


def test_two_that_hold_the_same_are_linked_again_though_one_was_archived() -> None:
    plan_ = made(ARCHIVED, left(), right())
    assert (plan_.result, plan_.reason.code, plan_.write, plan_.store) == (Result.APPLIED, "linked_again", None, True)


def test_the_half_that_lives_on_is_no_sign_of_the_other() -> None:
    plan_ = made(KEPT, right({**THEN, "name": "Li AS"}), sure=False)
    assert (plan_.reason.code, plan_.look, plan_.store) == ("settled", (), False)


def test_a_half_that_is_deleted_later_is_noted() -> None:
    plan_ = made(KEPT, right(deleted=True))
    assert (plan_.reason.code, plan_.link.gone, plan_.store) == ("settled", (L, R), True)
    back = made(plan_.link, right(at=1000), left(deleted=True, at=1000))
    assert (back.result, back.reason.code, back.write) == (Result.REVIEW, "back_alone", None)
    assert (back.link.state, back.link.gone) == (LinkState.TOMBSTONE, (L,)), "its link began with the other record"
    own = made(plan_.link, left(at=1000), right(deleted=True, at=1000))
    assert (own.reason.code, own.link.state, own.link.ids) == ("back_alone", LinkState.UNLINKED, {L: "1"})


def test_one_whose_half_belongs_to_another_pair_stands_alone() -> None:
    plan_ = made(KEPT, left(), taken=True)
    assert (plan_.reason.code, plan_.link.state, plan_.link.ids) == ("back_alone", LinkState.UNLINKED, {L: "1"})


def test_one_that_never_had_a_partner_is_looked_at_anew() -> None:
    alone = Link("left-1", {L: "1"}, LinkState.TOMBSTONE, gone=(L,), revision=3)
    plan_ = made(alone, left())
    assert plan_.write is not None
    assert (plan_.write.external_id, plan_.reason.code) == (None, "created")


@pytest.mark.parametrize("seen", [(left(), right(deleted=True)), (left(deleted=True), right())])
def test_what_an_older_version_ended_without_noting_whose_end_it_was_is_noted_by_one_look(
    seen: tuple[Seen, Seen],
) -> None:
    old = replace(KEPT, gone=())
    assert made(old, seen[0] if not seen[0].observation.deleted else seen[1], sure=False).look == (L, R)
    plan_ = made(old, *seen)
    assert (plan_.reason.code, plan_.store) == ("settled", True)
    assert plan_.link.gone == tuple(side for side, view in zip(Side, seen, strict=True) if view.observation.deleted)


def test_an_archived_half_in_use_again_is_asked_about_once_and_the_answer_holds() -> None:
    asked = made(ARCHIVED, left(THEN), sure=False)
    assert (asked.result, asked.reason.code, asked.link.state) == (Result.REVIEW, "used_again", LinkState.TOMBSTONE)
    stored = replace(asked.link, revision=5)
    assert made(stored, left(THEN)).store is False
    put_away = made(stored, left(AWAY))
    assert (put_away.result, put_away.store, put_away.write) == (Result.UNCHANGED, True, None), "nobody archived it now"
    assert put_away.link.outcome is not None
    assert put_away.link.outcome.reason.code == "archived"
    kept = made(replace(stored, decision=Decision("keep", "kari", 1)), left(THEN), right(deleted=True))
    assert (kept.result, kept.reason.code, kept.write) == (Result.SKIPPED, "deleted_and_kept", None)
    again = made(replace(stored, decision=Decision("archive", "kari", 1)), left(THEN), right(deleted=True))
    assert again.write is not None
    assert (again.write.side, again.write.archive, again.link.gone) == (L, True, (R,))
