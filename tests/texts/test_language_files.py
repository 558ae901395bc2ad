"""The language files say the same in every language, and hold what the code asks for: no more, no less."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message

from tools import texts, texts_used


def catalogue(*entries: Message) -> Catalog:
    made = Catalog()
    for entry in entries:
        made[entry.id] = entry
    return made


def entry(english: str | tuple[str, str], translated: str | tuple[str, ...] = "", *, fuzzy: bool = False) -> Message:
    return Message(english, translated, flags=["fuzzy"] if fuzzy else [], context="cli.a")


def test_every_language_says_what_english_says_and_nothing_is_left_over() -> None:
    assert texts.problems() == []


@pytest.mark.parametrize(
    ("english", "translated", "told"),
    [
        (entry("In {system}."), entry("In {system}.", "I {system}."), None),
        (entry("In {system}."), entry("In {system}.", "I {sytem}."), "does not name the same values"),
        (entry("In {system}."), entry("In {system}.", "I."), "does not name the same values"),
        (entry("In {system}."), entry("In {system}.", "I {system} {system}."), None),
        (entry("In {system}."), entry("In {system}."), "is not translated"),
        (entry("In {system}."), entry("In the {system}.", "I {system}."), "from the present English"),
        (entry("In {system}."), entry("In {system}.", "I {system}.", fuzzy=True), "from the present English"),
        (
            entry(("{count} day of {x}", "{count} days of {x}")),
            entry(("{count} day of {x}", "{count} days of {x}"), ("én dag av {x}", "{count} dager av {x}")),
            None,
        ),
        (
            entry(("{count} day of {x}", "{count} days of {x}")),
            entry(("{count} day of {x}", "{count} days of {x}"), ("{count} dag", "{count} dager av {x}")),
            "does not name the same values",
        ),
        (
            entry(("{count} day of {x}", "{count} days of {x}")),
            entry(("{count} day of {x}", "{count} days of {x}"), ("én dag av {x}", "dager av {x}")),
            "does not name the same values",
        ),
        (
            entry(("{count} day", "{count} days")),
            entry(("{count} day", "{count} days"), ("{count} dag", "")),
            "is not translated",
        ),
    ],
)
def test_a_translation_is_complete_and_names_the_same_values(
    english: Message, translated: Message, told: str | None
) -> None:
    found = list(texts.untranslated([english], [translated]))

    assert len(found) == (told is not None)
    assert all(told in each for each in found if told)


def test_a_text_that_is_only_in_a_translation_is_told() -> None:
    assert list(texts.untranslated([], [entry("gone", "borte")])) == ["cli.a is no longer in English: run `make texts`"]


@pytest.mark.parametrize(
    ("english", "wrong"),
    [
        (entry("{count} days"), True),
        (entry("{seconds} seconds"), True),
        (entry(("{count} day", "{count} days")), False),
        (entry(("every minute", "every {count} minutes")), False),
        (entry(("a day", "days")), True),
        (entry(("{system}: a day", "{system}: {count} days")), False),
        (entry(("a day", "{system}: {count} days")), True),
        (entry("{system}"), False),
    ],
)
def test_what_names_a_number_has_a_form_for_one_and_a_form_for_many(english: Message, *, wrong: bool) -> None:
    assert bool(list(texts.misshapen(english))) == wrong


def test_a_new_text_waits_for_its_translation_and_a_changed_one_becomes_fuzzy() -> None:
    english = catalogue(
        Message("Same.", context="a"), Message("New words.", context="b"), Message("Added.", context="c")
    )
    before = catalogue(
        Message("Same.", "Lik.", context="a"),
        Message("Old words.", "Gamle ord.", context="b"),
        Message("Gone.", "Borte.", context="d"),
    )

    made = texts.messages(texts.merged(english, before))

    assert [(each.context, each.id, each.string, each.fuzzy) for each in made] == [
        ("a", "Same.", "Lik.", False),
        ("b", "New words.", "Gamle ord.", True),
        ("c", "Added.", "", False),
    ]


@pytest.mark.parametrize(
    ("code", "key"),
    [
        ('Reason("key_refusd", {"system": system})', "reason.key_refusd"),
        ('Reason("deleted" if edited else "delted", names)', "reason.delted"),
        ('raise UsageError.because("no_such_flw", flow=name)', "reason.no_such_flw"),
        ("Reason(HELD, params)", "reason.hled_back"),
        ('terminal.tell(terminal.text("stord", name=name))', "cli.stord"),
        ('say(language, "limit.wiat", seconds=3)', "cli.limit.wiat"),
        ('class E(SamspillError):\n    default_code = "rejectd"', "reason.rejectd"),
    ],
)
def test_a_key_that_is_misspelt_in_the_code_is_seen(code: str, key: str) -> None:
    asked = [
        found
        for node in ast.walk(ast.parse(code))
        for found in texts_used.keys(node, {"HELD": frozenset({"hled_back"})})
    ]

    assert key in asked
    assert not texts_used.is_used(key)


def test_whole_keys_and_keys_that_are_put_together_count_as_used() -> None:
    assert texts_used.is_used("reason.key_refused")
    assert texts_used.is_used("cli.rule.two-way.newest-wins")
    assert not texts_used.is_used("reason.key_refused_long_ago")


def test_what_click_says_to_people_counts_as_asked_for_and_what_it_tells_developers_does_not() -> None:
    said = texts_used.said_by_click()

    assert {"Usage:", "Missing option", "Aborted!", "Got unexpected extra argument ({args})"} <= said.keys()
    assert not [each for each in said if "declarations" in each]
    assert texts_used.is_used("Usage:")
    assert not texts_used.is_used("Nobody says this.")


def test_help_in_the_code_is_brought_into_the_english_help_texts_and_help_that_is_gone_is_dropped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "en.pot").write_text('msgid "Gone."\nmsgstr ""\n\nmsgid "Kept."\nmsgstr ""\n')
    monkeypatch.setattr(texts, "HELP", tmp_path)
    monkeypatch.setattr(texts, "said_in_help", lambda: {"New.": "help"})
    monkeypatch.setattr(texts, "is_used", lambda key: key != "Gone.")

    made = texts.messages(texts.english(tmp_path))

    assert [(each.context, each.id) for each in made] == [(None, "Kept."), (None, "New.")]
