"""Nothing is lost between the steps: what the template says about queues and their consumers."""

from typing import Any

import pytest

from samspill.pipeline.upsert.upsert import INTENT_S
from samspill.work.turns import BACK_S, LONGEST_S
from tests.support.stack import Stack, the

STEPS = ("Fetch", "Map", "Upsert", "Log", "Notify")
DAY_S = 86_400


@pytest.fixture
def mappings(stack: Stack) -> dict[str, dict[str, Any]]:
    """The event source mapping of each queue."""
    return {the(it["EventSourceArn"]): it for it in stack.of_type("AWS::Lambda::EventSourceMapping").values()}


def test_every_step_has_a_work_queue_and_a_dead_letter_queue_of_its_own(stack: Stack) -> None:
    assert set(stack.work_queues) == {f"{step}Queue" for step in STEPS}
    assert set(stack.dead_queues) == {f"{step}DeadQueue" for step in STEPS}
    targets = [the(queue["RedrivePolicy"]["deadLetterTargetArn"]) for queue in stack.work_queues.values()]
    assert targets == [name.replace("Queue", "DeadQueue") for name in stack.work_queues]


def test_a_dead_letter_queue_keeps_messages_as_long_as_sqs_can_and_longer_than_its_source(stack: Stack) -> None:
    for queue in stack.work_queues.values():
        dead = stack.dead_queues[the(queue["RedrivePolicy"]["deadLetterTargetArn"])]
        assert dead["MessageRetentionPeriod"] == 14 * DAY_S > queue["MessageRetentionPeriod"]


def test_every_queue_is_encrypted(stack: Stack) -> None:
    assert {q.get("SqsManagedSseEnabled") for q in stack.of_type("AWS::SQS::Queue").values()} == {True}


def test_a_message_is_tried_five_times_and_a_write_eight(stack: Stack) -> None:
    tries = {name: queue["RedrivePolicy"]["maxReceiveCount"] for name, queue in stack.work_queues.items()}

    assert tries == {"FetchQueue": 5, "MapQueue": 5, "UpsertQueue": 8, "LogQueue": 5, "NotifyQueue": 5}


def test_no_message_comes_back_while_a_function_may_still_be_at_it(
    stack: Stack, mappings: dict[str, dict[str, Any]]
) -> None:
    for name, queue in stack.work_queues.items():
        function = stack.whole(the(mappings[name]["FunctionName"]))["Properties"]
        window_s = mappings[name].get("MaximumBatchingWindowInSeconds", 0)
        assert queue["VisibilityTimeout"] >= 6 * function["Timeout"] + window_s, name


def test_after_a_crash_every_message_comes_back_within_ten_minutes(stack: Stack) -> None:
    assert max(queue["VisibilityTimeout"] for queue in stack.work_queues.values()) == BACK_S < 600


def test_a_run_is_said_to_rest_when_no_function_can_still_be_at_it(
    stack: Stack, mappings: dict[str, dict[str, Any]]
) -> None:
    work_s = [stack.whole(the(it["FunctionName"]))["Properties"]["Timeout"] for it in mappings.values()]
    assert max(work_s) == LONGEST_S


def test_one_bad_message_does_not_bring_back_the_good_ones(mappings: dict[str, dict[str, Any]]) -> None:
    for mapping in mappings.values():
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_the_number_of_functions_at_work_is_limited_where_the_queue_is_read(
    stack: Stack, mappings: dict[str, dict[str, Any]]
) -> None:
    for name, mapping in mappings.items():
        parameter = f"{name.removesuffix('Queue')}Concurrency"
        assert mapping["ScalingConfig"] == {"MaximumConcurrency": {"Ref": parameter}}
        bounds = stack.template["Parameters"][parameter]
        assert (bounds["MinValue"], bounds["MaxValue"]) == (2, 1000), "AWS refuses less and more"
        assert 2 <= bounds["Default"] <= 1000
    reserved = {n for n, f in stack.of_type("AWS::Lambda::Function").items() if "ReservedConcurrentExecutions" in f}
    assert reserved & {the(mapping["FunctionName"]) for mapping in mappings.values()} == set(), (
        "it would turn waiting into dead letters"
    )


def test_large_batches_wait_for_company(mappings: dict[str, dict[str, Any]]) -> None:
    for mapping in mappings.values():
        assert mapping["BatchSize"] <= 10 or mapping["MaximumBatchingWindowInSeconds"] >= 1, "AWS refuses this"


def test_only_the_log_step_waits_so_that_a_webhook_is_applied_at_once(mappings: dict[str, dict[str, Any]]) -> None:
    waiting = {name for name, mapping in mappings.items() if mapping.get("MaximumBatchingWindowInSeconds")}

    assert waiting == {"LogQueue"}


def test_an_alarm_rings_for_each_dead_letter_by_depth(stack: Stack) -> None:
    watched = {
        the(alarm["Dimensions"][0]["Value"])
        for alarm in stack.of_type("AWS::CloudWatch::Alarm").values()
        if alarm.get("MetricName") == "ApproximateNumberOfMessagesVisible"
        if (alarm["Threshold"], alarm["ComparisonOperator"]) == (0, "GreaterThanThreshold")
        if alarm["AlarmActions"]
    }
    assert watched == set(stack.dead_queues)


def test_an_alarm_rings_when_messages_wait_too_long(stack: Stack) -> None:
    watched = {
        the(alarm["Dimensions"][0]["Value"])
        for alarm in stack.of_type("AWS::CloudWatch::Alarm").values()
        if alarm.get("MetricName") == "ApproximateAgeOfOldestMessage"
    }
    assert watched == set(stack.work_queues)


def test_an_intent_outlives_the_function_that_made_it_and_a_late_answer(stack: Stack) -> None:
    (upsert,) = (f for f in stack.of_type("AWS::Lambda::Function").values() if "Writes to a vendor" in f["Description"])
    assert upsert["Timeout"] + 60 <= INTENT_S
