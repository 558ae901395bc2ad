"""Normalisation of what people type: the same thing written in two ways becomes one canonical value."""

from __future__ import annotations

import re
import unicodedata

_SPACES = re.compile(r"\s+")
_WORDS = re.compile(r"[^0-9a-z]+")
_NOT_DIALLED = re.compile(r"[^0-9+]")
_NORDIC = str.maketrans({"æ": "ae", "ø": "o", "å": "a", "ä": "a", "ö": "o", "ð": "d", "þ": "th", "ß": "ss"})
_COMPANY_FORMS = frozenset({"as", "asa", "ans", "da", "enk", "sa", "nuf", "ab", "aps", "gmbh", "ag"})
_MOBILE_OR_LANDLINE_DIGITS = 8


def clean(text: str | None) -> str | None:
    """Trim, fold white space and compose accents; empty text is None."""
    if not text:
        return None
    if text.isprintable() and "  " not in text and (text.isascii() or unicodedata.is_normalized("NFC", text)):
        return text.strip() or None  # nearly every value, and the fast way
    return _SPACES.sub(" ", unicodedata.normalize("NFC", text)).strip() or None


def email(text: str | None) -> str | None:
    """Return the address in lower case, or None."""
    cleaned = clean(text)
    return cleaned.lower() if cleaned else None


def phone(text: str | None) -> str | None:
    """Return digits with a leading plus where a country code was given; eight Norwegian digits get no prefix.

    `+47 22 33 44 55`, `0047 22334455` and `22 33 44 55` are the same telephone.
    """
    if not text:
        return None
    if len(text) == _MOBILE_OR_LANDLINE_DIGITS and text.isascii() and text.isdigit():
        return text
    digits = _NOT_DIALLED.sub("", text)
    digits = "+" + digits[2:] if digits.startswith("00") else digits
    if digits.startswith("+47") and len(digits) == len("+47") + _MOBILE_OR_LANDLINE_DIGITS:
        digits = digits[3:]
    return digits or None


def name_key(text: str | None) -> str:
    """Return a key under which spelling variants of a name meet: case, accents, punctuation and company form dropped.

    Only for finding candidates; a name never links two records by itself.
    """
    if not text:
        return ""
    lowered = text.lower().replace("a/s", "as").translate(_NORDIC)
    plain = unicodedata.normalize("NFKD", lowered).encode("ascii", "ignore").decode()
    plain = plain.replace("aa", "a").replace("oe", "o").replace("ae", "a")
    words = [word for word in _WORDS.split(plain) if word and word not in _COMPANY_FORMS and word != "og"]
    return " ".join(words)
