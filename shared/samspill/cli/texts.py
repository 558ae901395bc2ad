"""What the command line says: the texts `cli.…` and the words `word.…` of the language files."""

from __future__ import annotations

import re
from collections.abc import Mapping

from samspill.reasons import LANGUAGES, Language
from samspill.signs import shown
from samspill.texts import catalogue

_COMMANDS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""Control characters but newline and tab: a terminal may obey them."""


def plain(text: str) -> str:
    """Return text, which may hold a vendor's words, without what a terminal would obey instead of showing it.

    What does not show, or turns the direction of writing, is shown by its code.
    """
    return shown(_COMMANDS.sub("", text))


def say(language: Language, key: str, /, **values: object) -> str:
    """Return a text in the language, in the form that its number takes."""
    return catalogue.say(language, f"cli.{key}", **values)


def word(language: Language, name: str) -> str:
    """Return a state, a result or an action in the language; a newer version's word as it is.

    In `--json` and as options they keep their English names.
    """
    return catalogue.catalogue(language).forms.get(f"word.{name}", (name,))[0]


def language_of(chosen: str | None, environment: Mapping[str, str]) -> Language:
    """Return the language that was chosen, else the one of the environment, else English."""
    wanted = (chosen or environment.get("SAMSPILL_LANG") or environment.get("LANG") or "en").lower()[:2]
    wanted = "nb" if wanted in {"no", "nn"} else wanted
    return next((language for language in LANGUAGES if language == wanted), "en")
