"""What a canonical field may hold, and when two records hold the same.

A canonical record is a plain mapping of field names to values, so that it travels in messages, lies in tables and is
compared without conversion. Dates are ISO strings and ids are strings. Numbers are integers, or decimals: as text
without trailing zeros in the fields we name ourselves, as `Decimal` in those of an account. Floats are none of these.

A *group* (an address, a period) is one field whose value is a mapping, a *list* one whose value is a sequence: each
changes, conflicts and is written as one. The order of a list's parts tells something, that of a group's does not. Both
may be nested, within the bounds of `canon.bounds`. A field that is absent was not told by the vendor; a field that is
None was told to be empty. Never mix the two.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING, Annotated, Any

import orjson

from samspill.canon.json_form import jsonable, tagged
from samspill.canon.numbers import decimal_text

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema


class _InMessages:
    """Has pydantic read and write values by `canon.value_schema`, which is imported only where messages are."""

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        from samspill.canon.value_schema import value_schema

        return value_schema(handler.generate_schema(Value))


type Scalar = str | int | Decimal | bool | None
type Value = Annotated[Scalar | Mapping[str, Value] | Sequence[Value], _InMessages]
type Fields = Mapping[str, Value]


def spelled_alike(one: Value, other: Value) -> bool:
    """Tell whether two values differ at most in case and space, as when a vendor tidies what it is given."""
    if isinstance(one, str) and isinstance(other, str):
        return "".join(one.split()).casefold() == "".join(other.split()).casefold()
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(spelled_alike(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(spelled_alike, one, other))
    return one == other


def fingerprint(fields: Fields, salt: str = "") -> str:
    """Return 24 hex digits that differ when the content differs; decimals are told apart by their value.

    `salt` names the rules in force (mapping version, field rules), so that a change of rules makes every record new.
    """
    salted = _salted(salt).copy()
    salted.update(orjson.dumps(fields, default=_by_value, option=orjson.OPT_SORT_KEYS))
    return salted.hexdigest()


def _by_value(value: object) -> Any:
    return tagged(decimal_text(value or Decimal(0))) if isinstance(value, Decimal) else jsonable(value)


@lru_cache(maxsize=64)
def _salted(salt: str) -> blake2b:
    """Return a hash that has taken in the salt already: there are few, and a record has a fingerprint at every look."""
    return blake2b(digest_size=12, key=salt.encode()[:64])
