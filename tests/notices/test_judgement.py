"""What is wrong, judged by facts; and what was wrong and was seen to work again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from samspill.engine.model import Result, Side
from samspill.notices.condition import Condition
from samspill.notices.facts import FlowFacts, Tally, TenantFacts
from samspill.notices.judgement import conditions, is_proved
from samspill.notices.kinds import Kind
from samspill.reasons import Reason
from samspill.state import (
    Connection,
    ConnectionStatus,
    Differing,
    FlowState,
    FlowStatus,
    Heard,
    Identity,
    Refusal,
    Run,
    RunStatus,
    Stop,
)
from tests.support.clock import START as NOW

HOUR = timedelta(hours=1)


def connection(name: str = "tx", **more: Any) -> Connection:
    given = {"status": ConnectionStatus.TESTED, "created_at": NOW, **more}
    return Connection(tenant="t", id=name, vendor="tripletex", base_url="https://a.example", **given)


def flow(latest: Run | None = None, tallies: dict[Result, Tally] | None = None, **more: Any) -> FlowFacts:
    given = {"status": FlowStatus.ACTIVE, "last_good_at": NOW, **more}
    state = FlowState(
        tenant="t",
        flow="f",
        declaration="tripletex-timerabbit",
        left="tx",
        right="tr",
        every_min=15,
        created_at=NOW - 99 * HOUR,
        **given,
    )
    return FlowFacts(state, tallies or {}, latest)


def run(status: RunStatus, *, moved: timedelta = timedelta(0)) -> Run:
    ended = NOW - moved if status.is_over else None
    return Run(
        tenant="t",
        flow="f",
        id="r",
        purpose="sync",
        trigger="schedule",
        status=status,
        started_at=NOW - moved - HOUR,
        moved_at=NOW - moved,
        ended_at=ended,
    )


def found(*flows: FlowFacts, **more: Any) -> list[Condition]:
    given = {"connections": [connection(), connection("tr")], **more}
    return list(conditions(TenantFacts("t", NOW, flows=flows, **given)))


def kinds(*flows: FlowFacts, **more: Any) -> list[str]:
    return [str(each.kind) for each in found(*flows, **more)]


def test_of_a_flow_that_works_nothing_is_said() -> None:
    assert (
        found(flow(), flow(status=FlowStatus.NEW), flow(status=FlowStatus.PAUSED, last_good_at=NOW - 99 * HOUR)) == []
    )


@pytest.mark.parametrize(
    ("given", "late"),
    [
        ({"last_good_at": NOW - timedelta(minutes=59)}, False),
        ({"last_good_at": NOW - timedelta(minutes=60)}, True),
        ({"last_good_at": NOW - timedelta(minutes=89), "every_min": 30}, False),
        ({"last_good_at": NOW - timedelta(minutes=90), "every_min": 30}, True),
        ({"last_good_at": NOW - 20 * HOUR, "latest": run(RunStatus.READING, moved=HOUR)}, False),
        ({"last_good_at": NOW - 24 * HOUR, "latest": run(RunStatus.READING, moved=HOUR)}, True),
        ({"latest": run(RunStatus.READING, moved=3 * HOUR)}, True),
        ({"last_good_at": None, "latest": run(RunStatus.STOPPED, moved=2 * HOUR)}, True),
        ({"last_good_at": None, "latest": run(RunStatus.DONE)}, False),
        ({"last_good_at": None, "latest": run(RunStatus.READING)}, False),
        ({"last_good_at": None}, True),
        ({"last_good_at": NOW - 99 * HOUR, "status": FlowStatus.KEY_INVALID}, False),
    ],
)
def test_a_flow_is_overdue_when_no_run_ended_well_for_too_long(given: dict[str, Any], late: bool) -> None:
    every_min = given.pop("every_min", 15)
    facts = flow(**given)
    facts = FlowFacts(facts.state.model_copy(update={"every_min": every_min}), facts.tallies, facts.latest)
    assert kinds(facts) == (["overdue"] if late else [])


def test_a_refused_key_is_one_condition_and_no_flow_is_overdue_besides() -> None:
    refused = connection(refusal=Refusal(since=NOW - 5 * HOUR, next=NOW), reason=Reason("key_invalid"))
    [only] = found(flow(last_good_at=NOW - 9 * HOUR), connections=[refused, connection("tr")])
    assert (only.kind, only.connection, only.since, only.label) == (Kind.KEY, "tx", NOW - 5 * HOUR, "tripletex")


def test_once_the_key_is_accepted_the_flow_has_as_long_as_any_other() -> None:
    late = flow(last_good_at=NOW - 9 * HOUR)
    assert kinds(late, refused_until={"tx": NOW - timedelta(minutes=59)}) == []
    assert kinds(late, refused_until={"tx": NOW - HOUR}) == ["overdue"]
    assert kinds(late, refused_until={"other": NOW}) == ["overdue"]


def test_webhooks_that_a_vendor_will_not_send_are_told() -> None:
    why = Reason("webhooks_refused")
    [only] = found(connections=[connection(hooks_refused=why)])
    assert (only.kind, only.connection, only.example) == (Kind.WEBHOOKS_REFUSED, "tx", why)


def test_a_set_up_in_review_names_the_companies() -> None:
    acme = Identity(user="u", company="Acme AS", company_id="1")
    there = [connection(identity=acme), connection("tr")]
    [only] = found(flow(status=FlowStatus.IN_REVIEW, last_good_at=None), connections=there)
    assert (only.kind, only.label) == (Kind.SETUP, "Acme AS (tripletex) / tr (tripletex)")


def test_what_ended_badly_is_told_with_its_number_and_the_first() -> None:
    tallies = {
        Result.FAILED: Tally(1000, True, NOW - HOUR, "Fjord AS", Reason("rejected")),
        Result.CONFLICT: Tally(2, False, NOW, "Fjell AS", Reason("conflict")),
        Result.REVIEW: Tally(),
    }
    failed, conflict = found(flow(tallies=tallies))
    assert failed == Condition(Kind.FAILED, "f", "", 1000, True, NOW - HOUR, "Fjord AS", Reason("rejected"))
    assert (conflict.kind, conflict.count) == (Kind.CONFLICT, 2)


def test_lists_that_are_held_and_totals_that_differ_are_told_since_the_first() -> None:
    stops = {
        name: Stop(stream="customers", side=Side.RIGHT, kind=name, at=NOW - hours * HOUR)
        for name, hours in (("archive", 1), ("create", 3))
    }
    differ = {
        name: Differing(count=count, since=NOW - count * HOUR, label=name, reason=Reason("hours_differ"))
        for name, count in (("hours/0", 2), ("hours/1", 5))
    }
    held, totals = found(flow(held=stops, differing=differ))
    assert (held.kind, held.count, held.since) == (Kind.HELD, 2, NOW - 3 * HOUR)
    assert (totals.kind, totals.count, totals.since, totals.label) == (Kind.TOTALS, 7, NOW - 5 * HOUR, "hours/1")


@pytest.mark.parametrize(
    ("kind", "given", "proved"),
    [
        (Kind.KEY, {"last_good_at": NOW - HOUR}, False),
        (Kind.KEY, {"last_good_at": NOW + HOUR}, True),
        (Kind.KEY, {"last_good_at": NOW - HOUR, "status": FlowStatus.PAUSED}, True),
        (Kind.OVERDUE, {"last_good_at": NOW}, False),
        (Kind.OVERDUE, {"last_good_at": NOW + HOUR}, True),
        (Kind.OVERDUE, {"last_good_at": NOW - HOUR, "status": FlowStatus.PAUSED}, False),
        (Kind.FAILED, {"last_good_at": NOW - HOUR}, True),
    ],
)
def test_an_all_clear_needs_a_good_run_where_one_can_be_seen(kind: Kind, given: dict[str, Any], proved: bool) -> None:
    facts = TenantFacts("t", NOW + 2 * HOUR, [connection(), connection("tr")], [flow(**given)])
    assert is_proved(facts, kind, "f", "tx", NOW) is proved


def told_by_webhook(**more: Any) -> Connection:
    return connection(**{"told_kinds": ("customers",), "heard": Heard(at=NOW - 7 * HOUR, usual_s=3600), **more})


@pytest.mark.parametrize(
    ("given", "found_at", "silent"),
    [
        ({}, NOW - timedelta(minutes=15), True),
        ({}, NOW - timedelta(minutes=14), False),  # the webhook may be on its way
        ({}, NOW - 7 * HOUR, False),  # one came since
        ({"heard": Heard(at=NOW - 5 * HOUR, usual_s=3600)}, NOW - HOUR, False),  # not for six hours yet
        ({"heard": Heard(at=NOW - 29 * HOUR, usual_s=10 * 3600)}, NOW - HOUR, False),  # as silent as three times before
        ({"heard": Heard(at=NOW - 32 * HOUR, usual_s=10 * 3600)}, NOW - HOUR, True),
        ({"heard": None, "created_at": NOW - 99 * HOUR}, NOW - HOUR, True),  # none ever came
        ({"told_kinds": ()}, NOW - HOUR, False),  # none is asked for
        ({"hooks_refused": Reason("webhooks_refused")}, NOW - HOUR, False),  # which is told by itself
        ({"refusal": Refusal(since=NOW, next=NOW)}, NOW - HOUR, False),
    ],
)
def test_webhooks_are_silent_beyond_their_habit_only_where_a_read_found_what_they_should_have_told(
    given: dict[str, Any], found_at: datetime, silent: bool
) -> None:
    there = [told_by_webhook(**given), connection("tr", told_kinds=("customers",))]
    kinds_told = kinds(flow(untold={Side.LEFT: found_at}), connections=there)
    assert (Kind.WEBHOOKS_SILENT in kinds_told) is silent
    assert Kind.WEBHOOKS_SILENT not in kinds(flow(), connections=there)
    at_rest = flow(untold={Side.LEFT: found_at}, status=FlowStatus.PAUSED)
    assert Kind.WEBHOOKS_SILENT not in kinds(at_rest, connections=there)


def test_webhooks_that_were_silent_are_well_once_one_came() -> None:
    for at, proved in ((NOW - HOUR, False), (NOW + HOUR, True)):
        facts = TenantFacts("t", NOW + 2 * HOUR, [told_by_webhook(heard=Heard(at=at))], [flow()])
        assert is_proved(facts, Kind.WEBHOOKS_SILENT, "", "tx", NOW) is proved


@pytest.mark.parametrize(("days", "level"), [(31, None), (30, 1), (8, 1), (7, 2), (1, 3), (0, 3), (-5, 3)])
def test_a_key_whose_end_is_known_is_told_30_7_and_1_day_before(days: int, level: int | None) -> None:
    ends = (NOW + timedelta(days=days)).date().isoformat()
    there = [connection(settings={"key_ends_on": ends}), connection("tr", settings={"key_ends_on": "soon"})]
    told = [(each.kind, each.connection, each.level) for each in found(flow(), connections=there)]
    assert told == ([] if level is None else [(Kind.KEY_ENDS, "tx", level)])


def test_a_run_that_moves_and_is_not_through_after_four_hours_is_told() -> None:
    def under_way(hours: int, **more: Any) -> FlowFacts:
        started = run(RunStatus.READING).model_copy(update={"started_at": NOW - hours * HOUR})
        return flow(started.model_copy(update=more), last_good_at=NOW - hours * HOUR)

    assert kinds(under_way(4)) == []
    [slow] = found(under_way(5))
    assert (slow.kind, slow.flow, slow.since) == (Kind.SLOW, "f", NOW - 5 * HOUR)
    assert kinds(under_way(5, purpose="apply")) == [], "a first sync takes as long as it takes"
    assert kinds(under_way(25)) == ["overdue"], "one condition, and not two of the same"


def test_what_is_no_longer_there_is_over() -> None:
    nothing = TenantFacts("t", NOW)
    assert all(is_proved(nothing, kind, "f", "tx", NOW) for kind in Kind)
