"""What is planned for two records that are joined, or that are linked and were read again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from samspill.canon.values import Fields, Value
from samspill.engine.case import Plan, Seen
from samspill.engine.loops import LOOP_WRITES
from samspill.engine.model import Decision, Detail, Link, LinkState, Observation, Outcome, Result, Shadow, Side
from samspill.engine.pairs import name_of, refusal
from samspill.engine.plan import plan
from samspill.engine.revision import Revision
from samspill.engine.rules import FieldRule, MatchRule, OnConflict, Policy, StreamRules, single
from samspill.reasons import Reason

L, R = Side.LEFT, Side.RIGHT
ASK = OnConflict.REVIEW
RULES = StreamRules(
    "customers",
    (
        FieldRule("name", Policy.TWO_WAY, L, ASK),
        FieldRule("phone", Policy.TWO_WAY, L),
        FieldRule("code", Policy.MASTER, L),
        FieldRule("state", Policy.REPORT, L),
        FieldRule("note", Policy.OFF),
    ),
    creates=frozenset(Side),
    matches=(MatchRule("code", single(lambda fields: str(fields["code"]))),),
    systems={L: "Tripletex", R: "Svenn"},
)
OLD: Fields = {"name": "Berg AS", "phone": "22334455", "code": "a", "state": "open"}
PAIR = Link(
    "left-1",
    {L: "1", R: "9"},
    LinkState.LINKED,
    OLD,
    {L: Shadow(OLD, Revision(3), 1000, "fl"), R: Shadow(OLD, Revision(7), 1000, "fr")},
    Outcome(Result.APPLIED, Reason("updated")),
    label="Berg AS",
    revision=4,
)


def read(side: Side, order: int | None = None, **changes: Value) -> Seen:
    name, known = {L: ("1", 4), R: ("9", 8)}[side]
    fields = {**OLD, **changes}
    return Seen(Observation(name, fields, Revision(order or known), 9_000, label=str(fields["name"])), "new")


def planned(link: Link = PAIR, refused: str = "", **views: Seen) -> Plan:
    return plan(RULES, link, {Side(name): view for name, view in views.items()}, 10, refused=refused)


def looks(made: Plan, link: Link) -> bool:
    return made == Plan(link, Result.WAITING, Reason("changed_meanwhile"), look=(L, R), store=False)


def written(made: Plan) -> tuple[Side, str | None, int | None, Mapping[str, Value]] | None:
    write = made.write
    order = write.version.order if write and write.version else None
    return (write.side, write.external_id, order, write.fields) if write else None


# --- one side changed ------------------------------------------------------------------------------------------------


def test_a_change_goes_to_the_other_side_under_the_version_it_is_known_by() -> None:
    made = planned(left=read(L, phone="99887766"))
    assert written(made) == (R, "9", 7, {"phone": "99887766"})
    assert (made.result, made.reason) == (Result.APPLIED, Reason("updated", {"system": "Svenn", "fields": "phone"}))
    assert (made.overwritten, made.look) == ({}, ())
    new = {**OLD, "phone": "99887766"}
    assert made.link.base == new
    assert made.link.shadows == {L: Shadow(new, Revision(4), 9_000, "new"), R: Shadow(OLD, Revision(7), 1000, "fr")}
    assert made.link.outcome == Outcome(Result.APPLIED, made.reason, Detail(written=R, fields=("phone",)))
    assert (made.link.conflicts, made.link.decision, made.link.echoes, made.link.revision) == ({}, None, {}, 4)


def test_what_was_just_read_of_the_target_is_the_precondition() -> None:
    assert written(planned(left=read(L, phone="1"), right=read(R))) == (R, "9", 8, {"phone": "1"})


def test_what_nobody_changed_is_unchanged_and_the_last_outcome_stays() -> None:
    made = planned(left=read(L), right=read(R))
    assert (made.result, made.reason.code, made.write) == (Result.UNCHANGED, "equal", None)
    assert made.link.outcome == PAIR.outcome
    failed = replace(PAIR, outcome=Outcome(Result.FAILED, Reason("rejected")))
    assert planned(failed, left=read(L), right=read(R)).link.outcome == Outcome(Result.UNCHANGED, Reason("equal"))


def test_a_read_that_brings_nothing_new_is_not_stored() -> None:
    known = Seen(Observation("1", OLD, Revision(3), 9_000, label="Berg AS"), "fl")
    assert not planned(left=known).store
    assert planned(left=read(L)).store  # another version


def test_drift_of_what_the_other_side_owns_is_written_back_and_named() -> None:
    made = planned(left=read(L), right=read(R, code="b"))
    assert written(made) == (R, "9", 8, {"code": "a"})
    assert made.reason == Reason("overwritten", {"system": "Svenn", "fields": "code", "master": "Tripletex"})
    assert made.overwritten == {"code": "b"}


def test_drift_is_written_back_from_what_the_owner_holds_now_not_from_what_is_known_of_it() -> None:
    drifted = read(R, code="b")
    assert looks(planned(right=drifted), PAIR)
    assert written(planned(left=read(L, code="c"), right=drifted)) == (R, "9", 8, {"code": "c"})
    equal = planned(left=read(L, code="b"), right=drifted)
    assert (equal.write, equal.reason.code) == (None, "equal")


@pytest.mark.parametrize(("read_ms", "is_read_again"), [(8_999, True), (9_000, False), (9_001, False)])
def test_an_owner_that_was_read_since_the_drift_was_seen_is_not_read_again(
    read_ms: int, *, is_read_again: bool
) -> None:
    known = replace(PAIR, shadows={**PAIR.shadows, L: replace(PAIR.shadows[L], seen_at=read_ms)})
    made = planned(known, right=read(R, code="b"))
    assert looks(made, known) == is_read_again
    assert (made.write is None) == is_read_again


def test_what_the_owner_fills_is_filled_from_what_it_holds_now() -> None:
    rules = replace(RULES, fields=(FieldRule("code", Policy.FILL_IF_BLANK, L),))
    emptied = read(R, code=None)
    assert looks(plan(rules, PAIR, {R: emptied}, 10), PAIR)
    assert written(plan(rules, PAIR, {L: read(L, code="c"), R: emptied}, 10)) == (R, "9", 8, {"code": "c"})


def test_a_person_is_asked_about_drift_once_both_sides_were_read() -> None:
    rules = replace(RULES, fields=(FieldRule("code", Policy.MASTER, L, ASK),))
    drifted = read(R, code="b")
    assert looks(plan(rules, PAIR, {R: drifted}, 10), PAIR)
    assert plan(rules, PAIR, {L: read(L, code="c"), R: drifted}, 10).link.conflicts == {
        "code": {"left": "c", "right": "b"}
    }
    assert plan(rules, PAIR, {L: read(L, code="b"), R: drifted}, 10).link.conflicts == {}


def test_drift_that_is_only_told_needs_no_look() -> None:
    assert planned(right=read(R, state="closed")).look == ()


def test_drift_that_is_only_reported_is_named_with_where_it_is() -> None:
    made = planned(right=read(R, state="closed"))
    assert (made.write, made.result) == (None, Result.UNCHANGED)
    assert made.reason == Reason("drifted", {"fields": "state", "system": "Svenn"})
    assert made.link.outcome == Outcome(Result.UNCHANGED, made.reason)


# --- both sides changed ----------------------------------------------------------------------------------------------


def test_two_edits_of_one_field_are_a_conflict_with_both_values() -> None:
    made = planned(left=read(L, name="Berg og Dal AS"), right=read(R, name="Bergs AS"))
    assert (made.write, made.result, made.reason) == (None, Result.CONFLICT, Reason("conflict", {"fields": "name"}))
    assert made.link.conflicts == {"name": {"left": "Berg og Dal AS", "right": "Bergs AS"}}
    assert made.link.base["name"] == made.link.shadows[L].fields["name"] == "Berg AS"


def test_beside_a_conflict_other_fields_go_over_and_the_conflict_stays_the_outcome() -> None:
    made = planned(left=read(L, name="Berg og Dal AS", phone="1"), right=read(R, name="Bergs AS"))
    assert written(made) == (R, "9", 8, {"phone": "1"})
    assert made.reason == Reason("updated", {"system": "Svenn", "fields": "phone"})
    assert made.link.outcome == Outcome(Result.CONFLICT, Reason("conflict", {"fields": "name"}))


def test_where_the_rule_has_a_winner_the_loser_is_kept_for_the_journal() -> None:
    made = planned(left=read(L, phone="1"), right=read(R, phone="2"))
    assert written(made) == (R, "9", 8, {"phone": "1"})
    assert made.reason == Reason("conflict_settled", {"system": "Svenn", "fields": "phone", "master": "Tripletex"})
    assert made.overwritten == {"phone": "2"}


def test_edits_of_different_fields_go_both_ways_one_write_at_a_time() -> None:
    made = planned(left=read(L, phone="1"), right=read(R, name="Bergs AS"))
    assert written(made) == (R, "9", 8, {"phone": "1"})
    assert made.look == tuple(Side)
    assert made.link.base == {**OLD, "phone": "1"}
    assert made.link.shadows[R].fields["name"] == "Berg AS", "still owed to the left side"
    assert [made.link.shadows[side].fingerprint for side in Side] == ["", ""]


CONFLICT = replace(
    PAIR,
    outcome=Outcome(Result.CONFLICT, Reason("conflict", {"fields": "name"})),
    conflicts={"name": {"left": "A", "right": "B"}},
)


@pytest.mark.parametrize(("action", "side", "value", "lost"), [("take-left", R, "A", "B"), ("take-right", L, "B", "A")])
def test_a_decision_is_carried_out_while_both_sides_hold_what_was_seen(
    action: str, side: Side, value: str, lost: str
) -> None:
    decided = replace(CONFLICT, decision=Decision(action, "kari", 1, seen={"name": {"left": "A", "right": "B"}}))
    made = planned(decided, left=read(L, name="A"), right=read(R, name="B"))
    assert written(made) == (side, PAIR.ids[side], {L: 4, R: 8}[side], {"name": value})
    names = {"system": RULES.systems[side], "source": RULES.systems[side.other], "fields": "name", "person": "kari"}
    assert made.reason == Reason("decided", names)
    assert (made.overwritten, made.link.conflicts, made.link.decision) == ({"name": lost}, {}, None)


def test_a_decision_about_other_values_asks_again() -> None:
    decided = replace(CONFLICT, decision=Decision("take-left", "kari", 1, seen={"name": {"left": "A", "right": "B"}}))
    made = planned(decided, left=read(L, name="A"), right=read(R, name="C"))
    assert (made.write, made.result) == (None, Result.CONFLICT)
    assert made.link.conflicts == {"name": {"left": "A", "right": "C"}}


@pytest.mark.parametrize("action", ["archive", "keep", "ignore-this"])
def test_another_decision_settles_no_conflict(action: str) -> None:
    decided = replace(CONFLICT, decision=Decision(action, "kari", 1, seen={"name": {"left": "A", "right": "B"}}))
    assert planned(decided, left=read(L, name="A"), right=read(R, name="B")).result is Result.CONFLICT


# --- what has to be read first ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "link",
    [
        CONFLICT,
        replace(PAIR, conflicts=CONFLICT.conflicts),
        *(
            replace(PAIR, outcome=Outcome(result, Reason("x")))
            for result in (Result.FAILED, Result.WAITING, Result.SKIPPED)
        ),
        replace(PAIR, outcome=Outcome(Result.REVIEW, Reason("x"))),
        replace(PAIR, shadows={L: PAIR.shadows[L]}),
        replace(PAIR, shadows={**PAIR.shadows, R: replace(PAIR.shadows[R], fingerprint="")}),
        replace(PAIR, shadows={**PAIR.shadows, R: replace(PAIR.shadows[R], fields={"name": "Berg AS"})}),
    ],
)
def test_where_the_other_side_is_not_known_for_certain_both_are_read(link: Link) -> None:
    made = planned(link, left=read(L, phone="1"))
    assert (made.write, made.look, made.store, made.reason.code) == (None, tuple(Side), False, "changed_meanwhile")
    assert planned(link, left=read(L, phone="1"), right=read(R)).look == ()


@pytest.mark.parametrize("result", [Result.APPLIED, Result.UNCHANGED])
def test_where_it_is_known_one_side_is_enough(result: Result) -> None:
    assert written(planned(replace(PAIR, outcome=Outcome(result, Reason("x"))), left=read(L, phone="1"))) is not None


def test_a_field_that_the_other_side_does_not_hold_yet_is_looked_up_there_first() -> None:
    new = replace(RULES, fields=(*RULES.fields, FieldRule("mobile", Policy.TWO_WAY)))
    made = plan(new, PAIR, {L: read(L, mobile="1")}, 10)
    assert (made.write, made.look) == (None, tuple(Side))


# --- refusals --------------------------------------------------------------------------------------------------------


def test_what_was_refused_a_moment_ago_is_left_and_the_other_side_is_written() -> None:
    views = {"left": read(L, phone="1"), "right": read(R, name="Bergs AS")}
    failed = replace(PAIR, outcome=Outcome(Result.FAILED, Reason("rejected")))
    made = planned(failed, refused=refusal(R, {"phone": "1"}), **views)
    assert written(made) == (L, "1", 4, {"name": "Bergs AS"})
    assert made.look == ()
    assert made.link.outcome == failed.outcome
    assert made.link.base == {**OLD, "name": "Bergs AS"}
    assert made.link.shadows[L].fields["phone"] == "22334455", "still owed, and waits for a change"


def test_where_all_that_is_left_was_refused_the_refusal_stays() -> None:
    failed = replace(PAIR, outcome=Outcome(Result.FAILED, Reason("rejected")))
    made = planned(failed, refused=refusal(R, {"phone": "1"}), left=read(L, phone="1"), right=read(R))
    assert (made.write, made.result, made.reason.code) == (None, Result.UNCHANGED, "rejected")
    assert made.link.outcome == failed.outcome
    other = planned(failed, refused=refusal(R, {"phone": "2"}), left=read(L, phone="1"), right=read(R))
    assert written(other) == (R, "9", 8, {"phone": "1"})


def test_a_write_is_named_by_pair_revision_side_and_content() -> None:
    one, other = planned(left=read(L, phone="1")), planned(left=read(L, phone="2"))
    assert one.write is not None
    assert other.write is not None
    name = name_of(PAIR, one.write)
    assert name == name_of(one.link, one.write)
    assert name.startswith("left-1@4.")
    assert name != name_of(PAIR, other.write)
    assert name != name_of(replace(PAIR, revision=5), one.write)
    assert refusal(L, {"phone": "1"}) != refusal(R, {"phone": "1"})


# --- loops -----------------------------------------------------------------------------------------------------------


def test_a_field_written_in_circles_stops_and_a_person_is_asked() -> None:
    fought = replace(PAIR, echoes={"right.code": (LOOP_WRITES, 5)})
    made = planned(fought, left=read(L), right=read(R, code="b"))
    assert (made.write, made.result) == (None, Result.REVIEW)
    count = str(LOOP_WRITES)
    assert made.reason == Reason("writes_in_circles", {"field": "code", "count": count, "system": "Svenn"})
    calm = planned(replace(PAIR, echoes={"right.code": (LOOP_WRITES - 1, 5)}), left=read(L), right=read(R, code="b"))
    assert written(calm) == (R, "9", 8, {"code": "a"})
    assert calm.link.echoes == {"right.code": (LOOP_WRITES, 5)}


# --- joining ---------------------------------------------------------------------------------------------------------

ALONE = Link("left-1", {L: "1"}, label="Berg AS")


def test_two_records_that_are_joined_are_one_pair_and_what_differs_is_settled() -> None:
    views = {L: read(L, phone=None), R: read(R)}
    made = plan(RULES, replace(ALONE, candidates=()), views, 10, matched="code")
    assert written(made) == (L, "1", 4, {"phone": "22334455"})
    assert (made.link.state, made.link.ids) == (LinkState.LINKED, {L: "1", R: "9"})
    assert made.reason == Reason("linked", {"label": "Berg AS", "rule": "code"})


def test_two_records_that_hold_the_same_are_linked_without_a_write() -> None:
    made = plan(RULES, ALONE, {L: read(L), R: read(R)}, 10)
    assert (made.write, made.result, made.store) == (None, Result.APPLIED, True)
    assert made.reason == Reason("linked", {"label": "Berg AS", "rule": "review"})
    assert made.link.base == OLD


def test_a_join_waits_for_what_the_records_refer_to() -> None:
    missing = Reason("waiting_for", {"record": "x"})
    for link in (ALONE, PAIR):
        made = plan(RULES, link, {L: read(L), R: read(R)}, 10, waits=[Outcome(Result.WAITING, missing)])
        assert (made.write, made.result, made.reason) == (None, Result.WAITING, missing)
        assert made.link.outcome == Outcome(Result.WAITING, missing)


def test_records_that_are_the_same_but_to_be_left_alone_are_skipped() -> None:
    apart = Reason("internal_project")
    made = plan(replace(RULES, joins=lambda *_: apart), ALONE, {L: read(L), R: read(R)}, 10)
    assert (made.write, made.result, made.reason) == (None, Result.SKIPPED, apart)
    assert made.link.state is LinkState.UNLINKED
