"""Deliberately wrong ways to keep hours; see `tests.simulation.mutants`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import pytest

from samspill.canon.numbers import decimal_text
from samspill.engine import merge as merging
from samspill.engine.model import Observation, Side
from samspill.engine.revision import Revision
from samspill.flows.hours import CELLS
from samspill.modes.hours import sheets
from samspill.modes.hours.rules.folding import ActivityOf, fold
from samspill.pipeline.upsert import upsert
from samspill.ports import VendorWrite, Written
from tests.simulation.connector import SimulatedConnector
from tests.simulation.hours.world import HOURS, EntryVendor, SimulatedCells

type Patch = pytest.MonkeyPatch


@dataclass(frozen=True, slots=True)
class HoursMutant:
    """A wrong engine and what must notice."""

    number: str
    name: str
    apply: Callable[[Patch], None]
    killed_by: str


def hours_are_added(patch: Patch) -> None:
    """17: a write says how many hours to add to those that are believed to be there."""
    carry_out = EntryVendor.execute

    def write(self: Any, kind: str, writes: Sequence[VendorWrite]) -> list[Written]:
        links = self._hub.inner.links.of_records(HOURS, Side.RIGHT, [w.external_id or "" for w in writes])
        believed = {cell: link.shadows[Side.RIGHT] for cell, link in links.items() if Side.RIGHT in link.shadows}
        more = []
        for each in writes:
            shadow = believed.get(each.external_id or "")
            before = shadow.fields.get("hours") if shadow else None
            more.append(str(Decimal(str(each.fields["hours"] or 0)) - Decimal(str(before or 0))))
        added = [replace(each, fields={"more": hours}) for each, hours in zip(writes, more, strict=True)]
        return SimulatedConnector.write(self, kind, added)

    def execute(self: Any, kind: str, write: VendorWrite) -> Any:
        row = self.rows[CELLS].get(write.external_id)
        total = Decimal(str(write.fields["more"])) + Decimal(str(row.fields["hours"] if row else 0))
        fields = {"hours": decimal_text(total) if total else None}
        return carry_out(self, kind, replace(write, fields=fields, version=Revision(row.version if row else 0)))

    patch.setattr(upsert, "_unchanged", lambda _room, jobs: jobs)
    patch.setattr(SimulatedCells, "write", write)
    patch.setattr(EntryVendor, "execute", execute)


def only_the_new_cell(patch: Patch) -> None:
    """18: hours that were moved are put where they are now, and not taken from where they were."""

    def there(sheet: Observation, activity_of: ActivityOf, known: Iterable[str] = ()) -> list[Observation]:
        return [cell for cell in fold(sheet, activity_of, known) if cell.fields["hours"] or cell.external_id in known]

    patch.setattr(sheets, "fold", there)
    patch.setattr(sheets._Sheets, "_known", lambda *_: [])


def nobody_is_asked(patch: Patch) -> None:
    """18b: hours that a person registered in accounting are written over."""
    patch.setattr(merging, "_is_asked", lambda *_, **__: False)


def locks_are_not_looked_at(patch: Patch) -> None:
    """18c: what accounting calls locked is written all the same, where it lets us."""
    patch.setattr(upsert, "_is_locked", lambda _record: False)


MUTANTS = (
    HoursMutant("17", "hours are added", hours_are_added, "INV-HOURS-CELL"),
    HoursMutant("18", "moved hours only come", only_the_new_cell, "INV-HOURS-TOTAL"),
    HoursMutant("18b", "nobody is asked", nobody_is_asked, "INV-HOURS-ASKED"),
    HoursMutant("18c", "locks are not looked at", locks_are_not_looked_at, "INV-CLOSED-PERIOD"),
)
