"""Query parameters: what they filter by, and how Tripletex refuses what it cannot read."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from werkzeug.datastructures import MultiDict

from local.vendors.tripletex import messages as m
from local.vendors.tripletex.errors import bad_number, bad_parameter
from local.vendors.tripletex.table import Row

type Query = MultiDict[str, str]
type Predicate = Callable[[Row], bool]
type Filter = Callable[[str, str], Predicate]
"""Makes a predicate from the parameter's name and its text."""

PAGING = frozenset({"from", "count", "sorting", "fields"})

_DAY = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])\Z")
_IDS = re.compile(r"\d+(,\d+)*\Z")


def whole_number(text: str) -> int:
    """Read a number from a path or a query.

    Raises:
        Refusal: 422/21000, it is not one.
    """
    try:
        return int(text)
    except ValueError:
        raise bad_number(text) from None


def id_list(name: str, text: str) -> list[int]:
    """Read a comma separated list of ids.

    Raises:
        Refusal: 422/15000, it is not one.
    """
    bare = text.replace(" ", "")
    if not _IDS.match(bare):
        raise bad_parameter(name, m.BAD_ID_LIST)
    return [int(each) for each in bare.split(",")]


def truth(name: str, text: str) -> bool:
    """Read `true` or `false`.

    Raises:
        Refusal: 422/15000, it is neither.
    """
    if text.lower() not in {"true", "false"}:
        raise bad_parameter(name, m.WRONG_TYPE)
    return text.lower() == "true"


def day(name: str, text: str) -> str:
    """Read a date; it stays text, since ISO dates compare as text.

    Raises:
        Refusal: 422/15000, it is not one.
    """
    if not _DAY.match(text):
        raise bad_parameter(name, m.BAD_DATE)
    return text


def required(query: Query, name: str) -> str:
    """Return a parameter that may not be missing.

    Raises:
        Refusal: 422/15000, it is missing.
    """
    text = query.get(name)
    if not text:
        raise bad_parameter(name, m.NOT_NULL)
    return text


def ids(field: str) -> Filter:
    """Filter by a list of ids; `id` is the row's own."""

    def make(name: str, text: str) -> Predicate:
        wanted = frozenset(id_list(name, text))
        return (lambda row: row.id in wanted) if field == "id" else (lambda row: row.values[field] in wanted)

    return make


def equals(field: str) -> Filter:
    """Filter by the whole text. That case does not matter is an assumption."""

    def make(_name: str, text: str) -> Predicate:
        wanted = text.casefold()
        return lambda row: (row.values[field] or "").casefold() == wanted

    return make


def contains(field: str) -> Filter:
    """Filter by a part of the text. That case does not matter is an assumption."""

    def make(_name: str, text: str) -> Predicate:
        wanted = text.casefold()
        return lambda row: wanted in (row.values[field] or "").casefold()

    return make


def flag(field: str) -> Filter:
    """Filter by a truth value."""

    def make(name: str, text: str) -> Predicate:
        wanted = truth(name, text)
        return lambda row: row.values[field] is wanted

    return make


def date_range(query: Query, field: str, name_from: str, name_to: str, *, needed: bool = False) -> list[Predicate]:
    """Filter by a range: from and including, to and excluding.

    Raises:
        Refusal: A date is missing though needed, is no date, or the range is empty.
    """
    read: Callable[[Query, str], Any] = required if needed else (lambda query, name: query.get(name))
    first, last = (day(name, text) if (text := read(query, name)) else None for name in (name_from, name_to))
    if first and last and first >= last:
        raise bad_parameter(name_from, m.BAD_RANGE.about(first, last))
    found: list[Predicate] = []
    if first:
        found.append(lambda row: (row.values[field] or "") >= first)
    if last:
        found.append(lambda row: bool(row.values[field]) and row.values[field] < last)
    return found
