"""A record that outlived its partner may find another one: a person chooses it, or a plan made anew does."""

from __future__ import annotations

import pytest

from samspill.engine.model import LinkState, Side
from samspill.state import FlowStatus
from tests.flows.hub import FLOW, Hub
from tests.flows.test_decisions import decide, given_back, line_of, link_of, make_doubtful


@pytest.fixture
def hub() -> Hub:
    return Hub()


def outlived(hub: Hub) -> str:
    """Have a customer of the source deleted, whose partner was archived in the target: the partner's id."""
    used = {(row.get("customer") or {}).get("id") for row in hub.tripletex.rows("project")}
    link = next(x for x in hub.links("customers") if x.state is LinkState.LINKED and int(x.ids[Side.LEFT]) not in used)
    hub.tripletex.remove("customer", link.ids[Side.LEFT])
    hub.deliver_webhooks()
    hub.drain()
    assert link_of(hub, link.id).state is LinkState.TOMBSTONE
    return link.ids[Side.RIGHT]


def test_a_person_may_choose_a_record_that_outlived_its_partner(hub: Hub) -> None:
    name, _ = make_doubtful(hub)
    hub.first_sync()
    right = outlived(hub)
    count = len(hub.timerabbit.rows("customers"))

    decide(hub, "link", name, target=right)

    link = link_of(hub, name)
    assert (link.state, link.ids[Side.RIGHT]) == (LinkState.LINKED, right)
    (row,) = (row for row in hub.timerabbit.rows("customers") if row["id"] == right)
    (ours,) = (row for row in hub.tripletex.rows("customer") if str(row["id"]) == link.ids[Side.LEFT])
    assert (row["name"], row["number"], row["active"]) == (ours["name"], str(ours["customerNumber"]), True)
    assert len(hub.timerabbit.rows("customers")) == count
    hub.tripletex.edit("customer", link.ids[Side.LEFT], {"email": "ny@kunde.example"})
    hub.sync()
    (row,) = (row for row in hub.timerabbit.rows("customers") if row["id"] == right)
    assert row["email"] == "ny@kunde.example", "they are kept in step from now on"


def test_one_that_did_not_live_after_all_is_given_back(hub: Hub) -> None:
    name, _ = make_doubtful(hub)
    hub.first_sync()
    right = outlived(hub)
    hub.timerabbit.set_faults({"webhook_drop": True})
    hub.timerabbit.remove("customers", right)
    writes = hub.writes("timerabbit")

    decide(hub, "link", name, target=right)

    given_back(hub, name, "chosen_gone", right)
    assert hub.writes("timerabbit") == writes


def test_a_plan_made_anew_takes_in_what_outlived_its_partner_and_brings_nothing_back(hub: Hub) -> None:
    hub.first_sync()
    right, other = outlived(hub), outlived(hub)
    rows = {row["id"]: row for row in hub.timerabbit.rows("customers")}
    hub.tripletex.set_faults({"webhook_drop": True})
    again = hub.tripletex.add(
        "customer",
        {"name": rows[right]["name"], "customerNumber": int(rows[right]["number"]), "isCustomer": True},
    )
    nothing = dict.fromkeys(("plan", "plan_run", "approval"))
    state = hub.world.registry.flow(FLOW)  # as after a first sync that was broken off
    hub.world.registry.save_flow(state.model_copy(update={"status": FlowStatus.APPROVED, **nothing}))

    plan = hub.plan()
    hub.approve(plan)

    line = line_of(plan, f"left-{again['id']}")
    assert (line.action, line.right) == ("link", right)
    assert {x.action for x in plan.lines if x.stream == "customers" and x.right == other} == {"none"}
    assert link_of(hub, f"left-{again['id']}").ids[Side.RIGHT] == right
    assert len(hub.timerabbit.rows("customers")) == len(rows)
