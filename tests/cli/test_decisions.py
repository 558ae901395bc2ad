"""`review`."""

from __future__ import annotations

from typing import Any

import pytest

from samspill.engine.model import Link, Side
from samspill.state import StreamKey
from tests.cli.terminal import FLOW, Terminal

CUSTOMERS = StreamKey("acme", FLOW, "customers")
type Doubt = tuple[Terminal, str, str]


def link_of(terminal: Terminal, name: str) -> Link:
    return terminal.world.links.get(CUSTOMERS, [name])[name]


def test_nothing_to_decide_is_said(active: Terminal) -> None:
    assert active.ask("review", FLOW, "--code", "similar")["items"] == []
    assert "Nothing waits for you." in active.run("review", FLOW, "--code", "similar").output


def test_what_waits_is_listed_with_its_candidates(doubtful: Doubt) -> None:
    terminal, name, right = doubtful
    terminal.run("run", FLOW)

    (item,) = [item for item in terminal.ask("review", FLOW)["items"] if item["link"] == name]

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


@pytest.mark.parametrize("by", ["id", "number"])
def test_a_person_names_the_record_by_its_id_or_its_number(doubtful: Doubt, by: str) -> None:
    terminal, name, right = doubtful
    terminal.run("run", FLOW)
    external_id = name.removeprefix("left-")
    [row] = [row for row in terminal.hub.tripletex.rows("customer") if str(row["id"]) == external_id]

    terminal.run("review", FLOW, "--link", f"{external_id if by == 'id' else row['customerNumber']}={right}")

    decision = link_of(terminal, name).decision
    assert decision is not None
    assert (decision.action, decision.target) == ("link", right)


def test_a_plan_names_what_a_record_waits_for_as_the_journal_does(doubtful: Doubt) -> None:
    terminal, name, _ = doubtful
    external_id = name.removeprefix("left-")
    [customer] = [row for row in terminal.hub.tripletex.rows("customer") if str(row["id"]) == external_id]
    terminal.hub.tripletex.edit("project", str(open_project(terminal)["id"]), {"customer": {"id": customer["id"]}})

    lines = terminal.ask_any("run", FLOW)["plan"]["lines"]

    waits = [line["reason"]["params"]["record"] for line in lines if line["reason"]["code"] == "waiting_for"]
    assert any(customer["name"] in record for record in waits)
    assert external_id not in waits


def open_project(terminal: Terminal) -> dict[str, Any]:
    closed = ("isClosed", "isOffer", "isInternal", "mainProject")
    return next(row for row in terminal.hub.tripletex.rows("project") if not any(row[name] for name in closed))


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
    similar = [item["link"] for item in terminal.ask("review", FLOW, "--code", "similar")["items"]]
    others = [item["link"] for item in terminal.ask("review", FLOW)["items"] if item["link"] not in similar]

    answer = terminal.ask("review", FLOW, "--code", "similar", "--all", "create")

    assert name in similar
    assert answer["decided"] == [{"link": link, "action": "create"} for link in similar]
    assert [item["link"] for item in terminal.ask("review", FLOW)["items"]] == others


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


def test_a_target_that_is_not_there_is_told_and_the_record_is_listed_again(doubtful: Doubt) -> None:
    terminal, name, right = doubtful
    terminal.run("run", FLOW)
    terminal.ask_any("approve", FLOW, "--yes")

    terminal.run("review", FLOW, "--link", f"{name}=99999999")
    terminal.hub.drain()

    (item,) = [item for item in terminal.ask("review", FLOW)["items"] if item["link"] == name]
    assert item["reason"] == {"code": "chosen_gone", "params": {"record": "99999999", "system": "Timerabbit"}}
    assert [candidate["external_id"] for candidate in item["candidates"]] == [right]
    assert "99999999, is not (or no longer) in Timerabbit." in terminal.run("review", FLOW).stdout


def test_a_target_of_another_pair_is_refused_with_its_name(doubtful: Doubt) -> None:
    terminal, name, _ = doubtful
    terminal.run("run", FLOW)
    terminal.ask_any("approve", FLOW, "--yes")
    other = next(link for link in terminal.hub.links("customers") if len(link.ids) == len(Side))
    before = link_of(terminal, name)

    said = terminal.run("review", FLOW, "--link", f"{name}={other.ids[Side.RIGHT]}", expect=2).stderr

    assert f"{other.ids[Side.RIGHT]} in Timerabbit belongs to {other.label} already." in said
    assert link_of(terminal, name) == before


