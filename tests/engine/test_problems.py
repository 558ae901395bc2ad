"""A record that cannot be taken fails, whatever else is known of it, and says in which system."""

from __future__ import annotations

from samspill.engine.case import Seen
from samspill.engine.model import Link, LinkState, Observation, Outcome, Result, Shadow, Side
from samspill.engine.plan import plan
from samspill.engine.rules import FieldRule, Policy, StreamRules
from samspill.reasons import Reason

RULES = StreamRules(
    name="customers",
    fields=(FieldRule("name", Policy.TWO_WAY),),
    creates=frozenset(Side),
    systems={Side.LEFT: "Tripletex", Side.RIGHT: "Svenn"},
)
PROBLEM = Reason("cannot_map", {"field": "name", "misfit": "not text"})
TOLD = Reason("cannot_map", {"field": "name", "misfit": "not text", "source": "Svenn"})


def test_a_new_record_that_cannot_be_taken_fails_and_names_its_system() -> None:
    planned = plan(RULES, None, {Side.RIGHT: Seen(Observation("1", {}, problem=PROBLEM))}, now=0)
    assert (planned.result, planned.reason, planned.write) == (Result.FAILED, TOLD, None)
    assert planned.link.outcome == Outcome(Result.FAILED, TOLD)


def test_a_pair_with_one_side_that_cannot_be_taken_fails_and_keeps_what_was_agreed() -> None:
    known = {"name": "Bakken"}
    ids = {Side.LEFT: "7", Side.RIGHT: "1"}
    shadows = {side: Shadow(known) for side in Side}
    link = Link(id="left-7", ids=ids, state=LinkState.LINKED, base=known, shadows=shadows, revision=3)
    seen = {
        Side.LEFT: Seen(Observation("7", {"name": "Bakken Bygg"})),
        Side.RIGHT: Seen(Observation("1", {}, problem=PROBLEM)),
    }
    planned = plan(RULES, link, seen, now=0)
    assert (planned.result, planned.reason, planned.write) == (Result.FAILED, TOLD, None)
    assert planned.link.base == known
    assert {side: shadow.fields for side, shadow in planned.link.shadows.items()} == dict.fromkeys(Side, known)


def test_a_problem_that_names_its_system_keeps_that_name() -> None:
    named = Reason("hours_no_activity", {"activity": "t4", "source": "Timely"})
    planned = plan(RULES, None, {Side.LEFT: Seen(Observation("1", {}, problem=named))}, now=0)
    assert planned.reason == named
