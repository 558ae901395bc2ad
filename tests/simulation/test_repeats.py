"""A message is delivered again after all is over: the journal tells what became of its write, not what was planned."""

from __future__ import annotations

import pytest

from samspill.engine.model import Link, LinkState, Result, Side
from samspill.messages import Message, UpsertRecords, decode
from samspill.pipeline.dispatch import handle
from tests.simulation.hub import SimulatedHub
from tests.simulation.invariants import at_rest, fixpoint
from tests.simulation.options import VendorOptions
from tests.simulation.over_all import audited
from tests.simulation.vendor import POISON
from tests.simulation.watch import Watch

QUIET = VendorOptions(webhooks="none")


def _drained(hub: SimulatedHub) -> list[UpsertRecords]:
    """Work until nothing is left; return every write that was on its way."""
    writes: list[UpsertRecords] = []
    send = hub.inner.queues.send

    def noted(messages: list[Message], *, delay_s: int = 0) -> None:
        writes.extend(message for message in messages if isinstance(message, UpsertRecords))
        send(messages, delay_s=delay_s)

    hub.inner.queues.send = noted  # type: ignore[method-assign,assignment]  # for a moment only
    hub.sync()
    hub.drain()
    hub.inner.queues.send = send  # type: ignore[method-assign]
    return writes


def _again(hub: SimulatedHub, writes: list[UpsertRecords]) -> None:
    for message in writes:
        handle(hub.world, decode(message.model_dump_json(by_alias=True)))
    hub.drain()


def _refused(side: Side) -> tuple[SimulatedHub, list[UpsertRecords], Link]:
    """A record that the other side refused to have."""
    hub = SimulatedHub(3, left=QUIET, right=QUIET)
    Watch(hub)
    hub.person_adds(side, name=POISON)
    writes = _drained(hub)
    (link,) = hub.links("customers")
    assert link.outcome is not None
    assert link.outcome.result is Result.FAILED
    return hub, writes, link


def _lines(hub: SimulatedHub, attempt: str) -> set[tuple[Result, str]]:
    return {(entry.result, entry.reason.code) for entry in hub.journal() if entry.attempt == attempt}


@pytest.mark.parametrize("side", Side)
def test_a_refused_create_is_not_told_as_done_when_its_record_was_deleted_meanwhile(side: Side) -> None:
    hub, writes, link = _refused(side)
    (row,) = hub.vendors[side].rows["customers"].values()
    hub.person_deletes(side, "customers", row)
    for _ in range(2):
        hub.sync()
        hub.drain()
    hub.vendors[side].options = VendorOptions()
    hub.vendors[side].tell("customers", row.id, deleted=True)
    hub.drain()
    (buried,) = hub.links("customers")
    assert buried.state is LinkState.TOMBSTONE

    _again(hub, writes)

    assert _lines(hub, link.attempt) == {(Result.FAILED, "rejected")}
    assert not hub.history.writes
    audited(hub)


@pytest.mark.parametrize("side", Side)
def test_a_refused_create_is_not_told_as_done_when_its_record_found_a_partner_meanwhile(side: Side) -> None:
    hub, writes, link = _refused(side)
    (row,) = hub.vendors[side].rows["customers"].values()
    entity = hub.history.entity_of["customers", side, row.id]
    hub.person_edits(side, "customers", row, "name", "A name at last")
    hub.person_adds(side.other, entity=entity, **row.fields)  # type: ignore[arg-type]  # fields have no such name
    hub.sync()
    hub.drain()

    _again(hub, writes)

    assert _lines(hub, link.attempt) == {(Result.FAILED, "rejected")}
    audited(hub)
    fixpoint(hub)


@pytest.mark.parametrize("refusing", Side)
def test_of_two_writes_of_one_pair_each_is_told_as_it_ended(refusing: Side) -> None:
    hub = SimulatedHub(5, left=QUIET, right=QUIET)
    watch = Watch(hub)
    hub.person_adds(Side.LEFT)
    _drained(hub)
    rows = {side: next(iter(hub.vendors[side].rows["customers"].values())) for side in Side}
    hub.person_edits(refusing.other, "customers", rows[refusing.other], "name", POISON)
    hub.person_edits(refusing, "customers", rows[refusing], "phone", "a new phone")
    writes = _drained(hub)
    sides = {write.attempt: message.side for message in writes for write in message.writes}
    before = {attempt: _lines(hub, attempt) for attempt in sides}
    assert {side for attempt, side in sides.items() if (Result.FAILED, "rejected") in before[attempt]} == {refusing}

    _again(hub, writes)

    assert {attempt: _lines(hub, attempt) for attempt in sides} == before
    at_rest(watch)
