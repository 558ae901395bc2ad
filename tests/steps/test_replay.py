"""Which failed records a replay puts back to the start."""

from __future__ import annotations

from typing import Any

import pytest

from samspill.engine.model import Link, Outcome, Result, Side
from samspill.messages import FetchRecords, Replay, decode
from samspill.pipeline.replay.replay import replay
from samspill.ports import LinkCommit
from samspill.reasons import Reason
from samspill.state import StreamKey
from tests.flows.hub import FLOW, Hub

REJECTED, DUPLICATE = Reason("rejected"), Reason("duplicate")


@pytest.fixture
def hub() -> Hub:
    made = Hub(size=2)
    made.connect()
    for stream, number, reason in (
        ("customers", "1", REJECTED),
        ("customers", "2", DUPLICATE),
        ("projects", "3", REJECTED),
    ):
        link = Link(f"left-{number}", {Side.LEFT: number}, outcome=Outcome(Result.FAILED, reason))
        made.world.links.commit(StreamKey(*FLOW, stream), [LinkCommit(link)])
    return made


def sent(hub: Hub) -> list[tuple[str, str | None]]:
    messages = [decode(each.body) for each in hub.world.queues.receive("fetch")]
    return sorted((m.stream, hint.left) for m in messages if isinstance(m, FetchRecords) for hint in m.records)


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ({}, [("customers", "1"), ("customers", "2"), ("projects", "3")]),
        ({"stream": "customers"}, [("customers", "1"), ("customers", "2")]),
        ({"stream": "projects"}, [("projects", "3")]),
        ({"code": "rejected"}, [("customers", "1"), ("projects", "3")]),
        ({"stream": "customers", "code": "rejected"}, [("customers", "1")]),
        ({"records": ("left-1", "left-3")}, [("customers", "1"), ("projects", "3")]),
        ({"records": ("left-1", "left-3"), "stream": "projects"}, [("projects", "3")]),
        ({"stream": "customers", "limit": 1}, [("customers", "1")]),
        ({"stream": "employees"}, []),
    ],
)
def test_a_replay_takes_what_was_asked_for_and_nothing_else(
    hub: Hub, chosen: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    tried = replay(hub.world, Replay(**FLOW._asdict(), dry_run=True, **chosen))
    assert sent(hub) == []
    found = replay(hub.world, Replay(**FLOW._asdict(), **chosen))
    assert found == tried
    assert sorted((key.stream, link.ids[Side.LEFT]) for key, link in found) == expected
    assert sent(hub) == expected
