"""A second company at the command line: the same declaration under another name, which every command takes."""

from __future__ import annotations

import pytest

from samspill.reasons import LANGUAGES
from samspill.state import Connection, FlowKey, FlowState, Identity
from tests.cli.terminal import FLOW, Terminal

BERGEN = FlowKey("acme", "bergen")
PAIR = ("--left", "bergen-tripletex", "--right", "bergen-timerabbit")


@pytest.fixture
def oslo(terminal: Terminal) -> Terminal:
    """Oslo's flow is set up, Bergen is connected."""
    terminal.set_up()
    registry = terminal.world.registry
    for name in ("tripletex", "timerabbit"):
        known = registry.connection("acme", name)
        update = {"id": f"bergen-{name}", "revision": 0, "base_url": known.base_url.replace("://", "://bergen-")}
        bergen = Identity(user="u", company="Bergen AS", company_id="974760673")
        registry.save_connection(Connection.model_validate({**known.model_dump(), **update, "identity": bergen}))
        terminal.world.secrets.put("acme", f"bergen-{name}", terminal.world.secrets.get("acme", name))
    return terminal


@pytest.fixture
def both(oslo: Terminal) -> Terminal:
    oslo.run("enable", FLOW, *PAIR, "--name", "bergen", "--yes")
    return oslo


def stored(terminal: Terminal) -> dict[str, FlowState]:
    return {each.flow: each for each in terminal.world.registry.flows("acme")}


@pytest.mark.parametrize("language", LANGUAGES)
def test_other_connections_than_a_flow_has_are_refused_before_anybody_is_asked(oslo: Terminal, language: str) -> None:
    before, oslo.language = stored(oslo), language

    done = oslo.run("enable", FLOW, *PAIR, expect=2)

    assert done.stdout == ""
    assert "tripletex" in done.stderr
    assert f"samspill enable {FLOW} --left … --right … --name " in done.stderr
    assert stored(oslo) == before


def test_a_second_company_is_set_up_under_a_name_of_its_own(oslo: Terminal) -> None:
    before = stored(oslo)[FLOW]

    said = oslo.run("enable", FLOW, *PAIR, "--name", "bergen", "--yes").output

    assert "(bergen-tripletex, bergen-timerabbit)" in said
    assert "samspill run bergen" in said
    made = stored(oslo)["bergen"]
    assert (made.declaration, made.left, made.right) == (FLOW, "bergen-tripletex", "bergen-timerabbit")
    assert stored(oslo)[FLOW] == before


def test_an_interval_is_changed_without_the_connections_and_shown_with_those_there_are(both: Terminal) -> None:
    said = both.run("enable", "bergen", "--every", "5", "--time-zone", "Europe/Berlin", "--yes").output

    assert "(bergen-tripletex, bergen-timerabbit)" in said
    assert (stored(both)["bergen"].every_min, stored(both)["bergen"].time_zone) == (5, "Europe/Berlin")
    assert (stored(both)[FLOW].every_min, stored(both)[FLOW].time_zone) == (15, "Europe/Oslo")


def test_whoever_changes_a_flow_is_asked_about_the_change(both: Terminal) -> None:
    said = both.run("enable", "bergen", "--every", "5", keys="n\n", expect=1).output

    assert "This changes the flow bergen." in said
    assert "Change it?" in said
    assert "Nothing is written until" not in said
    assert stored(both)["bergen"].every_min == 15


@pytest.mark.parametrize(
    ("option", "said"), [("--time-zone=Oslo", "Europe/Oslo"), ("--setting=x=1", "no setting x"), ("--setting=x", "x")]
)
def test_what_cannot_be_set_is_refused_before_anybody_is_asked(both: Terminal, option: str, said: str) -> None:
    done = both.run("enable", "bergen", option, expect=2)

    assert said in done.stderr
    assert "Change it?" not in done.output


def test_a_new_flow_needs_connections_and_a_declaration_that_there_is(terminal: Terminal) -> None:
    assert (
        "--left with one to Tripletex and --right with one to Timerabbit"
        in terminal.run("enable", FLOW, "--every", "5", expect=2).stderr
    )
    assert (
        "It has: svenn-tripletex, tripletex-customers-csv, tripletex-timerabbit"
        in terminal.run("enable", "tripletex-timerabit", "--every", "5", expect=2).stderr
    )


def test_flows_and_status_tell_which_companies_a_flow_keeps_in_step(both: Terminal) -> None:
    assert {each["flow"]: each["declaration"] for each in both.ask("flows")["flows"]} == {
        FLOW: FLOW,
        "bergen": FLOW,
        "svenn-tripletex": "svenn-tripletex",
        "tripletex-customers-csv": "tripletex-customers-csv",
    }
    assert "bergen-tripletex → bergen-timerabbit" in both.run("flows").output
    assert "bergen-tripletex → bergen-timerabbit" in both.run("status", "bergen").output
    [told] = both.ask_any("status", "bergen")["flows"]
    assert (told["flow"], told["declaration"], told["left"], told["right"]) == (
        "bergen",
        FLOW,
        "bergen-tripletex",
        "bergen-timerabbit",
    )


def test_every_command_takes_the_flows_name(both: Terminal) -> None:
    plan = both.ask("run", "bergen")["plan"]
    for command in (
        ("rules", "bergen"),
        ("rules", "bergen", "customers.phone", "off"),
        ("review", "bergen"),
        ("review", "bergen", "--code", "created"),
        ("log", "bergen", "--record", "1"),
        ("approve", "bergen", "--plan", plan["hash"], "--yes"),
        ("review", "bergen"),
        ("log", "bergen"),
        ("replay", "bergen", "--all"),
        ("limits", "bergen"),
        ("totals", "bergen"),
        ("export", "bergen"),
        ("export", "bergen", "--journal"),
        ("pause", "bergen"),
        ("resume", "bergen"),
        ("status", "bergen"),
    ):
        both.ask_any(*command)

    assert stored(both)["bergen"].status == "active"
    assert list(stored(both)["bergen"].rules) == ["customers.phone"]
    assert (stored(both)[FLOW].status, stored(both)[FLOW].rules) == ("approved", {})
    assert both.world.runs.latest(FlowKey("acme", FLOW)) == []


@pytest.mark.parametrize(
    "command", [("replay", "--all"), ("replay", "--dead"), ("log",), ("review",), ("rules",), ("limits",), ("totals",)]
)
def test_a_name_that_is_no_flows_is_told_with_those_there_are(both: Terminal, command: tuple[str, ...]) -> None:
    said = both.run(command[0], "brgen", *command[1:], expect=2).stderr

    assert f"There are: bergen, {FLOW}" in said
