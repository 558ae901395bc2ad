"""A pair owes writes to both sides, and one side refuses: the other is written, and nothing is sent twice."""

from __future__ import annotations

import pytest

from samspill.engine.model import Result, Side
from samspill.messages import FetchRecords, RecordHint, Replay
from samspill.pipeline.replay.replay import replay
from tests.simulation.hub import SimulatedHub
from tests.simulation.invariants import fixpoint
from tests.simulation.options import VendorOptions
from tests.simulation.vendor import POISON, Row
from tests.simulation.watch import Watch

PHONE = "a new phone"


def _owing_both(refusing: Side) -> tuple[SimulatedHub, Row, Row]:
    """A pair whose one side is owed a name that it refuses, and whose other side is owed a phone."""
    hub = SimulatedHub(5, left=VendorOptions(webhooks="none"), right=VendorOptions(webhooks="none"))
    Watch(hub)
    hub.person_adds(Side.LEFT)
    hub.sync()
    hub.drain()
    rows = {side: next(iter(hub.vendors[side].rows["customers"].values())) for side in Side}
    hub.attempts.clear()
    hub.person_edits(refusing.other, "customers", rows[refusing.other], "name", POISON)
    hub.person_edits(refusing, "customers", rows[refusing], "phone", PHONE)
    both = RecordHint(left=rows[Side.LEFT].id, right=rows[Side.RIGHT].id)
    tenant, flow = hub.flow_key
    hub.inner.queues.send(
        [FetchRecords(tenant=tenant, flow=flow, stream="customers", trigger="manual", records=(both,))]
    )
    hub.drain()
    return hub, rows[refusing], rows[refusing.other]


@pytest.mark.parametrize("refusing", Side)
def test_the_other_side_is_written_and_what_was_refused_is_sent_once(refusing: Side) -> None:
    hub, refuses, takes = _owing_both(refusing)
    assert takes.fields["phone"] == PHONE
    assert refuses.fields["name"] != POISON
    assert sorted(hub.attempts.values()) == [1, 1]
    (link,) = hub.links("customers")
    assert link.outcome is not None
    assert link.outcome.result is Result.FAILED
    fixpoint(hub)


@pytest.mark.parametrize("refusing", Side)
def test_a_change_on_either_side_or_a_person_has_it_sent_again(refusing: Side) -> None:
    hub, refuses, takes = _owing_both(refusing)

    def sent() -> int:
        return sum(n for (record, fields), n in hub.attempts.items() if record == refuses.id and POISON in fields)

    assert sent() == 1
    replay(hub.inner, Replay(tenant=hub.flow_key.tenant, flow=hub.flow_key.flow))
    hub.drain()
    assert sent() == 2
    for times, side, row in ((3, refusing, refuses), (4, refusing.other, takes)):
        hub.person_edits(side, "customers", row, "phone", f"Phone {times}")
        hub.sync()
        hub.drain()
        assert sent() == times
    hub.person_edits(refusing.other, "customers", takes, "name", "A name at last")
    hub.sync()
    hub.drain()
    assert refuses.fields["name"] == "A name at last"
    assert refuses.fields["phone"] == "Phone 4"


@pytest.mark.parametrize("side", Side)
def test_what_was_refused_is_sent_once_though_a_list_had_left_its_record_out(side: Side) -> None:
    """The first whole read lacks the record, so that it counts as missing once; then it is there, changed."""
    hub = SimulatedHub(5, left=VendorOptions(webhooks="none"), right=VendorOptions(webhooks="none"))
    Watch(hub)
    hub.person_adds(side)
    hub.sync()
    hub.drain()
    (row,) = hub.vendors[side].rows["customers"].values()
    del hub.vendors[side].rows["customers"][row.id]
    hub.sync()
    hub.drain()
    hub.vendors[side].rows["customers"][row.id] = row
    hub.person_edits(side, "customers", row, "name", POISON)

    hub.sync()
    hub.drain()

    (link,) = hub.links("customers")
    assert link.outcome is not None
    assert link.outcome.result is Result.FAILED
    assert not any(link.absent.values())
    fixpoint(hub)
