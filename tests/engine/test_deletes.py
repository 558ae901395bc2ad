"""What becomes of a pair whose one half is gone, by what the two had agreed on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from samspill.engine.case import Plan, Seen
from samspill.engine.model import Decision, Link, LinkState, Observation, Result, Shadow, Side
from samspill.engine.plan import plan
from samspill.engine.revision import Revision
from samspill.engine.rules import FieldRule, Policy, StreamRules
from samspill.reasons import Reason

RULES = StreamRules("customers", (FieldRule("name"),), creates=frozenset({Side.RIGHT}))
NAMED = {"name": "Berg AS"}
SETTLED = {side: Shadow(NAMED) for side in Side}
PAIR = Link("left-1", {Side.LEFT: "1", Side.RIGHT: "9"}, LinkState.LINKED, NAMED, SETTLED, revision=4)
GONE, HERE = Seen(Observation("9", {}, seen_at=9, deleted=True)), Seen(Observation("1", NAMED, seen_at=9))


def gone_on_the_right(link: Link, rules: StreamRules = RULES) -> Plan:
    return plan(rules, link, {Side.LEFT: HERE, Side.RIGHT: GONE}, 10)


def test_the_half_of_a_settled_pair_is_archived() -> None:
    made = gone_on_the_right(PAIR)
    assert made.write is not None
    assert (made.write.side, made.write.archive, made.link.state) == (Side.LEFT, True, LinkState.TOMBSTONE)


@pytest.mark.parametrize("shadows", [{}, {side: Shadow({}, fingerprint="x") for side in Side}])
def test_the_half_of_a_pair_that_agreed_on_nothing_stands_alone_again(shadows: dict[Side, Shadow]) -> None:
    made = gone_on_the_right(replace(PAIR, base={}, shadows=shadows))
    assert (made.write, made.result, made.reason.code) == (None, Result.REVIEW, "partner_gone")
    assert (made.link.state, made.link.ids, made.link.revision) == (LinkState.UNLINKED, {Side.LEFT: "1"}, 4)
    assert made.store


def test_where_no_field_is_kept_in_step_there_was_nothing_to_agree_on() -> None:
    off = replace(RULES, fields=(FieldRule("name", Policy.OFF),))
    made = gone_on_the_right(replace(PAIR, base={}, shadows={}), off)
    assert made.reason.code == "archived"


def test_what_was_given_up_is_done_when_it_is_told_again_and_looked_at_with_its_half_when_it_is_back() -> None:
    alone = Link("left-1", {Side.LEFT: "1"}, revision=5)
    told = plan(RULES, alone, {Side.RIGHT: GONE}, 10)
    back = plan(RULES, alone, {Side.RIGHT: Seen(Observation("9", NAMED, seen_at=9))}, 10)
    other = replace(PAIR, ids={Side.LEFT: "1", Side.RIGHT: "12"})
    late = plan(RULES, other, {Side.RIGHT: Seen(Observation("9", {"name": "Dal AS"}, seen_at=9))}, 10)
    assert (told.reason.code, told.store, told.write) == ("settled", False, None)
    assert (back.look, back.store, back.write) == (tuple(Side), False, None)
    assert (late.reason.code, late.store, late.write) == ("settled", False, None)


@pytest.mark.parametrize(
    ("rule", "asked"),
    [
        (FieldRule("name", Policy.MASTER, Side.LEFT), True),
        (FieldRule("name", Policy.REPORT, Side.LEFT), True),
        (FieldRule("name", Policy.TWO_WAY, Side.RIGHT), True),
        (FieldRule("name", Policy.MASTER, Side.RIGHT), False),
        (FieldRule("name", Policy.FILL_IF_BLANK, Side.LEFT), False),
    ],
)
def test_an_edit_of_what_this_side_decides_is_not_archived_unasked(rule: FieldRule, *, asked: bool) -> None:
    edited = Seen(Observation("1", {"name": "Berg og Dal AS"}, seen_at=9))
    made = plan(replace(RULES, fields=(rule,)), PAIR, {Side.LEFT: edited, Side.RIGHT: GONE}, 10)
    if asked:
        assert (made.write, made.result, made.reason.code) == (None, Result.REVIEW, "deleted_and_edited")
    else:
        assert made.write is not None
        assert made.write.archive


@pytest.mark.parametrize("revision", [None, Revision(8)])
@pytest.mark.parametrize(
    ("rule", "counts"),
    [
        (FieldRule("name", Policy.TWO_WAY, Side.RIGHT), True),
        (FieldRule("name", Policy.MASTER, Side.LEFT), True),
        (FieldRule("name", Policy.MASTER, Side.RIGHT), False),
    ],
)
def test_a_field_left_out_by_a_read_may_hold_an_edit_and_is_looked_for_once_more_and_then_asked_about(
    rule: FieldRule, revision: Revision | None, *, counts: bool
) -> None:
    hidden = {Side.LEFT: Seen(Observation("1", {}, seen_at=9, version=revision)), Side.RIGHT: GONE}
    rules = replace(RULES, fields=(rule,))
    first, second = plan(rules, PAIR, hidden, 10), plan(rules, PAIR, hidden, 10, sure=True)
    if not counts:
        assert (first.reason.code, second.reason.code) == ("archived", "archived")
        return
    assert (first.look, first.store, first.write) == (tuple(Side), False, None)
    assert (second.result, second.reason.code, second.write) == (Result.REVIEW, "deleted_in_target", None)
    decided = replace(second.link, decision=Decision("archive", "kari", 9))
    assert plan(rules, decided, hidden, 11, sure=True).reason.code == "archived"


def test_a_field_left_out_of_a_record_that_has_not_changed_since_holds_no_edit() -> None:
    pair = replace(PAIR, shadows={side: Shadow(NAMED, version=Revision(8)) for side in Side})
    hidden = Seen(Observation("1", {}, seen_at=9, version=Revision(8)))
    rules = replace(RULES, fields=(FieldRule("name", Policy.TWO_WAY),))
    assert plan(rules, pair, {Side.LEFT: hidden, Side.RIGHT: GONE}, 10).reason.code == "archived"


def test_the_half_that_cannot_be_read_is_not_put_away_before_it_can_be() -> None:
    """It may hold an edit, and its version is not known: an archive would go without a precondition."""
    unreadable = Seen(Observation("1", {}, seen_at=9, problem=Reason("defect")), "unreadable")
    made = plan(RULES, PAIR, {Side.LEFT: unreadable, Side.RIGHT: GONE}, 10)
    assert (made.write, made.result, made.reason.code) == (None, Result.FAILED, "defect")
    assert made.link.state is LinkState.LINKED
