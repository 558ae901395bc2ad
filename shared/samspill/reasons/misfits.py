"""What is wrong with a value that cannot be taken over: a small closed set in our own words, never a library's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

type Misfit = Literal[
    "left out",
    "empty",
    "not text",
    "not a number",
    "not a whole number",
    "zeros in front",
    "too large",
    "nested too deeply",
    "neither yes nor no",
    "not a date",
    "too many decimals",
    "not above 0",
    "of an unknown shape",
    "not one of the known values",
    "a country that is not known there",
    "a reference that is not known there",
    "letters such as æ, ø and å",
]

MISFITS: Mapping[str, tuple[str, str]] = {
    "left out": ("mangler", "fehlt"),
    "empty": ("tomt", "leer"),
    "not text": ("ikke tekst", "kein Text"),
    "not a number": ("ikke et tall", "keine Zahl"),
    "not a whole number": ("ikke et helt tall", "keine ganze Zahl"),
    "zeros in front": ("nuller foran", "Nullen davor"),
    "too large": ("for stort", "zu groß"),
    "nested too deeply": ("nøstet for dypt", "zu tief verschachtelt"),
    "neither yes nor no": ("verken ja eller nei", "weder ja noch nein"),
    "not a date": ("ikke en dato", "kein Datum"),
    "too many decimals": ("for mange desimaler", "zu viele Nachkommastellen"),
    "not above 0": ("ikke over 0", "nicht über 0"),
    "of an unknown shape": ("har en ukjent form", "in unbekannter Form"),
    "not one of the known values": ("ikke en av verdiene vi kjenner", "keiner der bekannten Werte"),
    "a country that is not known there": ("et land som ikke er kjent der", "ein Land, das dort nicht bekannt ist"),
    "a reference that is not known there": (
        "en henvisning som ikke er kjent der",
        "ein Verweis, der dort nicht bekannt ist",
    ),
    "letters such as æ, ø and å": ("bokstaver som æ, ø og å", "Buchstaben wie æ, ø und å"),
}
"""The English phrase, which reasons carry, in Norwegian bokmål and German."""
