"""What becomes of a record that one side has and the other has not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from samspill.canon.values import Fields
from samspill.engine.case import Case, Plan, Seen
from samspill.engine.model import Decision, Link, Observation, Result, Side
from samspill.engine.one_sided import single
from samspill.engine.rules import FieldRule, Policy, StreamRules
from samspill.flows.catalogue import FLOWS
from samspill.flows.flow import Flow

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
