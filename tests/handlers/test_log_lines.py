"""Log lines: whose, of which message and run, and what began it, from the webhook to the vendor's own request id."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from typing import Any

import pytest
from aws_lambda_powertools import Logger

from samspill import messages, runtime
from samspill.connectors.http.wire import Call
from samspill.engine.model import Side
from samspill.errors import UnavailableError
from samspill.messages import FetchPage, Message, StartRun, decode, encode
from samspill.pipeline.dispatch import handle
from samspill.ports import World
from tests.flows.hub import FLOW, STEPS, Hub
from tests.handlers.test_doors import EVENTS, ROOT, Context, door, load, sqs
from tools.pages.schemas import tasks

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")


@pytest.fixture
def hub() -> Hub:
    hub = Hub(size=2)
    hub.first_sync()
    for sandbox in hub.sandboxes.values():
        sandbox.set_faults({"webhook_drop": True})
    hub.drain()
    return hub


@pytest.fixture
def out(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> io.StringIO:
    stream = io.StringIO()
    monkeypatch.setattr(runtime, "logger", Logger(service=request.node.name, stream=stream))
    return stream


def lines(out: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


def page(tenant: str = "acme", correlation_id: str = "") -> str:
    names = {"tenant": tenant, "flow": FLOW.flow, "stream": "customers", "side": "left", "run": "r1"}
    return encode(FetchPage.model_validate({**names, "correlation_id": correlation_id}))


def test_every_line_of_a_message_says_whose_it_is_and_what_began_it(hub: Hub, out: io.StringIO) -> None:
    connection = hub.world.registry.connection(FLOW.tenant, "tripletex")

    def call(_world: World, _message: Message) -> None:
        runtime.log_call(connection, Call("GET", "/customer", 503, 1.0, "at-the-vendor"))
        raise UnavailableError("down")

    door(hub, call)(sqs(page(correlation_id="delivery-7")), Context())

    called, again = lines(out)
    about = {"tenant": "acme", "flow": FLOW.flow, "stream": "customers", "run": "r1", "step": "fetch"}
    about |= {"aws_request_id": "a-request", "message_id": "m0", "correlation_id": "delivery-7"}
    about |= {"schema": "samspill.fetch-page/1", "connection": "tripletex", "vendor": "tripletex"}
    assert [line["message"] for line in (called, again)] == ["called", "will be tried again"]
    assert called.items() >= (about | {"request_id": "at-the-vendor"}).items()
    assert again.items() >= about.items()


def test_a_line_carries_nothing_of_the_message_before_it(hub: Hub, out: io.StringIO) -> None:
    connection = hub.world.registry.connection(FLOW.tenant, "tripletex")

    def call(_world: World, message: Message) -> None:
        if message.tenant == "acme":
            runtime.log_call(connection, Call("GET", "/customer", 200, 1.0, None))

    door(hub, call)(sqs(page(correlation_id="one"), page("other"), "garbage"), Context())

    _, _, other, buried = lines(out)
    assert (other["tenant"], other["message_id"], other["correlation_id"]) == ("other", "m1", "m1")
    assert "connection" not in other
    assert (buried["message"], buried["message_id"], buried["step"]) == ("message buried", "m2", "fetch")
    assert not {"tenant", "flow", "run", "correlation_id"} & buried.keys()


def test_what_a_schedule_began_goes_by_one_name_through_all_steps(hub: Hub) -> None:
    sent = hub.world.queues.lineage = {}
    hub.tripletex.edit("customer", hub.links("customers")[0].ids[Side.LEFT], {"name": "Fjordheim AS"})

    door(hub, handle)(sqs(encode(StartRun(tenant=FLOW.tenant, flow=FLOW.flow, full=True))), Context())
    while work := [delivery for step in STEPS for delivery in hub.world.queues.receive(step)]:
        for delivery in work:
            assert door(hub, handle)(sqs(delivery.body), Context()) == {"batchItemFailures": []}
            hub.world.queues.done(delivery.handle)

    assert {each.message.step for each in sent.values()} == {"fetch", "map", "upsert", "log"}
    assert {each.message.correlation_id for each in sent.values()} == {"m0"}


def test_a_webhook_hands_on_the_id_that_the_access_log_knows(
    hub: Hub, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from tests.handlers.test_webhook_door import Door

    module = load("receive")
    monkeypatch.setattr(module, "world", lambda: hub.world)
    vendor = Door(hub, "timerabbit", module.handler, capsys)
    body = vendor.body()
    event = {
        "requestContext": {"requestId": "gateway-1"},
        "pathParameters": {"tenant": FLOW.tenant, "connection": "timerabbit", "token": vendor.token()},
        "headers": vendor.signed(body),
        "body": body.decode(),
    }
    sent = hub.world.queues.lineage = {}
    capsys.readouterr()

    module.handler(event, Context())

    line = json.loads(capsys.readouterr().out)
    assert (line["correlation_id"], line["aws_request_id"]) == ("gateway-1", "a-request")
    assert [each.message.correlation_id for each in sent.values()] == ["gateway-1"]


def test_messages_of_the_version_before_are_read_and_begin_something_of_their_own() -> None:
    for path in EVENTS:
        old = json.loads(path.read_text("utf-8"))
        old.pop("correlation_id", None)
        assert decode(json.dumps(old)).correlation_id == ""
    assert len(EVENTS) == len([*messages.OWN, *tasks()])


def told(level: str, code: str, *, function: str = "") -> str:
    """What a fresh process of a function writes."""
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join([str(ROOT / "shared"), str(ROOT)])}
    env |= {"POWERTOOLS_LOG_LEVEL": level, "POWERTOOLS_SERVICE_NAME": "hub", "AWS_LAMBDA_FUNCTION_NAME": function}
    run = subprocess.run([sys.executable, "-c", code], env=env, check=True, capture_output=True, text=True)
    return run.stdout + run.stderr


@pytest.mark.parametrize(
    ("level", "shown"),
    [
        ("DEBUG", ["begun", "done", "slow"]),
        ("INFO", ["done", "slow"]),
        ("WARNING", ["slow"]),
        ("ERROR", []),
    ],
)
def test_the_log_level_decides_what_is_written_whoever_writes_it(level: str, shown: list[str]) -> None:
    code = (
        "import logging; logging.basicConfig(); from samspill.runtime import logger;"
        "logger.append_keys(tenant='acme');"
        "logger.debug('begun'); logger.info('done'); logging.getLogger('samspill.work').warning('slow')"
    )
    written = [json.loads(line) for line in told(level, code).splitlines()]
    assert sorted(line["message"] for line in written) == sorted(shown)
    assert {line["tenant"] for line in written} <= {"acme"}


def test_a_defect_in_one_record_is_told_with_the_context_of_its_message() -> None:
    code = (
        "import logging; logging.basicConfig(); from samspill.runtime import logger;"
        "from samspill.work.isolation import of_one;"
        "logger.append_keys(tenant='acme', message_id='m1'); of_one(ZeroDivisionError('ours'), 'customer 1')"
    )
    [line] = [json.loads(each) for each in told("INFO", code).splitlines()]
    assert (line["tenant"], line["message_id"]) == ("acme", "m1")
    assert "ZeroDivisionError" in line["exception"]


@pytest.mark.parametrize(
    ("level", "quiet", "loud"), [("INFO", True, True), ("WARNING", False, True), ("ERROR", False, False)]
)
def test_the_webhook_door_keeps_to_the_log_level(
    level: str, quiet: bool, loud: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("POWERTOOLS_LOG_LEVEL", level)
    module = load("receive")
    written: list[bool] = []
    for status in (202, 401):
        module._log(Context(), {"tenant": "acme", "connection": "ours"}, status=status)
        written.append(bool(capsys.readouterr().out))
    assert written == [quiet, loud]


@pytest.mark.parametrize("start", ["samspill.runtime", "app"])
def test_a_function_counts_each_of_its_starts(start: str) -> None:
    code = f"import sys; sys.path.insert(0, 'functions/receive'); import {start}; import {start}"
    [line] = [json.loads(each) for each in told("INFO", code, function="hub-map").splitlines()]
    [metric] = line["_aws"]["CloudWatchMetrics"]
    assert metric == {
        "Namespace": "Samspill",
        "Dimensions": [["function"]],
        "Metrics": [{"Name": "ColdStart", "Unit": "Count"}],
    }
    assert (line["function"], line["ColdStart"]) == ("hub-map", 1)
    assert told("INFO", code) == ""
