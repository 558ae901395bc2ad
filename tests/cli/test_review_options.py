"""`review`: which side holds in a conflict, and what a deletion means."""

from __future__ import annotations

from pathlib import Path

import pytest

from samspill.engine.model import Link, LinkState, Side
from tests.cli.terminal import FLOW, Terminal
from tests.flows.hub import Hub

SVENN = "svenn-tripletex"


@pytest.fixture
def conflict(tmp_path: Path) -> tuple[Terminal, Link]:
    """A customer that was renamed on both sides: its link."""
    terminal = Terminal(Hub(flow=SVENN), tmp_path)
    hub = terminal.hub
    hub.first_sync()
    link = next(link for link in hub.links("customers") if len(link.ids) == len(Side))
    hub.tripletex.edit("customer", link.ids[Side.RIGHT], {"name": "Fra Tripletex AS"})
    hub.svenn.edit("customers", link.ids[Side.LEFT], {"name": "Fra Svenn AS"})
    settle(hub)
    assert link.id in [item["link"] for item in terminal.ask("review", SVENN)["items"] if "name" in item["conflicts"]]
    return terminal, link


def settle(hub: Hub) -> None:
    hub.deliver_webhooks()
    hub.drain()


def names(hub: Hub, link: Link) -> tuple[str, str]:
    """Return what the customer is called on both sides."""
    left = next(row for row in hub.svenn.rows("customers") if str(row["id"]) == link.ids[Side.LEFT])
    right = next(row for row in hub.tripletex.rows("customer") if str(row["id"]) == link.ids[Side.RIGHT])
    return str(left["name"]), str(right["name"])


@pytest.mark.parametrize(("option", "name"), [("--take-left", "Fra Svenn AS"), ("--take-right", "Fra Tripletex AS")])
def test_the_side_that_a_person_takes_holds_on_both(conflict: tuple[Terminal, Link], option: str, name: str) -> None:
    terminal, link = conflict

    answer = terminal.ask("review", SVENN, option, link.id)
    settle(terminal.hub)

    assert answer == {"decided": [{"link": link.id, "action": option.removeprefix("--")}], "plan": None}
    assert names(terminal.hub, link) == (name, name)
    assert link.id not in [item["link"] for item in terminal.ask("review", SVENN)["items"]]


@pytest.fixture
def deleted(active: Terminal) -> tuple[Terminal, Link]:
    """A customer that somebody deleted in the target: its link."""
    link = next(link for link in active.hub.links("customers") if len(link.ids) == len(Side))
    active.hub.timerabbit.remove("customers", link.ids[Side.RIGHT])
    for _ in range(2):
        active.ask_any("run", FLOW, "--full")
    active.hub.drain()
    assert link.id in [item["link"] for item in active.ask("review", FLOW, "--code", "deleted_in_target")["items"]]
    return active, link


@pytest.mark.parametrize(("option", "inactive"), [("--archive", True), ("--keep", False)])
def test_what_was_deleted_on_one_side_is_archived_or_kept_on_the_other(
    deleted: tuple[Terminal, Link], option: str, *, inactive: bool
) -> None:
    terminal, link = deleted
    writes = terminal.hub.writes("tripletex")

    terminal.run("review", FLOW, option, link.id)
    terminal.hub.drain()

    rows = {str(row["id"]): row for row in terminal.hub.tripletex.rows("customer")}
    assert rows[link.ids[Side.LEFT]]["isInactive"] is inactive
    assert terminal.hub.writes("tripletex") == writes + inactive
    (after,) = (each for each in terminal.hub.links("customers") if each.id == link.id)
    assert after.state is LinkState.TOMBSTONE
    assert link.id not in [item["link"] for item in terminal.ask("review", FLOW)["items"]]
