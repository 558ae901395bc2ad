"""Alarms on metrics of our own: they listen to what the functions really emit."""

from __future__ import annotations

import json
from typing import Any

import pytest

from samspill import runtime
from samspill.messages import LogOutcomes, StartRun, decode
from samspill.pipeline.dispatch import handle
from samspill.usecases import setup
from samspill.work.access import STOPPED_AFTER
from tests.flows.hub import Hub
from tests.flows.test_hours import NAME, Site
from tests.support.actors import admin
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
    setup.run(site.hub.world, admin(), site.hub.flow, full=True)
    site.hub.drain(before=seen.append)
    [rang] = [body for body in seen if isinstance(told := decode(body), LogOutcomes) and told.id.startswith("totals/")]

    [line] = emitted(capsys, site.hub, rang)

    heard_by("HoursDifferAlarm", stack, line)


@pytest.mark.parametrize(("alarm", "name"), [("FlowsStoppedAlarm", "key/stopped/"), ("FlowsSilentAlarm", "silent/")])
def test_alarms_listen_to_what_a_refused_key_emits(
    alarm: str, name: str, stack: Stack, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runtime.metrics, "service", "samspill")
    hub = Hub(size=2)
    hub.first_sync()
    hub.timerabbit.set_faults({"webhook_drop": True, "revoke_key": True})
    seen: list[str] = []
    for _ in range(26):
        hub.world.queues.send([StartRun(tenant=hub.flow.tenant, flow=hub.flow.flow, trigger="schedule")])
        hub.drain(before=seen.append)
        hub.clock.advance(3600)
    rang = [body for body in seen if isinstance(told := decode(body), LogOutcomes) and told.id.startswith(name)]

    [line] = emitted(capsys, hub, rang[0])

    heard_by(alarm, stack, line)


def test_the_alarm_of_a_stopped_flow_rings_on_while_its_key_is_tried_again_once_an_hour(stack: Stack) -> None:
    alarm = stack.of_type("AWS::CloudWatch::Alarm")["FlowsStoppedAlarm"]

    assert alarm["Period"] == STOPPED_AFTER.total_seconds()
    assert (alarm["EvaluationPeriods"], alarm["DatapointsToAlarm"]) == (2, 1)
    assert alarm["OKActions"] == alarm["AlarmActions"], "recovery is told too"


def heard_by(name: str, stack: Stack, line: dict[str, Any]) -> None:
    """The alarm listens to exactly this metric."""
    [told] = line["_aws"]["CloudWatchMetrics"]
    alarm = stack.of_type("AWS::CloudWatch::Alarm")[name]
    assert alarm["Namespace"] == told["Namespace"]
    assert [alarm["MetricName"]] == [metric["Name"] for metric in told["Metrics"]]
    assert told["Dimensions"] == [[each["Name"] for each in alarm["Dimensions"]]]
    assert line[alarm["MetricName"]] == [1.0]
    assert alarm["Statistic"] == "Sum"
    assert alarm["Threshold"] == 0
