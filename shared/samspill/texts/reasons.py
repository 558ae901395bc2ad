"""The sentence of a reason: what happened, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping

from samspill.reasons import Language, Reason
from samspill.signs import shown
from samspill.texts.catalogue import catalogue
from samspill.texts.names import worded

PREFIX = "reason."
"""Before the code, the context of a reason's sentence in the language files."""
PLACE = {"flow": "FLOW", "connection": "NAME", "vendor": "VENDOR"}
"""What commands name, and what stands there where nobody knows: a person fills it in."""
OURS = frozenset({"answer_unreadable", "defect", "link_elsewhere", "needs_operator"})
"""Codes whose sentence sends people to those who run the hub: whom to ask stands behind it, where that is known."""
UNKNOWN = "unknown_reason"
"""The code of what is said of a code that only a newer version knows."""


def sentences(language: Language) -> dict[str, tuple[str, ...]]:
    """Return the sentence of every code, in all its forms."""
    forms = catalogue(language).forms
    return {key.removeprefix(PREFIX): said for key, said in forms.items() if key.startswith(PREFIX)}


def reason_text(reason: Reason, language: Language = "en", place: Mapping[str, str] | None = None) -> str:
    """Return the sentence. `place` tells what commands in it are about, where the reason does not: see `PLACE`.

    It may also tell the `contact` of those who run the hub.

    A parameter that is missing shows as its name, so that a message is never lost to a bug in its making; a code of
    a newer version is shown as it is. What does not show in a value is shown by its code point.
    """
    texts = catalogue(language)
    about = {**PLACE, "code": reason.code, **(place or {}), **reason.params}
    params = _Named({name: shown(worded(language, name, value)) for name, value in about.items()})
    sentence = texts.find(f"{PREFIX}{reason.code}", params)
    if sentence is None:
        values = ", ".join(f"{name}: {value}" for name, value in params.items()) or "-"
        params = _Named(code=reason.code, values=values)
        sentence = texts.forms[f"{PREFIX}{UNKNOWN}"][0]
    said = sentence.format_map(params)
    if reason.code in OURS and (contact := about.get("contact")):
        said = f"{said} {texts.forms['word.contact'][0].format(contact=shown(contact))}"
    told = f"{said} [{shown(reason.vendor)}]" if reason.vendor else said
    return f"{told} – {reason_text(reason.because, language, place)}" if reason.because else told


class _Named(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "{" + key + "}"
