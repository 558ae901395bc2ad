"""`log --record`: why did that customer not come over?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from samspill.engine.model import Link, Outcome, Result, Side
from samspill.ports import LinkCommit
from samspill.reasons import Reason
from samspill.state import StreamKey
from tests.cli.terminal import FLOW, Terminal
from tests.flows.hub import Hub

BOTH_WAYS = "svenn-tripletex"
ORGANIZATION = "923609016"


def ask(terminal: Terminal, record: str) -> list[dict[str, Any]]:
    """Return what is said about a record; nothing may be written, stored or queued for it."""
    hub = terminal.hub
    before = [hub.links(stream) for stream in ("customers", "projects")]
    writes = {vendor: hub.writes(vendor) for vendor in hub.sandboxes}

    answer: dict[str, list[dict[str, Any]]] = terminal.ask("log", hub.flow.flow, "--record", record)

    assert [hub.links(stream) for stream in ("customers", "projects")] == before
    assert {vendor: hub.writes(vendor) for vendor in hub.sandboxes} == writes
    assert hub.world.queues.depth() == 0
    return answer["records"]


def the(terminal: Terminal, record: str) -> dict[str, Any]:
    """Return what is said about the one record."""
    (only,) = ask(terminal, record)
    return only


def pair(terminal: Terminal) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return an active customer of Tripletex and the one of Timerabbit it is linked to by its number."""
    rights = {row["number"]: row for row in terminal.hub.timerabbit.rows("customers")}
    lefts = (row for row in terminal.hub.tripletex.rows("customer") if not row["isInactive"])
    left = next(row for row in lefts if str(row["customerNumber"]) in rights)
    return left, rights[str(left["customerNumber"])]


def reads(terminal: Terminal) -> int:
    """Return how often either system was read."""
    return sum(call.method == "GET" for sandbox in terminal.hub.sandboxes.values() for call in sandbox.calls)


@pytest.mark.parametrize("what", ["left id", "right id", "number", "organisation number", "part of its name", "link"])
def test_a_record_is_known_by_all_its_names_in_both_systems(active: Terminal, what: str) -> None:
    left, right = pair(active)
    names = {
        "left id": str(left["id"]),
        "right id": str(right["id"]),
        "number": f" {left['customerNumber']} ",
        "organisation number": f"NO {left['organizationNumber'][:3]} {left['organizationNumber'][3:]} MVA",
        "part of its name": left["displayName"][2:].upper(),
        "link": f"left-{left['id']}",
    }
    before = reads(active)

    (said,) = [each for each in ask(active, names[what]) if each["stream"] == "customers"]

    assert said["ids"] == {"left": str(left["id"]), "right": str(right["id"])}
    assert (said["result"], said["reason"]["code"], said["read"]) == ("applied", "linked", True)
    assert reads(active) == before, "what is known is not asked for"


def test_what_has_a_number_in_its_name_does_not_hide_what_has_that_number(active: Terminal) -> None:
    left, _ = pair(active)
    other = next(row for row in active.hub.tripletex.rows("customer") if row["id"] != left["id"])
    active.hub.tripletex.edit("customer", str(other["id"]), {"name": f"Lager {left['customerNumber']} AS"})
    active.ask_any("run", FLOW, "--full")

    assert the(active, str(left["customerNumber"]))["link"] == f"left-{left['id']}"
    assert {each["link"] for each in ask(active, f"r {left['customerNumber']}")} == {f"left-{other['id']}"}


def test_a_rule_that_stops_a_record_is_told_with_its_value_and_what_to_do(active: Terminal) -> None:
    deep = active.ask("log", FLOW, "--code", "too_deep")["journal"][0]
    active.language = "nb"

    said = active.run("log", FLOW, "--record", deep["ids"]["left"]).stdout

    assert f"{deep['label']} – prosjekter – Tripletex {deep['ids']['left']}\n  utelatt: " in said
    assert f"nivå 3 under {deep['reason']['params']['parent']}. Flytt det opp i Tripletex" in said
    assert "Neste: den vurderes på nytt så snart den er endret" in said
    assert "Det loggen har om den:" in said


def test_a_failure_is_told_with_the_vendors_words_and_the_command_that_tries_again(active: Terminal) -> None:
    left, _ = pair(active)
    active.hub.tripletex.edit("customer", str(left["id"]), {"name": "X" * 150})
    active.ask_any("run", FLOW, "--full")

    said = active.run("log", FLOW, "--record", str(left["customerNumber"])).stdout

    assert "\n  failed: Timerabbit " in said
    assert f"Next: correct it, then samspill replay {FLOW} --record left-{left['id']}" in said


