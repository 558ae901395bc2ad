"""Late reads change nothing; a version that is lower again, later and twice, is what the vendor holds now."""

from __future__ import annotations

from dataclasses import replace

import pytest

from samspill.canon.values import Fields
from samspill.engine.case import Plan, Seen
from samspill.engine.model import Link, LinkState, Observation, Outcome, Result, Shadow, Side
from samspill.engine.plan import plan
from samspill.engine.revision import Revision
from samspill.engine.rules import FieldRule, OnConflict, Policy, StreamRules
from samspill.engine.versions import SOON_S, SURE_AFTER_S
from samspill.reasons import Reason

L, R = Side.LEFT, Side.RIGHT
KNOWN_AT = 1_000_000
NAMED: Fields = {"name": "Berg AS"}
TWO_WAY = StreamRules("customers", (FieldRule("name", Policy.TWO_WAY, R),), systems={L: "Svenn", R: "Tripletex"})
SHADOWS = {L: Shadow(NAMED, Revision(5), KNOWN_AT, "then"), R: Shadow(NAMED, Revision(3), KNOWN_AT, "there")}
PAIR = Link(
    "left-1",
    {L: "1", R: "9"},
    LinkState.LINKED,
    NAMED,
    SHADOWS,
    Outcome(Result.UNCHANGED, Reason("equal")),
    revision=4,
)
SURE_AT = KNOWN_AT + SURE_AFTER_S * 1000


def left(name: str, order: int | None, at: int, looks: str = "now") -> Seen:
    return Seen(Observation("1", {"name": name}, Revision.of(order), at), looks)


def right(name: str = "Berg AS", at: int = SURE_AT) -> Seen:
    return Seen(Observation("9", {"name": name}, Revision(3), at), "there")


def made(*seen: Seen, rules: StreamRules = TWO_WAY, link: Link = PAIR, sure: bool = False) -> Plan:
    views = {L if view.observation.external_id == "1" else R: view for view in seen}
    return plan(rules, link, views, 2000, sure=sure)


@pytest.mark.parametrize("sure", [True, False])
def test_a_lower_version_that_was_read_before_what_is_known_is_late(sure: bool) -> None:
    plan_ = made(left("Dal AS", 4, KNOWN_AT - 1), right(), sure=sure)
    assert (plan_.reason.code, plan_.store, plan_.write, plan_.look) == ("older_than_known", False, None, ())


def test_a_lower_version_that_was_read_later_is_read_again_by_id_when_no_read_can_have_overtaken_another() -> None:
    early = made(left("Dal AS", 4, KNOWN_AT + 10_000), sure=True)
    first = made(left("Dal AS", 4, KNOWN_AT + 10_000))
    assert (first.look, first.wait_s, first.store, first.write) == ((L, R), SOON_S, False, None)
    unsure = made(left("Dal AS", 4, SURE_AT))
    assert (early.look, early.wait_s, early.store, early.write) == ((L, R), SURE_AFTER_S - 10, False, None)
    assert (unsure.look, unsure.wait_s, unsure.store, unsure.write) == ((L, R), 1, False, None)


def test_one_that_was_read_in_the_same_moment_is_not_late_and_parts_of_a_second_do_not_count() -> None:
    assert made(left("Dal AS", 4, KNOWN_AT)).reason.code == "versions_went_back"
    wait_s = made(left("Dal AS", 4, KNOWN_AT + 1_500), sure=True).wait_s
    assert (wait_s, type(wait_s)) == (SURE_AFTER_S - 1, int)


def test_beside_a_lower_version_of_the_same_content_that_of_the_other_side_is_read_again() -> None:
    link = replace(PAIR, shadows={**SHADOWS, R: Shadow(NAMED, Revision(7), KNOWN_AT, "then")})
    plan_ = made(left("Berg AS", 1, SURE_AT, looks="then"), right("Li AS"), link=link)
    assert (plan_.reason, plan_.look) == (Reason("versions_went_back", {"system": "Tripletex"}), (L, R))


def test_of_several_fields_only_those_that_went_back_with_it_are_asked_about() -> None:
    fields: Fields = {"name": "Berg AS", "phone": "22334455"}
    link = replace(
        PAIR, base=fields, shadows={side: replace(shadow, fields=fields) for side, shadow in SHADOWS.items()}
    )
    rules = replace(TWO_WAY, fields=(*TWO_WAY.fields, FieldRule("phone", Policy.TWO_WAY, R)))
    views = [
        Seen(replace(view.observation, fields={**fields, **view.observation.fields}), view.fingerprint)
        for view in (left("Dal AS", 4, SURE_AT), right())
    ]
    assert made(*views, rules=rules, link=link, sure=True).link.disputed == ("name",)


def test_a_lower_version_that_stays_is_taken_and_what_differs_is_asked_about() -> None:
    plan_ = made(left("Dal AS", 4, SURE_AT), right(), sure=True)
    assert (plan_.result, plan_.write) == (Result.CONFLICT, None)
    assert plan_.link.conflicts == {"name": {"left": "Dal AS", "right": "Berg AS"}}
    assert plan_.link.shadows[L].version == Revision(4)
    assert plan_.reason.because == Reason("versions_went_back", {"system": "Svenn"})
    assert plan_.link.outcome == Outcome(plan_.result, plan_.reason)


