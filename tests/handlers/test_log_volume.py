"""How much a change that a webhook told of leaves in the log: the cost page reckons with it."""

from __future__ import annotations

import io
import json
import re
from uuid import UUID

import pytest
from aws_lambda_powertools import Logger

from samspill import runtime
from samspill.connectors.http.wire import Call
from samspill.engine.model import Side
from samspill.hook_address import token
from samspill.messages import Message
from samspill.pipeline.dispatch import handle
from samspill.ports import World
from tests.connectors.test_webhooks import contract_headers
from tests.flows.hub import FLOW, STEPS, Hub
from tests.handlers.test_doors import Context, door, load, sqs
from tools.bench.prices import LOG_CALL_KB, LOG_COUNTS_KB, LOG_HOOK_KB, LOG_LINE_KB
from tools.check_template import load as load_template

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")
NAME = str(UUID(int=2**128 - 1))
"""As AWS names messages and requests, and as long."""


def test_a_webhook_leaves_one_line_per_message_and_call_and_none_is_longer_than_reckoned(
    monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    hub = Hub(size=2)
    hub.first_sync()
    hub.deliver_webhooks()
    hub.drain()
    out = io.StringIO()
    monkeypatch.setattr(runtime, "logger", Logger(service=request.node.name[:20], stream=out, **runtime.LINES))
    monkeypatch.setattr(Context, "aws_request_id", NAME)
    monkeypatch.setenv("_X_AMZN_TRACE_ID", f"Root=1-5759e988-{'b' * 24};Sampled=1")
    connection = hub.world.registry.connection(FLOW.tenant, "timerabbit")

    def logged(world: World, message: Message) -> None:
        if "fetch" in message.schema_ or "upsert" in message.schema_:
            runtime.log_call(connection, Call("GET", "/api/v1/customers/{id}", 200, 231.0, NAME))
        handle(world, message)

    hub.tripletex.set_faults({"webhook_drop": False})
    hub.timerabbit.set_faults({"webhook_drop": True})
    hub.tripletex.edit("customer", hub.links("customers")[0].ids[Side.LEFT], {"name": "Fjordheim AS"})
    hub.deliver_webhooks()
    taken = []
    for step in STEPS:
        for delivery in hub.world.queues.receive(step):
            event = sqs(delivery.body)
            event["Records"][0]["messageId"] = NAME
            door(hub, logged)(event, Context())
            hub.world.queues.done(delivery.handle)
            taken.append(step)

    lines = out.getvalue().splitlines()
    told = [json.loads(line)["message"] for line in lines]
    assert taken == ["fetch", "map", "upsert", "log"]
    assert told == ["called", "done", "done", "called", "done", "done"]
    most = {"called": LOG_CALL_KB, "done": LOG_LINE_KB}
    too_long = {line: len(line) for line, what in zip(lines, told, strict=True) if len(line) > most[what] * 1024}
    assert too_long == {}
    (counts,) = capsys.readouterr().out.splitlines()
    assert len(counts) <= LOG_COUNTS_KB * 1024, "what CloudWatch makes metrics of"


def test_a_webhook_leaves_a_line_of_the_api_and_one_of_receive_and_together_they_are_no_longer_than_reckoned(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told = {
        "requestId": NAME,
        "requestTime": "31/Dec/2026:23:59:59 +0000",
        "identity.sourceIp": "203.100.113.100",
        "httpMethod": "POST",
        "resourcePath": "/hooks/{tenant}/{connection}/{token}",
        "status": "202",
        "responseLength": "100",
        "responseLatency": "1000",
        "error.message": "-",
    }
    setting = load_template()["Resources"]["HookApi"]["Properties"]["AccessLogSetting"]
    access = re.sub(r"\$context\.([A-Za-z]+(?:\.[A-Za-z]+)?)", lambda found: told[found[1]], setting["Format"])
    assert json.loads(access)["status"] == "202"
    hub = Hub(size=2)
    hub.first_sync()
    module = load("receive")
    monkeypatch.setattr(module, "world", lambda: hub.world)
    connection = hub.world.registry.connection(FLOW.tenant, "timerabbit")
    secret = hub.world.secrets.hook_secret(FLOW.tenant, connection.id, connection.hooks_signed)
    body = b'{"deliveryId":"d1","event":"customer.updated","id":"1001","version":2}'
    at = int(hub.clock.now().timestamp())
    event = {
        "pathParameters": {"tenant": FLOW.tenant, "connection": connection.id, "token": token(secret, 1)},
        "headers": contract_headers("X-Timerabbit", body, at, secret),
        "body": body.decode(),
        "requestContext": {"requestId": NAME},
    }
    monkeypatch.setattr(Context, "aws_request_id", NAME)
    capsys.readouterr()

    assert module.handler(event, Context())["statusCode"] == 202

    (line,) = capsys.readouterr().out.splitlines()
    assert len(access) + len(line) <= LOG_HOOK_KB * 1024
