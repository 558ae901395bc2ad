"""What other rules decide otherwise: between two plans of a record, and in what the journal tells of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from samspill.engine.model import Act, Effect, Result, Side
from samspill.engine.otherwise import FieldChange, Line, Made, Verdict, compare, judge
from samspill.engine.rules import FieldRule, OnConflict, OwnForm, Policy, StreamRules
from samspill.reasons import Reason
from tests.engine.builders import L, R

SAME, OTHERWISE, UNTOLD = Verdict
WAITS = Reason("lookup_missing")


def made(action: str = "update", side: Side | None = R, held: Any = None, to: Any = "new", **more: Any) -> Made:
    fields = {"held": {"f": held}, "written": {"f": to}} if side else {}
    return Made("left-1", "One", action, Reason("updated"), side, **{**fields, **more})


def rules(*fields: FieldRule) -> StreamRules:
    return StreamRules("customers", fields)


# --- two plans -------------------------------------------------------------------------------------------------------


def test_a_record_that_is_written_the_same_way_does_not_differ_whatever_the_reason() -> None:
    assert compare(made(), replace(made(), reason=Reason("overwritten"))) is None
    assert compare(None, None) is None


def test_a_field_that_only_one_of_the_rules_writes_holds_what_is_there_under_the_other() -> None:
    differs = compare(None, made(held="old"))

    assert differs is not None
    assert (differs.now.action, differs.new.action) == ("none", "update")
    assert differs.fields == (FieldChange(R, "f", "old", "old", "new"),)


def test_another_owner_turns_the_write_round_and_both_sides_hold_something_else() -> None:
    differs = compare(made(side=R, held="theirs", to="mine"), made(side=L, held="mine", to="theirs"))

    assert differs is not None
    assert differs.fields == (
        FieldChange(L, "f", "mine", "mine", "theirs"),
        FieldChange(R, "f", "theirs", "mine", "theirs"),
    )


@pytest.mark.parametrize(
    "other",
    [
        made("review", None),
        made("wait", None),
        made(asked=("f",)),
        made(foreseen=Reason("field_refused")),
        made(side=L),
        made(to="other"),
        made("create"),
    ],
)
def test_whatever_becomes_otherwise_of_a_record_is_a_difference(other: Made) -> None:
    assert compare(made(), other) is not None
    assert compare(other, made()) is not None


def test_a_record_that_waits_for_something_else_differs() -> None:
    waits = replace(made("wait", None), reason=WAITS)

    assert compare(waits, waits) is None
    assert compare(waits, replace(waits, reason=Reason("waiting_for"))) is not None


# --- the journal -----------------------------------------------------------------------------------------------------

MINE, THEIRS = FieldRule("f"), FieldRule("f", master=R)
OFF, REPORT, FILL = (FieldRule("f", policy) for policy in (Policy.OFF, Policy.REPORT, Policy.FILL_IF_BLANK))
ASKS = FieldRule("f", on_conflict=OnConflict.REVIEW)
BOTH_ASK = FieldRule("f", Policy.TWO_WAY, on_conflict=OnConflict.REVIEW)
BOTH_MINE = FieldRule("f", Policy.TWO_WAY)
BOTH_THEIRS = FieldRule("f", Policy.TWO_WAY, R)
NEWEST = FieldRule("f", Policy.TWO_WAY, R, OnConflict.NEWEST_WINS)
TRANSLATED = FieldRule("f", own=OwnForm({L: "f", R: "g"}, "rates"))
QUIET: dict[str, Any] = {}
EDITED = {"f": "typed there"}


def changed(
    overwritten: Any = QUIET, replaced: Any = "old", act: Act = Act.CHANGE, *, back: bool = False, lacks: bool = False
) -> Line:
    """The line of a write to the right side."""
    effect = Effect(R, act, {} if lacks else {"f": replaced}, {"f": "mark"}, back)
    return Line(Result.APPLIED, ("f",), overwritten, effect)


@pytest.mark.parametrize(
    ("line", "after", "verdict"),
    [
        (changed(), THEIRS, OTHERWISE),
        (changed(), OFF, OTHERWISE),
        (changed(), None, OTHERWISE),
        (changed(), REPORT, OTHERWISE),
        (changed(), FILL, OTHERWISE),
        (changed(replaced=None), FILL, SAME),
        (changed(lacks=True), FILL, UNTOLD),
        (changed(), ASKS, SAME),
        (changed(EDITED), ASKS, OTHERWISE),
        (changed(), BOTH_ASK, SAME),
        (changed(EDITED), BOTH_ASK, OTHERWISE),
        (changed(EDITED), BOTH_THEIRS, OTHERWISE),
        (changed(EDITED), BOTH_MINE, UNTOLD),
        (changed(EDITED), NEWEST, UNTOLD),
        (changed(), TRANSLATED, UNTOLD),
        (changed(act=Act.CREATE), THEIRS, SAME),
        (changed(act=Act.CREATE), OFF, OTHERWISE),
        (changed(act=Act.CREATE), TRANSLATED, UNTOLD),
        (changed(act=Act.ARCHIVE), OFF, SAME),
        (changed(act=Act("dissolve")), THEIRS, UNTOLD),
        (changed(back=True), OFF, SAME),
        (Line(Result.APPLIED, ("f",), QUIET, None), THEIRS, UNTOLD),
        (Line(Result.APPLIED, ("f",), QUIET, None), OFF, OTHERWISE),
        (Line(Result.CONFLICT, ("f",), QUIET, None), THEIRS, UNTOLD),
    ],
)
def test_a_line_tells_what_other_rules_would_have_made_of_it_or_that_it_cannot(
    line: Line, after: FieldRule | None, verdict: Verdict
) -> None:
    other = FieldRule("g")
    new = rules(other, after) if after else rules(other)

    assert judge(line, rules(MINE, other), new) == {"f": verdict}
    assert judge(line, new, new) == {"f": SAME}


def test_a_line_without_fields_tells_nothing_once_any_rule_of_its_records_changes() -> None:
    line = Line(Result.REVIEW, (), QUIET, None)

    assert judge(line, rules(MINE), rules(MINE)) == {"": SAME}
    assert judge(line, rules(MINE), rules(THEIRS)) == {"": UNTOLD}
