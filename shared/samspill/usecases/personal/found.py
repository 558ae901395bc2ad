"""Something of a person, in one place."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple


class Found(NamedTuple):
    """Something of the person, in one place."""

    kind: str
    at: str
    until: datetime | None
    holds: Any
    erase: Callable[[], None] | None = None
    """Takes it out; None where nobody can, or may."""
