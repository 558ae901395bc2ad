"""The help of every command is there in Norwegian and German, and so is what a wrong command line is told."""

from __future__ import annotations

from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from samspill.cli.help_texts import HOME
from samspill.cli.main import cli, main
from samspill.cli.translated import reworded, translated
from samspill.reasons import LANGUAGES, Language
from samspill.texts.catalogue import file_name
from samspill.texts.po import entries

TRANSLATED: tuple[Language, ...] = ("nb", "de")


def every_command(group: click.Command) -> Iterator[click.Command]:
    yield group
    for command in getattr(group, "commands", {}).values():
        yield from every_command(command)


def passages() -> Iterator[str]:
    """Yield all that help says in words: each paragraph but the examples, each option, each argument."""
    for command in every_command(cli):
        paragraphs = (command.help or "").split("\n\n")
        yield from (" ".join(each.split()) for each in paragraphs if not each.startswith("\b"))
        for parameter in command.params:
            yield getattr(parameter, "help", None) or ""
            if isinstance(parameter, click.Argument) and not isinstance(parameter.type, click.Choice):
                yield parameter.human_readable_name
            elif parameter.metavar:
                yield parameter.metavar


def translations(language: Language) -> set[str]:
    text = (HOME / file_name(language)).read_text(encoding="utf-8")
    return {it.english[0] for it in entries(text) if not it.context and all(it.translated) and not it.is_fuzzy}


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_passage_of_help_is_translated(language: Language) -> None:
    assert sorted({each for each in passages() if each} - translations(language)) == []


def test_every_passage_of_help_is_shown_as_it_is_translated() -> None:
    said: dict[str, str] = {}
    reworded(cli, lambda text: said.setdefault(text, text))

    assert sorted({each for each in passages() if each} - said.keys()) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.usefixtures("click_as_it_was")
def test_the_list_of_commands_says_whole_sentences_on_eighty_columns(language: Language) -> None:
    shown = CliRunner().invoke(translated(cli, language), ["--help"], prog_name="samspill").output

    assert [line for line in shown.splitlines()[1:] if line.endswith("...")] == []


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("nb", ("Bruk: samspill [VALG] KOMMANDO", "Holder forretningssystemer i takt.", "--stack TEKST", "Valg:")),
        ("de", ("Aufruf: samspill [OPTIONEN] BEFEHL", "Hält Geschäftssysteme synchron.", "--by NOTIZ", "Befehle:")),
    ],
)
@pytest.mark.usefixtures("click_as_it_was")
def test_help_comes_out_in_the_language_that_was_asked_for(
    language: Language, said: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        main(["--lang", language, "--help"])

    shown = capsys.readouterr().out
    assert (left.value.code, [each for each in said if each not in shown]) == (0, [])


@pytest.mark.parametrize(
    ("language", "arguments", "told"),
    [
        ("nb", ["pause"], "Feil: Mangler argumentet 'FLYT'."),
        ("nb", ["connect", "tripletex"], "Feil: Mangler valget '--name'."),
        ("nb", ["enable", "x", "--every", "q"], "Feil: Ugyldig verdi for '--every': 'q' er ikke gyldig som heltall."),
        ("nb", ["--nope"], "Feil: Det finnes ikke noe valg '--nope'."),
        ("de", ["pause"], "Fehler: Es fehlt das Argument 'ABLAUF'."),
        ("de", ["connect", "tripletex"], "Fehler: Es fehlt die Option '--name'."),
        ("de", ["enable", "x", "--every", "q"], "'q' ist als Ganzzahl nicht gültig."),
        ("de", ["--nope"], "Fehler: Die Option '--nope' gibt es nicht."),
    ],
)
@pytest.mark.usefixtures("click_as_it_was")
def test_a_wrong_command_line_is_told_in_the_language_that_was_asked_for(
    language: Language, arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        main(["--lang", language, *arguments])

    assert left.value.code == 2
    assert told in capsys.readouterr().err


def test_examples_stay_as_they_are_typed() -> None:
    @click.command(help="Keep it.\n\n\b\nExamples:\n  samspill keep Keep it.\n")
    def keep() -> None:
        """Do nothing."""

    made = reworded(keep, str.upper)

    assert made.help == "KEEP IT.\n\n\b\nEXAMPLES:\n  samspill keep Keep it."
