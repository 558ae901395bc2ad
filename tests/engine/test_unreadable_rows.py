"""Rows that cannot be taken, and what is not created beside them: who waits, who is asked, and what is told."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from samspill.engine.match import CANDIDATES, Doubt
from samspill.engine.model import Candidate, Detail, DetailKind, Observation, Outcome, Result, Side
from samspill.engine.rules import FieldRule, MatchRule, single
from samspill.engine.taken import taken
from samspill.engine.unreadable import MOST, doubts, unreadable
from samspill.reasons import Reason
from tests.engine.builders import L, R, alone, ended, planned, read, rules, why


def by(name: str, **more: Any) -> MatchRule:
    return MatchRule(
        name, single(lambda fields: str(fields[name]) if fields.get(name) else None), **{"field": name, **more}
    )


DEFECT = Reason("cannot_map", {"field": "email", "misfit": "not text"}, "their words")
STREAM = rules(FieldRule("name"), matches=(by("number"), by("name", field="")), look_first=("number",))


def row(name: str, /, **fields: Any) -> Observation:
    return Observation(name, fields, label=f"Row {name}")


def bad(name: str, /, **fields: Any) -> Observation:
    return replace(row(name, **fields), problem=DEFECT)


def found(stream: Any, left: list[Observation], right: list[Observation]) -> dict[tuple[Side, str], Doubt]:
    sound = {side: [o for o in rows if o.problem is None] for side, rows in ((L, left), (R, right))}
    faulty = {side: [o for o in rows if o.problem is not None] for side, rows in ((L, left), (R, right))}
    return doubts(stream, sound, faulty)


def told(code: str, system: str, record: str, label: str | None = None) -> Outcome:
    params = {"record": record, "system": system, **({"label": label} if label else {})}
    because = Reason("cannot_map", {"source": system, "field": "email", "misfit": "not text"}, "their words")
    reason = Reason(code, params, because=because)
    if code == "partner_unreadable":
        return Outcome(Result.WAITING, reason)
    return Outcome(Result.REVIEW, reason, Detail(DetailKind.UNREADABLE))


def candidates(*names: str) -> tuple[Candidate, ...]:
    return tuple(Candidate(name, f"Row {name}", 100, "") for name in names)


def test_a_record_waits_for_a_row_with_its_searched_key() -> None:
    record = row("1", number="7", name="A")
    doubt = Doubt(record, told("partner_unreadable", "Svenn", "Row a"), candidates("a"))
    assert found(STREAM, [record], [bad("a", number="7", name="B")]) == {(L, "1"): doubt}


def test_of_a_row_that_is_like_it_in_name_only_a_person_is_asked_on_both_sides() -> None:
    record, bare = row("1", name="A"), replace(bad("a", name="A", number=None), label="")
    both = found(STREAM, [record], [bare])
    asked = Doubt(record, told("maybe_unreadable", "Svenn", "a"), (Candidate("a", "a", 100, ""),))
    other = Doubt(bare, told("unreadable_maybe_same", "Svenn", "a", "Row 1"), candidates("1"))
    assert both == {(L, "1"): asked, (R, "a"): other}
    assert found(replace(STREAM, creates=frozenset({R})), [record], [bare]) == {(L, "1"): asked}
    assert found(replace(STREAM, creates=frozenset({L})), [record], [bare]) == {(R, "a"): other}


def test_the_right_side_is_treated_like_the_left_one() -> None:
    record = row("a", number="7")
    doubt = Doubt(record, told("partner_unreadable", "Tripletex", "Row 1"), candidates("1"))
    assert found(STREAM, [bad("1", number="7")], [record]) == {(R, "a"): doubt}


@pytest.mark.parametrize(
    ("record", "line", "code"),
    [
        ({"number": "7", "name": "A"}, {"number": "8", "name": "B"}, None),
        ({"number": "7", "name": "A"}, {"number": "8"}, "maybe_unreadable"),
        ({"number": "7", "name": "A"}, {"name": "B"}, "partner_unreadable"),
        ({"number": "7"}, {}, "partner_unreadable"),
        ({"name": "A"}, {}, "maybe_unreadable"),
        ({"number": "7", "name": "A"}, {}, "maybe_unreadable"),
        ({"number": "7", "name": "A"}, {"number": "7"}, "partner_unreadable"),
        ({}, {"number": "7"}, None),
        ({"city": "Oslo"}, {}, None),
    ],
)
def test_a_row_may_be_the_record_as_far_as_it_can_be_read(
    record: dict[str, str], line: dict[str, str], code: str | None
) -> None:
    made = found(STREAM, [row("1", **record)], [bad("a", **line)])
    assert (made[L, "1"].outcome.reason.code if (L, "1") in made else None) == code


def test_a_row_that_contradicts_the_record_is_another() -> None:
    stream = replace(STREAM, differ=lambda one, other: one.get("org") != other.get("org"))
    assert found(stream, [row("1", number="7", org="1")], [bad("a", number="7", org="2")]) == {}
    assert found(stream, [row("1", number="7", org="1")], [bad("a", number="7")]) != {}


def test_of_several_rows_those_with_the_key_are_told_first_then_those_that_are_asked_about() -> None:
    record = row("1", number="7", name="A")
    rows = [bad("a", name="A", number="8"), bad("b", number="7"), bad("c", number="7")]
    made = found(STREAM, [record], rows)
    assert made[L, "1"] == Doubt(record, told("partner_unreadable", "Svenn", "Row b"), candidates("b", "c"))
    assert set(made) == {(L, "1"), (R, "a")}
    unsure = found(STREAM, [record], [bad("a", name="B"), bad("b", name="A", number="8")])
    assert unsure[L, "1"] == Doubt(record, told("maybe_unreadable", "Svenn", "Row b"), candidates("b"))
    many = found(STREAM, [record], [bad(f"r{n}", number="7") for n in range(CANDIDATES + 1)])
    assert many[L, "1"].candidates == candidates(*(f"r{n}" for n in range(CANDIDATES)))


@pytest.mark.parametrize(
    ("more", "doubted"),
    [
        ({}, True),
        ({"creates": frozenset({L})}, False),
        ({"scope": {L: lambda _: why("is_offer")}}, False),
        ({"scope": {R: lambda _: why("is_offer")}}, True),
        ({"scope": {L: lambda _: None}}, True),
        ({"needed": {R: lambda _: why("lacks")}}, False),
        ({"needed": {L: lambda _: why("lacks")}}, True),
    ],
)
def test_only_what_would_be_created_waits(more: dict[str, Any], *, doubted: bool) -> None:
    assert ((L, "1") in found(replace(STREAM, **more), [row("1", number="7")], [bad("a", number="7")])) is doubted


@pytest.mark.parametrize(("many", "held"), [(MOST, False), (MOST + 1, True)])
def test_where_there_are_too_many_rows_to_compare_every_record_may_be_among_them(many: int, *, held: bool) -> None:
    rows = [bad(f"r{n}", number=f"9{n}", name="Z") for n in range(many)]
    record = row("1", number="7")
    doubt = Doubt(record, told("partner_unreadable", "Svenn", "Row r0"), candidates("r0"))
    assert found(STREAM, [record], rows) == ({(L, "1"): doubt} if held else {})
    named = row("1", number="7", name="A")
    asked = Doubt(named, told("maybe_unreadable", "Svenn", "Row r0"), candidates("r0"))
    other = Doubt(rows[0], told("unreadable_maybe_same", "Svenn", "Row r0", "Row 1"), candidates("1"))
    assert found(STREAM, [named], rows) == ({(L, "1"): asked, (R, "r0"): other} if held else {})


def test_a_row_without_a_problem_has_no_cause() -> None:
    assert unreadable(STREAM, R, row("a"), "x") == why("x", record="Row a", system="Svenn")
    assert unreadable(replace(STREAM, systems={}), R, row("a"), "x").params["system"] == "right"


# --- keys of records that are out of scope ---------------------------------------------------------------------------


def scoped(code: str = "is_offer") -> Any:
    return replace(STREAM, scope={R: lambda fields: why(code) if fields.get("out") else None})


OUT: dict[str, Any] = {"number": "7", "out": True}


@pytest.mark.parametrize(
    ("code", "holder"),
    [
        ("sub_project", "a sub-project"),
        ("too_deep", "a sub-project"),
        ("is_offer", "an offer"),
        ("x", "a record that is not kept in step"),
    ],
)
def test_who_has_a_key_is_told_with_what_it_is(code: str, holder: str) -> None:
    params = {
        "field": "number",
        "value": "7",
        "label": "Row a",
        "system": "Svenn",
        "source": "Tripletex",
        "holder": holder,
    }
    assert taken(scoped(code), R, "number", row("a", **OUT)) == why("key_taken", **params)
    bare = taken(replace(scoped(), systems={}), R, "number", replace(row("a", out=False), label=""))
    names = {
        "label": "a",
        "value": "None",
        "system": "right",
        "source": "left",
        "holder": "a record that is not kept in step",
    }
    assert bare.params == {"field": "number", **names}


def test_a_record_whose_key_belongs_to_one_out_of_scope_fails_without_it() -> None:
    link = alone()
    made = planned(scoped(), link, read(L, {"number": "7"}), read(R, OUT, label="Row a"), matched="number")
    reason = taken(scoped(), R, "number", row("a", **OUT))
    assert (made.result, made.reason, made.write) == (Result.FAILED, reason, None)
    assert (made.link.outcome, set(made.link.shadows)) == (ended(Result.FAILED, "key_taken", **reason.params), {L})


@pytest.mark.parametrize(
    ("matched", "link", "right"),
    [
        ("", alone(), OUT),
        ("person", alone(), OUT),
        ("review", alone(), OUT),
        ("reconsider", alone(), OUT),
        ("number", alone(), {"number": "8", "out": True}),
        ("number", alone(), {"out": True}),
        ("number", alone(), {"number": "7"}),
    ],
    ids=["no rule", "a person", "a review", "reconsidered", "another key", "no key", "in scope"],
)
def test_otherwise_nobody_is_told_that_a_key_is_taken(matched: str, link: Any, right: dict[str, Any]) -> None:
    made = planned(scoped(), link, read(L, {"number": "7"}), read(R, right), matched=matched)
    assert made.reason.code != "key_taken"
    only_names = replace(scoped(), matches=STREAM.matches[1:])
    assert (
        planned(
            only_names, alone(), read(L, {"name": "A"}), read(R, {"name": "A", "out": True}), matched="name"
        ).reason.code
        != "key_taken"
    )
