"""The operator's dashboard shows what exists: metrics that the functions emit, and parts of this stack."""

from __future__ import annotations

import inspect
import json
import re
from typing import Any

import pytest

from samspill import runtime
from samspill.cold_start import tell_cold_start
from samspill.engine.model import Result
from tests.support.stack import Stack, the

OURS = re.compile(r'add_metric\(\s*"(\w+)"')
GROUPS = {"Flows_Stopped", "Flows_Silent", "Hours_Differ"}
"""What the alarms of the same names listen to; `test_alarms` compares those with what is emitted."""


@pytest.fixture
def widgets(stack: Stack) -> list[dict[str, Any]]:
    body = stack.of_type("AWS::CloudWatch::Dashboard")["OperatorDashboard"]["DashboardBody"]["Fn::Sub"]
    found: list[dict[str, Any]] = json.loads(body)["widgets"]
    return found


def test_every_metric_of_ours_that_it_shows_is_emitted(widgets: list[dict[str, Any]], stack: Stack) -> None:
    shown = {row[1] for each in widgets for row in each["properties"]["metrics"] if row[0] == "Samspill"}

    emitted = {*OURS.findall(inspect.getsource(runtime)), *(result.value.title() for result in Result), "ColdStart"}
    assert shown - emitted == GROUPS
    assert {alarm.get("MetricName") for alarm in stack.of_type("AWS::CloudWatch::Alarm").values()} >= GROUPS


def test_cold_starts_are_shown_of_every_function_by_the_dimension_that_is_emitted(
    widgets: list[dict[str, Any]], stack: Stack, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "hub-map")
    tell_cold_start()
    line = json.loads(capsys.readouterr().out)
    [[dimension]] = line["_aws"]["CloudWatchMetrics"][0]["Dimensions"]
    shown = [row for each in widgets for row in each["properties"]["metrics"] if row[1] == "ColdStart"]

    assert {(*row,) for row in shown} == {
        ("Samspill", "ColdStart", dimension, f"${{{name}}}") for name in stack.of_type("AWS::Lambda::Function")
    }


def test_everything_it_names_is_in_the_stack(widgets: list[dict[str, Any]], stack: Stack) -> None:
    named = {name.split(".")[0] for name in re.findall(r"\$\{(\w[\w.]*)\}", json.dumps(widgets))}

    assert named <= set(stack.template["Resources"])


def test_it_shows_every_queue_and_every_worker(widgets: list[dict[str, Any]], stack: Stack) -> None:
    text = json.dumps(widgets)

    for queue in stack.of_type("AWS::SQS::Queue"):
        assert f"${{{queue}.QueueName}}" in text
    for mapping in stack.of_type("AWS::Lambda::EventSourceMapping").values():
        assert f"${{{the(mapping['FunctionName'])}}}" in text


def test_no_two_widgets_lie_on_one_place(widgets: list[dict[str, Any]]) -> None:
    cells = [(it["x"] + x, it["y"] + y) for it in widgets for x in range(it["width"]) for y in range(it["height"])]

    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) < 24, "CloudWatch's grid is 24 wide"


def test_saved_queries_ask_for_fields_that_log_lines_have(stack: Stack) -> None:
    queries = stack.of_type("AWS::Logs::QueryDefinition").values()

    for query in queries:
        text = re.sub(r'"[^"]*"', "", query["QueryString"])
        fields = {word for word in re.findall(r"@?[a-z_]\w*", text) if word not in WORDS}
        ours = {each for each in fields - POWERTOOLS if f'"{each}"' in LOGS or f"{each}=" in LOGS}
        assert fields - POWERTOOLS == ours, query["Name"]


WORDS = {"filter", "sort", "display", "stats", "count", "sum", "pct", "as", "by", "and", "or", "in", "desc", "calls"}
WORDS |= {"refused", "p95_ms"}
POWERTOOLS = {"@timestamp", "level", "message", "exception"}
LOGS = inspect.getsource(runtime)


def test_dashboard_and_queries_can_be_left_out(stack: Stack) -> None:
    for kind in ("AWS::CloudWatch::Dashboard", "AWS::Logs::QueryDefinition"):
        for name in stack.of_type(kind):
            assert stack.whole(name)["Condition"] == "HasDashboard", name