def test_a_conflict_is_told_with_both_values_and_the_commands_that_settle_it(tmp_path: Path) -> None:
    terminal = Terminal(Hub(flow=BOTH_WAYS), tmp_path, language="de")
    terminal.hub.first_sync()
    link = next(link for link in terminal.hub.links("customers") if set(link.ids) == set(Side))
    terminal.hub.svenn.edit("customers", link.ids[Side.LEFT], {"name": "Svenns Name"})
    terminal.hub.tripletex.edit("customer", link.ids[Side.RIGHT], {"name": "Tripletex' Name"})
    terminal.hub.sync()

    said = terminal.run("log", BOTH_WAYS, "--record", link.ids[Side.RIGHT]).stdout

    assert "\n  Konflikt: " in said
    assert "Name: Svenn: Svenns Name · Tripletex: Tripletex' Name" in said
    assert f"--take-left {link.id} (Svenn) oder --take-right {link.id} (Tripletex)" in said


def test_a_decision_that_is_not_carried_out_yet_is_told(doubtful: tuple[Terminal, str, str]) -> None:
    terminal, name, candidate = doubtful
    terminal.ask("run", FLOW)

    before = terminal.run("log", FLOW, "--record", name).stdout
    terminal.run("review", FLOW, "--link", name)
    after = terminal.run("log", FLOW, "--record", name).stdout

    assert f"≈ {candidate}" in before
    assert f"samspill review {FLOW} --link {name}=ID, --create {name} or --ignore {name}" in before
    assert "kari has decided this (link). The next read carries it out." in after


def test_hours_are_found_by_their_cell_although_their_stream_is_never_searched_whole(tmp_path: Path) -> None:
    terminal = Terminal(Hub(flow=BOTH_WAYS), tmp_path)
    terminal.hub.first_sync()
    why = Reason("hours_none", {"source": "Svenn", "target": "Tripletex"})
    cell = Link("left-7.2026-03-02", {Side.LEFT: "7.2026-03-02"}, outcome=Outcome(Result.SKIPPED, why))
    terminal.hub.world.links.commit(StreamKey(*terminal.hub.flow, "hours"), [LinkCommit(cell)])

    for name in ("7.2026-03-02", cell.id):
        said = the(terminal, name)
        assert (said["stream"], said["link"], said["reason"]["code"]) == ("hours", cell.id, "hours_none")


# --- never read ------------------------------------------------------------------------------------------------------


def test_a_new_record_is_found_where_it_stands_and_it_is_said_what_the_next_read_does(active: Terminal) -> None:
    new = active.hub.tripletex.add("customer", {"name": "Ny AS", "customerNumber": 77001})
    active.language = "nb"

    said = active.run("log", FLOW, "--record", "77001").stdout

    assert f"Ny AS (77001) – kunder – Tripletex {new['id']}\n" in said
    assert "Ikke lest ennå, men finnes i Tripletex. Neste lesing: opprette." in said
    assert (
        f"Sist lest (kunder): 02.03.2026 08:00 UTC. Neste gang: 02.03.2026 08:15 UTC. Med en gang: samspill run {FLOW}"
        in said
    )
    active.ask_any("run", FLOW)
    assert the(active, "77001")["reason"]["code"] == "created"


@pytest.mark.parametrize("by", ["number", "organisation number", "id"])
def test_a_new_record_is_found_by_number_organisation_number_or_id(active: Terminal, by: str) -> None:
    body = {"name": "Ny AS", "customerNumber": 77001, "organizationNumber": ORGANIZATION}
    new = active.hub.tripletex.add("customer", body)
    names = {"number": "77001", "organisation number": "923 609 016", "id": str(new["id"])}

    said = the(active, names[by])

    assert (said["read"], said["would"], said["ids"]) == (False, "create", {"left": str(new["id"])})


def test_a_new_record_whose_number_an_unreadable_row_has_would_wait(active: Terminal) -> None:
    bad = active.hub.timerabbit.add("customers", {"name": "Ny", "number": "77001"})
    store = active.hub.timerabbit.store
    store.put(store.kinds["customers"], {**bad, "email": 7})
    left = active.hub.tripletex.add("customer", {"name": "Ny AS", "customerNumber": 77001})

    said = [each for each in ask(active, "77001") if each["ids"] == {"left": str(left["id"])}]

    assert [(each["would"], each["reason"]["code"]) for each in said] == [("wait", "partner_unreadable")]
    assert said[0]["reason"]["because"]["code"] == "cannot_map"


def test_a_new_record_that_the_other_side_holds_too_would_be_linked(active: Terminal) -> None:
    left = active.hub.tripletex.add("customer", {"name": "Ny AS", "customerNumber": 77001})
    right = active.hub.timerabbit.add("customers", {"name": "Ny", "number": "77001"})

    for name in ("77001", str(left["id"]), str(right["id"])):
        said = the(active, name)
        assert (said["would"], said["reason"]["params"]["rule"]) == ("link", "customer number")
        assert said["ids"] == {"left": str(left["id"]), "right": str(right["id"])}


