"""One field, every way it can stand on two sides: what is agreed on, written, lost, asked about, told and left alone."""

# ruff: noqa: E501 - tables of cases

from __future__ import annotations

from typing import Any

import pytest

from samspill.canon.values import Fields, Value
from samspill.engine.merge import SKEW_S, Merged, View, merge
from samspill.engine.model import Side
from samspill.engine.rules import FieldRule, OnConflict, Policy
from tests.engine.builders import BOTH, L, R

ASK = OnConflict.REVIEW
MASTER, REPORT, FILL = FieldRule("f"), FieldRule("f", Policy.REPORT), FieldRule("f", Policy.FILL_IF_BLANK)
ASKS = FieldRule("f", on_conflict=ASK)
NOTE = FieldRule("f", where_told=True)
LEFT_WINS, RIGHT_WINS = FieldRule("f", Policy.TWO_WAY, L), FieldRule("f", Policy.TWO_WAY, R)
TWO_WAY_ASKS = FieldRule("f", Policy.TWO_WAY, L, ASK)
NEWEST = FieldRule("f", Policy.TWO_WAY, R, OnConflict.NEWEST_WINS)
ABSENT = "absent"


def fields(value: Any) -> Fields:
    return {} if value == ABSENT else {"f": value}


def merged(rule: FieldRule, base: Any, left: tuple[Any, Any], right: tuple[Any, Any], **more: Any) -> Merged:
    """Merge a field: what was agreed on, and of each side what it confirmed and what it holds."""
    views = {L: View(fields(left[0]), fields(left[1])), R: View(fields(right[0]), fields(right[1]))}
    return merge((rule,), fields(base), views, **more)


def outcome(
    base: Any,
    left: Any,
    right: Any,
    write: tuple[Side, Any] | None = None,
    lost: Any = ABSENT,
    *,
    conflict: tuple[Any, Any] | None = None,
    drifted: bool = False,
    pending: bool = False,
) -> Merged:
    """The merge with this base, these shadows, and what else it says."""
    writes: dict[Side, Fields] = {side: {} for side in BOTH}
    overwritten: dict[Side, Fields] = {side: {} for side in BOTH}
    if write is not None:
        writes[write[0]], overwritten[write[0]] = {"f": write[1]}, fields(lost)
    conflicts = {"f": dict(zip(("left", "right"), conflict, strict=True))} if conflict else {}
    shadows = {L: fields(left), R: fields(right)}
    names = [("f",) if each else () for each in (drifted, pending)]
    return Merged(fields(base), shadows, writes, overwritten, conflicts, *names)


