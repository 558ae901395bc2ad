"""Vendors' words are shown as they are: no markup, no commands to the terminal, no formulas."""

from __future__ import annotations

import csv
import io
import json

import click
import pytest
from click.testing import CliRunner
from rich.console import Console

from samspill.cli.errors import ErrorHandlingGroup
from samspill.cli.terminal import Terminal as OurTerminal
from samspill.errors import ContractError
from samspill.ports import World
from samspill.reasons import Reason
from samspill.usecases.views.records import Exported
from tests.cli.terminal import Terminal
from tests.support.actors import admin

NASTY = (
    *("\\[/bold]", "\\[bold]x", "[red]x[/red]", ":smile:", "a\x1b[2J\x1b]0;title\x07b", "c\x9b2Jd\re\x7f", "[/]"),
    *("20123\u200b", "\u202eab"),
)
SHOWN = (
    *("\\[/bold]", "\\[bold]x", "[red]x[/red]", ":smile:", "a[2J]0;titleb", "c2Jde", "[/]"),
    *("20123<U+200B>", "<U+202E>ab"),
)


def nowhere() -> World:
    raise AssertionError


def desk() -> tuple[OurTerminal, io.StringIO]:
    out = io.StringIO()
    console = Console(file=out, highlight=False, width=200, force_terminal=True, color_system=None)
    return OurTerminal(nowhere, admin, "acme", "en", 200, console=console), out


@pytest.mark.parametrize(("words", "shown"), [*zip(NASTY, SHOWN, strict=True)])
def test_a_line_or_a_cell_is_shown_as_it_is(words: str, shown: str) -> None:
    here, out = desk()

    here.tell(f"told {words}")
    here.table(["a heading as wide as its title"], [[f"cell {words}"]], title=f"above {words}")

    printed = [line.rstrip() for line in out.getvalue().splitlines()]
    assert printed == [f"told {shown}", f"above {shown}", "a heading as wide as its title", f"cell {shown}"]


def test_lines_and_tabs_of_a_text_stay() -> None:
    here, out = desk()

    here.tell("one\n  two")

    assert out.getvalue() == "one\n  two\n"


def test_json_says_the_same_to_a_program_and_nothing_to_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    here, _ = desk()
    here.as_json = True

    here.answer(Exported(what="links", rows=tuple({"label": words} for words in NASTY)))

    printed = capsys.readouterr().out
    assert [row["label"] for row in json.loads(printed)["rows"]] == list(NASTY)
    assert not {"\x1b", "\x9b", "\x7f", "\x07", "\r"} & set(printed)


def test_an_error_that_holds_a_vendors_words_is_told_without_commands() -> None:
    @click.group(cls=ErrorHandlingGroup)
    def cli() -> None: ...

    @cli.command()
    def fail() -> None:
        message = "a\x1b[2Jb"
        raise ContractError(message, reason=Reason("setup_incomplete", {"message": message}))

    told = CliRunner().invoke(cli, ["fail"]).stderr

    assert "a[2Jb" in told
    assert "\x1b" not in told


def test_an_export_holds_neither_commands_nor_formulas(terminal: Terminal) -> None:
    terminal.first_sync()
    name = str(terminal.hub.tripletex.rows("customer")[0]["id"])
    terminal.hub.tripletex.edit("customer", name, {"name": "\x1b=HYPERLINK(1)\x1b[2J"})
    terminal.hub.sync()

    out = terminal.run("export", terminal.hub.flow.flow, "--links").stdout

    assert "\x1b" not in out
    labels = [row["label"] for row in csv.DictReader(io.StringIO(out))]
    assert [label for label in labels if "HYPERLINK" in label and label.startswith("'=HYPERLINK(1)[2J")]
