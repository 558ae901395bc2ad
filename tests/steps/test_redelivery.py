"""A message that comes again after its work was done: what is journalled is what became of the write then."""

from __future__ import annotations

from dataclasses import replace

import pytest

from samspill.engine.model import Link, LinkState, Outcome, Result, Shadow, Side, Write
from samspill.messages import PlannedWrite, UpsertRecords
from samspill.pipeline.upsert.upsert import upsert_records
from samspill.ports import LinkCommit
from samspill.reasons import Reason
from samspill.state import StreamKey
from tests.flows.hub import FLOW, Hub

KEY = StreamKey(*FLOW, "customers")
FAILED = Outcome(Result.FAILED, Reason("rejected"))
WRITE = "left-1@1.abcdef"


@pytest.mark.parametrize(
    ("outcome", "refusal", "result"),
    [
        (Outcome(Result.APPLIED, Reason("updated")), None, Result.APPLIED),
        (FAILED, FAILED.reason, Result.FAILED),
        (FAILED, None, Result.APPLIED),
        (Outcome(Result.APPLIED, Reason("updated")), FAILED.reason, Result.FAILED),
    ],
)
def test_a_write_that_comes_again_is_journalled_as_it_ended_and_not_sent(
    outcome: Outcome, refusal: Reason | None, result: Result
) -> None:
    """Where one side refused, the link says *failed* although the other side's write was carried out."""
    hub = Hub(size=2)
    hub.first_sync()
    ids = {Side.LEFT: "1", Side.RIGHT: "9"}
    link = Link(
        "left-1",
        ids,
        LinkState.LINKED,
        {},
        {side: Shadow({}) for side in Side},
        outcome,
        attempt=WRITE,
        refusal=refusal,
    )
    hub.world.links.commit(KEY, [LinkCommit(link)])
    write = PlannedWrite(
        link=replace(link, revision=1),
        write=Write(Side.RIGHT, {"name": "Berg AS"}, "9"),
        reason=Reason("updated", {"system": "Timerabbit", "fields": "name"}),
        attempt=WRITE,
    )
    before = hub.writes("timerabbit")

    upsert_records(hub.world, UpsertRecords(**FLOW._asdict(), stream="customers", side=Side.RIGHT, writes=(write,)))
    hub.drain()

    told = [entry.result for entry in hub.journal() if entry.attempt == WRITE]
    assert (told, hub.writes("timerabbit")) == ([result], before)
