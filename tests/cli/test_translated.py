"""click's own words, and the help of commands, in the person's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import click
import pytest
from click.testing import CliRunner

from samspill.cli import translated as module
from samspill.cli.translated import language_asked, speak, translated
from samspill.reasons import Language


def a_group() -> click.Group:
    """Return commands that nobody has asked anything yet: click keeps the words of its help option."""

    @click.group(help="Keep it.")
    @click.option("--many", type=int, help="How many.")
    def group(many: int | None) -> None:
        """Do nothing."""

    @group.command(help="Let it go.")
    @click.argument("which")
    @click.option("--colour", type=click.Choice(["red"]), help="Its colour.", required=True)
    def drop(which: str, colour: str) -> None:
        """Do nothing."""

    return group


@pytest.mark.parametrize(
    ("language", "arguments", "said"),
    [
        ("nb", ["--help"], ("Bruk: x [OPTIONS]", "Kommandoer:", "Valg:", "Vis denne hjelpen og avslutt.")),
        ("de", ["--help"], ("Aufruf: x [OPTIONS]", "Befehle:", "Diese Hilfe anzeigen und beenden.")),
        ("nb", ["--many", "x"], ("Feil: Ugyldig verdi for '--many': 'x' er ikke gyldig som integer.",)),
        ("nb", ["--nothing"], ("Feil: Det finnes ikke noe valg '--nothing'.", "Hjelp: «x --help»")),
        ("nb", ["drop", "a"], ("Feil: Mangler valget '--colour'",)),
        ("de", ["drop", "a", "b", "--colour", "red"], ("Fehler: Unerwartetes Argument (b)",)),
        ("de", ["drop", "a", "b", "c", "--colour", "red"], ("Fehler: Unerwartete Argumente (b c)",)),
        ("en", ["drop", "a", "b", "c", "--colour", "red"], ("Error: Got unexpected extra arguments (b c)",)),
    ],
)
@pytest.mark.usefixtures("click_as_it_was")
def test_click_says_its_own_words_in_the_persons_language(
    language: Language, arguments: list[str], said: Sequence[str]
) -> None:
    speak(language)

    shown = CliRunner().invoke(a_group(), arguments, prog_name="x").output

    assert [each for each in said if each not in shown] == []


@pytest.mark.usefixtures("click_as_it_was")
def test_the_language_may_be_changed_again() -> None:
    for language, word in (("nb", "Bruk:"), ("en", "Usage:"), ("de", "Aufruf:")):
        speak(language)  # type: ignore[arg-type]
        assert word in CliRunner().invoke(a_group(), ["--help"]).output


def test_help_of_every_command_and_option_is_translated_and_the_commands_themselves_stay_as_they_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    norwegian = {"Keep it.": "Behold.", "Let it go.": "Slipp.", "How many.": "Hvor mange.", "Its colour.": "Fargen."}
    monkeypatch.setattr(module, "translate", lambda _language, english: norwegian.get(english, english))

    group = a_group()

    made = translated(group, "nb")
    shown = "".join(CliRunner().invoke(made, arguments).output for arguments in (["--help"], ["drop", "--help"]))

    assert [each for each in norwegian.values() if each not in shown] == []
    assert "Keep it." in CliRunner().invoke(group, ["--help"]).output


@pytest.mark.parametrize(
    ("arguments", "environment", "language"),
    [
        (["--lang", "de", "status"], {"LANG": "nb_NO.UTF-8"}, "de"),
        (["--help", "--lang=nb"], {}, "nb"),
        (["status"], {"SAMSPILL_LANG": "de"}, "de"),
        (["--lang"], {}, "en"),
        (["--lang", "xx"], {"LANG": "nb_NO.UTF-8"}, "en"),
        ([], {"LANG": "nb_NO.UTF-8"}, "nb"),
    ],
)
def test_the_language_is_known_before_the_arguments_are_read(
    arguments: list[str], environment: Mapping[str, str], language: Language
) -> None:
    assert language_asked(arguments, environment) == language
