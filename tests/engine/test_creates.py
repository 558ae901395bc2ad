"""What becomes of a record that one side has and the other has not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from samspill.canon.values import Fields
from samspill.engine.case import Case, Plan, Seen
from samspill.engine.model import Decision, Detail, Link, LinkState, Observation, Outcome, Result, Shadow, Side, Write
from samspill.engine.one_sided import single
from samspill.engine.rules import FieldRule, Policy, StreamRules
from samspill.flows.catalogue import FLOWS
from samspill.flows.flow import Flow
from samspill.reasons import Reason

RULES = StreamRules(
    name="customers",
    fields=(
        FieldRule("name", Policy.TWO_WAY),
        FieldRule("number", Policy.TWO_WAY),
        FieldRule("organization_number", Policy.TWO_WAY),
    ),
    creates=frozenset(Side),
    look_first=("number", "organization_number"),
    systems={Side.LEFT: "Tripletex", Side.RIGHT: "Svenn"},
)


def planned(fields: Fields, rules: StreamRules = RULES, decision: Decision | None = None) -> Plan:
    link = Link(id="right-1", ids={Side.RIGHT: "1"}, decision=decision)
    return single(Case(rules, link, {Side.RIGHT: Seen(Observation("1", fields))}, now=0, waits=()))


def test_a_key_that_this_read_did_not_tell_stops_a_create_for_it_may_be_there_already() -> None:
    plan = planned({"name": "Bakken", "organization_number": None})
    assert (plan.result, plan.write) == (Result.FAILED, None)
    assert plan.reason.code == "key_not_told"
    assert plan.reason.params == {"fields": "number", "source": "Svenn", "system": "Tripletex"}


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "Bakken", "number": None, "organization_number": None},  # empty is told
        {"name": "Bakken", "organization_number": "974760673"},  # one key is enough to look by
    ],
)
def test_told_keys_let_a_record_be_created(fields: Fields) -> None:
    plan = planned(fields)
    assert plan.write is not None
    assert plan.write.external_id is None


def test_a_key_that_an_admin_took_out_of_step_is_not_waited_for() -> None:
    off = tuple(replace(rule, policy=Policy.OFF) if rule.name == "number" else rule for rule in RULES.fields)
    assert planned({"name": "Bakken", "organization_number": None}, replace(RULES, fields=off)).write is not None


def test_who_decides_to_create_a_record_is_not_asked_for_its_keys() -> None:
    assert planned({"name": "Bakken"}, decision=Decision("create", "kari", 0)).write is not None


@pytest.mark.parametrize("flow", FLOWS.values(), ids=FLOWS)
def test_natural_keys_are_fields_of_their_stream(flow: Flow) -> None:
    for stream in flow.streams:
        assert set(stream.rules.look_first) <= stream.rules.by_name.keys()


# --- what is created, and what is not --------------------------------------------------------------------------------

BAKKEN: Fields = {"name": "Bakken", "number": "7", "organization_number": None, "note": "internal"}


def test_a_create_sends_what_is_filled_in_and_is_kept_in_step() -> None:
    made = planned(BAKKEN)
    agreed = {"name": "Bakken", "number": "7", "organization_number": None}
    assert made.write == Write(Side.LEFT, {"name": "Bakken", "number": "7"})
    assert (made.result, made.reason) == (Result.APPLIED, Reason("created", {"system": "Tripletex"}))
    assert (made.link.state, made.link.base) == (LinkState.LINKED, agreed)
    assert made.link.shadows == {Side.RIGHT: Shadow(agreed), Side.LEFT: Shadow(agreed)}
    assert made.link.outcome == Outcome(Result.APPLIED, made.reason)


def test_what_the_target_works_out_by_itself_is_not_sent_with_a_create() -> None:
    computed = FieldRule("number", Policy.REPORT, Side.LEFT, computed=True)
    rules = replace(RULES, fields=(RULES.fields[0], computed), look_first=())
    assert planned(BAKKEN, rules).write == Write(Side.LEFT, {"name": "Bakken"})
    other_way = replace(rules, fields=(RULES.fields[0], replace(computed, master=Side.RIGHT)))
    assert planned(BAKKEN, other_way).write == Write(Side.LEFT, {"name": "Bakken", "number": "7"})


def test_where_nothing_is_created_the_record_is_skipped_and_says_where_it_is() -> None:
    made = planned(BAKKEN, replace(RULES, creates=frozenset({Side.RIGHT})))
    assert (made.write, made.result) == (None, Result.SKIPPED)
    assert made.reason == Reason("only_in_target", {"source": "Tripletex", "target": "Svenn"})


def test_what_the_target_needs_and_the_record_lacks_is_the_reason() -> None:
    lacking = Reason("missing_field", {"field": "number"})
    needs = {Side.LEFT: lambda fields: None if fields.get("number") else lacking}
    rules = replace(RULES, needed=needs)
    made = planned({**BAKKEN, "number": None, "organization_number": "974760673"}, rules)
    assert (made.write, made.result, made.reason) == (None, Result.SKIPPED, lacking)
    assert planned(BAKKEN, rules).write is not None
    assert planned({**BAKKEN, "number": None}, replace(rules, needed={Side.RIGHT: needs[Side.LEFT]})).write is not None


def test_a_record_in_review_stays_there_until_somebody_decides() -> None:
    asked = Outcome(Result.REVIEW, Reason("similar"))
    link = Link(id="right-1", ids={Side.RIGHT: "1"}, outcome=asked)
    case = Case(RULES, link, {Side.RIGHT: Seen(Observation("1", BAKKEN))}, now=0, waits=())
    assert (single(case).write, single(case).result, single(case).reason) == (None, Result.REVIEW, asked.reason)
    decided = replace(case, link=replace(link, decision=Decision("create", "kari", 0)))
    assert single(decided).write is not None
    assert single(decided).link.decision is None


def test_a_create_waits_for_what_the_record_refers_to() -> None:
    missing = Reason("waiting_for", {"record": "x"})
    waits = (Outcome(Result.WAITING, missing, Detail(waits_for=("projects", Side.RIGHT, "x"))),)
    link = Link(id="right-1", ids={Side.RIGHT: "1"})
    made = single(Case(RULES, link, {Side.RIGHT: Seen(Observation("1", BAKKEN))}, now=0, waits=waits))
    assert (made.write, made.result, made.reason) == (None, Result.WAITING, missing)
    assert made.link.outcome == waits[0]


def test_a_cell_of_hours_is_read_on_both_sides_and_never_created() -> None:
    link = Link(id="right-1", ids={Side.RIGHT: "1"})
    case = Case(replace(RULES, implicit=True), link, {Side.RIGHT: Seen(Observation("1", {}))}, now=0, waits=())
    assert (single(case).write, single(case).look) == (None, tuple(Side))
    missing = Outcome(Result.WAITING, Reason("waiting_for", {"record": "x"}))
    assert single(replace(case, waits=(missing,))).result is Result.WAITING
