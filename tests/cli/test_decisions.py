"""`review`."""

from __future__ import annotations

from samspill.engine.model import Link, Side
from samspill.state import StreamKey
from tests.cli.terminal import FLOW, Terminal

CUSTOMERS = StreamKey("acme", FLOW, "customers")
type Doubt = tuple[Terminal, str, str]


def link_of(terminal: Terminal, name: str) -> Link:
    return terminal.world.links.get(CUSTOMERS, [name])[name]


def test_nothing_to_decide_is_said(active: Terminal) -> None:
    assert active.ask("review", FLOW, "--code", "no_such") == []
    assert "Nothing waits for you." in active.run("review", FLOW, "--code", "no_such").output


def test_what_waits_is_listed_with_its_candidates(doubtful: Doubt) -> None:
    terminal, name, right = doubtful
    terminal.run("run", FLOW)

    (item,) = [item for item in terminal.ask("review", FLOW) if item["link"] == name]

    assert item["stream"] == "customers"
    assert item["reason"]["code"] == "similar"
    assert [candidate["external_id"] for candidate in item["candidates"]] == [right]
    assert name in terminal.run("review", FLOW).output


def test_a_person_links_to_the_one_candidate(doubtful: Doubt) -> None:
    terminal, name, right = doubtful
    terminal.run("run", FLOW)

    terminal.run("review", FLOW, "--link", name)
    terminal.ask_any("approve", FLOW, "--yes")

    assert link_of(terminal, name).ids[Side.RIGHT] == right


def test_a_person_names_the_target(doubtful: Doubt) -> None:
    terminal, name, right = doubtful
    terminal.run("run", FLOW)

    terminal.run("review", FLOW, "--link", f"{name}={right}")

    decision = link_of(terminal, name).decision
    assert decision is not None
    assert (decision.action, decision.target, decision.by) == ("link", right, "kari")


def test_all_of_one_reason_are_decided_at_once(doubtful: Doubt) -> None:
    terminal, name, _ = doubtful
    terminal.run("run", FLOW)
    similar = [item["link"] for item in terminal.ask("review", FLOW, "--code", "similar")]
    others = [item["link"] for item in terminal.ask("review", FLOW) if item["link"] not in similar]

    answer = terminal.ask("review", FLOW, "--code", "similar", "--all", "create")

    assert name in similar
    assert answer["decided"] == [{"link": link, "action": "create"} for link in similar]
    assert [item["link"] for item in terminal.ask("review", FLOW)] == others


def test_a_decision_for_one_is_kept_when_all_are_decided(doubtful: Doubt) -> None:
    terminal, name, _ = doubtful
    terminal.run("run", FLOW)

    terminal.run("review", FLOW, "--ignore", name, "--all", "create")

    decision = link_of(terminal, name).decision
    assert decision is not None
    assert decision.action == "ignore"


def test_what_was_ignored_can_be_created_later(doubtful: Doubt) -> None:
    terminal, name, right = doubtful
    terminal.run("run", FLOW)
    terminal.run("review", FLOW, "--ignore", name)
    terminal.ask_any("approve", FLOW, "--yes")
    assert Side.RIGHT not in link_of(terminal, name).ids

    terminal.run("review", FLOW, "--create", name)
    terminal.hub.drain()

    assert link_of(terminal, name).ids[Side.RIGHT] != right


def test_what_does_not_wait_is_not_decided_about(active: Terminal) -> None:
    (linked, *_) = (link for link in active.world.links.all(CUSTOMERS) if Side.RIGHT in link.ids)

    said = active.run("review", FLOW, "--ignore", linked.id, expect=2).stderr

    assert f"{linked.id} does not wait for a decision" in said
    assert link_of(active, linked.id) == linked
