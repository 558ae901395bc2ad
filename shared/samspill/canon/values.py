"""What a canonical field may hold, and when two records hold the same.

A canonical record is a plain mapping of field names to JSON values, so that it travels in messages, lies in tables and
is compared without conversion. Dates are ISO strings, decimals are strings without trailing zeros, ids are strings.

A *group* (an address, a period) is one field whose value is a small mapping: it changes, conflicts and is written as
one. A field that is absent was not told by the vendor; a field that is None was told to be empty. Never mix the two.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from hashlib import blake2b
from typing import Any

import orjson

type Scalar = str | int | bool | None
type Value = Scalar | Mapping[str, Scalar]
type Fields = Mapping[str, Value]


def spelled_alike(one: Value, other: Value) -> bool:
    """Tell whether two values differ at most in case and space, as when a vendor tidies what it is given."""
    if isinstance(one, str) and isinstance(other, str):
        return "".join(one.split()).casefold() == "".join(other.split()).casefold()
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(spelled_alike(one[key], other[key]) for key in one)
    return one == other


def jsonable(value: object) -> Any:
    """Return what `orjson` does not know as what it knows: its `default`."""
    if isinstance(value, Mapping):
        return dict(value)
    if (to_json := getattr(value, "to_json", None)) is None:
        raise TypeError(type(value).__name__)
    return to_json()


def fingerprint(fields: Fields, salt: str = "") -> str:
    """Return 24 hex digits that differ when the content differs.

    `salt` names the rules in force (mapping version, field rules), so that a change of rules makes every record new.
    """
    salted = _salted(salt).copy()
    salted.update(orjson.dumps(fields, option=orjson.OPT_SORT_KEYS))
    return salted.hexdigest()


@lru_cache(maxsize=64)
def _salted(salt: str) -> blake2b:
    """Return a hash that has taken in the salt already: there are few, and a record has a fingerprint at every look."""
    return blake2b(digest_size=12, key=salt.encode()[:64])
