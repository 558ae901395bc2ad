"""Hours by project and by task or tag: what accounting is told, and what it says it holds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from local.vendors.contract.kinds import Record, pattern, text
from local.vendors.contract.problems import Wrong, invalid
from local.vendors.contract.store import Store
from local.vendors.svenn.entries import HOURS

PARTS = {"projectId": "projects", "taskId": "tasks", "tagId": "tags"}
"""Of a cell: what each refers to."""
MOST = 100

type Cell = tuple[str | None, ...]


def cell_of(record: Record) -> Cell:
    """Return the cell of an entry, or of a line of a confirmation."""
    return tuple(record[name] for name in PARTS)


def approved(entries: Iterable[Record]) -> dict[Cell, Decimal]:
    """Return the sum of the approved entries of each cell."""
    sums: dict[Cell, Decimal] = defaultdict(Decimal)
    for entry in entries:
        if entry["approved"]:
            sums[cell_of(entry)] += Decimal(entry["hours"])
    return {cell: hours for cell, hours in sums.items() if hours > 0}


def confirmed(store: Store, sent: Any) -> list[Record]:
    """Return what a confirmation notes.

    Raises:
        Problem: 422, the body is refused.
    """
    if not isinstance(sent, dict):
        raise invalid(Wrong("", "wrong_type", "must be an object"))
    wrong = [Wrong(name, "unknown_field", "no such field") for name in sent if name != "exported"]
    lines = sent.get("exported")
    if not isinstance(lines, list) or len(lines) > MOST:
        raise invalid(*wrong, Wrong("exported", "wrong_type", f"must be a list of at most {MOST}"))
    for index, line in enumerate(lines):
        wrong += _line(store, f"exported.{index}", line)
    if not wrong and len({cell_of(line) for line in lines}) < len(lines):
        wrong.append(Wrong("exported", "invalid", "a cell stands here twice"))
    if wrong:
        raise invalid(*wrong)
    return [dict(line) for line in lines]


def _line(store: Store, where: str, line: Any) -> list[Wrong]:
    if not isinstance(line, dict) or set(line) != {*PARTS, "hours"}:
        return [Wrong(where, "invalid", f"must have exactly {', '.join(PARTS)} and hours")]
    wrong = [each for name in PARTS for each in text(40)(f"{where}.{name}", line[name])]
    wrong = wrong or [
        Wrong(f"{where}.{name}", "unknown_reference", "no such record")
        for name, kind in PARTS.items()
        if line[name] is not None and line[name] not in store.held[kind]
    ]
    wrong += pattern(HOURS, 6)(f"{where}.hours", line["hours"])
    if not wrong and (line["hours"] is None or not Decimal(line["hours"])):
        wrong.append(Wrong(f"{where}.hours", "invalid", "more than 0"))
    if not wrong and line["taskId"] and line["tagId"]:
        wrong.append(Wrong(where, "invalid", "a task or a tag, not both"))
    return wrong
