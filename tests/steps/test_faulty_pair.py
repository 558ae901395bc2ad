"""A pair that nobody can decide about: whose record says so."""

from __future__ import annotations

from typing import Any

import pytest

from samspill.engine.model import Link, LinkState, Observation, Outcome, Result, Side
from samspill.messages import MapRecords, Subject
from samspill.pipeline.map import map_records
from samspill.ports import LinkCommit
from samspill.reasons import Reason
from samspill.state import StreamKey
from tests.flows.hub import FLOW, Hub

KEY = StreamKey(*FLOW, "customers")
GONE = Link(
    "left-1",
    {Side.LEFT: "1"},
    LinkState.TOMBSTONE,
    outcome=Outcome(Result.SKIPPED, Reason("deleted_before_link")),
    gone=(Side.LEFT,),
)


def test_a_record_that_was_deleted_is_not_blamed_for_the_one_beside_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing read of it later would end the failure: it is gone."""

    def unforeseen(*_: Any, **__: Any) -> None:
        raise ValueError("the rules cannot deal with this")

    hub = Hub(size=2)
    hub.first_sync()
    hub.world.links.commit(KEY, [LinkCommit(GONE)])
    monkeypatch.setattr(map_records, "plan", unforeseen)
    left, right = Observation("1", {}, seen_at=1, deleted=True), Observation("9", {"name": "Berg AS"}, seen_at=1)
    pair = Subject(left=left, right=right, rule="natural key")

    map_records.map_records(hub.world, MapRecords(**FLOW._asdict(), stream="customers", subjects=(pair,)))

    gone = hub.world.links.of_records(KEY, Side.LEFT, ["1"])["1"]
    there = hub.world.links.of_records(KEY, Side.RIGHT, ["9"])["9"]
    assert (gone.outcome, gone.state) == (GONE.outcome, LinkState.TOMBSTONE)
    assert there.outcome is not None
    assert (there.outcome.result, there.outcome.reason.code) == (Result.FAILED, "defect")
