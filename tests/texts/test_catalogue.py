"""A text is found by its key, in the person's language and in the form that its number takes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from samspill.cli.help_texts import HOME as HELP
from samspill.cli.help_texts import translate
from samspill.reasons import LANGUAGES, Language, Reason
from samspill.texts import catalogue as module
from samspill.texts.catalogue import catalogue, folders, say
from samspill.texts.reasons import reason_text

HEADER = 'msgid ""\nmsgstr ""\n"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A package with language files of its own, and a vendor that nobody knew before."""
    vendor = tmp_path / "connectors" / "newcomer" / "texts"
    (tmp_path / "texts").mkdir()
    vendor.mkdir(parents=True)
    write(tmp_path / "texts" / "en.pot", 'msgctxt "cli.hello"\nmsgid "Hello {name}"\nmsgstr ""\n')
    write(tmp_path / "texts" / "nb.po", 'msgctxt "cli.hello"\nmsgid "Hello {name}"\nmsgstr "Hei {name}"\n')
    write(tmp_path / "texts" / "de.po", '#, fuzzy\nmsgctxt "cli.hello"\nmsgid "Hello {name}"\nmsgstr "Guten Tag"\n')
    write(vendor / "en.pot", 'msgctxt "reason.newcomer_closed"\nmsgid "{system} is closed."\nmsgstr ""\n')
    write(
        vendor / "nb.po",
        'msgctxt "reason.newcomer_closed"\nmsgid "{system} is closed."\nmsgstr "{system} er stengt."\n',
    )
    monkeypatch.setattr(module, "HOME", tmp_path / "texts")
    catalogue.cache_clear()
    yield tmp_path
    monkeypatch.undo()
    catalogue.cache_clear()


def write(path: Path, texts: str) -> None:
    path.write_text(HEADER + texts, encoding="utf-8")


ONE_AND_MANY = [
    (Reason("gave_up", {"count": "1"}), "nb", "Prøvd 1 gang uten"),
    (Reason("gave_up", {"count": "5"}), "nb", "Prøvd 5 ganger uten"),
    (Reason("gave_up", {"count": "1"}), "en", "Tried 1 time without"),
    (Reason("gave_up", {"count": "0"}), "en", "Tried 0 times without"),
    (Reason("dead_by_key", {"step": "fetch", "count": "1"}), "de", "1 Datensatz geht zurück"),
    (Reason("dead_by_key", {"step": "fetch", "count": "21"}), "de", "21 Datensätze gehen zurück"),
    (Reason("dead_log", {"count": "1"}), "nb", "1 linje til loggen ble ikke skrevet. Den skrives nå"),
    (Reason("too_many_deletes", {"count": "1", "total": "3"}), "nb", "1 av 3 ville blitt satt inaktiv på"),
    (
        Reason("too_many_creates", {"count": "1", "total": "1"}),
        "en",
        "1 new one would be created at once, beside 1 linked",
    ),
    (Reason("hours_exported_before", {"hours": "1"}), "nb", "1 time er eksportert"),
    (Reason("hours_exported_before", {"hours": "1.5"}), "nb", "1.5 timer er eksportert"),
    (Reason("hours_exported_before", {"hours": "1"}), "de", "wurde 1 Stunde schon"),
    (Reason("limits_set", {"at_least": "1"}), "en", "1 record or"),
    (Reason("rows_without_id", {"count": "2", "stream": "customers"}), "nb", "2 rader uten id (kunder). De"),
]


@pytest.mark.parametrize(("reason", "language", "said"), ONE_AND_MANY)
def test_a_sentence_takes_the_form_of_its_number(reason: Reason, language: Language, said: str) -> None:
    assert said in reason_text(reason, language)


@pytest.mark.parametrize(
    ("language", "values", "said"),
    [
        (
            "nb",
            {"differ": 1, "count": 12, "left": "S 1", "right": "T 2"},
            "Timer: S 1, T 2. 1 av 12 summer stemmer ikke.",
        ),
        ("en", {"differ": 1, "count": 12, "left": "S 1", "right": "T 2"}, "Hours: S 1, T 2. 1 of 12 totals differs."),
        (
            "de",
            {"differ": 2, "count": 12, "left": "S 1", "right": "T 2"},
            "Stunden: S 1, T 2. 2 von 12 Summen weichen ab.",
        ),
    ],
)
def test_of_two_numbers_the_one_that_the_sentence_is_about_decides(
    language: Language, values: dict[str, object], said: str
) -> None:
    assert say(language, "cli.totals.differ", **values) == said


def test_what_is_not_translated_yet_or_from_another_english_is_said_in_english(package: Path) -> None:
    assert say("nb", "cli.hello", name="Kari") == "Hei Kari"
    assert say("de", "cli.hello", name="Kari") == "Hello Kari"


def test_a_vendor_brings_its_own_texts_in_its_folder(package: Path) -> None:
    reason = Reason("newcomer_closed", {"system": "Newcomer"})

    said = {language: reason_text(reason, language) for language in LANGUAGES}

    assert said == {"nb": "Newcomer er stengt.", "en": "Newcomer is closed.", "de": "Newcomer is closed."}


def test_a_text_that_does_not_exist_is_a_defect() -> None:
    with pytest.raises(KeyError, match=r"cli\.no-such-text"):
        say("en", "cli.no-such-text")


def test_what_has_no_translation_stays_as_it_is_in_the_code() -> None:
    assert translate("nb", "Nobody has translated this.") == "Nobody has translated this."


def test_help_is_in_files_that_functions_do_not_load() -> None:
    assert HELP not in folders()
    assert [key for language in LANGUAGES for key in catalogue(language).forms if "." not in key] == []
    assert translate("nb", "Usage:") == "Bruk:"
