"""`log`, `replay`, `export`."""

from __future__ import annotations

import csv
import io
import json

import pytest

from samspill.engine.model import Side
from samspill.messages import FetchRecords, LogOutcomes, RecordHint, encode
from tests.cli.terminal import FLOW, Terminal, a_customer


def test_the_log_tells_what_became_of_a_record_and_why(active: Terminal) -> None:
    left = a_customer(active)

    entries = active.ask("log", FLOW, "--record", str(left["id"]))["journal"]

    assert entries
    assert all(str(left["id"]) in entry["ids"].values() for entry in entries)
    assert all(entry["text"] for entry in entries)


def test_the_log_speaks_the_chosen_language(active: Terminal) -> None:
    active.language = "nb"

    assert "Opprettet i Timerabbit" in active.run("log", FLOW, "--code", "created").output


def test_the_log_shows_at_most_so_many_of_one_result(active: Terminal) -> None:
    entries = active.ask("log", FLOW, "--result", "applied", "--limit", "3")["journal"]

    assert [entry["result"] for entry in entries] == ["applied"] * 3


def test_the_log_ends_where_it_is_told_to(active: Terminal) -> None:
    active.hub.clock.advance(3 * 3600)

    assert active.ask("log", FLOW, "--since", "2h")["journal"] == []
    assert active.ask("log", FLOW, "--since", "4h")["journal"]
    assert "not a span of time" in active.run("log", FLOW, "--since", "soon", expect=2).stderr


def test_a_vendors_words_are_never_read_as_markup(active: Terminal) -> None:
    left = a_customer(active)
    active.hub.tripletex.edit("customer", str(left["id"]), {"name": "[red]Rød[/red] AS"})
    active.ask_any("run", FLOW, "--full")

    assert "[red]Rød[/red] AS" in active.run("log", FLOW, "--limit", "20").output


def test_a_failed_record_is_replayed_by_key(failed: tuple[Terminal, str]) -> None:
    terminal, name = failed
    assert name in terminal.ask("replay", FLOW, "--all", "--dry-run")["records"]
    assert terminal.hub.world.queues.depth() == 0
    terminal.hub.tripletex.edit("customer", name.removeprefix("left-"), {"name": "Kort AS"})

    answer = terminal.ask("replay", FLOW, "--record", name)
    terminal.hub.drain()

    (found,) = answer.pop("found")
    assert (found["stream"], found["link"]) == ("customers", name)
    assert answer == {"records": [name], "dry_run": False}
    assert "Kort AS" in [row["name"] for row in terminal.hub.timerabbit.rows("customers")]
    assert name not in terminal.ask("replay", FLOW, "--all", "--dry-run")["records"]


def test_a_replay_must_say_which(active: Terminal) -> None:
    assert "say which" in active.run("replay", FLOW, expect=2).stderr


def test_status_tells_what_ended_after_its_run(active: Terminal) -> None:
    run = active.hub.world.runs.latest(active.hub.flow, 1)[0]
    late = LogOutcomes(
        tenant="acme", flow=FLOW, run=run.id, id="x", late=True, counters={"projects.done": 3, "projects.failed": 3}
    )
    active.hub.world.queues.send([late])
    active.hub.drain()

    said = active.run("status", FLOW).stdout

    (line,) = [line for line in said.splitlines() if line.startswith(run.id)]
    assert "failed: " in line.partition("later: ")[2]
    found = active.hub.world.runs.get(active.hub.flow, run.id)
    assert found is not None
    assert found.count("projects", "done") == run.count("projects", "done"), "nobody is counted twice"
    assert found.count("projects", "later.failed") == run.count("projects", "later.failed") + 3


def test_dead_letters_are_counted_listed_and_answered(active: Terminal) -> None:
    left = a_customer(active)
    hint = RecordHint(left=str(left["id"]))
    message = FetchRecords(tenant="acme", flow=FLOW, stream="customers", records=(hint,))
    active.hub.world.queues.bury("fetch", encode(message), "")
    active.hub.world.queues.bury("map", "garbage", "no JSON")

    said = active.run("tenants", expect=1).stdout
    listed = active.ask("replay", FLOW, "--dead", "--dry-run")
    shown = active.run("replay", FLOW, "--dead").stdout

    assert "fetch 1, map 1" in said
    assert [letter["reason"]["code"] for letter in listed["letters"]] == ["dead_by_key", "quarantined"]
    assert listed["letters"][0]["records"] == [f"left-{left['id']}"]
    assert (listed["dry_run"], listed["letters"][1]["why"]) == (True, "no JSON")
    assert "2 dead letters moved back." in shown
    assert active.ask_any("tenants")["dead"] == []
    active.hub.drain()
    assert len(active.ask("log", FLOW, "--code", "quarantined")["journal"]) == 1


