"""Schedules: what is set is what EventBridge Scheduler holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samspill.messages import StartRun, decode
from samspill.runs.runs import NIGHT
from samspill.state import FlowKey, FlowState
from samspill.store.scheduler import WINDOW_MIN, SchedulerSchedules, minute_of, schedule_name
from tests.support.aws import aws_in_process, client_of
from tests.support.clock import START

QUEUE = "arn:aws:sqs:eu-north-1:123456789012:fetch"
ROLE = "arn:aws:iam::123456789012:role/start-runs"


def flow(tenant: str = "fjellheim", every_min: int = 15) -> FlowState:
    return FlowState(
        tenant=tenant,
        flow="tripletex-timerabbit",
        declaration="tripletex-timerabbit",
        left="tx",
        right="tr",
        every_min=every_min,
        full_at_hour=3,
        created_at=START,
    )


@pytest.fixture
def scheduler() -> Iterator[Any]:
    with aws_in_process():
        client_of("scheduler").create_schedule_group(Name="hub")
        yield client_of("scheduler")


def schedules(scheduler: Any) -> SchedulerSchedules:
    return SchedulerSchedules("hub", QUEUE, ROLE, lambda: scheduler)


def held(scheduler: Any) -> dict[str, Any]:
    names = [found["Name"] for found in scheduler.list_schedules(GroupName="hub")["Schedules"]]
    return {name.rpartition("-")[2]: scheduler.get_schedule(GroupName="hub", Name=name) for name in names}


def test_a_flow_looks_for_changes_at_its_interval_and_compares_everything_at_night_in_oslo(scheduler: Any) -> None:
    schedules(scheduler).set(flow(), enabled=True)
    found = held(scheduler)
    assert {name: one["ScheduleExpression"] for name, one in found.items()} == {
        "changes": "rate(15 minutes)",
        "nightly": f"cron({minute_of(flow().key)} 3 * * ? *)",
    }
    assert {one["ScheduleExpressionTimezone"] for one in found.values()} == {"Europe/Oslo"}
    assert {one["State"] for one in found.values()} == {"ENABLED"}
    assert {name: one["FlexibleTimeWindow"] for name, one in found.items()} == {
        "changes": {"Mode": "OFF"},
        "nightly": {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": WINDOW_MIN},
    }


def test_whole_comparisons_of_many_flows_are_spread_over_the_hour_and_end_their_start_within_it() -> None:
    minutes = Counter(minute_of(FlowKey(f"tenant-{number}", "svenn-tripletex")) for number in range(4_500))
    assert set(minutes) == set(range(60 - WINDOW_MIN))
    assert max(minutes.values()) < 150, "a hundred each, evenly"
    assert timedelta(minutes=max(minutes) + WINDOW_MIN) < NIGHT, "and no other run makes up for it before"
    assert minute_of(FlowKey("a", "b")) == minute_of(FlowKey("a", "b"))


def test_a_flow_whose_company_is_elsewhere_compares_everything_at_its_own_night(scheduler: Any) -> None:
    schedules(scheduler).set(flow().model_copy(update={"time_zone": "Atlantic/Canary"}), enabled=True)
    assert {one["ScheduleExpressionTimezone"] for one in held(scheduler).values()} == {"Atlantic/Canary"}


def test_two_flows_of_a_declaration_have_schedules_of_their_own(scheduler: Any) -> None:
    for name, every_min in (("tripletex-timerabbit", 15), ("bergen", 30)):
        schedules(scheduler).set(flow(every_min=every_min).model_copy(update={"flow": name}), enabled=True)
    names = [found["Name"] for found in scheduler.list_schedules(GroupName="hub")["Schedules"]]
    starts = [decode(scheduler.get_schedule(GroupName="hub", Name=name)["Target"]["Input"]).flow for name in names]
    assert sorted(starts) == ["bergen", "bergen", "tripletex-timerabbit", "tripletex-timerabbit"]


def test_schedules_put_a_start_into_the_fetch_queue_in_their_role(scheduler: Any) -> None:
    schedules(scheduler).set(flow(), enabled=True)
    targets = {name: one["Target"] for name, one in held(scheduler).items()}
    assert {(target["Arn"], target["RoleArn"]) for target in targets.values()} == {(QUEUE, ROLE)}
    started = {"tenant": "fjellheim", "flow": "tripletex-timerabbit", "trigger": "schedule"}
    assert decode(targets["changes"]["Input"]) == StartRun.model_validate(started)
    assert decode(targets["nightly"]["Input"]) == StartRun.model_validate({**started, "full": True})


def test_setting_again_changes_the_schedules_that_are_there(scheduler: Any) -> None:
    schedules(scheduler).set(flow(), enabled=True)
    schedules(scheduler).set(flow(every_min=1), enabled=False)
    found = held(scheduler)
    assert len(found) == 2
    assert found["changes"]["ScheduleExpression"] == "rate(1 minute)"
    assert {one["State"] for one in found.values()} == {"DISABLED"}


names = st.text(alphabet="ab-.#ø ", max_size=60)


@given(names, names, names, names)
def test_names_are_allowed_and_differ_where_flows_differ(tenant: str, name: str, other_tenant: str, other: str) -> None:
    one, two = FlowKey(tenant, name), FlowKey(other_tenant, other)
    for key in (one, two):
        made = schedule_name(key, "changes")
        assert len(made) <= 64
        assert set(made) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-")
    assert (schedule_name(one, "changes") == schedule_name(two, "changes")) == (one == two)
    assert schedule_name(one, "changes") != schedule_name(one, "nightly")


def test_flows_whose_names_run_together_have_schedules_of_their_own() -> None:
    assert schedule_name(FlowKey("a-b", "c"), "changes") != schedule_name(FlowKey("a", "b-c"), "changes")
    long = "x" * 80
    assert schedule_name(FlowKey("a", long + "1"), "nightly") != schedule_name(FlowKey("a", long + "2"), "nightly")


def test_what_was_removed_starts_nothing_and_removing_it_again_changes_nothing(scheduler: Any) -> None:
    schedules = SchedulerSchedules("hub", QUEUE, ROLE, lambda: scheduler)
    for tenant in ("fjellheim", "nord"):
        schedules.set(flow(tenant), enabled=True)

    schedules.remove(flow().key)
    schedules.remove(flow().key)

    left = [each["Name"] for each in scheduler.list_schedules(GroupName="hub")["Schedules"]]
    assert sorted(left) == sorted(schedule_name(flow("nord").key, what) for what in ("changes", "nightly"))
