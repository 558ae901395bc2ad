"""Rows to observations. Pure."""

from __future__ import annotations

import logging
from collections.abc import Callable

from samspill.connectors.decode import Decoded
from samspill.connectors.mapping import Mapped, Row, attempt
from samspill.engine.model import Observation
from samspill.engine.revision import Revision
from samspill.errors import MappingError
from samspill.reasons import Reason

LABEL = 200
"""Most characters of a label: people know a record by them, and links, plans and the journal repeat it."""
_logger = logging.getLogger(__name__)


def observe(
    mapped: Mapped,
    decoded: Decoded,
    seen_at: int,
    label: Callable[[Row], str],
    changed_at: Callable[[Row], int | None] = lambda _row: None,
    *,
    marker: str = "",
) -> list[Observation]:
    """Return rows as observations, in order; one that cannot be taken carries the problem instead of failing the page.

    Its fields are those that can be read all the same, so that what may be its other half is known. `marker` names the
    field that keeps what a create of ours left on the record, where there is one.
    """
    seen: list[Observation] = []
    for row in decoded.rows:
        external_id, version = str(row["id"]), Revision.of(row.get("version"))
        try:
            fields = mapped.read(row)
            left = row.get(marker) or ""
            seen.append(
                Observation(external_id, fields, version, seen_at, changed_at(row), label(row)[:LABEL], marker=left)
            )
        except MappingError as error:
            seen.append(_unfit(mapped, row, seen_at, label, error.reason))
        except Exception:
            # A defect of ours that this row shows, or a value nobody thought of: it costs the row, not the page.
            _logger.exception("a %s cannot be read", mapped.what)
            seen.append(_unfit(mapped, row, seen_at, label, Reason("defect")))
    for bad in decoded.bad:
        unfit = _unfit(mapped, {**bad.row, "id": bad.id, "version": None}, seen_at, label, bad.reason)
        seen.insert(bad.at, unfit)
    return seen


def _unfit(mapped: Mapped, row: Row, seen_at: int, label: Callable[[Row], str], problem: Reason) -> Observation:
    name = attempt(label, row)
    told = name[:LABEL] if isinstance(name, str) else ""
    return Observation(
        str(row["id"]), mapped.legible(row), Revision.of(row.get("version")), seen_at, label=told, problem=problem
    )
