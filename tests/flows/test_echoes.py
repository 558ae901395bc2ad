"""What our own writes make a vendor tell us costs no call; what anybody else changed is read."""

from __future__ import annotations

from typing import Any

import pytest

from samspill.engine.model import Side
from samspill.engine.revision import Revision
from samspill.messages import FetchRecords, LogOutcomes, RecordHint, decode
from samspill.state import JournalEntry
from tests.flows.hub import FLOW, Hub


@pytest.fixture
def hub() -> Hub:
    """A hub that vendors reach, with what its first sync made them send delivered."""
    hub = Hub(size=3)
    hub.first_sync()
    hub.deliver_webhooks()
    hub.drain()
    hub.timerabbit.calls.clear()
    return hub


def told(hub: Hub) -> list[str]:
    """Everything asked of Timerabbit since; its webhooks are delivered and worked on."""
    hub.deliver_webhooks()
    hub.drain()
    return [f"{call.method} {call.path}" for call in hub.timerabbit.calls]


def pair(hub: Hub) -> tuple[str, str]:
    link = next(link for link in hub.links("customers") if len(link.ids) == 2)
    return link.ids[Side.LEFT], link.ids[Side.RIGHT]


def row_of(hub: Hub, external_id: str) -> dict[str, Any]:
    return next(row for row in hub.timerabbit.rows("customers") if row["id"] == external_id)


def test_the_echo_of_an_update_is_not_read(hub: Hub) -> None:
    left, right = pair(hub)
    hub.tripletex.edit("customer", left, {"name": "Omdøpt AS"})

    calls = told(hub)

    assert row_of(hub, right)["name"] == "Omdøpt AS"
    assert calls == [f"PATCH /v1/customers/{right}"]
    assert hub.delivered[-1] == 202, "Timerabbit told of our own write, and was heard"


def test_the_echoes_of_creates_are_not_read(hub: Hub) -> None:
    heard = len(hub.delivered)
    for number in range(5):
        hub.tripletex.add("customer", {"name": f"Ny {number} AS"})

    calls = told(hub)

    made = [row["id"] for row in hub.timerabbit.rows("customers") if row["name"].startswith("Ny ")]
    assert len(made) == 5
    assert len(hub.delivered) >= heard + 10, "Tripletex told of five, and so did Timerabbit"
    assert not {f"GET /v1/customers/{each}" for each in made} & set(calls)


def test_a_persons_edit_on_top_of_our_write_is_read_and_set_back(hub: Hub) -> None:
    left, right = pair(hub)
    hub.tripletex.edit("customer", left, {"name": "Omdøpt AS"})
    told(hub)
    hub.timerabbit.calls.clear()
    hub.timerabbit.edit("customers", right, {"name": "Skrevet på feil side"})

    calls = told(hub)

    assert calls == [f"GET /v1/customers/{right}", f"PATCH /v1/customers/{right}"]
    assert row_of(hub, right)["name"] == "Omdøpt AS"


def test_an_edit_between_our_write_and_its_echo_is_read_once_the_echo_tells_of_it(hub: Hub) -> None:
    left, right = pair(hub)
    hub.tripletex.edit("customer", left, {"name": "Omdøpt AS"})
    hub.tripletex.webhooks.pump()
    hub.drain()
    hub.timerabbit.edit("customers", right, {"name": "Skrevet på feil side"})

    calls = told(hub)

    assert f"GET /v1/customers/{right}" in calls
    assert row_of(hub, right)["name"] == "Omdøpt AS"


def test_a_version_says_nothing_about_a_record_that_is_told_deleted_or_not_known(hub: Hub) -> None:
    _, right = pair(hub)
    version = Revision(row_of(hub, right)["version"])
    stranger = hub.timerabbit.add("customers", {"name": "Ukjent AS", "number": "99123"})
    hints = [
        RecordHint(right=right, deleted=True, version=version),
        RecordHint(right=str(stranger["id"]), version=Revision(1)),
    ]

    for hint in hints:
        hub.world.queues.send([FetchRecords(tenant=FLOW.tenant, flow=FLOW.flow, stream="customers", records=(hint,))])
    hub.drain()

    read = [call.path for call in hub.timerabbit.calls if call.method == "GET"]
    assert f"/v1/customers/{right}" in read
    assert f"/v1/customers/{stranger['id']}" in read


def test_two_notices_of_one_edit_write_once_and_whichever_is_told_last_keeps_what_stood_there(hub: Hub) -> None:
    _, right = pair(hub)
    hub.timerabbit.set_faults({"webhook_drop": True})
    hub.timerabbit.edit("customers", right, {"name": "Skrevet på feil side"})
    notice = FetchRecords(tenant=FLOW.tenant, flow=FLOW.flow, stream="customers", records=(RecordHint(right=right),))
    lines: list[JournalEntry] = []

    def listen(body: str) -> None:
        message = decode(body)
        lines.extend(message.entries if isinstance(message, LogOutcomes) else ())

    hub.world.queues.send([notice])
    hub.world.queues.send([notice])
    hub.drain(before=listen)

    assert [call.method for call in hub.timerabbit.calls if call.method != "GET"] == ["PATCH"]
    assert [line.before for line in lines] == [{"name": "Skrevet på feil side"}] * 2