def test_a_new_record_would_be_linked_to_what_was_left_alone_so_far(active: Terminal) -> None:
    right = active.hub.timerabbit.add("customers", {"name": "Alene AS", "number": "77001"})
    active.ask_any("run", FLOW, "--full")
    assert the(active, "77001")["reason"]["code"] == "only_in_target"
    left = active.hub.tripletex.add("customer", {"name": "Alene AS", "customerNumber": 77001})

    said = the(active, str(left["id"]))

    assert (said["would"], said["ids"]) == ("link", {"left": str(left["id"]), "right": str(right["id"])})


def test_a_new_record_that_a_rule_would_stop_is_told_so_with_the_rule(active: Terminal) -> None:
    active.hub.tripletex.add("customer", {"name": "Gammel AS", "customerNumber": 77001, "isInactive": True})

    said = the(active, "77001")

    assert (said["would"], said["reason"]["code"]) == ("skip", "inactive_at_source")
    assert "Make it active in Tripletex" in said["text"]


def test_a_new_record_that_waits_for_another_new_one_names_it(active: Terminal) -> None:
    customer = active.hub.tripletex.add("customer", {"name": "Ny AS", "customerNumber": 77001})
    manager = {"id": int(active.hub.manager())}
    body = {"name": "Bad", "number": "P-77", "startDate": "2026-03-01", "projectManager": manager}
    active.hub.tripletex.add("project", {**body, "customer": {"id": customer["id"]}})

    said = the(active, "P-77")

    assert (said["stream"], said["would"], said["reason"]["code"]) == ("projects", "wait", "waiting_for")
    assert str(customer["id"]) in said["text"]


def test_a_record_that_is_nowhere_is_said_to_be_nowhere_after_a_handful_of_calls(active: Terminal) -> None:
    before = reads(active)

    said = active.run("log", FLOW, "--record", "99999").stdout

    assert "99999 is neither known here nor present in Tripletex / Timerabbit" in said
    assert reads(active) - before <= 9, "two streams on two sides, by number and by id; Tripletex hides the inactive"


def test_a_name_that_nobody_has_asks_no_system_and_says_what_to_ask_with(active: Terminal) -> None:
    before = reads(active)

    said = active.run("log", FLOW, "--record", "Finnes Ikke").stdout

    assert "has “Finnes Ikke” in its name. Ask with a number, an organisation number or an id." in said
    assert reads(active) == before


def test_a_system_that_does_not_answer_is_named_and_the_other_ones_answer_still_told(active: Terminal) -> None:
    active.hub.tripletex.add("customer", {"name": "Ny AS", "customerNumber": 77001})
    active.hub.timerabbit.set_faults({"error_rate": 1.0})

    said = active.run("log", FLOW, "--record", "77001").stdout

    assert "Not read yet, but present in Tripletex." in said
    assert "Timerabbit could not be asked: " in said


def test_while_a_flow_rests_no_system_is_asked_and_that_is_said(active: Terminal) -> None:
    active.hub.tripletex.add("customer", {"name": "Ny AS", "customerNumber": 77001})
    active.run("pause", FLOW)
    before = reads(active)

    said = active.run("log", FLOW, "--record", "77001").stdout

    assert "77001 is not known here, and the systems are not read now." in said
    assert f"Not read by itself now, for the flow is paused. See: samspill status {FLOW}" in said
    assert reads(active) == before


def test_before_the_first_read_it_is_said_that_nothing_was_read(terminal: Terminal) -> None:
    terminal.set_up()

    said = terminal.run("log", FLOW, "--record", "10001").stdout

    assert "Not read yet, but present in Tripletex / Timerabbit. The next read: link." in said
    assert "Last read (customers): never." in said


def test_a_read_that_is_overdue_is_said_to_be_due_now(active: Terminal) -> None:
    left, _ = pair(active)
    active.hub.clock.advance(3600)

    assert "Next: now." in active.run("log", FLOW, "--record", str(left["id"])).stdout


def test_many_of_one_name_are_told_to_be_many(active: Terminal) -> None:
    said = active.run("log", FLOW, "--record", "AS").stdout

    assert "more. Write more of the name, or a number." in said


@pytest.mark.parametrize("typed", ["Østmo", "ostmo anlegg", "OSTMO", "østmo ánlegg"])
def test_a_name_is_found_as_somebody_without_norwegian_letters_types_it(active: Terminal, typed: str) -> None:
    left, _ = pair(active)
    active.hub.tripletex.edit("customer", str(left["id"]), {"name": "Østmo Anlegg AS"})
    active.ask_any("run", FLOW, "--full")

    assert the(active, typed)["link"] == f"left-{left['id']}"
