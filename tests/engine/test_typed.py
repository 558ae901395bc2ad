"""Values are compared in a normal form and written as they were typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from samspill.canon.compare import whole_number
from samspill.canon.values import Fields, Value
from samspill.engine.case import Plan, Seen
from samspill.engine.interrupted import confirmed
from samspill.engine.kept import kept_otherwise, written
from samspill.engine.model import Decision, Intent, Link, LinkState, Observation, Result, Shadow, Side
from samspill.engine.plan import plan
from samspill.engine.rules import FieldRule, OnConflict, OnDelete, Policy, StreamRules

L, R = Side.LEFT, Side.RIGHT
TWO_WAY = StreamRules(
    "customers",
    (
        FieldRule("name", Policy.TWO_WAY, R, OnConflict.REVIEW),
        FieldRule("number", Policy.TWO_WAY, R, OnConflict.REVIEW, gated=True, normal=whole_number),
        FieldRule("phone", Policy.TWO_WAY, R),
        FieldRule("organization_number", Policy.TWO_WAY, R, OnConflict.REVIEW),
        FieldRule("email", Policy.TWO_WAY, R),
        FieldRule("description", Policy.TWO_WAY, R),
        FieldRule("postal_address", Policy.TWO_WAY, R),
    ),
    creates=frozenset(Side),
    on_delete={L: OnDelete.ARCHIVE, R: OnDelete.ARCHIVE},
)
MASTER = replace(TWO_WAY, fields=tuple(FieldRule(r.name, normal=r.normal) for r in TWO_WAY.fields))
TOLD = replace(TWO_WAY, fields=tuple(FieldRule(r.name, Policy.REPORT, normal=r.normal) for r in TWO_WAY.fields))
SPELLED: Mapping[str, tuple[Value, Value]] = {
    "name": ("Berg AS", "Berg\u200b  AS "),
    "number": ("742", "00742"),
    "phone": ("22334455", "+47 22 33 44 55"),
    "organization_number": ("974760673", "NO 974 760 673 MVA"),
    "email": ("post@berg.example", "Post@Berg.example"),
    "description": ("Utstyr:\n- pumpe", "Utstyr: \r\n  - pumpe\n"),
    "postal_address": ({"line1": "Gata 1", "country": "NO"}, {"line1": "Gata  1", "line2": None, "country": "no"}),
}
PLAIN: Fields = {name: plain for name, (plain, _) in SPELLED.items()}
names = pytest.mark.parametrize("name", SPELLED)
all_rules = pytest.mark.parametrize("rules", [TWO_WAY, MASTER, TOLD], ids=["two-way", "master", "report"])


def pair(left: Fields, right: Fields) -> Link:
    shadows = {L: Shadow(left, fingerprint="l"), R: Shadow(right, fingerprint="r")}
    return Link("left-1", {L: "1", R: "9"}, LinkState.LINKED, left, shadows, revision=4)


def seen(left: Fields, right: Fields) -> dict[Side, Seen]:
    return {L: Seen(Observation("1", left, seen_at=9)), R: Seen(Observation("9", right, seen_at=9))}


def planned(rules: StreamRules, link: Link, left: Fields, right: Fields) -> Plan:
    return plan(rules, link, seen(left, right), 10)


@names
@all_rules
@pytest.mark.parametrize("where", [(L,), (R,), (L, R)], ids=["left", "right", "both"])
def test_another_spelling_is_no_change_no_conflict_and_no_drift(
    rules: StreamRules, name: str, where: tuple[Side, ...]
) -> None:
    plain, spelled = SPELLED[name]
    now: dict[Side, Fields] = {side: {name: spelled if side in where else plain} for side in Side}
    made = planned(rules, pair({name: plain}, {name: plain}), now[L], now[R])
    assert (made.write, made.link.conflicts, made.reason.code) == (None, {}, "equal")


@names
@pytest.mark.parametrize("rules", [TWO_WAY, MASTER], ids=["two-way", "master"])
def test_two_records_that_are_spelled_differently_are_linked_without_a_write(rules: StreamRules, name: str) -> None:
    plain, spelled = SPELLED[name]
    made = plan(rules, None, seen({name: plain}, {name: spelled}), 10, matched="person")
    assert (made.write, made.link.conflicts, made.link.state) == (None, {}, LinkState.LINKED)


@names
@pytest.mark.parametrize("rules", [TWO_WAY, MASTER], ids=["two-way", "master"])
def test_what_an_earlier_version_confirmed_in_its_form_still_holds(rules: StreamRules, name: str) -> None:
    plain, spelled = SPELLED[name]
    made = planned(rules, pair({name: plain}, {name: plain}), {name: spelled}, {name: plain})
    assert (made.write, made.link.conflicts) == (None, {})


@pytest.mark.parametrize(
    ("name", "before", "typed"),
    [
        ("phone", "22334455", "22 33 44 55 ext. 12"),
        ("phone", "22334455", "ring oss"),
        ("organization_number", "974760673", "Under stiftelse"),
        ("email", "a@b.example", "Ny@B.example"),
        ("description", "Utstyr", "  Utstyr:\n\n    - pumpe"),
        ("name", "Berg AS", " Dal  AS"),
    ],
)
@pytest.mark.parametrize("rules", [TWO_WAY, MASTER], ids=["two-way", "master"])
def test_what_was_typed_is_what_is_written(rules: StreamRules, name: str, before: str, typed: str) -> None:
    made = planned(rules, pair({name: before}, {name: before}), {name: typed}, {name: before})
    assert made.write is not None
    assert (made.write.side, made.write.fields) == (R, {name: typed})


@names
def test_a_record_of_which_the_other_half_was_deleted_is_not_edited_by_a_spelling(name: str) -> None:
    plain, spelled = SPELLED[name]
    views = seen({name: spelled}, {}) | {R: Seen(Observation("9", {}, seen_at=9, deleted=True))}
    made = plan(TWO_WAY, pair({name: plain}, {name: plain}), views, 10)
    assert made.reason.code == "archived"


@pytest.mark.parametrize(("action", "side", "value"), [("take-left", R, "Dal AS"), ("take-right", L, "Vik AS")])
def test_a_decision_holds_though_the_value_is_spelled_differently_by_now(action: str, side: Side, value: str) -> None:
    conflict = {"name": {"left": "Dal AS", "right": "Vik AS"}}
    link = replace(pair({"name": "Berg AS"}, {"name": "Berg AS"}), conflicts=conflict)
    link = replace(link, decision=Decision(action, "kari", 5, seen=conflict))
    made = planned(TWO_WAY, link, {"name": "Dal AS "}, {"name": "Vik\u200b AS"})
    assert made.write is not None
    assert (made.write.side, made.link.conflicts) == (side, {})
    assert made.write.fields["name"] in {f"{value} ", value.replace(" ", "\u200b ")}


def test_a_decision_is_kept_until_it_is_carried_out_behind_the_write_to_the_other_side() -> None:
    conflict = {"number": {"left": "800", "right": "742"}}
    before = {"number": "742", "email": "a@b.example"}
    link = replace(pair(before, before), conflicts=conflict)
    link = replace(link, decision=Decision("take-right", "kari", 5, seen=conflict))
    left, right = {"number": "800", "email": "ny@b.example"}, before
    first = planned(TWO_WAY, link, left, right)
    assert first.write is not None
    assert (first.write.side, first.write.fields, first.look) == (R, {"email": "ny@b.example"}, (L, R))
    second = planned(TWO_WAY, first.link, left, {**right, "email": "ny@b.example"})
    assert second.write is not None
    assert (second.write.side, second.write.fields) == (L, {"number": "742"})
    assert (second.link.decision, second.link.conflicts) == (None, {})


def interrupted(sent: Fields) -> Link:
    link = pair({"description": "Gammelt"}, {"description": "Gammelt"})
    return replace(link, intent=Intent("a", R, 5, sent, Shadow(sent), sent))


@pytest.mark.parametrize("held", ["Avtale om vedlikehold", " Avtale  om vedlikehold\n", "Avtale om"])
def test_what_an_interrupted_write_left_is_ours_however_it_is_spelled_or_cut(held: str) -> None:
    sent: Fields = {"description": "Avtale om vedlikehold"}
    link = confirmed(TWO_WAY, interrupted(sent), seen(sent, {"description": held}))
    assert (link.base["description"], link.shadows[R].fields["description"]) == (sent["description"], held)
    made = planned(TWO_WAY, link, sent, {"description": held})
    assert made.write is None or made.write.side is R, "what was cut must not go back"


@all_rules
@pytest.mark.parametrize(
    ("name", "before", "sent"),
    [
        ("description", "Avtale om", "Avtale om vedlikehold"),
        ("postal_address", {"line1": "Storgata", "city": "Bergen"}, {"line1": "Storgata 12", "city": "Bergen"}),
    ],
)
def test_the_beginning_of_a_text_that_was_there_before_an_interrupted_write_is_not_taken_for_it(
    rules: StreamRules, name: str, before: Value, sent: Value
) -> None:
    """Nothing shows that the write was carried out: it is sent again, and its own answer tells what was kept."""
    link = replace(pair({name: before}, {name: before}), intent=Intent("a", R, 0, {name: sent}, Shadow({}), {}))
    known = confirmed(rules, link, seen({name: sent}, {name: before}))
    assert known == replace(link, intent=None)
    again = plan(rules, link, seen({name: sent}, {name: before}), 10).write
    assert again is not None
    assert (again.side, again.fields) == (R, {name: sent})


def test_the_beginning_that_an_interrupted_write_was_to_replace_at_the_first_match_is_not_taken_for_it() -> None:
    overwritten: Fields = {"description": "Avtale om"}
    sent: Fields = {"description": "Avtale om vedlikehold"}
    link = replace(interrupted(sent), base={}, shadows={})
    link = replace(link, intent=Intent("a", R, 5, sent, Shadow(sent), sent, overwritten))
    assert confirmed(TWO_WAY, link, seen(sent, overwritten)) == replace(link, intent=None)


def test_an_edit_after_an_interrupted_write_is_still_an_edit() -> None:
    sent: Fields = {"description": "Avtale om vedlikehold"}
    link = confirmed(TWO_WAY, interrupted(sent), seen(sent, {"description": "Noe annet"}))
    assert link.shadows[R].fields["description"] == "Gammelt"


def test_what_was_kept_otherwise_is_named_and_spelling_is_not() -> None:
    sent = {**PLAIN, "description": "Avtale om vedlikehold"}
    held = {name: spelled for name, (_, spelled) in SPELLED.items()} | {"description": "Avtale"}
    assert kept_otherwise(TWO_WAY, sent, held) == ["description"]
    assert kept_otherwise(TWO_WAY, sent, {}) == []
    assert written(TWO_WAY, {"description": "Avtale om"}, {"description": "Avtale"}) == {"description": "Avtale"}


def test_a_part_of_a_group_that_was_not_emptied_is_told_and_one_that_a_create_left_open_is_not() -> None:
    sent: Fields = {"postal_address": {"line1": "Gata 1", "country": None}}
    held: Fields = {"postal_address": {"line1": "Gata 1", "country": "SE"}}
    assert kept_otherwise(TWO_WAY, sent, held) == ["postal_address"]
    assert kept_otherwise(TWO_WAY, sent, held, is_create=True) == []


def test_a_cut_text_is_neither_written_again_nor_sent_back() -> None:
    whole, cut = "Avtale om vedlikehold", "Avtale om"
    link = pair({"description": whole}, {"description": cut})
    made = planned(TWO_WAY, link, {"description": whole}, {"description": cut})
    assert (made.write, made.result) == (None, Result.UNCHANGED)
