"""What the page of a link says, in Norwegian bokmål, English and German."""

from __future__ import annotations

import re
from typing import NamedTuple

from samspill.reasons import LANGUAGES, Language

_NAMES: dict[str, Language] = {"nb": "nb", "no": "nb", "nn": "nb", "en": "en", "de": "de"}
_WANTED = re.compile(r"\s*([a-z]{1,8})(?:-[a-z0-9-]+)?\s*(?:;\s*q=([01](?:\.\d{0,3})?)\s*)?", re.IGNORECASE)


class Texts(NamedTuple):
    """One language's."""

    title: str
    what: str
    """With {name}, {rows} and {size}."""
    until: str
    """With {until}."""
    fetch: str
    """On the button."""
    closed: str
    """For every link that leads nowhere, whatever the reason."""


TEXTS: dict[Language, Texts] = {
    "nb": Texts(
        "Fil til deg",
        "{name} – {rows} poster, {size}",
        "Lenken gjelder til {until}.",
        "Hent filen",
        "Denne lenken virker ikke, eller ikke lenger. Be den som sendte den, om en ny.",
    ),
    "en": Texts(
        "A file for you",
        "{name} – {rows} records, {size}",
        "The link is good until {until}.",
        "Get the file",
        "This link does not work, or no longer does. Ask whoever sent it for a new one.",
    ),
    "de": Texts(
        "Eine Datei für Sie",
        "{name} – {rows} Datensätze, {size}",
        "Der Link gilt bis {until}.",
        "Datei herunterladen",
        "Dieser Link funktioniert nicht oder nicht mehr. Bitten Sie den Absender um einen neuen.",
    ),
}


def language_of(accepted: str) -> Language:
    """Return the language that a browser likes best (its header `Accept-Language`) of those we have; else English."""
    found: list[tuple[float, Language]] = []
    for part in accepted.split(",")[: 4 * len(LANGUAGES)]:
        wanted = _WANTED.fullmatch(part)
        if wanted is not None and (name := _NAMES.get(wanted[1].lower())) is not None:
            found.append((float(wanted[2] or 1), name))
    liked = [each for each in found if each[0] > 0]
    return max(liked, key=lambda each: each[0])[1] if liked else "en"
