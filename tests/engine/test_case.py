"""What a case says of itself: names, versions, decisions; and of an observation, what it may hold."""

from __future__ import annotations

from samspill.engine.model import Shadow, Side
from samspill.engine.revision import Revision
from tests.engine.builders import L, R, alone, case, decided, gone, known, pair, read, rules, unreadable

RULES = rules()


def test_a_side_is_called_by_its_system_or_else_by_its_side() -> None:
    assert [case(RULES, pair()).name(side) for side in Side] == ["Tripletex", "Svenn"]
    assert [case(rules(systems={L: "Svenn"}), pair()).name(side) for side in Side] == ["Svenn", "right"]


def test_the_version_of_a_record_is_the_one_just_read_or_else_the_one_that_is_known() -> None:
    link = pair(shadows={L: known({}, 3)})
    assert case(RULES, link, read(L, version=8)).version(L) == Revision(8)
    assert case(RULES, link, gone(L)).version(L) is None
    assert case(RULES, link, read(R)).version(L) == Revision(3)
    assert case(RULES, link).version(R) is None


def test_what_was_decided_is_an_action_or_nothing() -> None:
    assert case(RULES, alone(decision=decided("archive"))).decided == "archive"
    assert case(RULES, alone()).decided == ""


def test_what_was_seen_confirms_fields_as_it_was_told() -> None:
    assert read(L, version=8, looks="now").shadow({"name": "A"}) == Shadow({"name": "A"}, Revision(8), 9_000, "now")


def test_only_an_unreadable_record_may_hold_what_it_does_not_tell() -> None:
    assert unreadable(L, {"name": "A"}).observation.may_have("phone")
    assert not unreadable(L, {"name": "A"}).observation.may_have("name")
    assert not read(L, {"name": "A"}).observation.may_have("phone")
    assert not read(L, {"name": "A"}).observation.may_have("name")
