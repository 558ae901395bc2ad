"""How flows recognise the same customer, project or person in two systems: keys that link, likeness that proposes."""

from __future__ import annotations

from difflib import SequenceMatcher

from samspill.canon import keys
from samspill.canon.organization import is_organization_number
from samspill.canon.text import clean, email, name_key, phone
from samspill.canon.values import Fields
from samspill.engine.rules import MatchRule, single
from samspill.flows.names import alike, contradict

SAME_NAME = "same name when spelling is set aside"
OTHER_NUMBER = "same name, but another number"


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


def whole_name(fields: Fields) -> str | None:
    """Return what brings together names that are the same but for their spelling."""
    return name_key(text(fields, "name")) or exact_name(fields)


def first_letters(fields: Fields) -> str | None:
    """Return what brings together names that may be spelling variants."""
    return name_key(text(fields, "name"))[:3] or None


def first_word(fields: Fields) -> str | None:
    """Return what brings together names that begin alike."""
    return (name_key(text(fields, "name")).split() or [""])[0] or None


NAMES = (
    MatchRule("whole name", single(whole_name)),
    MatchRule("first letters", single(first_letters)),
    MatchRule("first word", single(first_word)),
)
"""What brings together records whose names may be the same."""


def differ(left: Fields, right: Fields) -> bool:
    """Tell whether two records hold two different numbers of the same kind."""
    for name in ("number", "organization_number"):
        one, two = keys.key(name, left.get(name)), keys.key(name, right.get(name))
        if one and two and one != two:
            return True
    return False


def same_name(left: Fields, right: Fields) -> bool:
    """Tell whether two records are called the same, spelling aside."""
    return alike(text(left, "name"), text(right, "name"))


def same_name_and_customer(left: Fields, right: Fields) -> bool:
    """Tell whether two projects are called the same and are not known to be of two customers."""
    return same_name(left, right) and not _other_customer(left, right)


def similarity(left: Fields, right: Fields) -> tuple[int, str]:
    """Return how alike two names are (0-100), and why."""
    one, two = whole_name(left) or "", whole_name(right) or ""
    if differ(left, right):
        return (70, OTHER_NUMBER) if one == two and not _other_customer(left, right) else (0, "another number")
    if contradict(one, two):
        return 0, "another number in the name"
    score = round(SequenceMatcher(None, one, two).ratio() * 100)
    return score, SAME_NAME if one == two else "name alike"


def _other_customer(left: Fields, right: Fields) -> bool:
    """Tell whether two projects belong to two customers of which both are linked."""
    one, two = text(left, "customer"), text(right, "customer")
    unknown = ("left:", "right:")
    return (
        one is not None
        and two is not None
        and one != two
        and not one.startswith(unknown)
        and not two.startswith(unknown)
    )


# --- people ----------------------------------------------------------------------------------------------------------


def full_name(fields: Fields) -> str:
    """Return a person's names in one text."""
    return " ".join(part for name in ("first_name", "last_name") if (part := text(fields, name)))


def same_person(left: Fields, right: Fields) -> bool:
    """Tell whether two people who share a number also share their name, e-mail address or mobile number."""
    return alike(full_name(left), full_name(right)) or bool(_shared(left, right))


def likeness_of_people(left: Fields, right: Fields) -> tuple[int, str]:
    """Return how alike two people are (0-100), and why. One address for several people is no likeness by itself."""
    one, two = full_name(left), full_name(right)
    other, shared = differ(left, right), _shared(left, right)
    if alike(one, two):
        if other:
            return 70, OTHER_NUMBER
        return (100, SAME_NAME) if shared or name_key(one) == name_key(two) else (90, "name alike")
    return (80, shared) if shared and not other else (0, "")


def _shared(left: Fields, right: Fields) -> str:
    """Return which of their addresses two people share, as a reason names it; empty for none."""
    return next((f"same {rule.name}" for rule in ADDRESSES if rule.shares(left, right)), "")


def _begins(fields: Fields) -> str | None:
    """Return what brings together people whose names may be spelling variants."""
    first, last = (name_key(text(fields, name)) for name in ("first_name", "last_name"))
    return f"{first[:3]} {last[:3]}".strip() or None


ADDRESSES = (
    MatchRule("e-mail address", single(lambda fields: email(text(fields, "email")))),
    MatchRule("mobile number", single(lambda fields: phone(text(fields, "mobile")))),
)
PEOPLE = (MatchRule("first letters", single(_begins)), *ADDRESSES)
"""What brings together people who may be the same."""
