"""`approve --list`, `reject`, `limits`, and where lists that the guard holds back are shown."""

from __future__ import annotations

import pytest

from samspill.state import FlowKey
from tests.cli.terminal import FLOW, Terminal

KEY = FlowKey("acme", FLOW)
MANY = 25


@pytest.fixture
def stopped(active: Terminal) -> Terminal:
    """An active flow in which more new customers came than a day's limit."""
    active.hub.tripletex.set_faults({"webhook_drop": True})
    for index in range(MANY):
        active.hub.tripletex.add("customer", {"name": f"Nykunde {index} AS", "isCustomer": True})
    active.ask_any("run", FLOW)
    return active


def customers(terminal: Terminal) -> int:
    return len(terminal.hub.timerabbit.rows("customers"))


def test_status_and_review_show_the_list_with_its_hash(stopped: Terminal) -> None:
    (told,) = stopped.ask_any("status", FLOW)["flows"][0]["held"]

    assert (told["stream"], told["side"], told["kind"], told["count"]) == ("customers", "right", "create", MANY)
    assert len(told["examples"]) == 5
    for command in ("status", "review"):
        shown = stopped.run(command, FLOW, expect=1 if command == "status" else 0).output
        assert f"--list {told['hash']}" in " ".join(shown.split())
        assert told["examples"][0] in shown


def test_approving_the_list_creates_what_it_names(stopped: Terminal) -> None:
    before = customers(stopped)
    (told,) = stopped.ask_any("status", FLOW)["flows"][0]["held"]

    assert "no such list" in stopped.run("approve", FLOW, "--list", "000000000000", expect=1).stderr
    answer = stopped.ask("approve", FLOW, "--list", told["hash"])
    stopped.hub.drain()

    assert (answer["count"], answer["by"]) == (MANY, "kari")
    assert customers(stopped) == before + MANY


def test_rejecting_the_list_creates_nothing(stopped: Terminal) -> None:
    before = customers(stopped)
    (told,) = stopped.ask_any("status", FLOW)["flows"][0]["held"]

    assert "no such list" in stopped.run("reject", FLOW, "000000000000", expect=1).stderr
    assert stopped.ask("reject", FLOW, told["hash"]) == {"hash": told["hash"], "count": MANY}
    stopped.hub.drain()

    assert customers(stopped) == before
    assert stopped.ask_any("status", FLOW)["flows"][0]["held"] == []


def test_limits_are_shown_raised_for_a_day_and_reset(active: Terminal) -> None:
    assert active.ask("limits", FLOW) == {"at_least": 20, "share": 0.05, "shrink": 0.1, "raised": None}

    raised = active.ask("limits", FLOW, "--at-least", "300", "--share", "10")
    assert (raised["at_least"], raised["share"], raised["raised"]["by"]) == (300, 0.1, "kari")
    assert "Raised by kari until" in active.run("limits", FLOW).output

    active.hub.clock.advance(24 * 3600 + 1)
    assert active.ask("limits", FLOW)["at_least"] == 20
    active.run("limits", FLOW, "--at-least", "5")
    assert active.ask("limits", FLOW)["at_least"] == 5
    assert active.ask("limits", FLOW, "--reset")["at_least"] == 20


def test_a_limit_that_is_none_is_refused_with_a_reason(active: Terminal) -> None:
    revision = active.world.registry.flow(KEY).revision

    assert "approve the list instead" in active.run("limits", FLOW, "--at-least", "1000000", expect=2).stderr
    assert active.world.registry.flow(KEY).revision == revision
