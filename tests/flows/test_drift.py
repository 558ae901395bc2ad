"""What somebody edits on the wrong side is set back to what the other side holds by now, for one look at both."""

from __future__ import annotations

from typing import Any

import pytest

from samspill.engine.model import Side
from samspill.messages import FetchRecords, RecordHint
from tests.flows.hub import Hub

WRONG = "Feil side AS"
SOME = 3


def reads(hub: Hub) -> dict[str, int]:
    """How often each vendor was asked for something since `forget`."""
    return {
        vendor: sum(call.method == "GET" and "token" not in call.path for call in sandbox.calls)
        for vendor, sandbox in hub.sandboxes.items()
    }


def forget(hub: Hub) -> None:
    hub.clock.advance(60)
    for sandbox in hub.sandboxes.values():
        sandbox.calls.clear()


def pairs(hub: Hub) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    rows = {
        Side.LEFT: {str(row["id"]): row for row in hub.tripletex.rows("customer")},
        Side.RIGHT: {str(row["id"]): row for row in hub.timerabbit.rows("customers")},
    }
    linked = [link for link in hub.links("customers") if len(link.ids) == len(Side)]
    both = [(rows[Side.LEFT][link.ids[Side.LEFT]], rows[Side.RIGHT][link.ids[Side.RIGHT]]) for link in linked]
    return [(left, right) for left, right in both if not left["isInactive"]]


def name_of(hub: Hub, right: dict[str, Any]) -> str:
    return next(str(row["name"]) for row in hub.timerabbit.rows("customers") if row["id"] == right["id"])


def test_it_is_set_back_to_what_the_master_holds_though_nobody_told_of_that(hub: Hub) -> None:
    left, right = pairs(hub)[0]
    hub.tripletex.edit("customer", str(left["id"]), {"name": "Nytt navn AS"})
    hub.timerabbit.set_faults({"webhook_drop": False})
    forget(hub)
    hub.timerabbit.edit("customers", right["id"], {"name": WRONG})
    hub.deliver_webhooks()
    hub.drain()

    assert name_of(hub, right) == "Nytt navn AS"
    assert (hub.writes("timerabbit"), hub.writes("tripletex")) == (1, 0)
    (told,) = hub.journal("overwritten")
    assert told.before == {"name": WRONG}


def test_what_was_typed_on_both_sides_alike_is_no_drift(hub: Hub) -> None:
    left, right = pairs(hub)[0]
    hub.tripletex.edit("customer", str(left["id"]), {"name": "Nytt navn AS"})
    hub.timerabbit.set_faults({"webhook_drop": False})
    forget(hub)
    hub.timerabbit.edit("customers", right["id"], {"name": "Nytt navn AS"})
    hub.deliver_webhooks()
    hub.drain()

    assert (hub.writes("timerabbit"), hub.journal("overwritten")) == (0, [])


def test_a_look_at_the_masters_of_a_whole_page_is_one_call(hub: Hub) -> None:
    forget(hub)
    hub.sync()
    unchanged = reads(hub)
    for _, right in (some := pairs(hub)[:SOME]):
        hub.timerabbit.edit("customers", right["id"], {"name": WRONG})
    forget(hub)
    hub.sync()

    assert [name_of(hub, right) for _, right in some] == [left["name"] for left, _ in some]
    assert hub.writes("timerabbit") == 1  # for all of them
    assert reads(hub)["tripletex"] == unchanged["tripletex"] + 1


@pytest.mark.parametrize("names", ["both", "wrong side"])
def test_the_master_is_read_once_be_it_named_with_the_drift_or_not(hub: Hub, names: str) -> None:
    left, right = pairs(hub)[0]
    hub.timerabbit.edit("customers", right["id"], {"name": WRONG})
    forget(hub)
    hint = RecordHint(left=str(left["id"]) if names == "both" else None, right=str(right["id"]))
    key = {"tenant": hub.flow.tenant, "flow": hub.flow.flow, "stream": "customers", "trigger": "manual"}
    hub.world.queues.send([FetchRecords(**key, records=(hint,))])
    hub.drain()

    assert name_of(hub, right) == left["name"]
    assert reads(hub)["tripletex"] == 1


def test_an_edit_on_the_right_side_costs_no_look(hub: Hub) -> None:
    left, right = pairs(hub)[0]
    hub.tripletex.edit("customer", str(left["id"]), {"name": "Nytt navn AS"})
    forget(hub)
    key = {"tenant": hub.flow.tenant, "flow": hub.flow.flow, "stream": "customers", "trigger": "manual"}
    hub.world.queues.send([FetchRecords(**key, records=(RecordHint(left=str(left["id"])),))])
    hub.drain()

    assert name_of(hub, right) == "Nytt navn AS"
    assert reads(hub)["tripletex"] == 1