@pytest.mark.parametrize(
    ("rule", "base", "left", "right", "expected"),
    [
        # one side owns it
        (MASTER, "a", ("a", "a"), ("a", "a"), outcome("a", "a", "a")),
        (MASTER, "a", ("a", "b"), ("a", "a"), outcome("b", "b", "a", (R, "b"))),
        (MASTER, "a", ("a", "b"), ("a", "c"), outcome("b", "b", "c", (R, "b"), "c")),
        (MASTER, "a", ("a", "b"), ("a", "b"), outcome("b", "b", "b")),
        (MASTER, "a", ("a", "a"), ("a", "c"), outcome("a", "a", "c", (R, "a"), "c")),
        (MASTER, "a", ("a", "a"), ("a", None), outcome("a", "a", None, (R, "a"), None)),
        (MASTER, "a", ("a", None), ("a", "a"), outcome(None, None, "a", (R, None))),
        (MASTER, "a", ("a", "b"), ("a", ABSENT), outcome("b", "b", ABSENT, (R, "b"))),
        (MASTER, "a", ("a", ABSENT), ("a", "c"), outcome("a", ABSENT, "a", pending=True)),
        (MASTER, "a", ("a", ABSENT), ("a", "a"), outcome("a", ABSENT, "a")),
        (MASTER, "a", ("x", "x"), ("y", "y"), outcome("a", "x", "y")),
        (MASTER, ABSENT, (ABSENT, "a"), (ABSENT, "b"), outcome("a", "a", "b", (R, "a"), "b")),
        (MASTER, ABSENT, (ABSENT, "a"), (ABSENT, None), outcome("a", "a", None, (R, "a"))),
        (MASTER, ABSENT, (ABSENT, "a"), (ABSENT, ABSENT), outcome("a", "a", ABSENT, (R, "a"))),
        (MASTER, ABSENT, (ABSENT, "a"), (ABSENT, "a"), outcome("a", "a", "a")),
        (MASTER, ABSENT, (ABSENT, None), (ABSENT, "b"), outcome(ABSENT, None, "b", drifted=True)),
        (MASTER, ABSENT, (ABSENT, None), (ABSENT, None), outcome(ABSENT, None, None)),
        (MASTER, ABSENT, (ABSENT, None), (ABSENT, ABSENT), outcome(ABSENT, None, ABSENT)),
        # drift is only told
        (REPORT, "a", ("a", "b"), ("a", "a"), outcome("b", "b", "a", (R, "b"))),
        (REPORT, "a", ("a", "b"), ("a", "c"), outcome("b", "b", "c", (R, "b"), "c")),
        (REPORT, "a", ("a", "a"), ("a", "c"), outcome("a", "a", "c", drifted=True)),
        (REPORT, "x", ("a", "a"), ("x", "a"), outcome("x", "a", "a")),
        (REPORT, "a", ("a", ABSENT), ("a", "c"), outcome("a", ABSENT, "c")),
        # a person is asked before it is written over
        (ASKS, "a", ("a", "b"), ("a", "a"), outcome("b", "b", "a", (R, "b"))),
        (ASKS, "a", ("a", "a"), ("a", "c"), outcome("a", "a", "a", conflict=("a", "c"))),
        (ASKS, "a", ("a", "b"), ("a", "b"), outcome("b", "b", "b")),
        (ASKS, ABSENT, (ABSENT, "a"), (ABSENT, "b"), outcome(ABSENT, ABSENT, ABSENT, conflict=("a", "b"))),
        (ASKS, ABSENT, ("a", "a"), ("b", "b"), outcome(ABSENT, "a", "b", conflict=("a", "b"))),
        (ASKS, ABSENT, (ABSENT, "a"), (ABSENT, None), outcome("a", "a", None, (R, "a"))),
        (ASKS, "a", ("a", "b"), ("a", ABSENT), outcome("b", "b", ABSENT, (R, "b"))),
        (FieldRule("f", Policy.REPORT, L, ASK), "a", ("a", "a"), ("a", "c"), outcome("a", "a", "c", drifted=True)),
        # a note that needs a place
        (NOTE, "a", ("a", "b"), ("a", "a"), outcome("b", "b", "a", (R, "b"))),
        (NOTE, "a", ("a", "b"), ("a", ABSENT), outcome("a", "a", ABSENT, pending=True)),
        (NOTE, "a", ("a", "a"), ("a", ABSENT), outcome("a", "a", ABSENT)),
        (NOTE, "a", ("a", None), ("a", ABSENT), outcome("a", None, ABSENT)),
        (FieldRule("f", Policy.FILL_IF_BLANK, where_told=True), "a", ("a", "b"), ("a", ABSENT), outcome("a", "a", ABSENT, pending=True)),
        # only an empty one is filled
        (FILL, None, (None, "a"), (None, None), outcome("a", "a", None, (R, "a"))),
        (FILL, "a", ("a", "a"), ("a", None), outcome("a", "a", None, (R, "a"))),
        (FILL, "a", ("a", "a"), (None, None), outcome("a", "a", None)),
        (FILL, "a", ("a", "b"), ("c", "c"), outcome("b", "b", "c")),
        (FILL, "a", ("a", "b"), ("a", ABSENT), outcome("b", "b", ABSENT)),
        (FILL, "a", ("a", None), (None, None), outcome(None, None, None)),
        (FILL, "a", ("a", ABSENT), ("a", None), outcome("a", ABSENT, None)),
        (FILL, None, (None, " "), (None, None), outcome(" ", " ", None)),
        (FILL, "a", ("a", None), ("a", "a"), outcome("a", None, "a")),
        (FILL, "a", ("a", None), ("a", ABSENT), outcome("a", None, ABSENT)),
        (FILL, ABSENT, (ABSENT, "a"), (ABSENT, "c"), outcome("a", "a", "c")),
        (FILL, ABSENT, (ABSENT, None), (ABSENT, None), outcome(None, None, None)),
        (FILL, ABSENT, (ABSENT, None), (ABSENT, "c"), outcome(ABSENT, None, "c")),
        (FILL, ABSENT, (ABSENT, None), (ABSENT, ABSENT), outcome(ABSENT, None, ABSENT)),
        (FILL, ABSENT, (ABSENT, "a"), (ABSENT, ABSENT), outcome(ABSENT, "a", ABSENT)),
        (FILL, ABSENT, ("a", "a"), (None, None), outcome(ABSENT, "a", None)),
        # both sides may change it
        (LEFT_WINS, "a", ("a", "a"), ("a", "a"), outcome("a", "a", "a")),
        (LEFT_WINS, "a", ("a", "b"), ("a", "a"), outcome("b", "b", "a", (R, "b"))),
        (LEFT_WINS, "a", ("a", "a"), ("a", "c"), outcome("c", "a", "c", (L, "c"))),
        (LEFT_WINS, "a", ("a", "b"), ("a", "b"), outcome("b", "b", "b")),
        (LEFT_WINS, "a", ("x", "x"), ("y", "y"), outcome("a", "x", "y")),
        (LEFT_WINS, "a", ("a", "b"), ("a", "c"), outcome("b", "b", "c", (R, "b"), "c")),
        (RIGHT_WINS, "a", ("a", "b"), ("a", "c"), outcome("c", "b", "c", (L, "c"), "b")),
        (TWO_WAY_ASKS, "a", ("a", "b"), ("a", "c"), outcome("a", "a", "a", conflict=("b", "c"))),
        (LEFT_WINS, "a", ("a", "b"), ("a", ABSENT), outcome("a", "a", ABSENT, pending=True)),
        (LEFT_WINS, "a", ("a", ABSENT), ("a", "c"), outcome("a", ABSENT, "a", pending=True)),
        (LEFT_WINS, "a", ("a", "a"), ("a", ABSENT), outcome("a", "a", ABSENT)),
        (LEFT_WINS, "a", (ABSENT, "a"), (ABSENT, "c"), outcome("c", "a", "c", (L, "c"))),
        # two records are being linked
        (TWO_WAY_ASKS, ABSENT, (ABSENT, "a"), (ABSENT, None), outcome("a", "a", None, (R, "a"))),
        (TWO_WAY_ASKS, ABSENT, (ABSENT, None), (ABSENT, "c"), outcome("c", None, "c", (L, "c"))),
        (TWO_WAY_ASKS, ABSENT, (ABSENT, None), (ABSENT, None), outcome(None, None, None)),
        (TWO_WAY_ASKS, ABSENT, ("a", "a"), ("c", "c"), outcome(ABSENT, "a", "c", conflict=("a", "c"))),
        (TWO_WAY_ASKS, ABSENT, (ABSENT, "a"), (ABSENT, ABSENT), outcome(ABSENT, ABSENT, ABSENT, pending=True)),
        # a field that is not kept in step, and a field without a rule
        (FieldRule("f", Policy.OFF), "a", ("a", "b"), ("a", "c"), outcome("a", ABSENT, ABSENT)),
        (FieldRule("g"), "a", ("a", "b"), ("a", "c"), outcome("a", ABSENT, ABSENT)),
    ],
)  # fmt: skip
def test_a_field_of_two_sides(rule: FieldRule, base: Any, left: Any, right: Any, expected: Merged) -> None:
    assert merged(rule, base, left, right) == expected


