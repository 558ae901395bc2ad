"""Help in the person's language, and what click itself says: the language files beside this module.

Their English stands in the code. Functions print no help, so that none of them loads these files.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from samspill.reasons import Language
from samspill.texts.catalogue import Catalogue, read

HOME = Path(__file__).parent / "texts"


@cache
def help_texts(language: Language) -> Catalogue:
    """Return what is translated, by its English."""
    return read(language, [HOME])


def translate(language: Language, english: str) -> str:
    """Return the translation of a text whose English stands in the code, such as a command's help."""
    return help_texts(language).forms.get(english, (english,))[0]


def translate_number(language: Language, one: str, many: str, number: int) -> str:
    """Return the translation of a text whose English forms, of one and of many, stand in the code."""
    texts = help_texts(language)
    return texts.forms.get(one, (one, many))[texts.form_of(number)]
