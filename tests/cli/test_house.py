"""What holds for every command: languages, exit codes, no secret, no trace."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

import samspill
from samspill.cli.errors import exit_code, sentence
from samspill.cli.main import cli
from samspill.cli.texts import language_of
from samspill.errors import (
    ConfigurationError,
    ConflictError,
    CredentialsError,
    RejectedError,
    SamspillError,
    UnavailableError,
    UnknownOutcomeError,
    UsageError,
)
from samspill.reasons import LANGUAGES, Language
from samspill.state import ConnectionStatus, FlowStatus, RunStatus
from samspill.texts.catalogue import catalogue
from samspill.texts.reasons import sentences
from tests.cli.terminal import FLOW, Terminal

COMMANDS = [
    (f"{name} {part}".strip(), each)
    for name, command in sorted(cli.commands.items())
    for part, each in (sorted(command.commands.items()) if isinstance(command, click.Group) else [("", command)])
]


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UsageError("x"), 2),
        (UnavailableError("x"), 3),
        (UnknownOutcomeError("x"), 3),
        (CredentialsError("x"), 1),
        (ConfigurationError("x"), 1),
        (ConflictError("x"), 1),
        (RejectedError("x"), 1),
    ],
)
def test_the_exit_code_tells_who_can_do_something(error: SamspillError, code: int) -> None:
    assert exit_code(error) == code


def test_a_stack_that_cannot_be_reached_counts_as_unavailable() -> None:
    error = ConfigurationError("no stack")
    error.__cause__ = UnavailableError("AWS: connection refused")

    assert exit_code(error) == 3
    assert sentence(error, "en") == "AWS: connection refused"


def test_an_unforeseen_fault_shows_its_name_alone(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_tenant: str) -> None:
        raise ValueError("canary-7f3a")

    monkeypatch.setattr(terminal.world.registry, "flows", broken)

    said = terminal.run("status", expect=1)

    assert said.stderr == "An unforeseen fault (ValueError). Run again with samspill --debug … to see it.\n"
    assert said.stdout == ""


def test_a_trace_shows_where_and_what_but_no_words_that_may_hold_a_secret(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    canary = "7f3a" * 4

    def broken(_tenant: str) -> None:
        try:
            dict[str, str]()[canary]
        except KeyError as error:
            error.add_note(canary)
            raise ValueError(f"choked on {canary}") from UnavailableError("AWS: connection refused")

    monkeypatch.setattr(terminal.world.registry, "flows", broken)

    seen = CliRunner().invoke(cli, ["--debug", "status"], obj=terminal.session)

    assert seen.exit_code == 1
    assert canary not in seen.output
    assert "UnavailableError: AWS: connection refused" in seen.stderr
    assert seen.stderr.endswith("ValueError\n")
    assert "in broken" in seen.stderr


def test_no_secret_is_in_anything_that_was_printed(active: Terminal) -> None:
    for command in (["flows"], ["status"], ["log", FLOW], ["review", FLOW], ["test", "tripletex"]):
        active.ask_any(*command)
    active.run("export", FLOW, "--journal")
    active.hub.tripletex.set_faults({"revoke_key": True})
    active.run("test", "tripletex", expect=1)
    tokens = [value for sandbox in active.hub.sandboxes.values() for value in sandbox.tokens().values()]
    hooks = [active.world.secrets.hook_secret("acme", name, 1) for name in ("tripletex", "timerabbit")]

    printed = "".join(active.printed)

    assert len(printed) > 10_000
    assert not [secret for secret in (*tokens, *hooks) if secret in printed]


@pytest.mark.parametrize(("name", "command"), COMMANDS)
def test_every_command_explains_itself_with_an_example_and_answers_as_json(name: str, command: click.Command) -> None:
    assert re.search(rf"Examples?:\s+samspill (--tenant \w+ )?{name}\b", command.help or "")
    options = [option for option in command.params if isinstance(option, click.Option)]
    assert "--json" in [flag for option in options for flag in option.opts]
    assert all(option.help for option in options)


NOT_NOW = [  # while the flow is paused
    (["log", "no-such-flow"], "no_such_flow"),
    (["status", "svenn-tripletex"], "flow_not_set_up"),
    (["test", "nobody"], "no_such_connection"),
    (["approve", FLOW, "--plan", "0ther", "--yes"], "no_plan"),
    (["run", FLOW], "flow_is_paused"),
    (["approve", FLOW, "--operator"], "not_in_review"),
    (["rules", FLOW, "customers.name", "--reset"], "field_as_declared"),
]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_cannot_be_done_now_is_said_in_the_persons_language_alone(terminal: Terminal, language: Language) -> None:
    terminal.set_up()
    terminal.run("run", FLOW)
    terminal.ask_any("approve", FLOW, "--yes")
    terminal.run("pause", FLOW)
    terminal.language = language

    said = {code: terminal.run(*arguments, expect=2).stderr.strip() for arguments, code in NOT_NOW}

    known = sentences(language)
    assert [code for code in said if not re.fullmatch(_pattern(known[code][0]), said[code])] == []


def _pattern(sentence: str) -> str:
    return re.sub(r"\\{[^}]*\\}", r"[\\w\\-., ]+", re.escape(sentence))


def test_no_reason_is_left_that_carries_a_whole_sentence_in_one_language() -> None:
    root = Path(samspill.__file__).parent
    said = {"errors.py", "reasons"}
    files = [file for file in root.rglob("*.py") if file.relative_to(root).parts[0] not in said]
    left = [file.name for file in files if '"not_now"' in file.read_text("utf-8")]

    assert left == []


@pytest.mark.parametrize(("name", "command"), COMMANDS)
def test_no_command_takes_a_secret_as_an_argument(name: str, command: click.Command) -> None:
    flags = " ".join(flag for option in command.params for flag in option.opts)

    assert not re.search("token|secret|password|api.?key", flags), name


def test_every_state_has_its_word() -> None:
    states = {str(state) for kind in (ConnectionStatus, FlowStatus, RunStatus) for state in kind}

    assert {f"word.{state}" for state in states} <= catalogue("en").forms.keys()


@pytest.mark.parametrize(
    ("chosen", "environment", "language"),
    [
        ("de", {"LANG": "nb_NO.UTF-8"}, "de"),
        (None, {"SAMSPILL_LANG": "de", "LANG": "nb_NO.UTF-8"}, "de"),
        (None, {"LANG": "nb_NO.UTF-8"}, "nb"),
        (None, {"LANG": "no_NO"}, "nb"),
        (None, {"LANG": "nn_NO.UTF-8"}, "nb"),
        (None, {"LANG": "sv_SE.UTF-8"}, "en"),
        (None, {}, "en"),
    ],
)
def test_the_language_is_the_chosen_one_else_the_machines(
    chosen: str | None, environment: dict[str, str], language: str
) -> None:
    assert language_of(chosen, environment) == language


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("disable", "pause"),
        ("disconnect", "remove connection"),
        ("delete", "remove"),
        ("help", "--help"),
        ("version", "--version"),
        ("tset", "test"),
    ],
)
def test_a_word_that_is_no_command_leads_to_the_one_that_does_it_and_never_to_its_opposite(
    terminal: Terminal, word: str, meant: str
) -> None:
    said = terminal.run(word, expect=2).stderr

    assert f"No such command '{word}'. Did you mean '{meant}'?" in said
