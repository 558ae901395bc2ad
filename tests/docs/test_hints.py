"""Whoever types a command that a message names, as it is there, types a command that exists, with all it needs."""

from __future__ import annotations

import re
import shlex

import click
import pytest

from samspill.cli.errors import in_order
from samspill.cli.main import cli
from samspill.reasons import LANGUAGES, Language, Reason
from samspill.texts.catalogue import catalogue
from samspill.texts.reasons import PREFIX, reason_text

COMMAND = re.compile(r"(?:^|[^\w.-])samspill ((?:--?)?\w[^“”«»„\n;]*)")
WORDS = (
    "or og eller oder then så dann to for that with å mit med is will und and hvilken på bei wählen anlegen "
    "berichtigen eintragen erneut neu verknüpfen mit behalten den für ansehen eine"
)
"""What a sentence goes on with behind a command."""
END = re.compile(rf"[,:.)](?:\s|$)|\s\(|\s(?:{WORDS.replace(' ', '|')})\s|\s–")
KINDS = (PREFIX, "cli.")
NAMES = {
    "flow": "oslo",
    "declaration": "svenn-tripletex",
    "connection": "our-tripletex",
    "vendor": "tripletex",
    "name": "our-tripletex",
    "stream": "customers",
    "link": "left-1",
    "record": "left-1",
    "hash": "a1b2c3d4",
    "lookup": "departments",
    "left": "Svenn",
    "right": "Tripletex",
    "setting": "default_department",
    "id": "f1",
    "what": "run",
    "count": "2",
}


class _Names(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return f"<{key}>"


def told(language: Language) -> list[tuple[str, str]]:
    """Every text that names a command, filled in as the command line fills it in."""
    forms = [(key, form) for key, said in catalogue(language).forms.items() for form in said if key.startswith(KINDS)]
    filled = ((key, form, _Names(NAMES, code=key.removeprefix(PREFIX))) for key, form in forms if "samspill " in form)
    return [(key, form.format_map(names)) for key, form, names in filled]


def typed(text: str) -> list[list[str]]:
    """The commands in a text: each to the end of the sentence, or to where words of the sentence go on."""
    found = []
    for rest in COMMAND.findall(text):
        end = END.search(rest)
        found.append(shlex.split(rest[: end.start()] if end else rest))
    return found


def parse(words: list[str]) -> None:
    """Have click read the command as it reads what a person types; nothing is carried out."""
    command: click.Command = cli
    context = click.Context(cli)
    words = in_order(words)
    while words and words[0] in {"--tenant", "--debug"}:
        words = words[2 if words[0] == "--tenant" else 1 :]
    if words[:1] == ["…"]:
        return
    while isinstance(command, click.Group):
        assert words, "a group"
        assert words[0] in command.commands, words[0]
        command = command.commands[words[0]]
        words = words[1:]
    try:
        command.make_context(command.name, list(words), parent=context)
    except click.exceptions.Exit:
        return  # --help


CASES = sorted({(key, " ".join(words)) for lang in LANGUAGES for key, text in told(lang) for words in typed(text)})


@pytest.mark.parametrize(("key", "line"), CASES)
def test_every_command_in_a_message_can_be_typed_as_it_is_there(key: str, line: str) -> None:
    try:
        parse(shlex.split(line))
    except click.UsageError as error:
        pytest.fail(f"{key}: samspill {line}: {error.format_message()}")


def test_a_reason_that_knows_no_flow_says_what_to_fill_in() -> None:
    reason = Reason("similar", {"label": "Bad", "score": "80", "why": "x"})
    assert "samspill review FLOW" in reason_text(reason)
    assert "samspill review oslo" in reason_text(reason, place={"flow": "oslo"})
    assert "samspill review bergen" in reason_text(Reason("similar", {"flow": "bergen"}), place={"flow": "oslo"})
