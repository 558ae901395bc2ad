"""What would take back what was written to a record, on one side or on both."""

from __future__ import annotations

from samspill.canon.values import Fields
from samspill.engine.model import Act, Detail, DetailKind, Effect, Link, LinkState, Outcome, Result, Side
from samspill.engine.refused import mark
from samspill.engine.undo import Undoing, undoing
from samspill.reasons import Reason
from tests.engine.builders import AGREED, known, pair, rules

L, R = Side.LEFT, Side.RIGHT


def wrote(side: Side, act: Act = Act.CHANGE, before: Fields | None = None, **left: str | None) -> Effect:
    return Effect(side, act, before or {}, {name: mark(value) for name, value in left.items()})


def planned(link: Link, *effects: Effect) -> Undoing:
    return undoing(rules(), link, effects, "kari", 5)


NAME = wrote(L, before={"name": "Berg"}, name="Berg AS")
PHONE = wrote(R, before={"phone": "1"}, phone="22334455")


def test_what_was_written_on_both_sides_is_taken_back_one_after_the_other() -> None:
    made = planned(pair(), NAME, PHONE)

    assert made.decision is not None
    assert (made.decision.action, made.decision.target, made.decision.restores) == (
        "undo-change",
        "left",
        {"name": "Berg"},
    )
    then = made.decision.then
    assert then is not None
    assert (then.action, then.target, then.restores, then.then) == ("undo-change", "right", {"phone": "1"}, None)
    assert then.seen == {"phone": {"left": "22334455", "right": "22334455"}}
    assert made.left == ()


def test_where_one_side_was_edited_the_other_one_is_taken_back_and_the_reason_told() -> None:
    edited = pair(shadows={L: known({**AGREED, "name": "Berg og Dal AS"}), R: known(AGREED)})

    made = planned(edited, NAME, PHONE)

    assert made.decision is not None
    assert (made.decision.target, made.decision.then) == ("right", None)
    assert made.left == (Reason("undo_edited", {"fields": "name"}),)


def test_a_create_is_seen_as_it_is_once_the_number_it_gave_is_taken_back() -> None:
    """`phone` stands for what the system gave the record, and what went back to its source."""
    created = wrote(R, Act.CREATE, name="Berg AS", phone=None)
    given = wrote(L, before={"phone": None}, phone="22334455")

    made = planned(pair(), given, created)

    assert made.decision is not None
    then = made.decision.then
    assert then is not None
    assert (then.action, then.seen["phone"]) == ("undo-create", {"left": None, "right": "22334455"})
    assert planned(pair(), created).left == (Reason("undo_edited", {"fields": "phone"}),)


def test_what_a_create_was_sent_and_holds_otherwise_is_an_edit_though_it_went_over() -> None:
    created = wrote(R, Act.CREATE, name="Berg", phone="22334455")
    made = planned(pair(), wrote(L, before={"name": "Berg"}, name="Berg AS"), created)
    assert made.decision is not None
    assert made.decision.then is None
    assert made.left == (Reason("undo_edited", {"fields": "name"}),)


def test_a_pair_that_is_one_again_gets_the_values_of_its_other_side_too() -> None:
    ended = pair(
        state=LinkState.TOMBSTONE,
        outcome=Outcome(Result.APPLIED, Reason("create_taken_back"), Detail(DetailKind.TAKEN_BACK)),
        shadows={L: known({**AGREED, "phone": None}), R: known({**AGREED, "name": "x"})},
    )
    archived = wrote(R, Act.ARCHIVE, before={"name": "Berg AS"}, name="x")
    emptied = wrote(L, before={"phone": "22334455"}, phone=None)

    made = planned(ended, archived, emptied)

    assert made.decision is not None
    assert made.decision.action == "undo-archive"
    assert made.decision.then is not None
    assert (made.decision.then.target, made.decision.then.restores) == ("left", {"phone": "22334455"})
    alone = planned(ended, emptied)
    assert (alone.decision, alone.left) == (None, (Reason("undo_ended"),))
