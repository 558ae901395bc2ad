"""Fields of an account's own have names as people type them: with commas, blanks, equals signs, slashes."""

from __future__ import annotations

import pytest

from samspill.canon.values import Fields
from samspill.engine.case import Plan, Seen
from samspill.engine.guard import kinds
from samspill.engine.loops import LOOP_WRITES
from samspill.engine.model import (
    Detail,
    Link,
    LinkState,
    Observation,
    Outcome,
    Result,
    Shadow,
    Side,
    Write,
    detail_of,
)
from samspill.engine.plan import plan
from samspill.engine.revision import Revision
from samspill.engine.rules import FieldRule, Policy, StreamRules
from samspill.engine.settle import without
from samspill.guard.batch import content_of, field_of

L, R = Side.LEFT, Side.RIGHT
NAMES = pytest.mark.parametrize(
    "name", ["attributes.Serial, No", "attributes.a = b", "attributes.a b", "attributes.a/b"]
)


def rules(*names: str) -> StreamRules:
    return StreamRules("assets", tuple(FieldRule(name, Policy.TWO_WAY) for name in names), systems={L: "One", R: "Two"})


def pair(fields: Fields) -> Link:
    shadows = {side: Shadow(fields, Revision(1), 1, side.value) for side in Side}
    return Link("left-1", {L: "1", R: "9"}, LinkState.LINKED, fields, shadows, revision=1)


def edited(by: StreamRules, link: Link, side: Side, fields: Fields, now: int) -> Plan:
    """Somebody edits a side, and the edit goes over."""
    seen = {side: Seen(Observation(link.ids[side], fields, seen_at=now * 1000), f"{side} {now}")}
    other = side.other
    held = link.shadows[other]
    seen[other] = Seen(Observation(link.ids[other], held.fields, seen_at=now * 1000), held.fingerprint)
    made = plan(by, link, seen, now)
    if made.write is None:
        return made
    shadows = {**made.link.shadows, other: Shadow(fields, Revision(1), now * 1000, f"{other} {now}")}
    done = Link(
        link.id, link.ids, LinkState.LINKED, fields, shadows, made.link.outcome, echoes=made.link.echoes, revision=now
    )
    return Plan(done, made.result, made.reason, made.write)


@NAMES
def test_what_is_changed_back_and_forth_is_stopped_whatever_its_name(name: str) -> None:
    by, turn = rules(name), 1
    made = edited(by, pair({name: "0"}), L, {name: "1"}, turn)
    while made.write is not None:
        assert detail_of(made.link) == Detail(written=made.write.side, fields=(name,))
        assert turn <= 2 * LOOP_WRITES + 2
        turn += 1
        made = edited(by, made.link, L if turn % 2 else R, {name: str(turn)}, turn)
    assert (made.result, made.reason.code, made.reason.params["field"]) == (Result.REVIEW, "writes_in_circles", name)


@NAMES
def test_a_list_of_the_guard_names_the_field_whole(name: str) -> None:
    write = Write(R, {name: "2"}, "9")
    (kind,) = kinds(write, (), pair({name: "1"}))
    assert field_of(f"assets/right/{kind}") == name
    assert content_of(write, f"assets/right/{kind}") == content_of(Write(R, {name: "2"}, "9"), f"assets/right/{kind}")
    assert content_of(write, f"assets/right/{kind}") != content_of(Write(R, {name: "3"}, "9"), f"assets/right/{kind}")


@NAMES
def test_a_field_that_a_person_refused_is_left_out_alone(name: str) -> None:
    fields: Fields = {name: "2", "attributes.Serial": "2", "No": "2"}
    made = edited(rules(*fields), pair(dict.fromkeys(fields, "1")), L, fields, 5)
    assert made.write is not None
    link, write, reason = without((made.link, made.write, made.reason), pair(dict.fromkeys(fields, "1")), {name})
    assert write.fields == {"attributes.Serial": "2", "No": "2"}
    assert reason.params["fields"] == "No, attributes.Serial"
    assert link.outcome == Outcome(Result.APPLIED, reason, Detail(written=R, fields=("No", "attributes.Serial")))
