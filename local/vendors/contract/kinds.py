"""How a kind of record is declared: its attributes, what they may hold, and the rules between records."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from local.vendors.contract.problems import Wrong

if TYPE_CHECKING:
    from local.vendors.contract.store import Store

type Record = dict[str, Any]
type Check = Callable[[str, Any], list[Wrong]]


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute; `references` names the kind whose ids it holds."""

    check: Check
    default: Any = None
    required: bool = False
    references: str | None = None
    parts: tuple[str, ...] = ()
    """Parts an object always shows, null where they were not given."""


VERBS = ("created", "updated", "deleted")
"""What can happen to a record, as events call it."""


def _no_rules(_store: Store, _record: Record) -> list[Wrong]:
    return []


def _never_used(_store: Store, _record_id: str) -> bool:
    return False


def _as_it_is(_store: Store, _record: Record) -> None:
    pass


@dataclass(frozen=True)
class Kind:
    """A kind of record, beside id, version, updatedAt and externalReference, which all have."""

    name: str
    subject: str
    """What events call it: `customer`."""
    attributes: Mapping[str, Attribute]
    rules: Callable[[Store, Record], list[Wrong]] = field(default=_no_rules)
    """What is wrong with a whole record; its id is None while it is new."""
    in_use: Callable[[Store, str], bool] = field(default=_never_used)
    filters: tuple[str, ...] = ()
    """Attributes a list can be narrowed by, to exactly one value."""
    unique: tuple[str, ...] = ()
    """Attributes that no two records share, null aside."""
    fill: Callable[[Store, Record], None] = field(default=_as_it_is)
    """Gives a new record what it came without."""
    verbs: tuple[str, ...] = VERBS
    """What subscribers hear of."""
    rights: tuple[str, ...] = ("read", "write")
    """What a key may do; people may do everything."""


def text(limit: int, *, least: int = 0, nullable: bool = True) -> Check:
    """Take a text of `least` to `limit` characters."""

    def check(name: str, value: Any) -> list[Wrong]:
        if value is None:
            return [] if nullable else [Wrong(name, "required", "must not be null")]
        if not isinstance(value, str):
            return [Wrong(name, "wrong_type", "must be a text")]
        if len(value) > limit:
            return [Wrong(name, "too_long", f"at most {limit} characters")]
        if len(value) < least:
            return [Wrong(name, "too_short", f"at least {least} characters")]
        return []

    return check


def boolean(name: str, value: Any) -> list[Wrong]:
    """Take true or false."""
    return [] if isinstance(value, bool) else [Wrong(name, "wrong_type", "must be true or false")]


def choice(*words: str) -> Check:
    """Take one of these words."""
    return lambda name, value: [] if value in words else [Wrong(name, "invalid", f"one of {', '.join(words)}")]


def pattern(shape: str, limit: int) -> Check:
    """Take null, or a text of this shape."""
    take, whole = text(limit), re.compile(shape)

    def check(name: str, value: Any) -> list[Wrong]:
        wrong = take(name, value)
        if not wrong and value is not None and not whole.fullmatch(value):
            wrong = [Wrong(name, "invalid", f"must match {shape}")]
        return wrong

    return check


def day(name: str, value: Any) -> list[Wrong]:
    """Take null, or a date."""
    wrong = pattern(r"\d{4}-\d{2}-\d{2}", 10)(name, value)
    if not wrong and value is not None:
        try:
            date.fromisoformat(value)
        except ValueError:
            wrong = [Wrong(name, "invalid", "no such day")]
    return wrong


def nested(parts: Mapping[str, Check]) -> Check:
    """Take null, or an object with these parts."""

    def check(name: str, value: Any) -> list[Wrong]:
        if value is None:
            return []
        if not isinstance(value, dict):
            return [Wrong(name, "wrong_type", "must be an object")]
        unknown = [Wrong(f"{name}.{part}", "unknown_field", "no such field") for part in value if part not in parts]
        return unknown + [
            wrong for part, inner in value.items() if part in parts for wrong in parts[part](f"{name}.{part}", inner)
        ]

    return check
