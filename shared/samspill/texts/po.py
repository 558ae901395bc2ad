"""Reads the language files: gettext's PO, as Babel and translators' tools write it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_LINE = re.compile(r'^(?:(msgctxt|msgid|msgid_plural|msgstr(?:\[\d+\])?) )?"(.*)"$', re.MULTILINE)
_FUZZY = re.compile(r"^#,.*\bfuzzy\b", re.MULTILINE)
_ESCAPED = re.compile(r"\\(.)")
_SIGNS = {"n": "\n", "t": "\t"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One text. The header of a file has no English."""

    context: str
    english: tuple[str, ...]
    """One form, or the one of one and the one of many."""
    translated: tuple[str, ...]
    """One form, or one for each plural form of the language; empty where nobody has translated it."""
    is_fuzzy: bool
    """The English has changed since it was translated."""


def entries(text: str) -> Iterator[Entry]:
    """Yield the entries of a file in their order, the header first. Blank lines part them."""
    for block in re.split(r"\n\s*\n", text):
        parts: dict[str, str] = {}
        name = ""
        for found in _LINE.finditer(block):
            name = found[1] or name
            parts[name] = parts.get(name, "") + _ESCAPED.sub(lambda sign: _SIGNS.get(sign[1], sign[1]), found[2])
        if parts:
            english = tuple(said for name, said in parts.items() if name.startswith("msgid"))
            translated = tuple(said for name, said in parts.items() if name.startswith("msgstr"))
            yield Entry(parts.get("msgctxt", ""), english, translated, bool(_FUZZY.search(block)))
