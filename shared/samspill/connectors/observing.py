"""Rows to observations. Pure."""

from __future__ import annotations

from collections.abc import Callable

from samspill.connectors.decode import BadRow, Decoded
from samspill.connectors.mapping import Mapped, Row, attempt
from samspill.engine.model import Observation
from samspill.errors import MappingError


def observe(
    mapped: Mapped,
    decoded: Decoded,
    seen_at: int,
    label: Callable[[Row], str],
    changed_at: Callable[[Row], int | None] = lambda _row: None,
    *,
    marker: str = "",
) -> list[Observation]:
    """Return rows as observations; one that cannot be taken carries the problem instead of failing the page.

    Its fields are those that can be read all the same, so that what may be its other half is known. `marker` names the
    field that keeps what a create of ours left on the record, where there is one.
    """
    seen: list[Observation] = []
    for row in decoded.rows:
        external_id, version = str(row["id"]), row.get("version")
        try:
            fields = mapped.read(row)
        except MappingError as error:
            legible = mapped.legible(row)
            seen.append(Observation(external_id, legible, version, seen_at, label=label(row), problem=error.reason))
        else:
            left = row.get(marker) or ""
            seen.append(Observation(external_id, fields, version, seen_at, changed_at(row), label(row), marker=left))
    return seen + [_bad(mapped, each, seen_at, label) for each in decoded.bad]


def _bad(mapped: Mapped, bad: BadRow, seen_at: int, label: Callable[[Row], str]) -> Observation:
    name = attempt(label, bad.row)
    told = name if isinstance(name, str) else ""
    return Observation(bad.id, mapped.legible(bad.row), seen_at=seen_at, label=told, problem=bad.reason)
