"""How a pair ends when one of its records, or both, were deleted: what is stored, written and told."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from samspill.canon.values import Fields
from samspill.engine.case import Plan
from samspill.engine.model import Candidate, DetailKind, Link, LinkState, Outcome, Result, Shadow, Side, Write
from samspill.engine.revision import Revision
from samspill.engine.rules import FieldRule, OnDelete, Policy, StreamRules
from tests.engine.builders import (
    AGREED,
    BOTH,
    L,
    R,
    alone,
    archived,
    decided,
    ended,
    gone,
    known,
    looks,
    pair,
    planned,
    read,
    rules,
    unreadable,
    why,
)

RULES = rules()
NAMES = {"source": "Svenn", "system": "Tripletex"}
GONE = {R: Shadow(AGREED, Revision(3), 9_000)}
"""What is known of the right record once it was told as deleted."""
OPEN: dict[str, Any] = {
    "candidates": (Candidate("8", "Berg", 80, "name alike"),),
    "conflicts": {"name": {"left": "A", "right": "B"}},
    "disputed": ("name",),
}
EDITED = read(L, {**AGREED, "name": "Dal AS"})


def buried(link: Link, result: Result, code: str, write: Write | None = None, **more: Any) -> Plan:
    """The plan that ends a pair whose right record is gone."""
    kind = DetailKind.KEPT if code == "deleted_and_kept" else None
    after = {"shadows": {**link.shadows, **GONE}, "gone": (R,), "outcome": ended(result, code, kind, **NAMES), **more}
    closed = replace(link, state=LinkState.TOMBSTONE, disputed=(), candidates=(), conflicts={}, decision=None)
    return Plan(replace(closed, **after), result, why(code, **NAMES), write)


def asked(link: Link, code: str, *, store: bool = True) -> Plan:
    after = replace(link, outcome=ended(Result.REVIEW, code, **NAMES))
    return Plan(after, Result.REVIEW, why(code, **NAMES), store=store)


def test_the_other_half_is_archived_as_it_was_just_read_and_nothing_stays_open() -> None:
    link = pair(**OPEN, decision=decided("take-left"))
    assert planned(RULES, link, read(L), gone(R)) == buried(link, Result.APPLIED, "archived", archived(L))


def test_where_the_other_half_decides_nothing_it_is_archived_unread_as_it_is_known() -> None:
    stream = rules(FieldRule("name", master=R), FieldRule("phone", Policy.FILL_IF_BLANK, L))
    assert planned(stream, pair(), gone(R)) == buried(pair(), Result.APPLIED, "archived", archived(L, 3))
    unknown = pair(shadows={})
    made = planned(stream, unknown, gone(R))
    assert made.write == archived(L, None)
    assert made.link.shadows == {R: Shadow({}, None, 9_000)}


def test_an_edit_that_may_be_there_is_looked_for_first() -> None:
    assert looks(planned(RULES, pair(), gone(R)), pair())
    assert looks(planned(RULES, pair(), gone(L)), pair())


@pytest.mark.parametrize(("deleted", "left"), [(R, L), (L, R)])
def test_each_side_archives_the_other_and_names_both(deleted: Side, left: Side) -> None:
    made = planned(RULES, pair(), gone(deleted), read(left))
    assert made.write == archived(left)
    assert made.reason == why("archived", source=RULES.systems[deleted], system=RULES.systems[left])
    assert made.link.gone == (deleted,)


@pytest.mark.parametrize(
    "rule", [FieldRule("name"), FieldRule("name", Policy.REPORT), FieldRule("name", Policy.TWO_WAY)]
)
def test_an_edit_of_what_the_other_half_decides_is_asked_about_and_archived_only_by_a_person(rule: FieldRule) -> None:
    stream, link = rules(rule), pair()
    assert planned(stream, link, EDITED, gone(R)) == asked(link, "deleted_and_edited")
    again = replace(link, outcome=ended(Result.REVIEW, "deleted_and_edited", **NAMES))
    assert not planned(stream, again, EDITED, gone(R)).store, "asked once"
    by_person = replace(again, decision=decided("archive"))
    assert planned(stream, by_person, EDITED, gone(R)) == buried(again, Result.APPLIED, "archived", archived(L))


@pytest.mark.parametrize(
    ("fields", "shadow"),
    [
        ({"phone": "22334455"}, known(AGREED, version=4)),  # not told, and not changed since
        ({**AGREED, "name": "Berg  AS"}, known(AGREED)),  # spelled otherwise
        ({**AGREED, "name": None}, known({"phone": "22334455"})),  # empty, and never anything else
        ({**AGREED, "note": "x"}, known(AGREED)),  # no field of the stream
    ],
)
def test_what_is_no_edit_is_archived_unasked(fields: Fields, shadow: Shadow) -> None:
    made = planned(RULES, pair(shadows={L: shadow, R: known(AGREED)}), read(L, fields), gone(R))
    assert made.write == archived(L)


def test_what_may_be_an_edit_is_looked_at_once_more_and_then_asked_about() -> None:
    link, hidden = pair(), read(L, {"phone": "22334455"})
    assert planned(RULES, link, hidden, gone(R)).look
    assert planned(RULES, link, hidden, gone(R), sure=True) == asked(link, "deleted_in_target")
    by_person = replace(link, decision=decided("archive"))
    assert planned(RULES, by_person, hidden, gone(R)).write == archived(L)


@pytest.mark.parametrize("shadow", [None, known({"phone": "22334455"})])
def test_what_was_never_confirmed_is_an_edit(shadow: Shadow | None) -> None:
    link = pair(shadows={L: shadow} if shadow else {})
    assert planned(RULES, link, read(L), gone(R)) == asked(link, "deleted_and_edited")


@pytest.mark.parametrize(
    ("stream", "link"),
    [
        (rules(on_delete={R: OnDelete.KEEP}), pair(**OPEN)),
        (RULES, pair(decision=decided("keep"))),
        (RULES, pair(decision=decided("ignore"))),
        (rules(on_delete={R: OnDelete.REVIEW}), pair(decision=decided("keep"))),
    ],
    ids=["by rule", "a person keeps it", "a person leaves it out", "a person keeps it though the rule asks"],
)
def test_the_other_half_is_kept(stream: StreamRules, link: Link) -> None:
    for seen in ([gone(R)], [EDITED, gone(R)]):
        assert planned(stream, link, *seen) == buried(link, Result.SKIPPED, "deleted_and_kept")


def test_a_rule_for_the_other_side_keeps_nothing() -> None:
    assert planned(rules(on_delete={L: OnDelete.KEEP}), pair(), read(L), gone(R)).write == archived(L)


@pytest.mark.parametrize(
    ("stream", "outcome"),
    [
        (rules(on_delete={R: OnDelete.REVIEW}), None),
        (RULES, ended(Result.SKIPPED, "inactive")),
    ],
    ids=["by rule", "it was out of scope"],
)
def test_a_person_is_asked_before_the_other_half_is_archived(stream: StreamRules, outcome: Outcome | None) -> None:
    link = pair(outcome=outcome)
    assert planned(stream, link, read(L), gone(R)) == asked(link, "deleted_in_target")
    by_person = replace(link, decision=decided("archive"))
    assert planned(stream, by_person, read(L), gone(R)) == buried(link, Result.APPLIED, "archived", archived(L))


def test_an_outcome_of_another_kind_asks_nobody() -> None:
    assert planned(RULES, pair(outcome=ended(Result.FAILED, "rejected")), read(L), gone(R)).write == archived(L)


def test_when_both_are_gone_the_pair_is_over() -> None:
    made = planned(RULES, pair(**OPEN), gone(L), gone(R))
    names = {"source": "Tripletex", "system": "Svenn"}
    assert made.link.outcome == ended(Result.UNCHANGED, "settled", **names)
    assert (made.result, made.reason, made.write, made.store) == (Result.UNCHANGED, why("settled", **names), None, True)
    assert (made.link.state, made.link.gone) == (LinkState.TOMBSTONE, BOTH)
    assert made.link.shadows == {side: Shadow(AGREED, Revision(3), 9_000) for side in Side}


def test_a_record_that_goes_before_it_has_a_partner_is_buried_with_its_questions() -> None:
    link = alone(
        R, **OPEN, decision=decided("create"), shadows={R: known(AGREED)}, outcome=ended(Result.REVIEW, "similar")
    )
    assert planned(RULES, link, gone(R)) == buried(link, Result.SKIPPED, "deleted_before_link")
    new = alone(R, label="", revision=0)
    assert planned(RULES, None, gone(R)) == buried(
        new, Result.SKIPPED, "deleted_before_link", shadows={R: Shadow({}, None, 9_000)}
    )


# --- a pair that never agreed on anything ----------------------------------------------------------------------------


def test_what_never_agreed_on_anything_with_its_deleted_half_stands_alone_again() -> None:
    link = pair(base={}, shadows={L: known({}), R: known({})}, **OPEN, decision=decided("keep"), absent={R: 2})
    outcome = ended(Result.REVIEW, "partner_gone", record="9", system="Svenn")
    after = alone(shadows={L: Shadow({}, Revision(4), 9_000, "new")}, outcome=outcome)
    assert planned(RULES, link, read(L), gone(R)) == Plan(after, Result.REVIEW, outcome.reason)
    unread = Plan(replace(after, shadows={}), Result.REVIEW, outcome.reason)
    assert planned(RULES, link, gone(R)) == unread


def test_where_the_deleted_half_held_the_link_the_other_may_find_another_partner() -> None:
    link = pair(base={})
    made = planned(RULES, link, gone(L), read(R))
    names = {"source": "Tripletex", "system": "Svenn"}
    assert (made.result, made.reason, made.write) == (Result.SKIPPED, why("deleted_before_link", **names), None)
    assert (made.link.state, made.link.gone, made.link.ids) == (LinkState.TOMBSTONE, (L,), link.ids)
    assert made.link.outcome == Outcome(made.result, made.reason)


@pytest.mark.parametrize(
    "stream",
    [rules(FieldRule("name", Policy.OFF)), replace(RULES, implicit=True)],
    ids=["no field is kept in step", "a cell of hours"],
)
def test_a_pair_without_anything_to_agree_on_ends_like_any_other(stream: StreamRules) -> None:
    assert planned(stream, pair(base={}), read(L), gone(R)).reason.code == "archived"


# --- what its pair gave up -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("link", [alone(), pair(ids={L: "1", R: "12"}), alone(state=LinkState.CLAIMED)])
def test_what_a_pair_gave_up_is_done_when_it_is_told_again_as_gone(link: Link) -> None:
    assert planned(RULES, link, gone(R)) == Plan(link, Result.UNCHANGED, why("settled"), store=False)


def test_what_a_pair_gave_up_is_looked_at_with_it_when_it_is_back_unless_the_pair_has_another_half() -> None:
    assert looks(planned(RULES, alone(), read(R)), alone())
    other = pair(ids={L: "1", R: "12"})
    assert planned(RULES, other, read(R)) == Plan(other, Result.UNCHANGED, why("settled"), store=False)


def test_a_stray_that_was_read_with_the_record_is_joined() -> None:
    assert planned(RULES, alone(), read(L), read(R)).link.state is LinkState.LINKED


def test_an_unreadable_half_of_a_deleted_record_is_put_away_only_by_rule_or_person() -> None:
    assert planned(RULES, pair(), unreadable(L), gone(R)).result is Result.FAILED
    kept = planned(RULES, pair(decision=decided("keep")), unreadable(L), gone(R))
    assert (kept.result, kept.reason.code) == (Result.SKIPPED, "deleted_and_kept")
