"""The doors: real events in, partial answers out; what cannot be read is buried, what fails comes again."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from samspill import runtime
from samspill.errors import UnavailableError
from samspill.messages import Message, StartRun, decode, encode
from samspill.ports import World
from tests.flows.hub import FLOW, Hub

ROOT = Path(__file__).parents[2]
EVENTS = sorted((ROOT / "events").glob("*.json"))


@dataclass
class Context:
    left_ms: int = 60_000
    aws_request_id: str = "a-request"

    def get_remaining_time_in_millis(self) -> int:
        return self.left_ms


def sqs(*bodies: str) -> dict[str, Any]:
    return {"Records": [{"messageId": f"m{n}", "body": body} for n, body in enumerate(bodies)]}


def door(hub: Hub, handle: Callable[[World, Message], None]) -> Callable[[Any, Any], runtime.Answer]:
    return runtime.queue_handler("fetch", lambda: hub.world, handle)


@pytest.fixture
def hub() -> Hub:
    return Hub(size=2)


def body() -> str:
    return encode(StartRun(tenant="t", flow="tripletex-timerabbit"))


@pytest.mark.filterwarnings("ignore:No application metrics")
class TestQueueHandler:
    def test_what_succeeds_is_done_with(self, hub: Hub) -> None:
        seen: list[Message] = []
        answer = door(hub, lambda _world, message: seen.append(message))(sqs(body(), body()), Context())
        assert answer == {"batchItemFailures": []}
        assert len(seen) == 2

    def test_what_fails_comes_again_and_stops_nobody(self, hub: Hub) -> None:
        calls: list[int] = []

        def handle(_world: World, _message: Message) -> None:
            calls.append(1)
            if len(calls) == 1:
                raise UnavailableError("down")

        answer = door(hub, handle)(sqs(body(), body()), Context())
        assert answer == {"batchItemFailures": [{"itemIdentifier": "m0"}]}

    def test_a_defect_comes_again_and_is_told_whole(self, hub: Hub, capsys: pytest.CaptureFixture[str]) -> None:
        def handle(_world: World, _message: Message) -> None:
            raise ZeroDivisionError("ours")

        answer = door(hub, handle)(sqs(body()), Context())
        assert answer["batchItemFailures"]

    @pytest.mark.parametrize(
        "garbage", ["", "{}", '{"schema":"samspill.start-run/9"}', '{"schema":"samspill.start-run/1"}']
    )
    def test_what_can_never_be_read_is_buried_at_once(self, hub: Hub, garbage: str) -> None:
        answer = door(hub, lambda _w, _m: None)(sqs(garbage, body()), Context())
        assert answer == {"batchItemFailures": []}
        assert [dead.body for dead in hub.world.queues.dead["fetch"]] == [garbage]

    @pytest.mark.parametrize("part", ["open", "bury"])
    def test_an_outage_while_a_message_is_read_or_buried_brings_back_that_one_alone(
        self, hub: Hub, part: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        real, calls = getattr(hub.world.queues, part), list[str]()

        def down_at_first(*arguments: str) -> Any:
            calls.append(part)
            if len(calls) == 1:
                raise UnavailableError("the bucket is down")
            return real(*arguments)

        monkeypatch.setattr(hub.world.queues, part, down_at_first)
        seen: list[Message] = []
        answer = door(hub, lambda _world, message: seen.append(message))(sqs("{", body(), "{"), Context())

        assert answer == {"batchItemFailures": [{"itemIdentifier": "m0"}]}
        assert len(seen) == 1
        assert [dead.body for dead in hub.world.queues.dead["fetch"]] == ["{"]

    def test_when_time_runs_short_the_rest_goes_back_untouched(self, hub: Hub) -> None:
        seen: list[Message] = []
        answer = door(hub, lambda _w, m: seen.append(m))(sqs(body(), body()), Context(left_ms=500))
        assert len(answer["batchItemFailures"]) == 2
        assert seen == []


@pytest.mark.parametrize("path", EVENTS, ids=lambda path: path.stem)
def test_every_example_is_a_message_that_is_understood_and_survives(path: Path) -> None:
    text = path.read_text("utf-8")
    message = decode(text)
    assert decode(encode(message)) == message
    assert path.stem == message.schema_.replace("/", ".")


def test_there_is_an_example_of_every_message() -> None:
    schemas = {path.name.removesuffix(".json") for path in (ROOT / "docs" / "schemas").glob("*.json")}
    assert {path.stem for path in EVENTS} == schemas


def load(step: str) -> Any:
    path = ROOT / "functions" / step / "app.py"
    spec = importlib.util.spec_from_file_location(f"door_{step}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_replay_door_answers_what_it_put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    hub = Hub()
    hub.first_sync()
    module = load("replay")
    monkeypatch.setattr(module, "world", lambda: hub.world)
    link = hub.links("customers")[0]
    event = {"tenant": FLOW.tenant, "flow": FLOW.flow, "records": [link.id], "dry_run": True}
    assert module.handler(event, Context()) == {"records": [link.id], "dry_run": True}
    assert hub.world.queues.depth() == 0


def test_the_replay_door_answers_what_became_of_dead_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    hub = Hub(size=2)
    hub.first_sync()
    module = load("replay")
    monkeypatch.setattr(module, "world", lambda: hub.world)
    hub.world.queues.bury("map", "garbage", "no JSON")

    answer = module.handler({"tenant": FLOW.tenant, "flow": FLOW.flow, "dead": True}, Context())

    (letter,) = json.loads(json.dumps(answer))["letters"]
    assert (letter["step"], letter["why"], letter["reason"]["code"]) == ("map", "no JSON", "quarantined")
    assert hub.world.blobs.get(letter["blob"]) == b"garbage"
    assert hub.world.queues.dead["map"] == []


def test_a_door_is_small() -> None:
    for path in (ROOT / "functions").glob("*/app.py"):
        assert len(path.read_text("utf-8").splitlines()) <= 40


def test_json_of_events_is_pretty_enough_to_read() -> None:
    for path in EVENTS:
        whose = "" if "watch-tenants" in path.name else "acme"
        assert json.loads(path.read_text("utf-8"))["tenant"] == whose