@pytest.mark.parametrize(
    ("rule", "base", "left", "right", "decided", "expected"),
    [
        (ASKS, "a", ("a", "a"), ("a", "c"), L, outcome("a", "a", "c", (R, "a"), "c")),
        (ASKS, "a", ("a", "a"), ("a", "c"), R, outcome("a", "a", "c", drifted=True)),
        (MASTER, "a", ("a", "b"), ("a", "c"), R, outcome("b", "b", "c", drifted=True)),
        (REPORT, "a", ("a", "a"), ("c", "c"), L, outcome("a", "a", "c", (R, "a"))),
        (TWO_WAY_ASKS, "a", ("a", "b"), ("a", "c"), L, outcome("b", "b", "c", (R, "b"), "c")),
        (TWO_WAY_ASKS, "a", ("a", "b"), ("a", "c"), R, outcome("c", "b", "c", (L, "c"), "b")),
        (TWO_WAY_ASKS, "a", ("a", "b"), ("a", "a"), R, outcome("b", "b", "a", (R, "b"))),
        (LEFT_WINS, "a", ("a", "b"), ("a", "c"), R, outcome("c", "b", "c", (L, "c"), "b")),
    ],
)  # fmt: skip
def test_what_a_person_decided_goes_before_the_rule(
    rule: FieldRule, base: Any, left: Any, right: Any, decided: Side, expected: Merged
) -> None:
    assert merged(rule, base, left, right, decided={"f": decided}) == expected
    assert merged(rule, base, left, right, decided={"g": decided}) == merged(rule, base, left, right)


