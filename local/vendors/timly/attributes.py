"""The values of an account's own attributes, checked by their type."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from local.vendors.contract.kinds import boolean, day, pattern, text
from local.vendors.contract.problems import Wrong
from local.vendors.timly.fields import Record

MONEY = re.compile(r"-?\d{1,15}(\.\d{1,4})?")
CURRENCY = re.compile("[A-Z]{3}")


def number(name: str, value: Any) -> list[Wrong]:
    """Take null, or a number."""
    good = value is None or (isinstance(value, int | float) and not isinstance(value, bool))
    return [] if good else [Wrong(name, "wrong_type", "must be a number")]


def money(name: str, value: Any) -> list[Wrong]:
    """Take null, or an amount as decimal text and a currency."""
    if value is None:
        return []
    if not isinstance(value, dict) or value.keys() != {"amount", "currency"}:
        return [Wrong(name, "wrong_type", "must have amount and currency")]
    good = isinstance(value["amount"], str) and MONEY.fullmatch(value["amount"])
    known = isinstance(value["currency"], str) and CURRENCY.fullmatch(value["currency"])
    return [] if good and known else [Wrong(name, "invalid", 'such as {"amount": "12.50", "currency": "CHF"}')]


def flag(name: str, value: Any) -> list[Wrong]:
    """Take null, true or false."""
    return [] if value is None else boolean(name, value)


CHECKS: Mapping[str, Callable[[str, Any], list[Wrong]]] = {
    "text": text(1000),
    "number": number,
    "money": money,
    "date": day,
    "boolean": flag,
    "choice": text(200),
    "url": pattern("https?://.+", 2000),
    "mac": pattern("[0-9A-Fa-f]{2}([:-]?[0-9A-Fa-f]{2}){5}", 17),
}


def applies(attribute: Record, scope: str, category_id: str | None) -> bool:
    """Tell whether a record of a scope and a category has an attribute."""
    return attribute["scope"] == scope and (not attribute["category_ids"] or category_id in attribute["category_ids"])


def check(sent: Any, known: Iterable[Record]) -> list[Wrong]:
    """Return what is wrong with values that were sent, of a record that has the attributes `known`."""
    if not isinstance(sent, dict):
        return [Wrong("attributes", "wrong_type", "must be an object")]
    by_key = {each["key"]: each for each in known}
    wrong: list[Wrong] = []
    for key, value in sent.items():
        name = f"attributes.{key}"
        if key not in by_key:
            wrong.append(Wrong(name, "unknown_attribute", "no such attribute"))
        elif not by_key[key]["is_list"]:
            wrong += _one(name, value, by_key[key])
        elif value is not None and not isinstance(value, list):
            wrong.append(Wrong(name, "wrong_type", "must be a list"))
        else:
            wrong += [each for part in value or () for each in _one(name, part, by_key[key])]
    return wrong


def _one(name: str, value: Any, attribute: Record) -> list[Wrong]:
    wrong = CHECKS[attribute["type"]](name, value)
    if not wrong and attribute["type"] == "choice" and value is not None and value not in attribute["choices"]:
        return [Wrong(name, "invalid", f"one of {', '.join(attribute['choices'])}")]
    return wrong
