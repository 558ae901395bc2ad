"""What streams, fields, match rules and misfits are called. In English they keep the names options and `rules` take."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from samspill.reasons.misfits import MISFITS

if TYPE_CHECKING:
    from samspill.reasons import Language

_NAME = re.compile(r"[a-z_]+")
_GUARDED = re.compile(r"[a-z_]+(\.[a-z_]+| \((archive|create)\))")
"""How a list of the guard is called: `customers.phone`, or `customers (create)`."""
_WORDS: dict[str, tuple[str, str]] = {
    # streams
    "customers": ("kunder", "Kunden"),
    "projects": ("prosjekter", "Projekte"),
    "employees": ("ansatte", "Mitarbeiter"),
    "activities": ("aktiviteter", "Aktivitäten"),
    "hours": ("timer", "Stunden"),
    # fields
    "comment": ("kommentar", "Kommentar"),
    "customer": ("kunde", "Kunde"),
    "department": ("avdeling", "Abteilung"),
    "description": ("beskrivelse", "Beschreibung"),
    "email": ("e-post", "E-Mail"),
    "employee": ("ansatt", "Mitarbeiter"),
    "exported": ("eksportert", "exportiert"),
    "first_name": ("fornavn", "Vorname"),
    "is_active": ("aktiv", "aktiv"),
    "is_internal": ("internt", "intern"),
    "last_name": ("etternavn", "Nachname"),
    "manager": ("prosjektleder", "Projektleiter"),
    "mobile": ("mobil", "Mobiltelefon"),
    "name": ("navn", "Name"),
    "number": ("nummer", "Nummer"),
    "organization_number": ("organisasjonsnummer", "Organisationsnummer"),
    "parent": ("hovedprosjekt", "Hauptprojekt"),
    "period": ("periode", "Zeitraum"),
    "phone": ("telefon", "Telefon"),
    "postal_address": ("postadresse", "Postanschrift"),
    "project": ("prosjekt", "Projekt"),
    # what the guard counts
    "archive": ("sette inaktiv", "deaktivieren"),
    "create": ("opprette", "anlegen"),
    # match rules and what likeness says
    "customer number": ("kundenummer", "Kundennummer"),
    "employee number": ("ansattnummer", "Personalnummer"),
    "name and customer": ("navn og kunde", "Name und Kunde"),
    "organisation number": ("organisasjonsnummer", "Organisationsnummer"),
    "project number": ("prosjektnummer", "Projektnummer"),
    "person": ("valgt av en person", "von einer Person gewählt"),
    "review": ("valgt av en person", "von einer Person gewählt"),
    "our mark": ("vårt merke", "unser Merkmal"),
    "name alike": ("navnet ligner", "Name ähnlich"),
    "same name when spelling is set aside": (
        "samme navn når skrivemåten ses bort fra",
        "gleicher Name bis auf die Schreibweise",
    ),
    "same name, but another number": ("samme navn, men et annet nummer", "gleicher Name, aber andere Nummer"),
    "same e-mail address": ("samme e-postadresse", "gleiche E-Mail-Adresse"),
    "same mobile number": ("samme mobilnummer", "gleiche Mobilnummer"),
    # what has a number that another record is to get
    "a sub-project": ("et underprosjekt", "ein Unterprojekt"),
    "an offer": ("et tilbud", "ein Angebot"),
    "a record that is not kept in step": (
        "en post som ikke synkroniseres",
        "ein Datensatz, der nicht abgeglichen wird",
    ),
    # what is wrong with a value
    **MISFITS,
}


_WORDED = frozenset({"field", "fields", "holder", "misfit", "rule", "stream", "why"})
"""Parameters that hold such words; one may hold several: between commas, or between " / " where any would do."""
_OR: dict[Language, str] = {"nb": "eller", "en": "or", "de": "oder"}


def named(language: Language, name: str) -> str:
    """Return what a stream, a field or a rule is called in the language; any other name as it is."""
    if language == "en" or name not in _WORDS:
        return name
    return _WORDS[name][0 if language == "nb" else 1]


def worded(language: Language, name: str, value: str) -> str:
    """Return a parameter of a reason in the language: what streams, fields, rules and kinds of change are called."""
    if name == "what" and _GUARDED.fullmatch(value):
        return _NAME.sub(lambda found: named(language, found[0]), value)
    if name not in _WORDED:
        return value
    if value in _WORDS:
        return named(language, value)
    *others, last = (", ".join(named(language, one) for one in part.split(", ")) for part in value.split(" / "))
    return f"{', '.join(others)} {_OR[language]} {last}" if others else last
