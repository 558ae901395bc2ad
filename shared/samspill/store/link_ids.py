"""What a link's id says, and which outcomes are listed."""

from __future__ import annotations

from collections.abc import Iterable

from samspill.engine.model import Result, Side

LISTED = frozenset({Result.WAITING, Result.REVIEW, Result.CONFLICT, Result.FAILED})
"""Results that a person or a sweep asks for; the others are found by record only."""


def record_of(link_id: str) -> tuple[Side, str]:
    """Return the record a link began with: the inverse of `engine.model.link_id`."""
    side, _, external_id = link_id.partition("-")
    return Side(side), external_id


def listed(results: Iterable[Result]) -> frozenset[Result]:
    """Return the results as a set; ValueError when one of them is not kept in a list."""
    wanted = frozenset(results)
    if wanted - LISTED:
        raise ValueError(f"not listed: {', '.join(sorted(wanted - LISTED))}")
    return wanted
