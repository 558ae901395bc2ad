"""The stack as a whole."""

import tomllib
from collections import Counter

import pytest

from samspill import runtime
from samspill.messages import WatchTenants, decode
from tests.support.stack import Stack
from tools.uv import ROOT

EXPECTED = {
    "AWS::ApiGateway::Account": 1,
    "AWS::ApiGateway::Deployment": 1,
    "AWS::ApiGateway::RestApi": 1,
    "AWS::ApiGateway::Stage": 1,
    "AWS::CloudWatch::Alarm": 31,
    "AWS::CloudWatch::Dashboard": 1,
    "AWS::DynamoDB::Table": 3,
    "AWS::IAM::ManagedPolicy": 4,
    "AWS::IAM::Role": 11,
    "AWS::Lambda::EventSourceMapping": 5,
    "AWS::Lambda::Function": 8,
    "AWS::Lambda::LayerVersion": 1,
    "AWS::Lambda::Permission": 2,
    "AWS::Logs::LogGroup": 9,
    "AWS::Logs::QueryDefinition": 4,
    "AWS::S3::Bucket": 1,
    "AWS::S3::BucketPolicy": 1,
    "AWS::SNS::Subscription": 1,
    "AWS::SNS::Topic": 1,
    "AWS::SQS::Queue": 10,
    "AWS::Scheduler::Schedule": 1,
    "AWS::Scheduler::ScheduleGroup": 1,
    "AWS::SecretsManager::Secret": 1,
    "AWS::WAFv2::WebACL": 1,
    "AWS::WAFv2::WebACLAssociation": 1,
    "AWS::XRay::SamplingRule": 1,
}
SILENT = "WatchSilentAlarm"
"""The one alarm that rings when nothing is heard."""


def test_the_stack_holds_exactly_these_resources(stack: Stack) -> None:
    assert Counter(resource["Type"] for resource in stack.template["Resources"].values()) == EXPECTED


def test_every_parameter_says_what_it_is_for_and_has_a_default(stack: Stack) -> None:
    for name, parameter in stack.template["Parameters"].items():
        assert parameter["Description"].endswith("."), name
        assert "Default" in parameter, name


def test_every_alarm_says_what_it_means_and_calls_somebody(stack: Stack) -> None:
    for name, alarm in stack.of_type("AWS::CloudWatch::Alarm").items():
        assert alarm["AlarmDescription"], name
        assert alarm["AlarmActions"] == [{"Ref": "AlarmTopic"}], name
        silence = "breaching" if name == SILENT else "notBreaching"
        assert alarm["TreatMissingData"] == silence, name


def test_that_nobody_looks_for_conditions_any_more_is_an_alarm_by_itself(stack: Stack) -> None:
    alarm, schedule = stack.whole(SILENT)["Properties"], stack.whole("WatchSchedule")["Properties"]

    assert (alarm["MetricName"], alarm["ComparisonOperator"], alarm["Threshold"]) == (
        "Invocations",
        "LessThanThreshold",
        1,
    )
    assert schedule["ScheduleExpression"] == "rate(15 minutes)"
    assert alarm["Period"] > 3 * 15 * 60
    assert isinstance(decode(schedule["Target"]["Input"]), WatchTenants)


def test_every_alarm_is_in_the_runbook(stack: Stack) -> None:
    runbook = (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")
    steps = ("Fetch", "Files", "Map", "Upsert", "Log", "Notify", "Receive", "Replay")
    for alarm in stack.of_type("AWS::CloudWatch::Alarm"):
        step = next((step for step in steps if alarm.startswith(step)), "")
        titles = [line for line in runbook.splitlines() if line.startswith("#") and alarm.removeprefix(step) in line]
        assert any(step in title for title in titles), alarm


def test_the_defects_alarm_listens_where_the_runtime_counts_them(stack: Stack) -> None:
    alarm = stack.of_type("AWS::CloudWatch::Alarm")["DefectsAlarm"]

    assert alarm["Namespace"] == runtime.metrics.namespace
    for function in stack.of_type("AWS::Lambda::Function").values():
        service = function["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"]
        assert alarm["Dimensions"] == [{"Name": "service", "Value": service}]


@pytest.mark.parametrize("environment", ["dev", "prod"])
def test_what_an_installation_costs_can_be_told_from_what_else_the_account_holds(environment: str) -> None:
    config = tomllib.loads((ROOT / "samconfig.toml").read_text("utf-8"))

    assert config[environment]["deploy"]["parameters"]["tags"] == f"application=samspill environment={environment}"
