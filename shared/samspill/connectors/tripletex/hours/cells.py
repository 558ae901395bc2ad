"""Hours by cell: what is held for one employee, day, project and activity, be it an entry or none.

The vendor keeps at most one entry per cell (specification, TimesheetEntry), so hours are set, never added: an entry is
made where there is none, changed where there is one, and deleted where there is to be none. Each cell is read before it
is written, by the step that writes; the entry's version, and the vendor's refusal of a second entry, hold for the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from samspill.canon.compare import form_of, same
from samspill.canon.values import Fields
from samspill.canon.work import NOTHING, Cell
from samspill.connectors.mapping import cannot_map
from samspill.connectors.tripletex.hours.days import span
from samspill.connectors.tripletex.hours.mapping import HOURS
from samspill.connectors.tripletex.kinds import KINDS
from samspill.connectors.tripletex.reads import Reader
from samspill.connectors.tripletex.writes import Writer
from samspill.engine.model import Observation
from samspill.errors import ConflictError
from samspill.flows.schema import Access, Schema, canonical
from samspill.ports import Page, VendorWrite, Written

ENTRIES = "hours"
"""The kind of the entries themselves."""


class Cells:
    """Reads and writes one connection's hours by cell."""

    def __init__(self, reader: Reader, writer: Writer, seen_at: Callable[[], int]) -> None:
        """Nothing is known yet. `seen_at` tells the present moment in epoch milliseconds."""
        self._reader, self._writer, self._seen_at = reader, writer, seen_at
        self._entries: dict[str, Observation | None] = {}
        """Cell → its entry as last read, to be changed under its version; None where there was none."""

    def page(self, token: str | None = None) -> Page:
        """Return the cells of one slice of the days that are listed. A cell that is not listed may hold hours."""
        page = self._reader.page(ENTRIES, token)
        return replace(page, observations=[_as_cell(each) for each in page.observations], cursor=None, complete=False)

    def read(self, cells: Sequence[str]) -> list[Observation]:
        """Return these cells, in order, in one call for all of them: one without an entry holds nothing."""
        seen_at, wanted = self._seen_at(), [Cell.of(each) for each in cells]
        found = list(self._around(wanted)) if wanted else []
        entries = {_cell(each).id: each for each in found if each.problem is None}
        unreadable = [each for each in found if each.problem is not None]
        self._entries |= {each.id: entries.get(each.id) for each in wanted}
        # What cannot be read may be the entry of a cell that seems to have none.
        empty = {
            each.id: replace(
                _empty(each, seen_at), problem=next((u.problem for u in unreadable if _may_be(u, each)), None)
            )
            for each in wanted
        }
        return [_as_cell(entry) if (entry := entries.get(each.id)) else empty[each.id] for each in wanted]

    def _around(self, wanted: Sequence[Cell]) -> Iterable[Observation]:
        days = [each.date for each in wanted]
        employees = sorted({each.employee for each in wanted})
        return self._reader.among(ENTRIES, {**span("date", min(days), max(days)), "employeeId": ",".join(employees)})

    def write(self, writes: Sequence[VendorWrite]) -> list[Written]:
        """Set what the cells hold; see the module."""
        unknown = [write.external_id or "" for write in writes if write.external_id not in self._entries]
        if unknown:
            self.read(unknown)
        changes = {write.key: change for write in writes if (change := self._change(write))}
        answers = {answer.key: answer for answer in self._writer.write(ENTRIES, [*changes.values()])}
        answers |= self._made_all_the_same(writes, answers)
        return [self._written(write, answers.get(write.key)) for write in writes]

    def _made_all_the_same(self, writes: Sequence[VendorWrite], answers: Mapping[str, Written]) -> dict[str, Written]:
        """Return the answers for what exists by now and is what was wanted: a refused list may have made part of it."""
        refused = [write for write in writes if (a := answers.get(write.key)) and isinstance(a.error, ConflictError)]
        if not refused:
            return {}
        self.read([write.external_id or "" for write in refused])
        held = {write.key: self._entries.get(write.external_id or "") for write in refused}
        return {
            write.key: Written(write.key, entry)
            for write in refused
            if (entry := held[write.key])
            and all(same(entry.fields.get(n), value, form_of(n)) for n, value in write.fields.items())
        }

    def _change(self, write: VendorWrite) -> VendorWrite | None:
        """Return what to do about the entry; None where there is none, and is to be none."""
        cell = Cell.of(write.external_id or "")
        entry = self._entries.get(cell.id)
        present: Fields = entry.fields if entry else {"hours": None, "comment": None}
        # Whether a change may leave fields out is not known, and empty ones are emptied: the whole entry is sent.
        held = {name: present.get(name) for name in ("hours", "comment")}
        wanted = {**cell.place, **held, **{name: write.fields[name] for name in held if name in write.fields}}
        if wanted["hours"] is None:
            return VendorWrite(write.key, {}, entry.external_id, entry.version, archive=True) if entry else None
        if entry is None:
            return VendorWrite(write.key, wanted)
        return VendorWrite(write.key, wanted, entry.external_id, entry.version)

    def _written(self, write: VendorWrite, answer: Written | None) -> Written:
        if answer is not None and answer.error is not None:
            return answer
        if answer is None or answer.record is None or answer.record.deleted:
            return Written(write.key, _empty(Cell.of(write.external_id or ""), self._seen_at()))
        return Written(write.key, replace(_as_cell(answer.record), external_id=write.external_id or ""))


def described(kind: str) -> Schema:
    """Return what cells consist of: their place is theirs for good, and accounting holds what is exported."""
    told = HOURS.describe(kind, fixed=KINDS[ENTRIES].cell)
    return replace(told, fields=(*told.fields, canonical("exported", access=Access.READ)))


def _cell(entry: Observation) -> Cell:
    names = ("employee", "date", "project", "activity")
    return Cell(*(str(entry.fields.get(name) or "") for name in names))


def _may_be(entry: Observation, cell: Cell) -> bool:
    """Tell whether nothing that can be read of the entry says that it is another cell's."""
    told = {name: entry.fields[name] for name in cell.place if name in entry.fields}
    return all(cell.place[name] == value for name, value in told.items())


def _as_cell(entry: Observation) -> Observation:
    """Return an entry as its cell. Accounting holds what is exported; versions are the entry's, not the cell's."""
    if entry.problem is None and "hours" not in entry.fields:
        entry = replace(entry, problem=cannot_map("hours", "left out"))
    if entry.problem is not None:
        return entry
    hours = None if entry.fields["hours"] == "0" else entry.fields["hours"]
    fields = {**entry.fields, "hours": hours, "exported": hours}
    return replace(entry, external_id=_cell(entry).id, fields=fields, version=None)


def _empty(cell: Cell, seen_at: int) -> Observation:
    return Observation(cell.id, {**cell.place, **NOTHING, "is_locked": False}, seen_at=seen_at)
