"""What is wrong with a mapping or a lookup, as a person is told. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from samspill.engine.model import Side
from samspill.reasons import Reason


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong."""

    reason: Reason
    side: Side | None = None
    """The side where it is; None where it is about both."""
    path: str = ""
    """The field there."""
    stops: bool = True
    """False for what may be stored all the same, and is told."""
    lacking: bool = False
    """True where no record can be created without the field, and nothing fills it."""
