"""What a mode asks for by messages of its own: they keep their form on the way, and what nobody knows is put aside."""

from __future__ import annotations

import json

import pytest

from samspill.errors import ContractError
from samspill.messages import TaskMessage, decode, encode
from samspill.modes.hours.tasks import CheckTotals
from samspill.pipeline.dispatch import handle
from tests.flows.hub import Hub
from tests.support.tasks import message_in

ABOUT = {"tenant": "acme", "flow": "svenn-tripletex", "stream": "hours", "run": "r1"}


def body(schema: str, **more: object) -> str:
    return json.dumps({"schema": schema, **ABOUT, **more})


@pytest.fixture
def hub() -> Hub:
    hub = Hub(size=2, flow="svenn-tripletex")
    hub.first_sync()
    hub.drain()
    for sandbox in hub.sandboxes.values():
        sandbox.calls.clear()
    return hub


def test_a_task_keeps_what_it_holds_on_its_way_through_a_queue() -> None:
    task = CheckTotals.model_validate({**ABOUT, "places": [("1", "2026-11-30", "7")], "page": 3, "chain": "c"})

    on_its_way = decode(encode(task))

    assert type(on_its_way) is TaskMessage, "the messages' room knows no mode"
    assert message_in(encode(on_its_way)) == task


@pytest.mark.parametrize(
    ("schema", "more", "why"),
    [
        ("samspill.check-totals/2", {}, "no task of this stream: samspill.check-totals/2"),
        ("samspill.write-export/1", {}, "no task of this stream: samspill.write-export/1"),
        ("samspill.fetch-page/2", {"side": "left"}, "no task of this stream: samspill.fetch-page/2"),
        ("samspill.check-totals/1", {"page": "many"}, "message refused at page"),
    ],
)
def test_a_task_that_the_streams_mode_cannot_read_is_put_aside_and_calls_on_nobody(
    hub: Hub, schema: str, more: dict[str, object], why: str
) -> None:
    handle(hub.world, decode(body(schema, **more)))

    [letter] = hub.world.queues.take_dead("fetch")
    assert why in letter.why
    assert json.loads(letter.body)["schema"] == schema
    assert [list(sandbox.calls) for sandbox in hub.sandboxes.values()] == [[], []]
    assert hub.world.queues.depth() == 0


@pytest.mark.parametrize("step", ["map", "upsert", "log"])
def test_only_the_queue_that_brings_tasks_takes_what_it_does_not_know_for_one(step: str) -> None:
    with pytest.raises(ContractError, match="schema"):
        decode(body("samspill.map-records/2", subjects=[]), step)
