"""What an edit on the wrong side is set back to (INV-SET-BACK)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from samspill.engine.model import Link
from samspill.engine.rules import FieldRule, Policy
from samspill.ports import VendorWrite
from tests.simulation.broken import Broken
from tests.simulation.flows import spelling_aside
from tests.simulation.history import Edit, Record
from tests.simulation.hub import SimulatedHub
from tests.simulation.vendor import Row

SET_BACK = frozenset({Policy.MASTER, Policy.FILL_IF_BLANK})
SLOW_S = 60
"""How long a read may be on its way: it counts from when it was sent."""


def set_back(
    hub: SimulatedHub,
    record: Record,
    link: Link,
    row: Row,
    asked: VendorWrite,
    rules: Iterable[Mapping[str, FieldRule]],
) -> None:
    """Check that an edit on the wrong side is set back to what the master has held since, and to nothing older."""
    kind, side, _ = record
    master: Record = (kind, side.other, link.ids.get(side.other, ""))
    if {record, master} & hub.history.restored.keys():
        return  # when it came to hold what it holds is not noted
    for name, value in asked.fields.items():
        ruled = [each[name] for each in rules if name in each]
        if not all(rule.policy in SET_BACK and rule.master is master[1] for rule in ruled):
            continue
        edit = _standing(hub, record, name, row)
        seen = hub.history.unseen.get((record, name)) != asked.key
        if edit is None or not seen or any(rule.references for rule in ruled) or _takes_back(hub, record, name):
            continue
        since = edit.at - (hub.stale_s if hub.weather.stale_read else 0) - (SLOW_S if hub.weather.slow else 0)
        if spelling_aside(name, value) not in _held_since(hub, master, name, since):
            raise Broken("INV-SET-BACK", f"{name} of {record} was set back to {value!r}, which {master} no longer held")


def _standing(hub: SimulatedHub, record: Record, name: str, row: Row) -> Edit | None:
    """Return the edit that put there what the record holds; None where none did, or it put back what was known."""
    edits = [edit for edit in hub.history.edits if edit.record == record and edit.name == name]
    if not edits or edits[-1].undoes:
        return None
    written = [write.at for write in hub.history.writes if write.record == record and name in write.fields]
    is_there = hub.vendors[record[1]].kept(name, edits[-1].value) == row.fields[name]
    return edits[-1] if is_there and max(written, default=-1.0) < edits[-1].at else None


def _takes_back(hub: SimulatedHub, record: Record, name: str) -> bool:
    return any(taken.record == record and name in taken.back for taken in hub.history.taken_back)


def _held_since(hub: SimulatedHub, record: Record, name: str, since: float) -> list[object]:
    """Return every value that a record held at that time or later, spelling aside."""
    held = hub.history.since[record, name]
    before = [index for index, (at, _) in enumerate(held) if at <= since]
    return [spelling_aside(name, value) for _, value in held[before[-1] if before else 0 :]]
