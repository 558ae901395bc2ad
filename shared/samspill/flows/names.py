"""Whether two names are the same but for their spelling. No name links anything by itself; it supports a number."""

from __future__ import annotations

from difflib import SequenceMatcher

from samspill.canon.text import clean, name_key

NEARLY = 0.8
"""Two words this alike, of four letters or more with the same first one, are one word with a slip in it."""
_SHORTEST = 4


def alike(one: str | None, two: str | None) -> bool:
    """Tell whether two names are the same, but for spelling, company form, slips, and words that one of them adds.

    "Bakken Bygg AS" and "Bakken Bygg avd. Nord" are; "Storgata 1" and "Storgata 2", "Kari Dal" and "Mari Dal" are not.
    """
    first, second = name_key(one), name_key(two)
    if not first or not second:  # names in letters that the normal form does not know
        plain = clean(one)
        return plain is not None and plain.casefold() == (clean(two) or "").casefold()
    if first.replace(" ", "") == second.replace(" ", ""):
        return True
    if contradict(first, second):
        return False
    short, long = sorted((first.split(), second.split()), key=len)
    if len(short) == 1 and short[0] != long[0]:
        return False  # one word says what a thing is only where the other name begins with it
    rest = list(long)
    for word in short:
        found = next((each for each in rest if _is_one_word(word, each)), None)
        if found is None:
            return False
        rest.remove(found)
    return True


def contradict(one: str, two: str) -> bool:
    """Tell whether two names in normal form hold different numbers: "Storgata 1" and "Storgata 2" are two places."""
    first, second = ({word for word in name.split() if any(map(str.isdigit, word))} for name in (one, two))
    return not (first <= second or second <= first)


def _is_one_word(one: str, two: str) -> bool:
    if one == two:
        return True
    if min(len(one), len(two)) < _SHORTEST or one[0] != two[0] or any(map(str.isdigit, one + two)):
        return False
    return SequenceMatcher(None, one, two).ratio() >= NEARLY
