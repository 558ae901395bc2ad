"""Every way in which a mapping or a lookup cannot work is found before it is stored, each with what to do."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from samspill.engine.model import Side
from samspill.engine.rules import FieldRule, OnConflict, Policy, StreamRules
from samspill.flows.field_map import FieldPair
from samspill.flows.lookups import Direction, Lookup, LookupRow, Records
from samspill.flows.mapping_check import check, check_lookup
from samspill.flows.problems import Problem
from samspill.flows.schema import Access, Choice, FieldType, Schema, SchemaField
from samspill.reasons import LANGUAGES, Reason
from samspill.texts.reasons import reason_text

RULES = StreamRules(
    name="customers",
    fields=(FieldRule("name"),),
    creates=frozenset({Side.RIGHT}),
    systems={Side.LEFT: "Venstre", Side.RIGHT: "Høyre"},
)
TEXT = SchemaField("note")
CHOICES = (Choice("A"), Choice("B"))
ROWS = Lookup(rows=(LookupRow(left="a", right="A"), LookupRow(left="b", right="B")))
SYSTEMS = RULES.systems


def found(
    left: SchemaField = TEXT, right: SchemaField = TEXT, *more: SchemaField, lookups: Any = None, **rule: Any
) -> list[Problem]:
    """Return what is wrong with the mapping of these two fields; `more` fields are on the right."""
    pair = FieldPair(left=left.path, right=right.path, **rule)
    schemas = {Side.LEFT: Schema("c", (left,)), Side.RIGHT: Schema("c", (right, *more))}
    return check(RULES, [pair], lookups or {}, schemas)


def codes(problems: list[Problem]) -> list[str]:
    for problem in problems:
        told = problem.reason.filled(flow="f")
        assert all("{" not in reason_text(told, language) for language in LANGUAGES)
    return [problem.reason.code for problem in problems]


def of(type_: FieldType, **more: Any) -> SchemaField:
    return replace(TEXT, type=type_, **more)


MASTER = {"policy": Policy.MASTER, "master": Side.LEFT}


@pytest.mark.parametrize(
    ("left", "right", "rule", "wanted"),
    [
        (TEXT, TEXT, {}, []),
        (of(FieldType.INTEGER), of(FieldType.DECIMAL), MASTER, []),
        (of(FieldType.DECIMAL), of(FieldType.INTEGER), MASTER, ["mapped_types"]),
        (of(FieldType.INTEGER), of(FieldType.DECIMAL), {}, ["mapped_types"]),
        (of(FieldType.FLAG), TEXT, MASTER, ["mapped_types"]),
        (TEXT, replace(TEXT, access=Access.READ), {}, ["mapped_read_only"]),
        (TEXT, replace(TEXT, access=Access.CREATE), MASTER, ["mapped_read_only"]),
        (replace(TEXT, access=Access.READ), TEXT, MASTER, []),
        (replace(TEXT, access=Access.READ), TEXT, {"policy": Policy.REPORT}, []),
        (TEXT, of(FieldType.CHOICE, choices=CHOICES), MASTER, ["mapped_needs_lookup"]),
        (of(FieldType.CHOICE, choices=CHOICES), of(FieldType.CHOICE, choices=CHOICES), {}, []),
        (of(FieldType.CHOICE, choices=CHOICES[:1]), of(FieldType.CHOICE, choices=CHOICES), MASTER, []),
        (
            of(FieldType.CHOICE, choices=CHOICES),
            of(FieldType.CHOICE, choices=CHOICES[:1]),
            MASTER,
            ["mapped_needs_lookup"],
        ),
        (of(FieldType.REFERENCE), of(FieldType.REFERENCE), MASTER, ["mapped_needs_lookup"]),
        (TEXT, TEXT, {**MASTER, "lookup": "rates"}, []),
        (TEXT, TEXT, {**MASTER, "lookup": "none"}, ["mapped_no_lookup"]),
        (TEXT, TEXT, {**MASTER, "lookup": "back"}, ["mapped_lookup_direction"]),
        (TEXT, TEXT, {"lookup": "back"}, ["mapped_lookup_direction"]),
        (of(FieldType.INTEGER), of(FieldType.REFERENCE), {**MASTER, "lookup": "rates"}, []),
        (TEXT, of(FieldType.INTEGER), {**MASTER, "lookup": "rates"}, ["mapped_types"]),
        (of(FieldType.LIST), TEXT, {**MASTER, "lookup": "rates"}, ["mapped_types"]),
    ],
)
def test_what_one_side_cannot_take_from_the_other_is_found(
    left: SchemaField, right: SchemaField, rule: dict[str, Any], wanted: list[str]
) -> None:
    lookups = {"rates": ROWS, "back": ROWS.model_copy(update={"direction": Direction.TO_LEFT})}

    problems = found(left, right, lookups=lookups, **rule)

    assert codes(problems) == wanted
    assert all(problem.stops for problem in problems)


def test_a_field_that_is_unknown_declared_or_mapped_twice_is_found() -> None:
    other = replace(TEXT, path="other")
    schemas = {side: Schema("c", (TEXT, other, SchemaField("name"))) for side in Side}
    pairs = [
        FieldPair(left="none", right="note"),
        FieldPair(left="name", right="other"),
        FieldPair(left="note", right="other"),
    ]

    problems = check(RULES, pairs, {}, schemas)

    assert codes(problems) == ["mapped_unknown", "mapped_declared", "mapped_twice"]
    assert [problem.path for problem in problems] == ["none", "name", "other"]


def test_a_field_that_no_record_is_created_without_is_found_until_something_fills_it() -> None:
    needed = replace(TEXT, path="needed", required=True)

    (lacking,) = found(TEXT, TEXT, needed)
    (may_be_empty,) = found(TEXT, needed)

    assert (codes([lacking]), lacking.path, lacking.stops, lacking.lacking) == (
        ["mapped_required"],
        "needed",
        True,
        True,
    )
    assert (codes([may_be_empty]), may_be_empty.stops) == (["mapped_may_be_empty"], False)
    assert codes(found(TEXT, needed, policy=Policy.MASTER, master=Side.RIGHT)) == ["mapped_required"]
    assert found(replace(TEXT, required=True), needed) == []


def test_a_text_that_may_be_cut_off_is_told_and_may_be_mapped() -> None:
    (told,) = found(replace(TEXT, max_length=100), replace(TEXT, max_length=30), policy=Policy.MASTER)

    assert (codes([told]), told.stops) == (["mapped_shorter"], False)


def rows(*pairs: tuple[str, str], direction: str = "both") -> Lookup:
    return Lookup(rows=tuple(LookupRow(left=a, right=b) for a, b in pairs), direction=Direction(direction))


@pytest.mark.parametrize(
    ("lookup", "wanted"),
    [
        (rows(("a", "A"), ("b", "B")), []),
        (rows(("a", "A"), ("a", "B")), [("lookup_twice", "a")]),
        (rows(("a", "A"), ("b", "A")), [("lookup_twice", "A")]),
        (rows(("a", "A"), ("b", "A"), direction="to-right"), []),
        (rows(("a", "A"), ("a", "B"), direction="to-left"), []),
        (rows(("a", "A"), ("b", "A"), direction="to-left"), [("lookup_twice", "A")]),
        (rows(("a", ""), ("b", "")), [("lookup_empty", "")]),
        (rows(("a", "A"), direction="around"), [("lookup_direction_unknown", None)]),
    ],
)
def test_rows_that_translate_nothing_or_two_ways_are_found(lookup: Lookup, wanted: list[Any]) -> None:
    problems = check_lookup("rates", lookup, SYSTEMS, dict.fromkeys(Side, ()), {})

    codes(problems)
    assert [(problem.reason.code, problem.reason.params.get("value")) for problem in problems] == wanted


def test_values_that_a_system_does_not_have_or_no_longer_uses_are_found() -> None:
    lookup = rows(("1", "A"), ("2", "B"), ("3", "C"))
    records = Records(frozenset({"1", "2"}), inactive=frozenset({"2"}))
    choices = {Side.LEFT: (), Side.RIGHT: (frozenset("AB"), frozenset("AC"))}

    problems = check_lookup("rates", lookup, SYSTEMS, choices, {Side.LEFT: records})

    assert [(each.reason.code, each.reason.params["value"], each.stops) for each in problems] == [
        ("lookup_unlisted", "3", True),
        ("lookup_inactive", "2", False),
        ("lookup_unlisted", "C", True),
        ("lookup_unlisted", "B", True),
    ]
    codes(problems)


def test_what_keeps_a_list_from_being_read_is_told_instead() -> None:
    why = Problem(Reason("lookup_no_kind", {"kind": "planets", "system": "Venstre", "kinds": "customers"}), Side.LEFT)

    assert check_lookup("rates", ROWS, SYSTEMS, dict.fromkeys(Side, ()), {Side.LEFT: why}) == [why]


def test_every_row_has_a_name_of_its_own() -> None:
    names = {LookupRow(left=a, right=b).pair for a, b in (("a = b", "c"), ("a", "b = c"), ("a =", "b"), ("a", "= b"))}

    assert len(names) == 4


@pytest.mark.parametrize(
    "stored",
    [
        {"left": "a", "right": "b", "policy": "by-vote"},
        {"left": "a", "right": "b", "policy": "two-way", "lookup": "around"},
        {"left": "a", "right": "b", "policy": "two-way", "lookup": "gone"},
    ],
)
def test_a_pair_of_a_newer_version_or_without_its_lookup_writes_nothing(stored: dict[str, str]) -> None:
    pair = FieldPair.model_validate(stored)

    assert pair.rule({"around": rows(("a", "A"), direction="around")}).policy is Policy.OFF


def test_a_pair_as_it_was_first_stored_is_read() -> None:
    stored = {
        "left": "a",
        "right": "b",
        "policy": "master",
        "master": "right",
        "on_conflict": "newest-wins",
        "lookup": "",
    }

    pair = FieldPair.model_validate(stored)

    assert pair == FieldPair(
        left="a", right="b", policy=Policy.MASTER, master=Side.RIGHT, on_conflict=OnConflict.NEWEST_WINS
    )
    assert FieldPair.model_validate({"left": "a", "right": "b"}) == FieldPair(left="a", right="b")
    assert Lookup.model_validate({"rows": [{"left": "a", "right": "A"}]}).direction is Direction.BOTH
