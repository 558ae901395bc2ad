"""What vendors, streams, fields and rules are called. In English all but vendors keep the names that options take."""

from __future__ import annotations

import re

from samspill.connectors.vendors import title
from samspill.reasons import Language
from samspill.texts.catalogue import catalogue

_NAME = re.compile(r"[a-z_]+")
_GUARDED = re.compile(r"[a-z_]+(\.[a-z_]+| \((archive|create)\))")
"""How a list of the guard is called: `customers.phone`, or `customers (create)`."""
_WORDED = frozenset({"field", "fields", "holder", "misfit", "role", "rule", "stream", "why"})
"""Parameters that hold such names; one may hold several: between commas, or between " / " where any would do."""


def named(language: Language, name: str) -> str:
    """Return what a stream, a field or a rule is called in the language; any other name as it is."""
    return catalogue(language).forms.get(f"name.{name}", (name,))[0]


def worded(language: Language, name: str, value: str) -> str:
    """Return a parameter of a reason in the language: what vendors, streams, fields and kinds of change are called."""
    if name == "what" and _GUARDED.fullmatch(value):
        return _NAME.sub(lambda found: named(language, found[0]), value)
    if name == "system":
        return title(value)
    if name not in _WORDED:
        return value
    if f"name.{value}" in catalogue(language).forms:
        return named(language, value)
    *others, last = (", ".join(named(language, one) for one in part.split(", ")) for part in value.split(" / "))
    return f"{', '.join(others)} {catalogue(language).forms['word.or'][0]} {last}" if others else last