@pytest.mark.parametrize(
    ("rule", "left", "right", "decided", "expected"),
    [
        (LEFT_WINS, ("a", "a"), ("a", "c"), None, outcome("a", "a", "a", conflict=("a", "c"))),
        (LEFT_WINS, ("a", "c"), ("a", "c"), None, outcome("c", "c", "c")),
        (LEFT_WINS, ("a", "a"), ("a", "c"), L, outcome("a", "a", "c", (R, "a"), "c")),
        (LEFT_WINS, ("a", "a"), ("c", "c"), R, outcome("c", "a", "c", (L, "c"), "a")),
        (LEFT_WINS, ("a", "a"), ("a", ABSENT), None, outcome("a", "a", ABSENT)),
        (LEFT_WINS, ("a", ABSENT), ("a", "c"), None, outcome("a", ABSENT, "a", pending=True)),
        (MASTER, ("a", "b"), ("a", "c"), None, outcome("a", "a", "a", conflict=("b", "c"))),
        (MASTER, ("a", "a"), ("c", "c"), L, outcome("a", "a", "c", (R, "a"))),
        (MASTER, ("a", "a"), ("a", "c"), R, outcome("a", "a", "c", drifted=True)),
        (REPORT, ("a", "a"), ("a", "c"), None, outcome("a", "a", "a", conflict=("a", "c"))),
    ],
)
def test_a_disputed_field_is_a_persons_while_both_sides_tell_it(
    rule: FieldRule, left: Any, right: Any, decided: Side | None, expected: Merged
) -> None:
    given = {"f": decided} if decided else {}
    assert merged(rule, "a", left, right, decided=given, disputed=["f"]) == expected
    assert merged(rule, "a", left, right, decided=given, disputed=["g"]) == merged(
        rule, "a", left, right, decided=given
    )


def test_in_a_contested_field_an_empty_value_is_a_value() -> None:
    asked = merged(TWO_WAY_ASKS, ABSENT, (ABSENT, None), (ABSENT, "c"), contested=["f"])
    assert asked == outcome(ABSENT, ABSENT, ABSENT, conflict=(None, "c"))
    assert merged(LEFT_WINS, ABSENT, (ABSENT, None), (ABSENT, "c"), contested=["f"]).writes[R] == {"f": None}
    assert merged(TWO_WAY_ASKS, ABSENT, (ABSENT, None), (ABSENT, "c"), contested=["g"]).writes[L] == {"f": "c"}


@pytest.mark.parametrize(
    ("left_at", "right_at", "winner"),
    [
        (1000 + SKEW_S, 1000, L),
        (1000, 1000 + SKEW_S, R),
        (999 + SKEW_S, 1000, R),
        (5000, None, R),
        (None, 5000, R),
        (None, None, R),
        (0, 5000, R),
        (5000, 0, L),
    ],
)
def test_the_newest_wins_where_both_tell_when_and_far_enough_apart(
    left_at: int | None, right_at: int | None, winner: Side
) -> None:
    views = {L: View({"f": "a"}, {"f": "b"}, left_at), R: View({"f": "a"}, {"f": "c"}, right_at)}
    assert merge((NEWEST,), {"f": "a"}, views).base == {"f": {L: "b", R: "c"}[winner]}
    asks = FieldRule("f", Policy.TWO_WAY, L, ASK)
    assert merge((asks,), {"f": "a"}, views).conflicts, "who asks does not look at the clock"
    wins = FieldRule("f", Policy.TWO_WAY, L)
    assert merge((wins,), {"f": "a"}, views).base == {"f": "b"}


def test_every_field_is_settled_by_itself() -> None:
    reports = (
        FieldRule("told", Policy.REPORT),
        FieldRule("told too", Policy.REPORT),
        FieldRule("free"),
        FieldRule("free too"),
    )
    notes = (FieldRule("note", where_told=True), FieldRule("note too", where_told=True))
    open_ = (
        FieldRule("open", Policy.TWO_WAY),
        FieldRule("open too", Policy.TWO_WAY),
        FieldRule("owned"),
        FieldRule("owned too"),
    )
    asks = (FieldRule("asked", Policy.TWO_WAY, L, ASK), FieldRule("asked too", on_conflict=ASK))
    rules = (FieldRule("goes"), *reports, *notes, *open_, *asks)
    agreed = [rule.name for rule in rules if not rule.name.startswith("free")]
    before = {**dict.fromkeys(agreed, "1"), "no rule": "1"}
    left: dict[str, Value] = {rule.name: "2" for rule in rules if not rule.name.startswith(("owned", "told", "free"))}
    left |= dict.fromkeys(["told", "told too"], "1") | dict.fromkeys(["free", "free too"], None)
    right = {
        **dict.fromkeys(["asked", "asked too", "told", "told too", "free", "free too", "owned", "owned too"], "3"),
        "goes": "1",
    }
    out = merge(rules, before, {L: View(before, left), R: View(before, {**right, "no rule": "9"})})
    assert (out.base, out.writes, out.overwritten) == (
        {**before, "goes": "2"},
        {L: {}, R: {"goes": "2"}},
        {L: {}, R: {}},
    )
    assert (out.drifted, set(out.conflicts)) == (("told", "told too", "free", "free too"), {"asked", "asked too"})
    assert out.pending == ("note", "note too", "open", "open too", "owned", "owned too")
    unsettled = {*out.pending, *out.conflicts}
    assert out.shadows[L] == {name: before[name] if name in unsettled else value for name, value in left.items()}
    assert out.shadows[R] == {name: before[name] if name in unsettled else value for name, value in right.items()}
