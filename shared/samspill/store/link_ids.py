"""What a link's id says, and which outcomes are listed."""

from __future__ import annotations

from collections.abc import Iterable

from samspill.engine.model import Result

LISTED = frozenset({Result.WAITING, Result.REVIEW, Result.CONFLICT, Result.FAILED})
"""Results that a person or a sweep asks for; the others are found by record only."""


def listed(results: Iterable[Result]) -> frozenset[Result]:
    """Return the results as a set; ValueError when one of them is not kept in a list."""
    wanted = frozenset(results)
    if wanted - LISTED:
        raise ValueError(f"not listed: {', '.join(sorted(wanted - LISTED))}")
    return wanted
