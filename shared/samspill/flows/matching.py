"""How flows recognise the same customer, project or person in two systems: keys that link, likeness that proposes."""

from __future__ import annotations

from difflib import SequenceMatcher

from samspill.canon import keys
from samspill.canon.organization import is_organization_number
from samspill.canon.text import clean, name_key
from samspill.canon.values import Fields


def text(fields: Fields, name: str) -> str | None:
    """Return a field that holds text, or None when it is empty, absent or something else."""
    value = fields.get(name)
    return value if isinstance(value, str) and value else None


def number(fields: Fields) -> str | None:
    """Return the record's number."""
    return keys.key("number", fields.get("number"))


def organization(fields: Fields) -> str | None:
    """Return the organisation number, if it is one."""
    found = keys.key("organization_number", fields.get("organization_number"))
    return found if is_organization_number(found) else None


def exact_name(fields: Fields) -> str | None:
    """Return the name, case and white space aside."""
    return (clean(text(fields, "name")) or "").casefold() or None


def name_and_customer(fields: Fields) -> str | None:
    """Return the name together with the customer it is of."""
    name = exact_name(fields)
    return f"{name}|{fields.get('customer') or ''}" if name else None


def first_letters(fields: Fields) -> str | None:
    """Return what brings together names that may be spelling variants."""
    return name_key(text(fields, "name"))[:3] or None


def first_word(fields: Fields) -> str | None:
    """Return what brings together names that begin alike."""
    return (name_key(text(fields, "name")).split() or [""])[0] or None


def differ(left: Fields, right: Fields) -> bool:
    """Two different numbers of the same kind: not the same, whatever the names say."""
    for name in ("number", "organization_number"):
        one, two = keys.key(name, left.get(name)), keys.key(name, right.get(name))
        if one and two and one != two:
            return True
    return False


def similarity(left: Fields, right: Fields) -> tuple[int, str]:
    """Return how alike two names are (0-100), and why."""
    one, two = name_key(text(left, "name")), name_key(text(right, "name"))
    score = round(SequenceMatcher(None, one, two).ratio() * 100)
    if differ(left, right):
        return (70, "same name, but another number") if one == two else (0, "another number")
    return score, "same name when spelling is set aside" if one == two else "name alike"