def test_programs_are_told_about_how_many_dead_letters_lie_where_and_one_tenants_status_is_not_about_them(
    active: Terminal,
) -> None:
    active.hub.world.queues.bury("log", "garbage", "")
    active.hub.world.queues.bury("notify", "garbage", "")

    assert active.ask("tenants", expect=1)["dead"] == [{"step": "log", "about": 1}, {"step": "notify", "about": 1}]
    assert active.ask("status")["needs_person"] is False
    assert len(active.hub.world.queues.take_dead("log")) == 1, "it was counted and is in nobody's hands"


@pytest.mark.parametrize("more", [["--all"], ["--code", "rejected"], ["--record", "left-1"], ["--stream", "customers"]])
def test_dead_letters_are_answered_by_themselves(active: Terminal, more: list[str]) -> None:
    assert "--dead goes with" in active.run("replay", FLOW, "--dead", *more, expect=2).stderr


def test_the_links_are_exported_as_a_table(active: Terminal) -> None:
    rows = list(csv.DictReader(io.StringIO(active.run("export", FLOW).stdout)))

    wanted = [link for name in ("customers", "projects") for link in active.hub.links(name)]
    assert {(row["link"], row["left_id"], row["right_id"]) for row in rows} == {
        (link.id, link.ids.get(Side.LEFT, ""), link.ids.get(Side.RIGHT, "")) for link in wanted
    }
    assert {row["stream"] for row in rows} == {"customers", "projects"}


def test_an_export_holds_no_formula_a_spreadsheet_would_run(active: Terminal) -> None:
    left = a_customer(active)
    active.hub.tripletex.edit("customer", str(left["id"]), {"name": '=HYPERLINK("http://x")', "customerNumber": 0})
    active.ask_any("run", FLOW, "--full")

    rows = list(csv.DictReader(io.StringIO(active.run("export", FLOW, "--journal").stdout)))

    assert rows
    assert not [value for row in rows for value in row.values() if value[:1] in {"=", "+", "-", "@"}]


def test_the_journal_is_exported_as_json(active: Terminal) -> None:
    rows = json.loads(active.run("export", FLOW, "--journal", "--json").stdout)["rows"]

    assert len(rows) == len(active.hub.journal())
    assert {row["stream"] for row in rows} == {"customers", "projects"}


def test_an_export_of_nothing_has_its_headings(terminal: Terminal) -> None:
    terminal.set_up()

    assert terminal.run("export", FLOW).stdout == "stream,link,left_id,right_id,state,label,result,reason\n"


def test_webhooks_since_a_time_are_put_back(active: Terminal) -> None:
    body = b'{"deliveryId":"d1","event":"customer.updated","id":"1001","version":99}'
    place = f"webhooks/raw/acme/timerabbit/{active.hub.clock.now():%Y-%m-%d/%H%M%S}-0"
    active.hub.world.blobs.put(place, body)
    active.hub.world.blobs.put(place + "1", b"garbage")

    answer = active.ask("replay", "--webhooks", "--since", "2h", "--dry-run")
    assert answer == {"bodies": 2, "records": 1, "flows": [FLOW], "unreadable": [place + "1"], "dry_run": True}
    said = active.run("replay", FLOW, "--webhooks", "--since", "2h", "--connection", "timerabbit").output
    assert "2 webhooks looked at." in said
    assert f"Not readable: {place}1" in said
    assert "1 put back to the start." in said
    assert active.hub.world.queues.depth() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        ["--webhooks"],
        [FLOW, "--since", "2h", "--all"],
        ["--webhooks", "--since", "2h", "--all"],
        [FLOW, "--webhooks", "--since", "2h", "--dead"],
        [FLOW, "--all", "--connection", "tripletex"],
        ["--all"],
        ["--webhooks", "--since", "2h", "--connection", "nobodys"],
        ["--webhooks", "--since", "soon"],
    ],
)
def test_a_replay_that_does_not_say_what_does_nothing(active: Terminal, wrong: list[str]) -> None:
    active.run("replay", *wrong, expect=2)
    assert active.hub.world.queues.depth() == 0
