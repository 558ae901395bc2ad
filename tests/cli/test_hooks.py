"""What happens around an approval: the operator's gate, and the vendors' webhooks."""

from __future__ import annotations

from dataclasses import replace

import pytest
from click.testing import CliRunner, Result

from samspill import bootstrap
from samspill.cli import follow
from samspill.cli.main import cli
from samspill.hook_address import address
from samspill.state import FlowKey, FlowStatus, Run
from tests.cli.terminal import FLOW, Terminal

KEY = FlowKey("acme", FLOW)


@pytest.fixture
def deployed(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A first sync that waits for approval on the stack `mine`, which vendors reach."""
    terminal.set_up()
    terminal.run("run", FLOW)
    terminal.world = replace(terminal.world, hook_url="https://hub")
    monkeypatch.setattr(bootstrap, "world_from_stack", lambda _stack, _wait: terminal.world)
    monkeypatch.setattr(bootstrap, "person", lambda: terminal.actor)
    return terminal


def test_the_address_of_webhooks_has_one_part_for_each_name_whatever_it_holds() -> None:
    assert address("https://hub.example", "acme", "ours") == "https://hub.example/hooks/acme/ours"
    assert address("https://hub.example", "acme", "ours", "1-ab") == "https://hub.example/hooks/acme/ours/1-ab"
    assert address("https://hub.example", "a/c", "vårt?#") == "https://hub.example/hooks/a%2Fc/v%C3%A5rt%3F%23"


def approve() -> Result:
    return CliRunner().invoke(cli, ["--stack", "mine", "--tenant", "acme", "--lang", "en", "approve", FLOW, "--yes"])


def test_an_operator_lets_a_flow_in_review_be_planned(terminal: Terminal) -> None:
    terminal.set_up()
    state = terminal.world.registry.flow(KEY)
    terminal.world.registry.save_flow(state.model_copy(update={"status": FlowStatus.IN_REVIEW}))

    said = terminal.run("approve", FLOW, "--yes", expect=2).stderr
    assert "An operator approves it with --operator" in said
    assert terminal.world.registry.flow(KEY).status is FlowStatus.IN_REVIEW

    assert terminal.ask("approve", FLOW, "--operator")["status"] == "approved"
    (entry,) = (e for e in terminal.hub.journal() if e.reason.code == "operator_approved")
    assert entry.reason.params == {"person": "kari"}
    assert terminal.world.registry.flow(KEY).status is FlowStatus.APPROVED
    assert terminal.world.runs.latest(KEY) == []


def test_an_approved_flow_hears_both_vendors(deployed: Terminal) -> None:
    said = approve().output

    assert "Tripletex sends webhooks now." in said
    assert "Timerabbit sends webhooks now." in said
    for connection in deployed.world.registry.connections("acme"):
        assert connection.subscriptions
    deployed.hub.tripletex.add("customer", {"name": "Hørt AS"})
    deployed.hub.deliver_webhooks()
    deployed.hub.drain()
    assert "Hørt AS" in [row["name"] for row in deployed.hub.timerabbit.rows("customers")]


def test_whoever_stops_following_leaves_a_flow_that_hears_both_vendors(
    deployed: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def leave(*_: object) -> Run:
        raise KeyboardInterrupt

    monkeypatch.setattr(follow, "_watch", leave)

    done = approve()
    deployed.hub.drain()

    assert done.exit_code == 130
    assert "Tripletex sends webhooks now." in done.output
    assert deployed.world.registry.flow(KEY).status is FlowStatus.ACTIVE
    assert all(connection.subscriptions for connection in deployed.world.registry.connections("acme"))
    deployed.hub.tripletex.add("customer", {"name": "Hørt AS"})
    deployed.hub.deliver_webhooks()
    deployed.hub.drain()
    assert "Hørt AS" in [row["name"] for row in deployed.hub.timerabbit.rows("customers")]


def test_a_plan_that_no_longer_holds_asks_vendors_for_nothing(deployed: Terminal) -> None:
    arguments = ["--stack", "mine", "--tenant", "acme", "approve", FLOW, "--plan", "0ther", "--yes"]

    assert CliRunner().invoke(cli, arguments).exit_code == 1

    assert [c.subscriptions for c in deployed.world.registry.connections("acme")] == [{}, {}]


def test_a_vendor_that_refuses_to_send_webhooks_leaves_the_flow_active(deployed: Terminal) -> None:
    deployed.hub.timerabbit.set_faults({"fail_next": [{"status": 422, "times": 99, "path_prefix": "/v1/webhooks"}]})

    said = approve().output

    assert "Timerabbit sends no webhooks (" in said
    assert "The schedule finds changes all the same." in said
    assert deployed.world.registry.flow(KEY).status is FlowStatus.ACTIVE


def test_a_hub_that_vendors_cannot_reach_asks_them_for_nothing(deployed: Terminal) -> None:
    deployed.world = replace(deployed.world, hook_url="")

    approve()

    assert deployed.world.registry.flow(KEY).status is FlowStatus.ACTIVE
    assert [c.subscriptions for c in deployed.world.registry.connections("acme")] == [{}, {}]


@pytest.mark.parametrize("how", [["pause", "resume"], ["test"]])
def test_lost_subscriptions_are_made_again(deployed: Terminal, how: list[str]) -> None:
    approve()
    known = deployed.world.registry.connection("acme", "timerabbit")
    deployed.world.registry.save_connection(known.model_copy(update={"subscriptions": {}}))
    asked = sum("webhook" in call.path for call in deployed.hub.timerabbit.calls)

    for command in how:
        target = "timerabbit" if command == "test" else FLOW
        CliRunner().invoke(cli, ["--stack", "mine", "--tenant", "acme", command, target])

    assert deployed.world.registry.connection("acme", "timerabbit").subscriptions == known.subscriptions
    assert sum("webhook" in call.path for call in deployed.hub.timerabbit.calls) > asked


def test_testing_a_connection_that_no_active_flow_uses_asks_for_no_webhooks(deployed: Terminal) -> None:
    CliRunner().invoke(cli, ["--stack", "mine", "--tenant", "acme", "test", "timerabbit"])

    assert deployed.world.registry.connection("acme", "timerabbit").subscriptions == {}
