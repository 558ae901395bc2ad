"""What is misspelt is refused with what there is: nothing found would look as if all were well."""

from __future__ import annotations

import csv
import io

import pytest

from tests.cli.terminal import FLOW, Terminal, a_customer


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("review", FLOW, "--stream", "kunder"), "It has: customers, projects"),
        (("review", FLOW, "--stream", "kunder", "--all", "ignore"), "It has: customers, projects"),
        (("replay", FLOW, "--all", "--stream", "kunder"), "It has: customers, projects"),
        (("replay", FLOW, "--record", "nope"), "has no record nope"),
        (("replay", FLOW, "--code", "rejectd"), "rejected"),
        (("log", FLOW, "--code", "inactiv"), "inactive_at_source"),
        (("review", FLOW, "--code", "similr"), "similar"),
        (("rules", FLOW, "customers.colour"), "customers.email"),
    ],
)
def test_a_filter_that_names_nothing_is_refused_with_what_there_is(
    active: Terminal, arguments: tuple[str, ...], said: str
) -> None:
    done = active.run(*arguments, expect=2)

    assert said in done.stderr
    assert done.stdout == ""
    assert active.hub.world.queues.depth() == 0


def test_of_several_records_one_that_is_not_there_stops_the_replay(failed: tuple[Terminal, str]) -> None:
    terminal, name = failed

    terminal.run("replay", FLOW, "--record", name, "--record", "left-0", expect=2)

    assert terminal.hub.world.queues.depth() == 0


def test_an_empty_hub_says_how_to_begin(terminal: Terminal) -> None:
    assert "Begin with: samspill connect" in terminal.run("status").stdout


def test_an_active_flow_has_no_plan_to_approve_and_that_is_said_before_anything_is_asked(active: Terminal) -> None:
    done = active.run("approve", FLOW, expect=2)

    assert done.stdout == ""
    assert f"{FLOW} has no plan to approve" in done.stderr


def test_links_and_journal_are_exported_one_at_a_time(active: Terminal) -> None:
    assert "Choose --links or --journal" in active.run("export", FLOW, "--links", "--journal", expect=2).stderr


def test_an_export_for_excel_opens_in_a_spreadsheet_in_the_persons_language(active: Terminal) -> None:
    active.language = "nb"

    out = active.run("export", FLOW, "--journal", "--format", "excel").stdout

    assert out.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(out.removeprefix("\ufeff")), delimiter=";"))
    assert len(rows) == len(active.hub.journal())
    assert {row["stream"] for row in rows} == {"kunder", "prosjekter"}
    assert "utført" in {row["result"] for row in rows}
    assert {row["trigger"] for row in rows} == {"første synk"}


def test_pausing_twice_is_no_mistake(active: Terminal) -> None:
    active.run("pause", FLOW)
    before = active.world.registry.flow(active.hub.flow)

    assert active.ask("pause", FLOW)["status"] == "paused"
    assert active.world.registry.flow(active.hub.flow) == before


def test_resuming_what_is_active_is_no_mistake_and_starts_nothing(active: Terminal) -> None:
    runs = active.world.runs.latest(active.hub.flow, 9)

    assert active.ask("resume", FLOW)["status"] == "active"
    assert active.world.runs.latest(active.hub.flow, 9) == runs


def test_an_audit_of_a_flow_that_never_was_is_refused_and_one_of_a_removed_flow_is_not(active: Terminal) -> None:
    assert FLOW in active.run("audit", "--flow", "no-such-flow", expect=2).stderr
    for command in ("pause", "remove flow"):
        active.ask_any(*command.split(), FLOW, *(["--yes"] if command != "pause" else []))

    assert {each["flow"] for each in active.ask("audit", "--flow", FLOW)["decisions"]} == {FLOW}


def test_a_run_ends_with_how_many_and_the_next_command(active: Terminal) -> None:
    active.hub.tripletex.edit("customer", str(a_customer(active)["id"]), {"name": "X" * 150})

    said = active.run("run", FLOW, expect=1).stdout

    assert "1 failed" in said
    assert f"See why: samspill log {FLOW} --result failed" in said


def test_a_first_sync_ends_with_what_became_of_every_record_of_its_plan(terminal: Terminal) -> None:
    terminal.set_up()
    terminal.language = "nb"
    plan = terminal.ask("run", FLOW)["plan"]

    *_, said = terminal.run("approve", FLOW, "--yes").stdout.splitlines()

    told = {word: int(count) for count, word in (part.split(" ", 1) for part in said.split(", "))}
    assert told["koblet"] == sum(count.get("link", 0) for count in plan["counts"].values())
    assert told["opprettet"] == sum(run["codes"]["created"] for run in terminal.ask("status")["flows"][0]["runs"][:1])
    assert sum(told.values()) == len(plan["lines"])


def test_decisions_are_counted_by_what_was_decided(doubtful: tuple[Terminal, str, str]) -> None:
    terminal, name, _ = doubtful
    terminal.language = "nb"
    terminal.run("run", FLOW)

    said = terminal.run("review", FLOW, "--link", name).stdout

    assert "1 avgjort: 1 koblet." in said
    assert "\nkunder  " in terminal.run("review", FLOW, "--code", "created").stdout


def test_every_line_of_a_plan_is_shown_where_that_is_asked_for(terminal: Terminal) -> None:
    terminal.set_up()

    short = terminal.run("run", FLOW).stdout
    whole = terminal.run("run", FLOW, "--all-lines").stdout

    lines = terminal.ask("run", FLOW)["plan"]["lines"]
    named = {line["link"] for line in lines if line["action"] != "none"}
    assert "all of them with --all-lines" in short
    assert "--all-lines" not in whole
    assert {name for name in named if name in whole} == named
    assert {name for name in named if name in short} < named


def test_a_paused_flow_says_how_it_goes_on(active: Terminal) -> None:
    active.run("pause", FLOW)
    runs = active.world.runs.latest(active.hub.flow)

    assert f"samspill resume {FLOW}" in active.run("run", FLOW, expect=2).stderr
    assert active.world.runs.latest(active.hub.flow) == runs
