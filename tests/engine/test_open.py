"""What a match has noted so far: a plan that is made in slices goes on from it."""

from __future__ import annotations

from typing import Any

from samspill.engine.match import Open, Unsure, grouping, link_by, match, opened
from samspill.engine.model import Candidate, Observation
from samspill.engine.rules import FieldRule, MatchRule, single
from tests.engine.builders import L, R, rules


def by(name: str, **more: Any) -> MatchRule:
    return MatchRule(
        name, single(lambda fields: str(fields[name]) if fields.get(name) else None), **{"field": name, **more}
    )


NUMBER, CODE = by("number", claim=True), by("code")
STREAM = rules(FieldRule("name"), matches=(NUMBER, CODE), agrees=lambda *_: False)


def row(name: str, /, **fields: Any) -> Observation:
    return Observation(name, fields, label=name)


def linked(left: list[Observation], right: list[Observation], *by_rules: MatchRule) -> Open:
    state = opened(STREAM, {L: left, R: right})
    for rule in by_rules:
        link_by(rule, state, grouping(rule, lambda: ()))
    return state


def test_what_several_share_is_noted_on_both_sides_and_forgotten_once_a_rule_links_it() -> None:
    left = [row("1", number="7", code="c"), row("2", number="7")]
    right = [row("a", number="7"), row("b", code="c")]
    state = linked(left, right, NUMBER)
    unsure = Unsure("number", "7", (Candidate("a", "a", 100, "number"),), ("a",))
    assert (state.unsure, state.shared) == ({"1": unsure, "2": unsure}, {"a": {"number|7"}})
    link_by(CODE, state, grouping(CODE, lambda: ()))
    assert (state.unsure, state.pairs) == ({"2": unsure}, [(left[0], right[1], "code")])
    assert (list(state.left), list(state.right)) == (["2"], ["a"])


def test_a_key_that_nobody_else_has_does_not_end_the_search() -> None:
    state = linked([row("1", code="x"), row("2", code="c")], [row("a", code="c")], CODE)
    assert [(one.external_id, other.external_id) for one, other, _ in state.pairs] == [("2", "a")]


def test_each_claimed_number_of_two_things_holds_both_of_them() -> None:
    left = [row("1", number="7", code="c"), row("2", number="8", code="d")]
    right = [row("a", number="7"), row("b", number="8"), row("c", code="c"), row("d", code="d")]
    state = linked(left, right, NUMBER)
    assert state.held == {(L, "1"), (R, "a"), (L, "2"), (R, "b")}
    assert match(STREAM, left, right).pairs == ()
