"""What an admin may make of the rules of Svenn ↔ Tripletex, and what comes of it."""

from __future__ import annotations

import pytest

from samspill.engine.merge import SKEW_S
from samspill.engine.model import LinkState, Side
from samspill.engine.rules import OnConflict, Policy
from samspill.errors import UsageError
from samspill.reasons import LANGUAGES
from samspill.state import FlowState
from samspill.texts.reasons import reason_text
from samspill.usecases import rules
from tests.flows.hub import Hub
from tests.support.actors import admin


@pytest.fixture
def hub() -> Hub:
    return Hub(size=6, flow="svenn-tripletex")


@pytest.mark.parametrize(
    ("field", "policy", "master", "code"),
    [
        ("hours.hours", Policy.TWO_WAY, None, "hours_as_declared"),
        ("hours.hours", Policy.OFF, None, "hours_as_declared"),
        ("hours.hours", Policy.MASTER, Side.RIGHT, "hours_as_declared"),
        ("hours.comment", Policy.MASTER, None, "hours_as_declared"),
        ("hours.exported", Policy.OFF, None, "hours_as_declared"),
        ("activities.name", Policy.TWO_WAY, None, "only_matched"),
    ],
)
def test_no_rule_can_be_made_that_writes_over_hours_or_renames_activities(
    hub: Hub, field: str, policy: Policy, master: Side | None, code: str
) -> None:
    hub.connect()

    with pytest.raises(UsageError) as caught:
        rules.change(hub.world, admin("kari"), hub.flow, field, policy=policy, master=master)

    assert caught.value.reason.code == code
    assert all(field in reason_text(caught.value.reason, language) for language in LANGUAGES)
    assert hub.world.registry.flow(hub.flow).rules == {}
    assert rules.in_force(hub.world, admin(), hub.flow)["hours.hours"][0].on_conflict is OnConflict.REVIEW
    assert hub.journal("rule_changed") == []


def test_two_admins_at_once_lose_neither_rule(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    hub.connect()
    save = hub.world.registry.save_flow

    def after_another(flow: FlowState) -> FlowState:
        monkeypatch.undo()
        rules.change(hub.world, admin("ola"), hub.flow, "customers.phone", policy=Policy.OFF)
        return save(flow)

    monkeypatch.setattr(hub.world.registry, "save_flow", after_another)
    rules.change(hub.world, admin("kari"), hub.flow, "customers.email", policy=Policy.OFF)

    assert sorted(hub.world.registry.flow(hub.flow).rules) == ["customers.email", "customers.phone"]
    assert sorted(entry.reason.params["person"] for entry in hub.journal("rule_changed")) == ["kari", "ola"]


@pytest.mark.parametrize("later", [Side.LEFT, Side.RIGHT])
def test_the_newest_edit_wins_where_that_is_the_rule(hub: Hub, later: Side) -> None:
    hub.first_sync()
    rules.change(
        hub.world, admin("kari"), hub.flow, "customers.email", policy=Policy.TWO_WAY, on_conflict=OnConflict.NEWEST_WINS
    )
    left, right = pair(hub)
    edits = {
        Side.LEFT: lambda: hub.svenn.edit("customers", left, {"email": "svenn@ny.example"}),
        Side.RIGHT: lambda: hub.tripletex.edit("customer", right, {"email": "tripletex@ny.example"}),
    }
    edits[later.other]()
    hub.clock.advance(SKEW_S + 1)
    edits[later]()

    settle(hub)

    wins = "svenn@ny.example" if later is Side.LEFT else "tripletex@ny.example"
    assert emails(hub, left, right) == (wins, wins)
    [told] = [entry for entry in hub.journal() if entry.before]
    assert set(told.before.values()) == {"svenn@ny.example", "tripletex@ny.example"} - {wins}


def test_edits_too_close_to_tell_apart_are_decided_by_the_master(hub: Hub) -> None:
    hub.first_sync()
    rules.change(
        hub.world, admin("kari"), hub.flow, "customers.email", policy=Policy.TWO_WAY, on_conflict=OnConflict.NEWEST_WINS
    )
    left, right = pair(hub)
    hub.tripletex.edit("customer", right, {"email": "tripletex@ny.example"})
    hub.clock.advance(SKEW_S - 1)
    hub.svenn.edit("customers", left, {"email": "svenn@ny.example"})

    settle(hub)

    assert emails(hub, left, right) == ("tripletex@ny.example", "tripletex@ny.example")


def pair(hub: Hub) -> tuple[str, str]:
    """A customer that both sides have."""
    link = next(each for each in hub.links("customers") if each.state is LinkState.LINKED)
    return link.ids[Side.LEFT], link.ids[Side.RIGHT]


def settle(hub: Hub) -> None:
    """Let the webhooks arrive until nobody has anything to say."""
    for _ in range(6):
        hub.deliver_webhooks()
        hub.drain()


def emails(hub: Hub, left: str, right: str) -> tuple[str, str]:
    """What both sides hold."""
    (ours,) = (row["email"] for row in hub.svenn.rows("customers") if row["id"] == left)
    (theirs,) = (row["email"] for row in hub.tripletex.rows("customer") if str(row["id"]) == right)
    return ours, theirs
