"""Alarms on metrics of our own: they listen to what the functions really emit."""

from __future__ import annotations

import json
from typing import Any

import pytest

from samspill import runtime
from samspill.messages import LogOutcomes, decode
from samspill.steps import setup
from samspill.steps.dispatch import handle
from tests.flows.hub import Hub
from tests.flows.test_hours import NAME, Site
from tests.support.stack import Stack


class Context:
    def get_remaining_time_in_millis(self) -> int:
        return 60_000


def emitted(capsys: pytest.CaptureFixture[str], hub: Hub, body: str) -> list[dict[str, Any]]:
    """What the door of the log step prints for CloudWatch when it gets this message."""
    capsys.readouterr()
    event = {"Records": [{"messageId": "m", "body": body}]}
    assert runtime.queue_handler("log", lambda: hub.world, handle)(event, Context()) == {"batchItemFailures": []}
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]
    return [line for line in lines if "_aws" in line]


def test_the_alarm_listens_to_the_metric_that_hours_that_differ_emit(
    stack: Stack, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runtime.metrics, "service", "samspill")  # the stack's name, from the functions' environment
    site = Site(Hub(size=6, flow=NAME))
    site.hub.tripletex.set_faults({"webhook_drop": True})
    site.hub.tripletex.edit("project", site.job, {"isClosed": True})
    site.enter("4")
    site.settle()
    seen: list[str] = []
    setup.run(site.hub.world, site.hub.flow, by="tester", full=True)
    site.hub.drain(before=seen.append)
    [rang] = [body for body in seen if isinstance(told := decode(body), LogOutcomes) and told.id.startswith("totals/")]

    [line] = emitted(capsys, site.hub, rang)

    [told] = line["_aws"]["CloudWatchMetrics"]
    alarm = stack.of_type("AWS::CloudWatch::Alarm")["HoursDifferAlarm"]
    assert alarm["Namespace"] == told["Namespace"]
    assert [alarm["MetricName"]] == [metric["Name"] for metric in told["Metrics"]]
    assert told["Dimensions"] == [[each["Name"] for each in alarm["Dimensions"]]]
    assert line[alarm["MetricName"]] == [1.0]
    assert alarm["Statistic"] == "Sum"
    assert alarm["Threshold"] == 0
