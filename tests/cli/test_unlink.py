"""`unlink`: a link that was made wrongly is undone, and nothing is deleted."""

from __future__ import annotations

import pytest

from samspill.engine.model import Link, LinkState, Result, Side
from samspill.state import StreamKey
from tests.cli.terminal import FLOW, Terminal, a_customer

CUSTOMERS = StreamKey("acme", FLOW, "customers")


def the_pair(terminal: Terminal) -> Link:
    left = a_customer(terminal)
    return terminal.world.links.of_records(CUSTOMERS, Side.LEFT, [str(left["id"])])[str(left["id"])]


def link_of(terminal: Terminal, name: str) -> Link:
    return terminal.world.links.get(CUSTOMERS, [name])[name]


def rows(terminal: Terminal) -> tuple[int, int]:
    return len(terminal.hub.tripletex.rows("customer")), len(terminal.hub.timerabbit.rows("customers"))


def test_both_records_stay_and_the_person_is_asked_what_becomes_of_the_one_that_is_created_there(
    active: Terminal,
) -> None:
    pair, before = the_pair(active), rows(active)

    answer = active.ask("unlink", FLOW, pair.id, "--yes")
    active.hub.drain()

    left, right = answer["records"]
    assert (left["link"], left["asked"], left["reason"]["code"]) == (pair.id, True, "unlinked")
    assert (right["id"], right["asked"]) == (pair.ids[Side.RIGHT], False)
    assert rows(active) == before
    assert link_of(active, pair.id).state is LinkState.UNLINKED
    (item,) = [item for item in active.ask("review", FLOW)["items"] if item["link"] == pair.id]
    assert item["reason"]["params"] == {"person": "kari", "record": pair.ids[Side.RIGHT], "system": "Timerabbit"}


def test_no_full_read_links_the_two_again_and_the_journal_says_who_unlinked_them(active: Terminal) -> None:
    pair, before = the_pair(active), rows(active)
    active.ask("unlink", FLOW, pair.id, "--yes")

    active.ask_any("run", FLOW, "--full")

    assert link_of(active, pair.id).state is LinkState.UNLINKED
    assert rows(active) == before
    lines = active.ask("log", FLOW, "--code", "unlinked")["journal"]
    assert [(line["link"], line["reason"]["params"]["person"]) for line in lines] == [(pair.id, "kari")]


def test_an_edit_of_either_record_goes_nowhere_until_a_person_decides(active: Terminal) -> None:
    pair = the_pair(active)
    active.ask("unlink", FLOW, pair.id, "--yes")
    active.hub.tripletex.edit("customer", pair.ids[Side.LEFT], {"name": "Et annet navn"})

    active.ask_any("run", FLOW, "--full")

    names = {str(row["id"]): row["name"] for row in active.hub.timerabbit.rows("customers")}
    assert names[pair.ids[Side.RIGHT]] == pair.base["name"]
    assert "Et annet navn" not in names.values()


@pytest.mark.parametrize("named", ["left id", "right id", "link of the right"])
def test_the_pair_is_named_by_either_record(active: Terminal, named: str) -> None:
    pair = the_pair(active)
    name = {
        "left id": pair.ids[Side.LEFT],
        "right id": pair.ids[Side.RIGHT],
        "link of the right": f"right-{pair.ids[Side.RIGHT]}",
    }[named]

    active.run("unlink", FLOW, name, "--stream", "customers", "--yes")

    assert link_of(active, pair.id).state is LinkState.UNLINKED


def test_it_is_linked_to_another_record_at_once(active: Terminal) -> None:
    pair = the_pair(active)
    other = active.hub.timerabbit.add("customers", {"name": "Den rette"})
    active.ask_any("run", FLOW, "--full")

    said = active.run("unlink", FLOW, pair.id, "--link", str(other["id"]), "--yes").output
    active.hub.drain()

    assert link_of(active, pair.id).ids[Side.RIGHT] == str(other["id"])
    assert f"{pair.id} will be linked to {other['id']}." in said
    names = {str(row["id"]): row["name"] for row in active.hub.timerabbit.rows("customers")}
    assert names[str(other["id"])] == pair.base["name"]
    assert names[pair.ids[Side.RIGHT]] == pair.base["name"]


def test_the_same_two_are_linked_again_by_the_person(active: Terminal) -> None:
    pair = the_pair(active)
    active.run("unlink", FLOW, pair.id, "--yes")

    active.run("review", FLOW, "--link", f"{pair.id}={pair.ids[Side.RIGHT]}")
    active.hub.drain()

    again = link_of(active, pair.id)
    assert (again.state, again.ids, again.apart) == (LinkState.LINKED, pair.ids, ())


def test_what_refers_to_the_pair_waits_and_follows_to_the_new_one(active: Terminal) -> None:
    projects = StreamKey("acme", FLOW, "projects")
    project = next(link for link in active.world.links.all(projects) if link.base.get("customer"))
    pair = link_of(active, str(project.base["customer"]))
    other = active.hub.timerabbit.add("customers", {"name": "Den rette"})
    active.ask_any("run", FLOW, "--full")

    answer = active.ask("unlink", FLOW, pair.id, "--yes")
    active.hub.drain()

    assert answer["referring"] >= 1
    waiting = active.world.links.get(projects, [project.id])[project.id]
    assert waiting.outcome is not None
    assert (waiting.outcome.result, waiting.outcome.reason.code) == (Result.WAITING, "waiting_for")

    active.run("review", FLOW, "--link", f"{pair.id}={other['id']}")
    active.hub.drain()
    active.ask_any("run", FLOW)

    (row,) = [row for row in active.hub.timerabbit.rows("projects") if str(row["id"]) == project.ids[Side.RIGHT]]
    assert str(row["customerId"]) == str(other["id"])


def test_a_person_is_asked_first_and_a_no_changes_nothing(active: Terminal) -> None:
    pair = the_pair(active)

    said = active.run("unlink", FLOW, pair.id, keys="n\n", expect=1).output

    assert f"Unlink “{pair.label}”: {pair.ids[Side.LEFT]} in Tripletex" in said
    assert link_of(active, pair.id) == pair


def test_what_is_no_pair_is_told_with_where_to_look(active: Terminal) -> None:
    said = active.run("unlink", FLOW, "no such", "--yes", expect=2).stderr

    assert "No linked pair goes by no such. See: samspill log tripletex-timerabbit --record" in said


def test_the_record_it_was_linked_to_is_no_other_one(active: Terminal) -> None:
    pair = the_pair(active)

    said = active.run("unlink", FLOW, pair.id, "--link", pair.ids[Side.RIGHT], "--yes", expect=2).stderr

    assert "is what it was linked to" in said
    assert link_of(active, pair.id) == pair


def test_a_target_of_another_pair_is_refused_and_the_pair_stays(active: Terminal) -> None:
    pair = the_pair(active)
    others = [link for link in active.world.links.all(CUSTOMERS) if link.state is LinkState.LINKED]
    taken = next(link.ids[Side.RIGHT] for link in others if link.id != pair.id)

    active.run("unlink", FLOW, pair.id, "--link", taken, "--yes", expect=2)

    assert link_of(active, pair.id) == pair
