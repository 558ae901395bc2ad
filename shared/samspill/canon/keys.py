"""Natural keys: the form in which they are compared, and the spellings in which a system may hold them.

A key is what people tell records apart by: a number, an organisation number. Spaces, zeros in front, the digits of
another script and characters that do not show are spelling.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

from samspill.canon.organization import is_organization_number, organization_number
from samspill.canon.text import ascii_digits, clean
from samspill.canon.values import Value
from samspill.signs import visible


def key(name: str, value: Value) -> str | None:
    """Return the form in which the key `name` is compared, None where the field holds none."""
    if not isinstance(value, str) or not value:
        return None
    if value.isascii() and value.isdigit() and value[0] != "0":
        return value  # nearly every key, and the fast way
    return _FORMS.get(name, clean)(value)


def number(text: str) -> str | None:
    """Return a number without white space, case and zeros in front; None where nothing of it shows."""
    shown = "".join(ascii_digits(unicodedata.normalize("NFKC", visible(text))).split()).casefold()
    digits = shown.lstrip("0") or "0"  # pragma: no mutate: other signs in front are in no number
    return digits if shown.isdecimal() else shown or None


def organization(text: str) -> str | None:
    """Return an organisation number without its dress, None where nothing of it shows."""
    found = organization_number(text)
    return found.casefold() if found else None


_FORMS: dict[str, Callable[[str], str | None]] = {"number": number, "organization_number": organization}


def same_key(name: str, one: Value, other: Value) -> bool:
    """Tell whether two values of the field `name` are one key, spelling aside."""
    compared = key(name, one)
    if compared is None:
        return False
    wanted = key(name, other)
    return wanted is not None and compared.casefold() == wanted.casefold()


def spellings(name: str, value: Value) -> tuple[str, ...]:
    """Return the usual spellings of a key, to search a system that knows only exact ones: as typed first.

    What a search finds is compared by `key`, never taken for the same by the spelling alone.
    """
    compared = key(name, value)
    if compared is None or not isinstance(value, str):
        return ()
    plain = clean(value) or value
    usual = [value, plain, compared]
    if name == "organization_number" and is_organization_number(compared):
        spaced = f"{compared[:3]} {compared[3:6]} {compared[6:]}"
        usual += [spaced, f"{compared}MVA", f"NO{compared}MVA", f"NO {compared} MVA", f"NO {spaced} MVA"]
        usual += [f"{compared} MVA", f"{spaced} MVA", f"NO{compared}"]
    return tuple(dict.fromkeys(usual))
