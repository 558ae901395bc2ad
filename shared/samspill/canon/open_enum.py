"""Enumerations that take in the values of a newer version, so that what it stored can be read and kept."""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class OpenEnum(StrEnum):
    """A StrEnum in which an unknown text is a value of its own: equal to no member, and stored again as it was read.

    Whoever branches on it lists the members that allow something, never those that forbid it: an unknown value then
    allows nothing.
    """

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, str):
            return None
        unknown = str.__new__(cls, value)
        unknown._name_ = unknown._value_ = value
        return unknown

    @property
    def is_known(self) -> bool:
        """Tell whether this version knows the value."""
        return self.value in type(self)._value2member_map_