def test_what_is_asked_about_stays_so_when_the_version_counts_on() -> None:
    """The rule would let Tripletex win, and one side alone has changed; neither may settle it."""
    asked = replace(made(left("Dal AS", 4, SURE_AT), right(), sure=True).link, revision=5)
    assert made(left("Dal AS", 5, SURE_AT + 9), link=asked).look == (L, R)
    again = made(left("Dal AS", 5, SURE_AT + 9), right(at=SURE_AT + 9), link=asked, sure=True)
    assert (again.result, again.write) == (Result.CONFLICT, None)
    agreed = made(left("Berg AS", 6, SURE_AT + 9), right(at=SURE_AT + 9), link=asked, sure=True)
    assert (agreed.link.conflicts, agreed.link.disputed, agreed.write) == ({}, (), None)


def test_a_lower_version_of_the_same_content_is_taken_without_a_second_look() -> None:
    plan_ = made(left("Berg AS", 1, SURE_AT, looks="then"))
    assert (plan_.result, plan_.look, plan_.store) == (Result.UNCHANGED, (), True)
    assert plan_.link.shadows[L].version == Revision(1)
    early = made(left("Berg AS", 1, SURE_AT - 1, looks="then"))
    assert (early.reason.code, early.look, early.store) == ("older_than_known", (), False)


def test_the_owner_of_a_field_is_followed_and_the_reason_says_that_its_versions_went_back() -> None:
    rules = replace(TWO_WAY, fields=(FieldRule("name", Policy.MASTER, L),))
    plan_ = made(left("Dal AS", 4, SURE_AT), right(), rules=rules, sure=True)
    assert plan_.write is not None
    assert (plan_.write.side, dict(plan_.write.fields)) == (R, {"name": "Dal AS"})
    assert plan_.reason.because == Reason("versions_went_back", {"system": "Svenn"})


def test_one_that_may_be_another_thing_by_now_is_asked_about_whoever_owns_its_fields() -> None:
    rules = replace(TWO_WAY, fields=(FieldRule("name", Policy.MASTER, L),), differ=lambda one, other: one != other)
    plan_ = made(left("Dal AS", 4, SURE_AT), right(), rules=rules, sure=True)
    assert (plan_.result, plan_.write, list(plan_.link.conflicts)) == (Result.CONFLICT, None, ["name"])


def test_both_sides_may_have_gone_back_at_once() -> None:
    link = replace(PAIR, shadows={**SHADOWS, R: Shadow(NAMED, Revision(7), KNOWN_AT, "then")})
    plan_ = made(left("Dal AS", 4, SURE_AT), right("Li AS"), link=link, sure=True)
    assert (plan_.result, plan_.write) == (Result.CONFLICT, None)
    assert {side: shadow.version for side, shadow in plan_.link.shadows.items()} == {L: Revision(4), R: Revision(3)}


def test_without_versions_the_time_of_the_read_alone_decides() -> None:
    link = replace(PAIR, shadows={**SHADOWS, L: Shadow(NAMED, None, KNOWN_AT, "then")})
    late = made(left("Dal AS", None, KNOWN_AT - 1), link=link)
    later = made(left("Dal AS", None, KNOWN_AT + 1), right(), link=link)
    assert (late.reason.code, late.store) == ("older_than_known", False)
    assert later.write is not None


def test_tags_have_no_order_so_the_time_of_the_read_decides_unless_they_are_the_same() -> None:
    tagged = {tag: replace(left("Dal AS", None, 0).observation, version=Revision(tag=tag)) for tag in "ab"}
    link = replace(PAIR, shadows={**SHADOWS, L: Shadow(NAMED, Revision(tag="b"), KNOWN_AT, "then")})
    late = made(Seen(replace(tagged["a"], seen_at=KNOWN_AT - 1), "now"), right(), link=link)
    later = made(Seen(replace(tagged["a"], seen_at=KNOWN_AT + 1), "now"), right(), link=link)
    same = made(Seen(replace(tagged["b"], seen_at=KNOWN_AT - 1), "now"), right(), link=link)
    assert (late.reason.code, late.store, late.write) == ("older_than_known", False, None)
    assert later.write is not None
    assert (later.write.version, later.link.shadows[L].version) == (Revision(3), Revision(tag="a"))
    assert same.reason.code != "older_than_known"


def test_a_write_carries_the_tag_that_was_read_or_else_the_one_that_is_known() -> None:
    link = replace(PAIR, shadows={**SHADOWS, R: Shadow(NAMED, Revision(tag="known"), KNOWN_AT, "there")})
    rules = replace(TWO_WAY, fields=(FieldRule("name", Policy.MASTER, L),))
    read = Seen(replace(right().observation, version=Revision(tag="read")), "there")
    writes = [made(left("Dal AS", 6, SURE_AT), *there, rules=rules, link=link).write for there in ([read], [])]
    assert [write.version for write in writes if write] == [Revision(tag="read"), Revision(tag="known")]


def test_a_record_that_stands_alone_is_taken_as_it_is_now() -> None:
    alone = Link("left-1", {L: "1"}, shadows={L: Shadow({}, Revision(5), KNOWN_AT, "then")}, revision=2)
    rules = replace(
        TWO_WAY, creates=frozenset({R}), fields=(FieldRule("name", Policy.TWO_WAY, on_conflict=OnConflict.REVIEW),)
    )
    plan_ = made(left("Dal AS", 4, SURE_AT), rules=rules, link=alone, sure=True)
    assert plan_.write is not None
    assert plan_.link.disputed == ()
