"""The merge: three ways, per field, each side compared with its own shadow only."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from samspill.canon.values import Fields, Value
from samspill.engine.merge import Merged, View, merge
from samspill.engine.model import Side
from samspill.engine.rules import FieldRule, OnConflict, Policy

L, R = Side.LEFT, Side.RIGHT
ADDRESS = FieldRule("address", Policy.TWO_WAY)
values: st.SearchStrategy[Value] = st.sampled_from(["a", "b", "c", None])
maybe = st.dictionaries(st.just("name"), values)
policies = st.sampled_from([Policy.MASTER, Policy.TWO_WAY, Policy.FILL_IF_BLANK, Policy.REPORT, Policy.OFF])
rules = st.builds(FieldRule, st.just("name"), policies, st.sampled_from(Side), st.sampled_from(OnConflict))


def merged(rule: FieldRule, base: Fields, left: tuple[Fields, Fields], right: tuple[Fields, Fields]) -> Merged:
    return merge((rule,), base, {L: View(*left), R: View(*right)})


def one(rule: FieldRule, base: Value, left: tuple[Value, Value], right: tuple[Value, Value]) -> Merged:
    def view(pair: tuple[Value, Value]) -> tuple[Fields, Fields]:
        return {rule.name: pair[0]}, {rule.name: pair[1]}

    return merged(rule, {rule.name: base}, view(left), view(right))


@given(rules, maybe, maybe, maybe)
def test_what_nobody_changed_is_not_written(rule: FieldRule, base: Fields, left: Fields, right: Fields) -> None:
    if rule.policy is Policy.FILL_IF_BLANK:
        return
    base = {**left, **base}
    out = merged(rule, base, (left, left), (right, right))
    two_way_first_look = rule.policy is Policy.TWO_WAY and "name" not in base
    assert two_way_first_look or out.writes == {L: {}, R: {}}
    assert not out.conflicts or two_way_first_look


@given(rules, maybe, maybe, maybe, maybe, maybe)
def test_every_written_value_comes_from_the_other_side(
    rule: FieldRule, base: Fields, sl: Fields, nl: Fields, sr: Fields, nr: Fields
) -> None:
    out = merged(rule, base, (sl, nl), (sr, nr))
    for side, written in out.writes.items():
        shadow, now = (sl, nl) if side is R else (sr, nr)
        for name, value in written.items():
            assert value == now.get(name, shadow.get(name))


@given(rules, maybe, maybe, maybe, maybe, maybe)
def test_merging_again_after_the_writes_changes_nothing(
    rule: FieldRule, base: Fields, sl: Fields, nl: Fields, sr: Fields, nr: Fields
) -> None:
    out = merged(rule, base, (sl, nl), (sr, nr))
    if out.conflicts or rule.policy is Policy.FILL_IF_BLANK:
        return
    held = {side: {**out.shadows[side], **out.writes[side]} for side in Side}
    again = merged(rule, out.base, (held[L], held[L]), (held[R], held[R]))
    assert again.writes == {L: {}, R: {}}
    assert not again.conflicts


@given(rules, maybe, maybe, maybe, maybe)
def test_a_field_the_vendor_did_not_tell_is_never_emptied_on_the_other_side(
    rule: FieldRule, base: Fields, sl: Fields, sr: Fields, nr: Fields
) -> None:
    out = merged(rule, {**sl, **base}, (sl, {}), (sr, nr))
    if out.writes[R].get("name", "x") is None:
        assert sl.get("name", "x") is None


@given(maybe, maybe, maybe, maybe, maybe, st.sampled_from(Side))
def test_the_masters_side_is_never_written(
    base: Fields, sl: Fields, nl: Fields, sr: Fields, nr: Fields, master: Side
) -> None:
    for policy in (Policy.MASTER, Policy.REPORT, Policy.FILL_IF_BLANK):
        out = merged(FieldRule("name", policy, master), base, (sl, nl), (sr, nr))
        assert out.writes[master] == {}


def test_a_normalising_vendor_stays_quiet() -> None:
    out = one(FieldRule("phone"), "22 33", ("22 33", "22 33"), ("2233", "2233"))
    assert out.writes == {L: {}, R: {}}


def test_drift_is_set_back_and_what_stood_there_is_told() -> None:
    out = one(FieldRule("name"), "a", ("a", "a"), ("a", "b"))
    assert out.writes[R] == {"name": "a"}
    assert out.overwritten[R] == {"name": "b"}


def test_drift_under_the_rule_to_report_is_told_and_left() -> None:
    out = one(FieldRule("name", Policy.REPORT), "a", ("a", "a"), ("a", "b"))
    assert out.writes == {L: {}, R: {}}
    assert out.drifted == ("name",)


def test_both_changed_to_the_same_is_agreement() -> None:
    out = one(FieldRule("name", Policy.TWO_WAY, on_conflict=OnConflict.REVIEW), "a", ("a", "b"), ("a", "b"))
    assert (out.writes, out.base, out.conflicts) == ({L: {}, R: {}}, {"name": "b"}, {})


def test_a_true_conflict_waits_with_base_and_shadows_as_they_were() -> None:
    rule = FieldRule("name", Policy.TWO_WAY, on_conflict=OnConflict.REVIEW)
    out = one(rule, "a", ("a", "b"), ("a", "c"))
    assert out.conflicts == {"name": {"left": "b", "right": "c"}}
    assert out.base == {"name": "a"}
    assert out.shadows == {L: {"name": "a"}, R: {"name": "a"}}


def test_a_decided_conflict_goes_the_way_the_person_said() -> None:
    rule = FieldRule("name", Policy.TWO_WAY, on_conflict=OnConflict.REVIEW)
    views = {L: View({"name": "a"}, {"name": "b"}), R: View({"name": "a"}, {"name": "c"})}
    out = merge((rule,), {"name": "a"}, views, {"name": R})
    assert out.writes == {L: {"name": "c"}, R: {}}
    assert out.overwritten[L] == {"name": "b"}


ASKED = FieldRule("hours", Policy.MASTER, L, OnConflict.REVIEW)


def test_a_master_that_asks_writes_where_the_other_side_holds_nothing_yet() -> None:
    out = merge((ASKED,), {}, {L: View({}, {"hours": "4"}), R: View({}, {"hours": None})})
    assert (out.writes[R], out.conflicts) == ({"hours": "4"}, {})


def test_a_master_that_asks_does_not_write_over_what_the_other_side_changed_or_never_agreed_on() -> None:
    changed = one(ASKED, "4", ("4", "4"), ("4", "3"))
    foreign = merge((ASKED,), {}, {L: View({"hours": None}, {"hours": "4"}), R: View({"hours": "3"}, {"hours": "3"})})
    assert changed.conflicts == foreign.conflicts == {"hours": {"left": "4", "right": "3"}}
    assert changed.writes == foreign.writes == {L: {}, R: {}}


def test_a_person_decides_what_a_master_asked_about_and_is_not_asked_again() -> None:
    views = {L: View({}, {"hours": "4"}), R: View({}, {"hours": "3"})}
    stands = merge((ASKED,), {}, views, {"hours": R})
    assert (stands.writes, stands.conflicts, stands.drifted) == ({L: {}, R: {}}, {}, ("hours",))
    again = {side: View(stands.shadows[side], stands.shadows[side]) for side in Side}
    assert merge((ASKED,), stands.base, again).conflicts == {}
    assert merge((ASKED,), {}, views, {"hours": L}).writes == {L: {}, R: {"hours": "4"}}


def test_a_note_waits_until_the_other_side_has_a_place_for_it() -> None:
    rule = FieldRule("exported", Policy.MASTER, R, where_told=True)
    waits = merge((rule,), {}, {L: View({}, {}), R: View({}, {"exported": "4"})})
    assert (waits.writes, waits.pending) == ({L: {}, R: {}}, ("exported",))
    told = merge((rule,), {}, {L: View({}, {"exported": None}), R: View(waits.shadows[R], {"exported": "4"})})
    assert told.writes[L] == {"exported": "4"}


def test_a_note_of_nothing_needs_no_place() -> None:
    rule = FieldRule("exported", Policy.MASTER, R, where_told=True)
    gone = merge((rule,), {"exported": "4"}, {L: View({}, {}), R: View({"exported": "4"}, {"exported": None})})
    assert (gone.writes, gone.pending) == ({L: {}, R: {}}, ())
    assert gone.base == {"exported": "4"}  # what was noted once is still known


def test_the_newest_wins_only_when_the_stamps_are_far_enough_apart() -> None:
    rule = FieldRule("name", Policy.TWO_WAY, L, OnConflict.NEWEST_WINS)

    def winner(left_at: int, right_at: int) -> Value:
        views = {L: View({"name": "a"}, {"name": "b"}, left_at), R: View({"name": "a"}, {"name": "c"}, right_at)}
        return merge((rule,), {"name": "a"}, views).base["name"]

    assert winner(0, 1000) == "c"
    assert winner(1000, 0) == "b"
    assert winner(0, 60) == "b"


def test_a_group_changes_as_one() -> None:
    old = {"line1": "Storgata 1", "city": "Oslo"}
    moved = {"line1": "Bryggen 2", "city": "Bergen"}
    other = {"line1": "Storgata 1B", "city": "Oslo"}
    out = one(ADDRESS, old, (old, moved), (old, other))
    assert out.writes[R] == {"address": moved}
    assert out.overwritten[R] == {"address": other}


def test_blank_is_filled_and_nothing_else() -> None:
    rule = FieldRule("email", Policy.FILL_IF_BLANK)
    assert one(rule, None, (None, "a@b"), (None, None)).writes[R] == {"email": "a@b"}
    assert one(rule, "x", ("x", "a@b"), ("y", "y")).writes[R] == {}


@given(values, values, st.sets(st.sampled_from(Side)), rules, st.sampled_from(Side))
def test_where_nobody_emptied_anything_nothing_is_emptied_however_the_rule_is_changed(
    left: Value, right: Value, untold: set[Side], rule: FieldRule, master: Side
) -> None:
    holds: dict[Side, Fields] = {L: {"name": left}, R: {"name": right}}
    told: dict[Side, Fields] = {side: {} if side in untold else fields for side, fields in holds.items()}
    first = merged(rule, {}, ({}, told[L]), ({}, told[R]))
    now: dict[Side, Fields] = {side: {**holds[side], **first.writes[side]} for side in Side}
    known: dict[Side, Fields] = {side: {**first.shadows[side], **first.writes[side]} for side in Side}
    out = merged(FieldRule("name", Policy.MASTER, master), first.base, (known[L], now[L]), (known[R], now[R]))
    for side in Side:
        assert out.writes[side].get("name", "x") is not None or now[side]["name"] is None


def test_at_the_first_match_a_replaced_value_is_kept_for_the_journal_and_an_empty_one_is_not() -> None:
    rule = FieldRule("name", Policy.MASTER, L)
    replaced = merged(rule, {}, ({}, {"name": "a"}), ({}, {"name": "b"}))
    filled = merged(rule, {}, ({}, {"name": "a"}), ({}, {"name": None}))
    assert (replaced.writes[R], replaced.overwritten[R]) == ({"name": "a"}, {"name": "b"})
    assert (filled.writes[R], filled.overwritten[R]) == ({"name": "a"}, {})
