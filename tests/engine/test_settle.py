"""A planned write with some of its fields left out: they stay as they were, in the link as in what is told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from samspill.engine.model import Link, LinkState, Outcome, Result, Shadow, Side, Write
from samspill.engine.revision import Revision
from samspill.engine.settle import without
from samspill.reasons import Reason

L, R = Side.LEFT, Side.RIGHT
OLD = {"name": "Berg AS", "phone": "1"}
NEW = {"name": "Dal AS", "phone": "2", "email": "a@b.no"}
BEFORE = Link(
    "left-1",
    {L: "1", R: "9"},
    LinkState.LINKED,
    OLD,
    {L: Shadow(OLD, Revision(1)), R: Shadow(OLD, Revision(1))},
    revision=3,
)
UPDATED = Reason("updated", {"system": "Svenn", "fields": "email, name, phone"})
AFTER = replace(
    BEFORE,
    base=NEW,
    shadows={L: Shadow(NEW, Revision(2)), R: Shadow(OLD, Revision(1))},
    outcome=Outcome(Result.APPLIED, UPDATED),
)
WRITE = Write(R, NEW, "9", Revision(1))


def test_a_field_left_out_is_not_written_and_stays_a_difference() -> None:
    link, write, reason = without((AFTER, WRITE, UPDATED), BEFORE, {"phone"})
    kept = {"name": "Dal AS", "email": "a@b.no"}
    assert write == replace(WRITE, fields=kept)
    assert reason == Reason("updated", {"system": "Svenn", "fields": "email, name"})
    assert link == replace(
        AFTER,
        base={**kept, "phone": "1"},
        shadows={L: Shadow({**kept, "phone": "1"}, Revision(2)), R: Shadow(OLD, Revision(1))},
        outcome=Outcome(Result.APPLIED, reason),
    )


def test_a_field_that_was_never_agreed_on_is_absent_again() -> None:
    link, write, _ = without((AFTER, WRITE, UPDATED), BEFORE, {"email"})
    assert write.fields == {"name": "Dal AS", "phone": "2"}
    assert "email" not in link.base
    assert "email" not in link.shadows[L].fields


def test_of_a_pair_that_was_not_known_nothing_stays() -> None:
    link, write, _ = without((AFTER, WRITE, UPDATED), None, {"phone"})
    assert (link.base, link.shadows[L].fields) == ({"name": "Dal AS", "email": "a@b.no"},) * 2
    assert write.fields == {"name": "Dal AS", "email": "a@b.no"}


@pytest.mark.parametrize(
    ("overwritten", "named"),
    [({"phone"}, "email, name"), (set(), "email, name"), ({"name"}, "name"), ({"phone", "name"}, "name")],
)
def test_the_reason_names_what_is_still_written(overwritten: set[str], named: str) -> None:
    reason = Reason("overwritten", {"fields": "Navn, telefon", "master": "Tripletex"})
    *_, told = without((AFTER, WRITE, reason), BEFORE, {"phone"}, overwritten)
    assert told == Reason("overwritten", {"fields": named, "master": "Tripletex"})


def test_a_reason_without_fields_and_an_outcome_that_is_no_success_stay_as_they_are() -> None:
    linked = Reason("linked", {"label": "Berg AS"})
    conflict = Outcome(Result.CONFLICT, Reason("conflict", {"fields": "name"}))
    link, _, told = without((replace(AFTER, outcome=conflict), WRITE, linked), BEFORE, {"phone"})
    assert (told, link.outcome) == (linked, conflict)
    assert without((replace(AFTER, outcome=None), WRITE, linked), BEFORE, {"phone"})[0].outcome is None
