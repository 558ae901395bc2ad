"""Finds a text in a language, in the form that its number takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from gettext import c2py
from pathlib import Path

from samspill.reasons import Language
from samspill.texts.po import Entry, entries

HOME = Path(__file__).parent
COUNTED = ("differ", "count", "more", "seconds", "at_least", "hours")
"""The values that choose between the forms of a text; the first of them that it names."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All texts in one language: what is translated, else the English."""

    forms: Mapping[str, tuple[str, ...]]
    form_of: Callable[[int], int]
    """Which of its forms a text takes for a number."""

    def find(self, key: str, values: Mapping[str, object]) -> str | None:
        """Return the text of a key, in the form that its number takes; its values are not filled in."""
        forms = self.forms.get(key)
        if forms is None or len(forms) == 1:
            return forms[0] if forms else None
        number = next((str(values[name]) for name in COUNTED if name in values), "")
        return forms[min(self.form_of(int(number)), len(forms) - 1)] if number.isdecimal() else forms[-1]


def folders() -> list[Path]:
    """Return the folders that hold language files: this one, and those of the vendors that have texts of their own."""
    return [HOME, *sorted(HOME.parent.glob("connectors/*/texts"))]


def file_name(language: Language) -> str:
    """Return what a language's file is called. The others are translated from English."""
    return "en.pot" if language == "en" else f"{language}.po"


@cache
def catalogue(language: Language) -> Catalogue:
    """Return the texts of a language by their keys; what is not translated is in English."""
    texts = read(language, folders())
    return texts if language == "en" else Catalogue({**catalogue("en").forms, **texts.forms}, texts.form_of)


def read(language: Language, homes: Sequence[Path]) -> Catalogue:
    """Return what the files of a language say. A text that has a context is found by it, any other by its English."""
    forms: dict[str, tuple[str, ...]] = {}
    rule = ""
    for path in (home / file_name(language) for home in homes):
        for entry in entries(path.read_text(encoding="utf-8")) if path.exists() else ():
            if entry.english == ("",):
                rule = rule or _rule_of_plurals(entry)
            elif language == "en":
                forms[entry.context or entry.english[0]] = entry.english
            elif all(entry.translated) and not entry.is_fuzzy:
                forms[entry.context or entry.english[0]] = entry.translated
    return Catalogue(forms, c2py(rule))


def say(language: Language, key: str, /, **values: object) -> str:
    """Return a text with its values filled in; KeyError where there is no such text."""
    text = catalogue(language).find(key, values)
    if text is None:
        raise KeyError(key)
    return text.format(**values)


def _rule_of_plurals(header: Entry) -> str:
    """Return the expression, in `n`, that says which form a number takes."""
    return header.translated[0].partition("plural=")[2].partition(";")[0]
