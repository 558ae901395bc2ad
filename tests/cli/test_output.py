"""What commands print fits where it goes: a wide or narrow screen, a pipe, a program, any encoding."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from samspill import VERSION
from samspill.cli import terminal as terminals
from samspill.cli.errors import in_order
from samspill.cli.main import cli
from tests.cli.terminal import FLOW, Terminal, a_customer, shape


def test_in_a_pipe_a_row_is_a_line_with_tabs_and_no_bar_is_shown(active: Terminal) -> None:
    active.columns = None
    active.hub.tripletex.edit("customer", str(a_customer(active)["id"]), {"name": "Ny " + "lang " * 15})

    ran = active.run("run", FLOW).stdout
    rows = [line.split("\t") for line in active.run("log", FLOW, "--limit", "30").stdout.splitlines()]

    assert "━" not in ran
    assert {len(row) for row in rows} == {5}
    assert any("Ny lang lang" in row[3] and "Updated in Timerabbit: name." in row[4] for row in rows)


def test_on_a_narrow_screen_a_row_is_a_block(active: Terminal) -> None:
    active.columns = 60

    said = active.run("status").stdout

    assert "timerabbit\n  timerabbit\n  tested\n" in said


def test_a_wide_screen_has_columns(active: Terminal) -> None:
    (line,) = (line for line in active.run("status").stdout.splitlines() if line.startswith("timerabbit"))

    assert line.split()[:3] == ["timerabbit", "timerabbit", "tested"]


@pytest.mark.parametrize("encoding", ["latin-1", "ascii", "cp1252"])
def test_what_the_output_cannot_encode_is_replaced_and_json_loses_nothing(
    doubtful: tuple[Terminal, str, str], encoding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal, name, _ = doubtful
    terminal.run("run", FLOW)
    label = next(item["label"] for item in terminal.ask("review", FLOW)["items"] if item["link"] == name)
    assert not label.isascii()
    runner = CliRunner(charset=encoding)

    shown = runner.invoke(cli, ["--tenant", "acme", "review", FLOW], obj=terminal.session)
    told = runner.invoke(cli, ["--tenant", "acme", "review", FLOW, "--json"], obj=terminal.session)

    assert (shown.exit_code, told.exit_code) == (0, 0), shown.output
    assert name in shown.stdout
    assert label in [item["label"] for item in json.loads(told.stdout)["items"]]


def test_options_of_every_command_may_stand_behind_its_name(active: Terminal) -> None:
    done = CliRunner().invoke(cli, ["--json", "status", FLOW, "--tenant", "acme", "--lang=nb"], obj=active.session)

    assert done.exit_code == 0
    assert json.loads(done.stdout)["tenant"] == "acme"


@pytest.mark.parametrize(
    ("given", "ordered"),
    [
        (["status", "--tenant", "a"], ["--tenant", "a", "status"]),
        (["status", "x", "--stack=s", "--debug"], ["--stack=s", "--debug", "status", "x"]),
        (["--json", "status", "x"], ["status", "--json", "x"]),
        (["log", "--json", "x"], ["log", "--json", "x"]),
        (["log", "--", "--tenant"], ["log", "--", "--tenant"]),
        (["--tenant"], ["--tenant"]),
        ([], []),
    ],
)
def test_options_of_every_command_are_put_first_and_nothing_else_moves(given: list[str], ordered: list[str]) -> None:
    assert in_order(given) == ordered


@pytest.mark.parametrize(
    ("arguments", "code", "exit_code"),
    [
        (["status", "no-such-flow"], "no_such_flow", 2),
        (["log", FLOW, "--since", "soon"], "wrong_usage", 2),
        (["log", FLOW, "--limit", "none"], "wrong_usage", 2),
        (["approve", FLOW, "--list", "000000000000"], "held_changed", 1),
    ],
)
def test_what_fails_is_told_to_programs_as_an_object_with_a_code(
    active: Terminal, arguments: list[str], code: str, exit_code: int
) -> None:
    active.language = "nb"

    done = active.run(*arguments, "--json", expect=exit_code)

    told = json.loads(done.stderr)
    shape("samspill.cli.error.1").validate(told)
    assert (done.stdout, told["reason"]["code"], told["exit_code"]) == ("", code, exit_code)
    assert told["text"]


def test_an_unforeseen_fault_is_an_object_for_programs_too(active: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_tenant: str) -> None:
        raise ValueError("canary-7f3a")

    monkeypatch.setattr(active.world.registry, "flows", broken)

    told = json.loads(active.run("status", "--json", expect=1).stderr)

    assert (told["reason"]["code"], "canary" in told["text"]) == ("defect", False)


def test_codes_and_states_are_the_same_in_every_language_and_only_texts_differ(active: Terminal) -> None:
    answers = []
    for language in ("nb", "de"):
        active.language = language
        (row, *_) = active.ask("log", FLOW, "--code", "created", "--limit", "1")["journal"]
        answers.append(row)

    norwegian, german = answers
    assert norwegian.pop("text").startswith("Opprettet i")
    assert german.pop("text").startswith("In Timerabbit angelegt")
    assert norwegian == german


def test_no_internal_field_is_told(active: Terminal) -> None:
    told = json.dumps([active.ask_any("status"), active.ask("pause", FLOW), active.ask("resume", FLOW)])

    for name in ("revision", "plan_run", "subscriptions", "hook_generation", "hooks_signed", "stage", "notes"):
        assert f'"{name}"' not in told


def test_the_version_is_told() -> None:
    assert CliRunner().invoke(cli, ["--version"]).output == f"samspill {VERSION}\n"


def test_a_moment_is_written_as_people_of_the_language_write_it(active: Terminal) -> None:
    at = active.hub.clock.now()
    shown = {}
    for language in ("nb", "en", "de"):
        here = terminals.Terminal(lambda: active.world, lambda: active.actor, "acme", language)
        shown[language] = here.moment(at)

    local = at.astimezone()
    assert shown["nb"] == shown["de"] == f"{local:%d.%m.%Y %H:%M %Z}"
    assert shown["en"] == f"{local:%Y-%m-%d %H:%M %Z}"


def test_runs_have_the_time_that_people_of_the_language_write(active: Terminal) -> None:
    active.language = "nb"
    local = active.hub.clock.now().astimezone()

    said = active.run("status", FLOW).stdout

    assert f"{local:%d.%m.%Y}" in next(line for line in said.splitlines() if "gjennomføring" in line)
    assert f"{local:%Y-%m-%d}" not in said