def created(plan: dict[str, Any]) -> list[str]:
    """Return the ids of the customers that a plan creates, as it shows them."""
    lines = plan["lines"]
    return [line["link"] for line in lines if (line["stream"], line["action"]) == ("customers", "create")]


def test_what_the_plan_creates_is_shown_with_the_id_by_which_it_is_linked(terminal: Terminal) -> None:
    right = str(terminal.hub.timerabbit.add("customers", {"name": "Qwzx Xyqv"})["id"])
    terminal.set_up()
    shown = terminal.run("run", FLOW).stdout
    name, *others = created(terminal.ask("run", FLOW)["plan"])
    assert name in shown
    listed = terminal.ask("review", FLOW, "--code", "created", "--stream", "customers")["items"]
    assert [item["link"] for item in listed] == [name, *others]
    assert name not in [item["link"] for item in terminal.ask("review", FLOW)["items"]]
    rows = len(terminal.hub.timerabbit.rows("customers"))

    answer = terminal.ask("review", FLOW, "--link", f"{name}={right}")
    terminal.ask_any("approve", FLOW, "--plan", answer["plan"], "--yes")

    assert link_of(terminal, name).ids[Side.RIGHT] == right
    assert len(terminal.hub.timerabbit.rows("customers")) == rows + len(others)


def test_the_plan_that_was_shown_before_a_decision_cannot_be_approved(terminal: Terminal) -> None:
    terminal.set_up()
    plan = terminal.ask("run", FLOW)["plan"]
    name, *_ = created(plan)

    said = terminal.run("review", FLOW, "--ignore", name).stdout

    assert f"The plan was made anew: {terminal.world.registry.flow(terminal.hub.flow).plan}." in said
    told = terminal.run("approve", FLOW, "--plan", plan["hash"], "--yes", expect=1).stderr
    assert f"The plan {plan['hash']} no longer holds." in told
    assert terminal.hub.writes("timerabbit") == 0


def test_all_that_the_plan_creates_are_left_out_at_once_but_for_those_decided_before(terminal: Terminal) -> None:
    terminal.set_up()
    keep, *others = created(terminal.ask("run", FLOW)["plan"])
    rows = len(terminal.hub.timerabbit.rows("customers"))
    terminal.run("review", FLOW, "--create", keep)

    answer = terminal.ask("review", FLOW, "--code", "created", "--stream", "customers", "--all", "ignore")
    terminal.ask_any("approve", FLOW, "--yes")

    assert [each["link"] for each in answer["decided"]] == others
    assert len(terminal.hub.timerabbit.rows("customers")) == rows + 1
    assert Side.RIGHT in link_of(terminal, keep).ids
    assert all(Side.RIGHT not in link_of(terminal, name).ids for name in others)


def test_why_a_candidate_could_be_the_same_is_told_in_the_persons_language(doubtful: Doubt) -> None:
    terminal, name, _ = doubtful
    terminal.language = "nb"
    terminal.run("run", FLOW)

    for shown in (terminal.run("review", FLOW).stdout, terminal.run("log", FLOW, "--record", name).stdout):
        assert "95 %  navnet ligner" in shown
        assert "name alike" not in shown


def test_the_key_that_two_candidates_share_with_a_record_is_named(terminal: Terminal) -> None:
    terminal.hub.tripletex.add("customer", {"name": "Tvilling AS", "organizationNumber": "974760673"})
    for name in ("Tvilling nord", "Tvilling sør"):
        terminal.hub.timerabbit.add("customers", {"name": name, "organizationNumber": "974760673"})
    terminal.language = "nb"
    terminal.set_up()
    terminal.run("run", FLOW)

    (item,) = [item for item in terminal.ask("review", FLOW)["items"] if item["reason"]["code"] == "ambiguous"]

    assert [each["why"] for each in item["candidates"]] == ["organisation number"] * 2
    assert "100 %  organisasjonsnummer" in terminal.run("review", FLOW).stdout
