"""Characters that format text and do not show (Unicode Cf): left out where values are compared, shown to people.

What belongs to an emoji stays: the joiner of several pictures, and the letters within a flag.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

_JOINER = "\u200d"
_VARIANT = "\ufe0f"
_BLACK_FLAG = "\U0001f3f4"
_TAGS = frozenset(map(chr, range(0xE0020, 0xE0080)))


def visible(text: str) -> str:
    """Return text without the characters that do not show."""
    if text.isprintable():
        return text
    return "".join(sign for sign, hidden in _signs(text) if not hidden)


def shown(text: str) -> str:
    """Return text with the characters that do not show as their code, such as `<U+200B>`, for a person."""
    if text.isprintable():
        return text
    return "".join(f"<U+{ord(sign):04X}>" if hidden else sign for sign, hidden in _signs(text))


def _signs(text: str) -> Iterator[tuple[str, bool]]:
    """Yield every character, and whether it is one that does not show."""
    in_flag = False
    for index, sign in enumerate(text):
        in_flag = sign == _BLACK_FLAG or (in_flag and sign in _TAGS)
        hidden = unicodedata.category(sign) == "Cf" and not in_flag
        joins = sign == _JOINER and _is_picture(text[index - 1 : index]) and _is_picture(text[index + 1 : index + 2])
        yield sign, hidden and not joins


def _is_picture(sign: str) -> bool:
    """Tell whether a character is a picture, or says how the one before it looks: its colour, its variant."""
    return sign == _VARIANT or (sign != "" and unicodedata.category(sign) in {"So", "Sk"})
