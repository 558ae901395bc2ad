"""A newer version worked for a while and was rolled back: this one goes on with what it left, and keeps it."""

from __future__ import annotations

from dataclasses import replace

from samspill.engine.model import LinkState, Side
from samspill.ports import LinkCommit
from samspill.state import FlowState, StreamKey
from tests.flows.hub import FLOW, Hub

CUSTOMERS = StreamKey(*FLOW, "customers")


def rolled_back() -> Hub:
    """A hub whose flow and links carry what a newer version wrote; one link is in a state nobody here knows."""
    hub = Hub()
    hub.first_sync()
    state = hub.world.registry.flow(FLOW)
    hub.world.registry.save_flow(FlowState.model_validate({**state.model_dump(mode="json"), "lanes": {"a": [1]}}))
    links = [replace(link, newer={"zz": link.id}) for link in hub.links("customers")]
    links[0] = replace(links[0], state=LinkState("frozen"))
    assert all(hub.world.links.commit(CUSTOMERS, [LinkCommit(link) for link in links]))
    return hub


def test_changes_go_over_and_what_is_not_understood_is_kept_and_left_alone() -> None:
    hub = rolled_back()
    frozen, other, *_ = sorted(
        (link for link in hub.links("customers") if len(link.ids) == len(Side)),
        key=lambda link: link.state is not LinkState("frozen") and link.state != "frozen",
    )
    for link in (frozen, other):
        hub.tripletex.edit("customer", link.ids[Side.LEFT], {"phoneNumber": "99887766"})
    before = {row["id"]: dict(row) for row in hub.timerabbit.rows("customers")}
    hub.sync()
    after = {row["id"]: row for row in hub.timerabbit.rows("customers")}
    assert after[other.ids[Side.RIGHT]]["phone"] == "99887766"
    assert after[frozen.ids[Side.RIGHT]] == before[frozen.ids[Side.RIGHT]]
    assert {entry.link for entry in hub.journal("newer_state")} == {frozen.id}
    found = {link.id: link for link in hub.links("customers")}
    assert found[other.id].newer == {"zz": other.id}
    assert (found[frozen.id].newer, found[frozen.id].state) == ({"zz": frozen.id}, "frozen")
    assert hub.world.registry.flow(FLOW).model_extra == {"lanes": {"a": [1]}}


def test_when_the_newer_version_is_back_nothing_has_to_be_mended() -> None:
    hub = rolled_back()
    hub.sync()
    links = [replace(link, state=LinkState.LINKED) for link in hub.links("customers") if link.state == "frozen"]
    hub.world.links.commit(CUSTOMERS, [LinkCommit(link) for link in links])
    hub.sync()
    writes = hub.writes("timerabbit")
    hub.sync()
    assert hub.writes("timerabbit") == writes
    assert all(link.newer == {"zz": link.id} for link in hub.links("customers"))
