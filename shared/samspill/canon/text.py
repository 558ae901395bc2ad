"""The form in which texts are compared: the same thing typed in two ways becomes one value. It is never written."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from samspill.signs import visible

_SPACES = re.compile(r"\s+")
_WORDS = re.compile(r"[^0-9a-z]+")
_PUNCTUATION = re.compile(r"[\s().\-‐-―]")
_ONE_NUMBER = re.compile(r"\+?[0-9]{1,15}")
_NORDIC = str.maketrans({"æ": "ae", "ø": "o", "å": "a", "ä": "a", "ö": "o", "ð": "d", "þ": "th", "ß": "ss"})
_COMPANY_FORMS = frozenset({"as", "asa", "ans", "da", "enk", "sa", "nuf", "ab", "aps", "gmbh", "ag"})
_MOBILE_OR_LANDLINE_DIGITS = 8


def is_blank(text: str | None) -> bool:
    """Tell whether nothing can be seen of a text: it is empty, white space, or characters that do not show."""
    return not text or text.isspace() or (not text.isprintable() and not visible(text).strip())


def typed(text: str | None) -> str | None:
    """Return text exactly as it is, None where nothing of it can be seen."""
    return None if is_blank(text) else text


def clean(text: str | None) -> str | None:
    """Trim, fold white space, compose accents and drop what does not show; empty text is None."""
    if not text:
        return None
    composed = text.isascii() or unicodedata.is_normalized("NFC", text)  # pragma: no mutate: ASCII is, only sooner
    if text.isprintable() and "  " not in text and composed:
        return text.strip() or None  # nearly every value, and the fast way
    return _SPACES.sub(" ", unicodedata.normalize("NFC", visible(text))).strip() or None


def lines(text: str | None) -> str | None:
    """Return text with its line breaks, each line cleaned, without empty lines around; empty is None."""
    if not text:
        return None
    if "\n" not in text and "\r" not in text:
        return clean(text)
    return "\n".join(clean(line) or "" for line in text.splitlines()).strip() or None


def email(text: str | None) -> str | None:
    """Return the address in lower case, or None."""
    cleaned = clean(text)
    return cleaned.lower() if cleaned else None


def phone(text: str | None) -> str | None:
    """Return what reads as exactly one number as its digits, with a plus where a country code other than 47 was given.

    `+47 22 33 44 55`, `0047 22334455` and `22 33 44 55` are the same telephone. Two numbers, an extension and words are
    text.
    """
    if not text:
        return None
    if len(text) == _MOBILE_OR_LANDLINE_DIGITS and text.isascii() and text.isdigit():
        return text
    digits = _PUNCTUATION.sub("", ascii_digits(visible(text)))
    digits = "+" + digits[2:] if digits.startswith("00") else digits
    if _ONE_NUMBER.fullmatch(digits) is None:
        return clean(text)
    if digits.startswith("+47") and len(digits) == len("+47") + _MOBILE_OR_LANDLINE_DIGITS:
        digits = digits[3:]
    return digits


def ascii_digits(text: str) -> str:
    """Return text with the digits of every script as 0 to 9."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in text)


@lru_cache(maxsize=10_000)
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
