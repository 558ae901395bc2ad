"""Reads JSON that strict readers refuse as a whole because of one value in it.

Such as a text cut in the middle of an emoji, a number too large, `NaN`, a raw control character, bytes that are no
text. What cannot be mended stays to be seen.
"""

from __future__ import annotations

import json
import re
from typing import Any

import orjson

_DIGITS = 4000
"""Python turns no longer number into text or back; no identifier, amount or version is near that."""
_HALVES = re.compile("[\ud800-\udfff]")
_NO_TEXT = re.compile("[\udc80-\udcff]")
"""What bytes that are no UTF-8 are read as."""


def read(body: bytes) -> Any:
    """Return the content of what mostly is JSON as it should be; see `loads` for the rest."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return loads(body)


def loads(body: bytes) -> Any:
    """Return the content; half an emoji becomes the replacement character U+FFFD, as in any browser.

    Texts with bytes that are no UTF-8 keep them as lone surrogates: nobody knows what was meant, and `garbled` finds
    them.

    Raises:
        ValueError: not JSON in any reading.
    """
    try:
        text, is_utf8 = body.decode("utf-8-sig", "surrogatepass"), True
    except UnicodeDecodeError:
        text, is_utf8 = body.decode("utf-8-sig", "surrogateescape"), False
    try:
        content = json.loads(text, strict=False, parse_int=_whole_number)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return _repaired(content) if is_utf8 else content


def garbled(value: object) -> bool:
    """Tell whether there is text in the value whose bytes were no text."""
    match value:
        case str():
            return _NO_TEXT.search(value) is not None
        case dict():
            return any(garbled(key) or garbled(each) for key, each in value.items())
        case list():
            return any(garbled(each) for each in value)
    return False


def _repaired(value: Any) -> Any:
    match value:
        case str():
            return (
                value.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if _HALVES.search(value) else value
            )
        case dict():
            return {_repaired(key): _repaired(each) for key, each in value.items()}
        case list():
            return [_repaired(each) for each in value]
    return value


def _whole_number(digits: str) -> float | int:
    return int(digits) if len(digits) <= _DIGITS else float("inf")
