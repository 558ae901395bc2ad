"""Which read is the later one, with versions and without, and what is done where versions went back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from samspill.engine.case import Plan
from samspill.engine.model import LinkState, Observation, Outcome, Result, Shadow
from samspill.engine.revision import Revision
from samspill.engine.rules import FieldRule, OnConflict, Policy
from samspill.engine.versions import SOON_S, SURE_AFTER_S, went_back
from samspill.reasons import Reason
from tests.engine.builders import (
    AGREED,
    BOTH,
    L,
    R,
    alone,
    ended,
    gone,
    known,
    looks,
    pair,
    planned,
    read,
    rules,
    update,
    why,
)

AT_S = 1000
SURE_S = AT_S + SURE_AFTER_S
RULES = rules()
PAIR = pair(shadows={side: known(AGREED, 5, AT_S) for side in BOTH})
NEW = {**AGREED, "phone": "1"}
LATE = Plan(PAIR, Result.UNCHANGED, why("older_than_known"), store=False)


def at(side: Any, version: int | None, seconds: float, fields: Any = NEW, **more: Any) -> Any:
    return read(side, fields, version, seen_at=int(seconds * 1000), **more)


def again(wait_s: int, system: str = "Tripletex") -> Plan:
    """The plan that looks at both records once more, later."""
    reason = why("versions_went_back", system=system)
    return Plan(PAIR, Result.WAITING, reason, look=BOTH, store=False, wait_s=wait_s)


@pytest.mark.parametrize(
    ("known_version", "version", "seconds", "late"),
    [
        (5, 4, AT_S - 0.001, True),
        (5, 5, AT_S - 0.001, False),
        (5, 6, AT_S - 0.001, False),
        (5, 5, AT_S, False),
        (None, None, AT_S - 0.001, True),
        (None, None, AT_S, False),
        (5, None, AT_S - 0.001, True),
        (None, 4, AT_S - 0.001, True),
        (None, 4, AT_S, False),
        (5, None, AT_S, False),
    ],
)
def test_a_lower_version_read_earlier_is_late_and_without_versions_the_time_decides(
    known_version: int | None, version: int | None, seconds: float, *, late: bool
) -> None:
    link = replace(PAIR, shadows={**PAIR.shadows, L: known(AGREED, known_version, AT_S)})
    for sure in (True, False):
        made = planned(RULES, link, at(L, version, seconds), sure=sure)
        assert (made == replace(LATE, link=link)) is late
        assert (made.write == update(R, {"phone": "1"}, 5)) is not late


def test_one_late_read_of_two_makes_both_late() -> None:
    assert planned(RULES, PAIR, at(L, 6, AT_S + 1), at(R, 4, AT_S - 1)) == LATE


def test_an_end_is_never_late() -> None:
    assert planned(RULES, PAIR, gone(L, seen_at=0), at(R, 6, AT_S, AGREED)).write is not None


@pytest.mark.parametrize(
    ("seconds", "sure", "wait_s"),
    [
        (AT_S + 10, True, SURE_AFTER_S - 10),
        (AT_S + 10, False, SOON_S),
        (SURE_S - 30, False, 30),
        (SURE_S - 30, True, 30),
        (SURE_S - 1, True, 1),
        (SURE_S - 1, False, 1),
        (SURE_S, False, 1),
        (SURE_S + 500, False, 1),
    ],
)
def test_a_lower_version_read_later_is_looked_at_again(seconds: int, *, sure: bool, wait_s: int) -> None:
    assert planned(RULES, PAIR, at(L, 4, seconds), sure=sure) == again(wait_s)


def test_of_the_same_content_a_lower_version_is_taken_when_no_copy_can_lag_so_long() -> None:
    same = {"looks": "known", "fields": AGREED}
    assert planned(RULES, PAIR, at(L, 4, SURE_S - 1, **same)) == LATE
    made = planned(RULES, PAIR, at(L, 4, SURE_S, **same))
    shadows = {**PAIR.shadows, L: Shadow(AGREED, Revision(4), SURE_S * 1000, "known")}
    equal = ended(Result.UNCHANGED, "equal")
    assert made == Plan(replace(PAIR, shadows=shadows, outcome=equal), Result.UNCHANGED, equal.reason)


def test_of_two_sides_each_is_judged_by_itself() -> None:
    same = at(L, 4, SURE_S, AGREED, looks="known")
    assert planned(RULES, PAIR, same, at(R, 4, SURE_S), sure=False) == again(1, "Svenn")
    back = planned(RULES, PAIR, same, at(R, 4, SURE_S), sure=True)
    assert (back.write, back.link.conflicts) == (None, {"phone": {"left": "22334455", "right": "1"}})
    assert back.reason.because == why("versions_went_back", system="Svenn")


def test_what_went_back_for_good_is_a_question_where_both_may_change_it_and_followed_where_one_owns_it() -> None:
    stream = rules(FieldRule("phone", Policy.TWO_WAY, R), FieldRule("name"), FieldRule("note", Policy.REPORT))
    link = replace(PAIR, disputed=("note",))
    made = planned(
        stream, link, at(L, 4, SURE_S, {"name": "Dal AS", "phone": "1"}), at(R, 5, SURE_S, AGREED), sure=True
    )
    because = why("versions_went_back", system="Tripletex")
    assert made.write == update(R, {"name": "Dal AS"}, 5)
    assert made.link.conflicts == {"phone": {"left": "1", "right": "22334455"}}
    assert made.link.disputed == ("phone",)
    assert made.reason == Reason("updated", {"system": "Svenn", "fields": "name"}, because=because)
    assert made.link.outcome == Outcome(Result.CONFLICT, Reason("conflict", {"fields": "phone"}, because=because))


def test_what_did_not_go_back_with_it_is_no_question() -> None:
    stream = rules(FieldRule("phone", Policy.TWO_WAY, R), FieldRule("name", Policy.TWO_WAY, R))
    made = planned(stream, PAIR, at(L, 4, SURE_S, {"phone": "+47 22 33 44 55"}), at(R, 5, SURE_S, AGREED), sure=True)
    assert (made.link.disputed, made.link.conflicts) == ((), {})
    assert (made.reason, made.result) == (why("equal"), Result.UNCHANGED), "nothing changes, so nothing is told of it"


@pytest.mark.parametrize(
    ("policy", "asked"),
    [
        (Policy.TWO_WAY, True),
        (Policy.MASTER, True),
        (Policy.REPORT, True),
        (Policy.FILL_IF_BLANK, False),
        (Policy.OFF, False),
    ],
)
def test_where_it_may_be_another_thing_by_now_every_field_is_a_question(policy: Policy, *, asked: bool) -> None:
    stream = rules(FieldRule("phone", policy), differ=lambda was, now: was["name"] == "Berg AS" != now["name"])
    made = planned(
        stream, PAIR, at(L, 4, SURE_S, {"name": "Dal AS", "phone": "1"}), at(R, 5, SURE_S, AGREED), sure=True
    )
    assert (made.link.conflicts == {"phone": {"left": "1", "right": "22334455"}}) is asked
    untold = planned(stream, PAIR, at(L, 4, SURE_S, {"phone": "1"}), at(R, 5, SURE_S, AGREED), sure=True)
    assert (untold.link.conflicts != {}) is (policy is Policy.TWO_WAY), "what it does not tell is as it was"


def test_a_record_that_may_be_its_half_has_a_history_of_its_own() -> None:
    link = alone(shadows={L: known(AGREED, 5, AT_S), R: known(AGREED, 9, AT_S)})
    assert planned(RULES, link, at(L, 6, AT_S + 1), at(R, 2, AT_S + 1)).link.state is LinkState.LINKED


def test_what_stands_alone_is_taken_as_it_is_now() -> None:
    link = alone(shadows={L: known({}, 5, AT_S)})
    made = planned(RULES, link, at(L, 4, SURE_S), sure=True)
    assert (made.link.disputed, made.write is not None) == ((), True)
    assert made.reason == Reason("created", {"system": "Svenn"}, because=why("versions_went_back", system="Tripletex"))


def test_a_reason_that_hangs_on_another_keeps_it_and_a_look_says_nothing() -> None:
    cause = why("cannot_map", field="phone")
    stream = rules(FieldRule("phone", Policy.MASTER), needed={R: lambda _: Reason("lacks", because=cause)})
    link = alone(shadows={L: known({}, 5, AT_S)})
    made = planned(stream, link, at(L, 4, SURE_S), sure=True)
    assert made.reason == Reason("lacks", because=cause)
    assert made.link.outcome == Outcome(Result.SKIPPED, made.reason)
    unread = replace(PAIR, outcome=ended(Result.FAILED, "rejected"))
    assert looks(planned(rules(FieldRule("phone")), unread, at(L, 4, SURE_S), sure=True), unread)


@pytest.mark.parametrize(
    ("version", "seen_at_s", "deleted", "back"),
    [
        (4, SURE_S, False, True),
        (4, SURE_S - 1, False, False),
        (5, SURE_S, False, False),
        (None, SURE_S, False, False),
        (4, SURE_S, True, False),
    ],
)
def test_a_lower_version_in_no_late_read_went_back(
    version: int | None, seen_at_s: int, *, deleted: bool, back: bool
) -> None:
    seen = Observation("1", {}, Revision.of(version), seen_at_s * 1000, deleted=deleted)
    assert went_back(known({}, 5, AT_S), seen) is back
    assert not went_back(known({}, None, AT_S), seen)


def test_a_conflict_that_a_rule_settles_is_settled_although_versions_went_back() -> None:
    stream = rules(FieldRule("phone", Policy.MASTER, R, OnConflict.REVIEW))
    made = planned(stream, PAIR, at(L, 4, SURE_S), at(R, 5, SURE_S, AGREED), sure=True)
    assert (made.result, made.reason.because) == (Result.CONFLICT, why("versions_went_back", system="Tripletex"))
