"""How much a change that a webhook told of leaves in the log: the cost page reckons with it."""

from __future__ import annotations

import io
import json
from uuid import UUID

import pytest
from aws_lambda_powertools import Logger

from samspill import runtime
from samspill.connectors.http.wire import Call
from samspill.engine.model import Side
from samspill.messages import Message
from samspill.pipeline.dispatch import handle
from samspill.ports import World
from tests.flows.hub import FLOW, STEPS, Hub
from tests.handlers.test_doors import Context, door, sqs
from tools.bench.prices import LOG_CALL_KB, LOG_LINE_KB

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")
NAME = str(UUID(int=2**128 - 1))
"""As AWS names messages and requests, and as long."""


def test_a_webhook_leaves_one_line_per_message_and_call_and_none_is_longer_than_reckoned(
    monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    hub = Hub(size=2)
    hub.first_sync()
    hub.deliver_webhooks()
    hub.drain()
    out = io.StringIO()
    monkeypatch.setattr(runtime, "logger", Logger(service=request.node.name[:20], stream=out))
    monkeypatch.setattr(Context, "aws_request_id", NAME)
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
